// Toasts. From a script: say("Đã lưu.", {undo: "/…/hoan-tac/"}); from the server: an element with data-toast in a partial,
// or the header HX-Trigger: {"toast": {"text": "…", "tone": "valid", "undo": "/…/"}}.
import { csrf, fresh, whenReady } from "./kit.js";

const LASTING = 8000;

function shelf() {
  const place = document.getElementById("thong-bao-nhanh");
  // As a manual popover it stands above an open dialog too.
  if (place?.showPopover) { if (place.matches(":popover-open")) place.hidePopover(); place.showPopover(); }
  return place;
}

function keepFor(toast, time) {
  let left = setTimeout(() => toast.remove(), time);
  toast.addEventListener("pointerenter", () => clearTimeout(left));
  toast.addEventListener("focusin", () => clearTimeout(left));
  toast.addEventListener("pointerleave", () => { left = setTimeout(() => toast.remove(), time / 2); });
}

function part(name, kind, text) {
  const made = document.createElement(name);
  made.className = kind; made.textContent = text;
  if (name === "button") made.type = "button";
  return made;
}

export function say(text, { tone = "", undo = "" } = {}) {
  const toast = part("div", "toast", "");
  toast.role = tone === "error" ? "alert" : "status";
  if (tone) toast.dataset.tone = tone;
  toast.append(part("p", "", text));
  if (undo) { const button = part("button", "toast-undo", "Hoàn tác"); button.dataset.undoUrl = undo; toast.append(button); }
  const close = part("button", "toast-close", "×");
  close.dataset.toastClose = ""; close.setAttribute("aria-label", "Đóng thông báo");
  toast.append(close);
  shelf()?.append(toast);
  // A message that asks for nothing goes by itself; one that reports a failure stays until it is closed.
  if (tone !== "error") keepFor(toast, undo ? LASTING * 1.5 : LASTING);
  return toast;
}

async function takeBack(button) {
  button.disabled = true;
  const toast = button.closest(".toast");
  try {
    const answer = await fetch(button.dataset.undoUrl, { method: "POST", headers: { "X-CSRFToken": csrf(), "HX-Request": "true" } });
    toast.remove();
    if (answer.ok) { say("Đã hoàn tác.", { tone: "valid" }); document.body.dispatchEvent(new CustomEvent("undone", { bubbles: true })); if (answer.headers.get("HX-Refresh")) location.reload(); }
    else say("Không hoàn tác được nữa. Hãy tải lại trang.", { tone: "error" });
  } catch { button.disabled = false; say("Mất kết nối, chưa hoàn tác được.", { tone: "error" }); }
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-toast-close]")) event.target.closest(".toast").remove();
  const undo = event.target.closest?.("[data-undo-url]");
  if (undo) takeBack(undo);
  const copy = event.target.closest?.("[data-copy]");
  if (copy) {
    const text = copy.dataset.copy || location.href;
    navigator.clipboard?.writeText(new URL(text, location.href).href === text || !text.startsWith("/") ? text : new URL(text, location.href).href)
      .then(() => say("Đã chép."), () => say("Trình duyệt không cho chép. Hãy chép bằng tay: " + text, { tone: "error" }));
  }
});
document.addEventListener("toast", (event) => say(event.detail.text ?? event.detail.value, event.detail));
document.addEventListener("htmx:sendError", () => say("Mất kết nối tới máy chủ. Việc vừa làm chưa được ghi.", { tone: "error" }));
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401) { document.getElementById("phien-het-han")?.showModal(); return; }
  say(event.detail.xhr.getResponseHeader("X-Say") ? decodeURIComponent(event.detail.xhr.getResponseHeader("X-Say")) : `Chưa làm được (lỗi ${event.detail.xhr.status}). Việc vừa làm chưa được ghi.`, { tone: "error" });
});

whenReady((root) => {
  for (const toast of fresh(root, "[data-toast]", "toast")) { shelf()?.append(toast); keepFor(toast, LASTING); }
});
