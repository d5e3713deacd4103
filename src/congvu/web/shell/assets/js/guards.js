// Guards: one submit per click, and a question before typed words are lost.
import { fresh, whenReady } from "./kit.js";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get" || form.method === "dialog") return;
  if (form.dataset.sending === "yes") { event.preventDefault(); return; }
  form.dataset.sending = "yes";
  form.dataset.changed = "no";
  // The button is marked after the browser has collected its name and value.
  setTimeout(() => form.querySelectorAll('button[type="submit"], button:not([type])').forEach((button) => { button.setAttribute("aria-busy", "true"); button.setAttribute("aria-disabled", "true"); }));
});
const release = (form) => {
  if (!form?.dataset) return;
  delete form.dataset.sending;
  form.querySelectorAll?.('[aria-busy="true"]').forEach((button) => { button.removeAttribute("aria-busy"); button.removeAttribute("aria-disabled"); });
};
addEventListener("pageshow", () => document.querySelectorAll('form[data-sending="yes"]').forEach(release));
document.addEventListener("htmx:afterRequest", (event) => release(event.target.closest?.("form")));

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-guard], form[data-autosave]");
  if (form) form.dataset.changed = "yes";
});
addEventListener("beforeunload", (event) => {
  if (document.querySelector('form[data-guard][data-changed="yes"], form[data-autosave][data-changed="yes"]')) event.preventDefault();
});

whenReady((root) => {
  const [summary] = fresh(root, "[data-error-summary]", "summary");
  summary?.focus();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-error-summary] a");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea") ?? field).focus();
  field.scrollIntoView({ block: "center" });
});
