// Recipient and people pickers: filter without diacritics, groups, select all, chosen ones as chips, the number in the button.
import { fold, fresh, whenReady } from "./kit.js";

const MANY = 24;

class Picker {
  constructor(box) {
    this.box = box;
    this.items = [...box.querySelectorAll("[data-picker-item]")].map((element) => ({
      element,
      words: fold(element.textContent),
      input: element.querySelector('input[type="checkbox"], input[type="radio"]'),
      roles: [...element.querySelectorAll("[data-person-role]")],
    }));
    box.querySelectorAll("[data-picker-script]").forEach((one) => { one.hidden = false; });
    box.querySelector("[data-picker-filter]")?.addEventListener("input", (event) => this.filter(event.target.value));
    box.querySelector("[data-picker-filter]")?.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); this.takeOnly(); } });
    box.addEventListener("change", (event) => this.changed(event.target));
    box.addEventListener("click", (event) => this.clicked(event));
    this.count();
  }

  shown() { return this.items.filter((item) => !item.element.hidden); }
  chosen() { return this.items.filter((item) => (item.roles.length ? item.roles.some((role) => role.checked && role.value) : item.input.checked)); }

  filter(typed) {
    const words = fold(typed.trim()).split(/\s+/).filter(Boolean);
    for (const item of this.items) item.element.hidden = !words.every((word) => item.words.includes(word));
    for (const group of this.box.querySelectorAll("[data-picker-group]")) {
      group.hidden = ![...group.querySelectorAll("[data-picker-item]")].some((element) => !element.hidden);
      if (words.length) group.open = true;
    }
    this.box.querySelector("[data-picker-none]").hidden = this.shown().length > 0;
    this.count();
  }

  takeOnly() {
    const found = this.shown();
    if (found.length === 1 && found[0].input && !found[0].roles.length) found[0].input.click();
  }

  set(items, on) {
    for (const item of items) if (item.input && !item.input.disabled) item.input.checked = on;
    this.count();
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  changed(target) {
    if (target.matches("[data-picker-all]")) { this.set(this.shown(), target.checked); return; }
    if (target.matches("[data-group-all]")) {
      const group = target.closest("[data-picker-group]");
      this.set(this.shown().filter((item) => group.contains(item.element)), target.checked);
      return;
    }
    // One person only may hold the single role: the former one falls back to none.
    if (target.matches("[data-person-role]") && this.box.dataset.single && target.value === this.box.dataset.single) {
      for (const item of this.items) for (const role of item.roles) if (role !== target && role.checked && role.value === target.value) item.roles.at(-1).checked = true;
    }
    this.count();
  }

  clicked(event) {
    const preset = event.target.closest("[data-picker-preset]");
    if (preset) { const ids = new Set(preset.dataset.pickerPreset.split(" ")); this.set(this.items.filter((item) => ids.has(item.input.value)), true); }
    if (event.target.closest("[data-picker-clear]")) this.set(this.items, false);
    const drop = event.target.closest("[data-drop-value]");
    if (drop) { this.set(this.items.filter((item) => item.input.value === drop.dataset.dropValue), false); this.box.querySelector("[data-picker-filter]")?.focus(); }
  }

  count() {
    const chosen = this.chosen();
    const noun = this.box.dataset.noun;
    const sum = this.box.querySelector("[data-picker-sum]");
    if (sum) sum.textContent = chosen.length ? `Đã chọn ${chosen.length} ${noun}` : `Chưa chọn ${noun} nào`;
    for (const group of this.box.querySelectorAll("[data-picker-group]")) {
      const inside = this.items.filter((item) => group.contains(item.element));
      const on = inside.filter((item) => chosen.includes(item)).length;
      group.querySelector("[data-group-sum]").textContent = on ? `${on}/${inside.length}` : String(inside.length);
      const open = inside.filter((item) => !item.element.hidden && !item.input?.disabled);
      this.tick(group.querySelector("[data-group-all]"), open.filter((item) => chosen.includes(item)).length, open.length);
    }
    // "Chọn tất cả" speaks of what the filter shows.
    const shown = this.shown().filter((item) => !item.input?.disabled);
    this.tick(this.box.querySelector("[data-picker-all]"), shown.filter((item) => chosen.includes(item)).length, shown.length);
    const clear = this.box.querySelector("[data-picker-clear]");
    if (clear) clear.hidden = chosen.length === 0;
    this.chips(chosen);
    for (const button of document.querySelectorAll(`[data-counted="${this.box.id}"]`)) {
      const here = button.querySelector("[data-count-here]");
      if (here) here.textContent = chosen.length ? ` (${chosen.length})` : "";
      button.toggleAttribute("disabled", chosen.length === 0);
    }
  }

  tick(box, on, all) {
    if (!box) return;
    box.checked = all > 0 && on >= all;
    box.indeterminate = on > 0 && on < all;
  }

  chips(chosen) {
    const place = this.box.querySelector("[data-picker-chosen]");
    if (!place) return;
    place.replaceChildren();
    if (!chosen.length || chosen.length > MANY) return;
    for (const item of chosen) {
      const chip = document.createElement("span");
      chip.className = "chip";
      const name = item.element.querySelector("span").firstChild.textContent.trim();
      const drop = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
      drop.setAttribute("aria-label", `Bỏ ${name}`);
      drop.dataset.dropValue = item.input.value;
      chip.append(name, drop);
      place.append(chip);
    }
  }
}

whenReady((root) => fresh(root, "[data-picker]", "picker").forEach((box) => new Picker(box)));
