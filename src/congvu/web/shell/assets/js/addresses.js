// Addressees of a letter: names are found in the address book while one types (diacritics do not matter), chosen ones become chips.
// The text area under it stays the truth that is posted: addresses parted by commas.
import { fresh, whenReady } from "./kit.js";

const ADDRESS = /^[^\s@<>,;"]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}$/i;
const PAUSE = 160;
let numbers = 0;

function made(tag, attributes = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
}

class Addresses {
  constructor(box) {
    this.box = box;
    this.field = box.querySelector("textarea");
    this.known = JSON.parse(box.dataset.known || "{}");
    this.id = `danh-ba-${(numbers += 1)}`;
    this.chosen = [];
    this.found = [];
    this.at = -1;
    this.build();
    this.takeIn();
    this.field.form?.addEventListener("input", () => { if (this.field.value !== this.text()) this.takeIn(); });
  }

  build() {
    const label = document.querySelector(`label[for="${this.field.id}"]`);
    this.chips = made("span", { class: "addresses-chips" });
    this.input = made("input", { class: "addresses-input", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.id, "aria-label": label?.textContent.trim() ?? "Nơi nhận" });
    for (const name of ["aria-describedby", "aria-invalid"]) if (this.field.hasAttribute(name)) this.input.setAttribute(name, this.field.getAttribute(name));
    this.list = made("ul", { class: "addresses-found", role: "listbox", id: this.id, "aria-label": "Danh bạ", hidden: "" });
    this.frame = made("div", { class: "addresses-frame input" }, this.chips, this.input);
    this.field.hidden = true;
    this.box.append(this.frame, this.list);
    label?.addEventListener("click", (event) => { event.preventDefault(); this.input.focus(); });
    this.frame.addEventListener("click", (event) => { if (event.target === this.frame || event.target === this.chips) this.input.focus(); });
    this.chips.addEventListener("click", (event) => { const drop = event.target.closest("[data-address]"); if (drop) this.drop(drop.dataset.address); });
    this.input.addEventListener("input", (event) => { event.stopPropagation(); clearTimeout(this.waiting); this.waiting = setTimeout(() => this.ask(), PAUSE); });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => { this.takeTyped(); this.show([]); }, 120));
    this.list.addEventListener("mousedown", (event) => { event.preventDefault(); const row = event.target.closest("[data-place]"); if (row) this.take(this.found[Number(row.dataset.place)]); });
  }

  text() { return this.chosen.join(", "); }

  takeIn() {
    this.chosen = this.field.value.split(/[,;\n]+/).map((one) => one.trim()).filter(Boolean);
    this.draw();
  }

  keep() {
    this.field.value = this.text();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.draw();
  }

  draw() {
    this.chips.replaceChildren(...this.chosen.map((address) => {
      const book = this.known[address.toLowerCase()];
      const drop = made("button", { type: "button", "data-address": address, "aria-label": `Bỏ ${book?.name ?? address}` }, "×");
      const chip = made("span", { class: "chip", title: address }, book?.name ?? address, drop);
      if (!book && !ADDRESS.test(address.match(/<([^<>]+)>/)?.[1] ?? address)) chip.dataset.unknown = "yes";
      else if (!book) chip.dataset.outside = "yes";
      return chip;
    }));
  }

  add(address) {
    if (!this.chosen.some((one) => one.toLowerCase() === address.toLowerCase())) this.chosen.push(address);
    this.input.value = "";
    this.show([]);
    this.keep();
  }

  take(row) {
    this.known[row.address] = row;
    this.add(row.address);
    this.input.focus();
  }

  takeTyped() {
    const typed = this.input.value.replace(/[,;]+$/, "").trim();
    if (typed) this.add(typed);
  }

  drop(address) {
    this.chosen = this.chosen.filter((one) => one !== address);
    this.keep();
    this.input.focus();
  }

  async ask() {
    const typed = this.input.value.trim();
    if (typed.length < 2) { this.show([]); return; }
    try {
      const answer = await fetch(`${this.box.dataset.addresses}?q=${encodeURIComponent(typed)}`, { credentials: "same-origin" });
      if (!answer.ok || this.input.value.trim() !== typed) return;
      this.show((await answer.json()).found.filter((row) => !this.chosen.includes(row.address)), typed);
    } catch { this.show([]); }
  }

  show(rows, typed = "") {
    this.found = rows;
    this.at = rows.length ? 0 : -1;
    this.list.replaceChildren(...rows.map((row, place) => made("li", { role: "option", id: `${this.id}-${place}`, "data-place": String(place), "aria-selected": String(place === 0) },
      made("b", {}, row.name), made("small", {}, `${row.title} · ${row.address}`))));
    if (typed && !rows.length && !ADDRESS.test(typed)) this.list.append(made("li", { class: "addresses-none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, "Không có ai trong danh bạ khớp. Gõ đủ địa chỉ thư để gửi ra ngoài."));
    this.list.hidden = !this.list.children.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark();
  }

  mark() {
    [...this.list.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === this.at)));
    if (this.at >= 0) { this.input.setAttribute("aria-activedescendant", `${this.id}-${this.at}`); this.list.children[this.at].scrollIntoView({ block: "nearest" }); }
    else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.found.length) {
      event.preventDefault();
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.mark();
    } else if (event.key === "Enter" || event.key === "," || event.key === ";" || (event.key === "Tab" && this.input.value.trim())) {
      const typed = this.input.value.trim();
      if (event.key !== "Tab" || typed) { if (event.key !== "Tab") event.preventDefault(); }
      if (this.at >= 0 && !ADDRESS.test(typed)) { if (event.key === "Tab") event.preventDefault(); this.take(this.found[this.at]); }
      else this.takeTyped();
    } else if (event.key === "Backspace" && !this.input.value && this.chosen.length) {
      this.drop(this.chosen.at(-1));
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      this.show([]);
    }
  }
}

whenReady((root) => {
  for (const box of fresh(root, "[data-addresses]", "addresses")) new Addresses(box);
  // An answer begins above what is quoted.
  for (const text of fresh(root, "textarea[data-mail-text]", "mail-text")) text.setSelectionRange(0, 0);
});
