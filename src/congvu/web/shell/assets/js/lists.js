// Lists: j and k walk over rows of all groups (or go through the documents of a sitting), x ticks, shift-click ticks a range, the bulk bar counts.
import { fresh, whenReady } from "./kit.js";
import { onKey } from "./keys.js";

const links = () => [...document.querySelectorAll("[data-row] .row-link")].filter((link) => link.offsetParent !== null);

function walk(step) {
  const all = links();
  if (!all.length) return false;
  const active = document.activeElement?.closest?.("[data-row]");
  let place = all.findIndex((link) => (active ? active.contains(link) : link.closest('[aria-current="true"]')));
  place = place < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, place + step));
  all[place].focus();
  all[place].closest("[data-row]").scrollIntoView({ block: "nearest" });
  return true;
}
/** Where documents are gone through one by one, j and k go to the next and the previous of them. */
function step(where) {
  const link = document.querySelector(`a[data-step="${where}"]`);
  link?.click();
  return Boolean(link);
}
onKey("j", () => (document.querySelector("[data-warm]") ? step("next") : walk(1)));
onKey("k", () => (document.querySelector("[data-warm]") ? step("previous") : walk(-1)));
onKey("x", () => {
  const pick = document.activeElement?.closest?.("[data-row]")?.querySelector("[data-pick]");
  pick?.click();
  return Boolean(pick);
});

function showBulk(scope) {
  const bar = scope.querySelector("[data-bulk-bar]");
  if (!bar) return;
  const number = scope.querySelectorAll("[data-pick]:checked").length;
  bar.hidden = number === 0;
  bar.querySelector("[data-bulk-count]").textContent = number;
}

let last = null;
document.addEventListener("click", (event) => {
  const pick = event.target.closest?.("[data-pick]");
  if (pick) {
    const all = [...document.querySelectorAll("[data-pick]")];
    if (event.shiftKey && last) {
      const [from, to] = [all.indexOf(last), all.indexOf(pick)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((one) => { one.checked = pick.checked; });
    }
    last = pick;
    showBulk(pick.closest("form, .pane, main") ?? document);
  }
  const all = event.target.closest?.("[data-bulk-all]");
  if (all || event.target.closest?.("[data-bulk-clear]")) {
    const scope = event.target.closest("form, .pane, main") ?? document;
    scope.querySelectorAll("[data-pick]").forEach((one) => { one.checked = Boolean(all); });
    showBulk(scope);
  }
});

whenReady((root) => {
  for (const bar of fresh(root, "[data-bulk-bar]", "bulk")) showBulk(bar.closest("form, .pane, main") ?? document);
  for (const chips of fresh(root, "[data-filter-for]", "timeline")) {
    const target = document.getElementById(chips.dataset.filterFor);
    if (!target) continue;
    chips.hidden = false;
    chips.addEventListener("click", (event) => {
      const chip = event.target.closest("[data-kind]");
      if (!chip) return;
      const on = chip.getAttribute("aria-pressed") !== "true";
      chip.setAttribute("aria-pressed", String(on));
      target.querySelectorAll(`.timeline-entry[data-kind="${chip.dataset.kind}"]`).forEach((entry) => { entry.hidden = !on; });
    });
  }
});
