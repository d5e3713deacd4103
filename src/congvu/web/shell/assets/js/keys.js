// One-letter shortcuts: off while typing, off when the person switched them off, never with Ctrl, Alt or Meta.
import { fresh, isTyping, look, whenReady } from "./kit.js";

const bound = new Map();

/** Bind a single key for the whole page. */
export function onKey(key, act) { bound.set(key, act); }

function pressButtonOf(key) {
  const wanted = [...document.querySelectorAll("[data-shortcut]")].find((one) => one.dataset.shortcut.toLowerCase() === key && one.offsetParent !== null && !one.disabled);
  wanted?.click();
  return Boolean(wanted);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (isTyping(event.target) || look.read().keys === false || document.querySelector("dialog[open]")) return;
  const act = bound.get(event.key) ?? bound.get(event.key.toLowerCase());
  if (act ? act(event) !== false : event.key.length === 1 && pressButtonOf(event.key.toLowerCase())) event.preventDefault();
});

onKey("?", () => document.getElementById("phim-tat")?.showModal());

whenReady((root) => {
  for (const box of fresh(root, "[data-keys-switch]", "keys")) {
    box.checked = look.read().keys !== false;
    box.addEventListener("change", () => look.keep({ keys: box.checked }));
  }
});
