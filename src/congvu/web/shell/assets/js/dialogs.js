// Dialogs, menus and explanation panels.
import { fresh, whenReady } from "./kit.js";

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog]");
  if (opener) {
    const wanted = document.getElementById(opener.dataset.dialog);
    if (wanted?.showModal) {
      event.preventDefault();
      opener.closest("details.menu")?.removeAttribute("open");
      wanted.showModal();
      wanted.querySelector(FIRST_FIELD)?.focus();
    }
  }
  if (event.target.closest?.("[data-dialog-close]")) event.target.closest("dialog")?.close();
  // A click on the veil closes a dialog in which nothing was typed.
  if (event.target.matches?.("dialog.dialog[open]") && !event.target.querySelector('[data-changed="yes"]')) event.target.close();
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  if (event.target.closest?.("[data-print]")) window.print();
  if (event.target.closest?.("[data-history-back]")) history.back();
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  const items = [...menu.querySelectorAll(".menu-item")];
  const now = items.indexOf(document.activeElement);
  if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); }
  else if (event.key === "ArrowDown") items[(now + 1) % items.length]?.focus();
  else if (event.key === "ArrowUp") items[(now - 1 + items.length) % items.length]?.focus();
  else return;
  event.preventDefault();
});
document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});

/** Beside its button and inside the window; a phone shows it as a sheet (style sheet). */
function place(panel, button) {
  if (!button || matchMedia("(max-width: 47.99rem)").matches) { delete panel.dataset.placed; return; }
  panel.dataset.placed = "yes";
  const spot = button.getBoundingClientRect();
  const wide = panel.offsetWidth;
  const tall = panel.offsetHeight;
  const below = innerHeight - spot.bottom > tall + 12 || spot.top < tall + 12;
  const top = below ? Math.min(spot.bottom + 6, innerHeight - tall - 8) : spot.top - tall - 6;
  panel.style.setProperty("top", `${Math.max(8, top)}px`);
  panel.style.setProperty("left", `${Math.max(8, Math.min(spot.left - 16, innerWidth - wide - 8))}px`);
}

// Ctrl+Enter carries out what the open dialog asks, also from inside a long text.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest?.("dialog[open] form[method=post]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[type=submit]"));
});

const FIRST_FIELD = "[aria-invalid=true], [autofocus], .dialog-body input:not([type=hidden]), .dialog-body textarea, .button-primary, .button-danger";

whenReady((root) => {
  // The server sent it open because something in it was refused: make it modal again.
  for (const opened of fresh(root, "dialog[data-opened]", "opened")) {
    opened.close();
    opened.showModal();
    opened.querySelector(FIRST_FIELD)?.focus();
  }
  for (const panel of fresh(root, ".why-panel[popover]", "place")) {
    panel.addEventListener("toggle", (event) => {
      if (event.newState !== "open") return;
      const button = document.querySelector(`.why-button[popovertarget="${panel.id}"]`);
      place(panel, button);
      panel.querySelector(".dialog-close")?.focus({ preventScroll: true });
    });
    panel.addEventListener("htmx:afterSwap", () => place(panel, document.querySelector(`.why-button[popovertarget="${panel.id}"]`)));
  }
  for (const title of fresh(root, "[data-clamp]", "clamp")) {
    title.dataset.clamped = "yes";
    if (title.scrollHeight <= title.clientHeight + 2) { delete title.dataset.clamped; continue; }
    const more = document.createElement("button");
    more.type = "button"; more.className = "link-button tiny clamp-more"; more.textContent = "Xem hết trích yếu";
    more.setAttribute("aria-expanded", "false");
    more.addEventListener("click", () => {
      const open = "clamped" in title.dataset;
      if (open) delete title.dataset.clamped; else title.dataset.clamped = "yes";
      more.textContent = open ? "Thu gọn" : "Xem hết trích yếu";
      more.setAttribute("aria-expanded", String(open));
    });
    const line = title.parentElement.querySelector(":scope > .tag-list");
    if (line && !matchMedia("(max-width: 47.99rem)").matches) line.append(more); else title.after(more);
  }
});
