// What the other modules share: readiness after each htmx swap, look kept on this machine, folded words, requests.
const starters = [];

/** Run `start(root)` now and again for whatever htmx brings in later. */
export function whenReady(start) {
  starters.push(start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => start(document));
  else start(document);
}
document.addEventListener("htmx:load", (event) => starters.forEach((start) => start(event.detail.elt)));

/** Every element that matches in `root`, itself included, once only per `mark`. */
export function fresh(root, selector, mark) {
  const found = [...(root.querySelectorAll?.(selector) ?? [])];
  if (root.matches?.(selector)) found.unshift(root);
  return found.filter((element) => {
    const seen = (element.congvu ??= new Set());
    if (seen.has(mark)) return false;
    seen.add(mark);
    return true;
  });
}

export const look = {
  read() { try { return JSON.parse(localStorage.getItem("congvu.look") || "{}"); } catch { return {}; } },
  keep(changes) { try { localStorage.setItem("congvu.look", JSON.stringify({ ...look.read(), ...changes })); } catch { /* no store */ } },
};

/** "Nuôi tôm Đặng" -> "nuoi tom dang". */
export function fold(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
}

export function csrf() { return document.querySelector('meta[name="csrf-token"]')?.content ?? ""; }

/** True while the person types, so that one-letter shortcuts stay silent. */
export function isTyping(target) {
  return Boolean(target?.closest?.('input:not([type="checkbox"]):not([type="radio"]):not([type="button"]), textarea, select, [contenteditable="true"]'));
}

export function clockNow() { return new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" }); }

/** Did the answer come from the sign-in page? Then the session is over. */
export function signedOut(answer) { return answer.status === 401 || (answer.redirected && /\/dang-nhap\//.test(answer.url)); }

document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = csrf(); });
