// Autosave: <form data-autosave="{address}" data-autosave-key="{what}">. Saved two seconds after the last key; kept on this machine
// when the session is over or the network is gone, and offered again when the page is opened next.
import { clockNow, fresh, signedOut, whenReady } from "./kit.js";

const QUIET = 2000;
/** What the server said when it refused; "" when it said nothing. */
const said = (answer) => { try { return decodeURIComponent(answer.headers.get("X-Say") || ""); } catch { return ""; } };
/** The fields without the version: two texts are the same whatever they stand on. */
const words = (fields) => JSON.stringify(fields.filter(([name]) => name !== "version"));
const owner = () => document.body.dataset.person ?? "";

class Autosave {
  constructor(form) {
    this.form = form;
    this.key = `congvu.draft.${owner()}.${form.dataset.autosaveKey || location.pathname}`;
    this.status = form.querySelector("[data-autosave-status]") ?? document.querySelector("[data-autosave-status]");
    this.sent = this.text();
    this.loaded = this.sent;
    form.addEventListener("input", () => { clearTimeout(this.waiting); this.waiting = setTimeout(() => this.save(), QUIET); });
    form.addEventListener("submit", () => { clearTimeout(this.waiting); this.keepHere(true); });
    addEventListener("pagehide", () => { if (this.text() !== this.sent) this.keepHere(); });
    addEventListener("online", () => { if (this.text() !== this.sent) this.save(); });
    this.offer();
  }

  fields() { return [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken"); }
  text() { return words(this.fields()); }
  tell(words, state = "saved") { if (this.status) { this.status.textContent = words; this.status.dataset.state = state; } }

  keepHere(posted = false) {
    if (this.text() === this.loaded) return;
    try { localStorage.setItem(this.key, JSON.stringify({ at: new Date().toISOString(), posted, fields: this.fields() })); } catch { /* no store: the form itself still holds the text */ }
  }

  forget() { try { localStorage.removeItem(this.key); } catch { /* no store */ } }

  async save() {
    const now = this.text();
    if (now === this.sent) return;
    this.tell("Đang lưu…", "saving");
    try {
      const answer = await fetch(this.form.dataset.autosave, { method: "POST", body: new FormData(this.form), headers: { "X-Autosave": "1" }, credentials: "same-origin" });
      if (signedOut(answer) || answer.status === 403) { this.keepHere(); this.tell("Phiên đã hết hạn. Nội dung được giữ trên máy này.", "failed"); document.getElementById("phien-het-han")?.showModal(); return; }
      if (!answer.ok) { this.keepHere(); this.tell(`${said(answer) || `Chưa lưu được (lỗi ${answer.status}).`} Nội dung được giữ trên máy này.`, "failed"); return; }
      await this.takeVersion(answer);
      this.sent = now;
      this.form.dataset.changed = "no";
      this.forget();
      this.tell(`Đã lưu lúc ${clockNow()}`);
    } catch {
      this.keepHere();
      this.tell("Mất kết nối. Nội dung được giữ trên máy này và sẽ tự lưu lại.", "failed");
    }
  }

  /** The answer may carry the new version number: {"version": 7} goes into the form's field of that name. */
  async takeVersion(answer) {
    if (!answer.headers.get("Content-Type")?.includes("json")) return;
    const said = await answer.json();
    const field = this.form.elements.namedItem("version");
    if (field && said.version !== undefined) field.value = said.version;
  }

  offer() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(this.key) || "null"); } catch { this.forget(); }
    // data-autosave-arrived: the version under which a posted text was stored; the copy of that very text goes.
    const arrived = kept?.posted && this.form.dataset.autosaveArrived && kept.fields.some(([name, value]) => name === "version" && value === this.form.dataset.autosaveArrived);
    if (!kept || arrived || words(kept.fields) === this.loaded) { if (kept) this.forget(); return; }
    const bar = document.createElement("div");
    bar.className = "banner"; bar.dataset.tone = "due"; bar.role = "status";
    const when = new Date(kept.at).toLocaleString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric" });
    const sentence = document.createElement("p");
    sentence.textContent = `Máy này còn giữ nội dung chưa lưu, gõ lúc ${when}.`;
    const actions = document.createElement("div");
    actions.className = "button-set";
    const take = Object.assign(document.createElement("button"), { type: "button", className: "button button-small", textContent: "Khôi phục nội dung này" });
    const drop = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet button-small", textContent: "Bỏ" });
    take.addEventListener("click", () => { this.fill(kept.fields); bar.remove(); this.save(); });
    drop.addEventListener("click", () => { this.forget(); bar.remove(); });
    actions.append(take, drop);
    bar.append(document.createElement("span"), sentence, actions);
    this.form.prepend(bar);
  }

  fill(fields) {
    for (const [name, value] of fields) {
      if (name === "version") continue;
      const found = this.form.elements.namedItem(name);
      for (const one of found instanceof RadioNodeList ? found : found ? [found] : []) {
        if (one.type === "checkbox" || one.type === "radio") { if (one.value === value) one.checked = true; } else if (one.type !== "file") one.value = value;
      }
    }
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

whenReady((root) => { for (const form of fresh(root, "form[data-autosave]", "autosave")) new Autosave(form); });

// A text that was posted and answered by a page of the same person has arrived: its copy here goes. The sign-in page and the error
// pages carry no person, so after an expired session or a failure the copy stays.
whenReady((root) => {
  if (root !== document || !owner()) return;
  const here = [...document.querySelectorAll("form[data-autosave]")].map((form) => form.dataset.autosaveKey || location.pathname);
  try {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith(`congvu.draft.${owner()}.`))) {
      if (JSON.parse(localStorage.getItem(key)).posted && !here.some((one) => key.endsWith(`.${one}`))) localStorage.removeItem(key);
    }
  } catch { /* no store, or not ours */ }
});

// Leaving on purpose takes every kept text along: the next person at this machine must not find it.
document.addEventListener("submit", (event) => {
  if (!event.target.matches?.("[data-signout]")) return;
  try { Object.keys(localStorage).filter((key) => key.startsWith("congvu.draft.")).forEach((key) => localStorage.removeItem(key)); } catch { /* no store */ }
});
