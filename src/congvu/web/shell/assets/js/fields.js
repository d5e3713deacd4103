// Fields: character counters, and dates typed as officials type them (14/2/22, 14022022, hôm nay).
import { fresh, whenReady } from "./kit.js";

const WEEKDAYS = ["Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"];
const two = (number) => String(number).padStart(2, "0");

/** "14/2/22" -> Date at noon UTC, or null when there is no such day. */
export function readDay(typed) {
  const text = typed.trim().toLowerCase();
  if (text === "hôm nay" || text === "hom nay") return new Date();
  const found = text.match(/^(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4}|\d{2})$/) ?? text.match(/^(\d{2})(\d{2})(\d{4}|\d{2})$/);
  if (!found) return null;
  const [day, month, year] = [Number(found[1]), Number(found[2]), Number(found[3]) + (found[3].length === 2 ? 2000 : 0)];
  const made = new Date(Date.UTC(year, month - 1, day, 12));
  return made.getUTCDate() === day && made.getUTCMonth() === month - 1 ? made : null;
}

const written = (date) => `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)}/${date.getUTCFullYear()}`;

/** "7h30", "730", "7:30" -> "07:30"; "" when it is no time of day. */
export function readTime(typed) {
  const found = typed.trim().match(/^(\d{1,2})\s*[:hg.]\s*(\d{0,2})$/i) ?? typed.trim().match(/^(\d{1,2})(\d{2})$/);
  if (!found || Number(found[1]) > 23 || Number(found[2] || 0) > 59) return "";
  return `${two(found[1])}:${two(Number(found[2] || 0))}`;
}

class MomentField {
  constructor(box) {
    this.box = box;
    this.day = box.querySelector("[data-date]");
    this.time = box.querySelector("[data-time]");
    this.echo = box.querySelector("[data-date-echo]");
    this.native = box.querySelector("[data-date-native]");
    this.day.addEventListener("change", () => this.read());
    this.time?.addEventListener("change", () => { this.time.value = readTime(this.time.value) || this.time.value; this.read(); });
    box.querySelector("[data-date-open]").addEventListener("click", () => this.open());
    this.native.addEventListener("change", () => { this.day.value = this.native.value.split("-").reverse().join("/"); this.read(); this.day.dispatchEvent(new Event("input", { bubbles: true })); });
    if (this.day.value) this.read();
  }

  open() {
    const date = readDay(this.day.value);
    if (date) this.native.value = date.toISOString().slice(0, 10);
    if (this.native.showPicker) this.native.showPicker(); else this.day.focus();
  }

  read() {
    const typed = this.day.value.trim();
    const date = readDay(typed);
    if (!typed) { this.echo.textContent = ""; return; }
    if (!date) { this.echo.textContent = "Chưa đọc được ngày. Hãy gõ dạng 14/02/2022."; return; }
    this.day.value = written(date);
    this.echo.textContent = `${this.time?.value ? `${this.time.value}, ` : ""}${WEEKDAYS[date.getUTCDay()]} ${written(date)}`;
    this.ask();
  }

  /** One sentence about working time, from the server: only it knows the calendar. */
  async ask() {
    if (!this.box.dataset.checkUrl) return;
    const address = new URL(this.box.dataset.checkUrl, location.href);
    address.searchParams.set("date", this.day.value);
    address.searchParams.set("time", this.time?.value ?? "");
    try {
      const answer = await fetch(address);
      if (answer.ok) this.echo.textContent = await answer.text();
    } catch { /* the weekday alone stays */ }
  }
}

whenReady((root) => {
  fresh(root, "[data-moment-field]", "moment").forEach((box) => new MomentField(box));
  for (const field of fresh(root, "[data-limit]", "limit")) {
    const place = document.querySelector(`[data-count-for="${field.id}"]`);
    const most = Number(field.dataset.limit);
    const show = () => {
      const now = [...field.value.normalize("NFC")].length;
      place.textContent = now > most ? `Quá ${now - most} ký tự (${now}/${most})` : `${now}/${most}`;
      place.toggleAttribute("data-over", now > most);
    };
    if (place) { field.addEventListener("input", show); show(); }
  }
});
