// Tabs over panels of the same page: arrows move, the address keeps the open one. Without a script all panels stand in a row.
import { fresh, whenReady } from "./kit.js";

function open(list, tab, focus = false) {
  for (const one of list.querySelectorAll('[role="tab"]')) {
    const on = one === tab;
    one.setAttribute("aria-selected", String(on));
    one.tabIndex = on ? 0 : -1;
    const panel = document.getElementById(one.getAttribute("aria-controls"));
    if (panel) panel.hidden = !on;
  }
  if (focus) tab.focus();
}

/** A row of tabs that goes on to the right fades there. */
function fade(list) {
  const show = () => list.toggleAttribute("data-more", list.scrollWidth - list.clientWidth - list.scrollLeft > 8);
  list.addEventListener("scroll", show, { passive: true });
  new ResizeObserver(show).observe(list);
  list.querySelector('[aria-selected="true"], [aria-current]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

whenReady((root) => {
  fresh(root, ".tabs", "fade").forEach(fade);
  for (const list of fresh(root, "[data-tabs]", "tabs")) {
    const all = [...list.querySelectorAll('[role="tab"]')];
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const wanted = target && all.find((tab) => document.getElementById(tab.getAttribute("aria-controls"))?.contains(target));
    open(list, wanted || all.find((tab) => tab.getAttribute("aria-selected") === "true") || all[0]);
    list.addEventListener("click", (event) => {
      const tab = event.target.closest('[role="tab"]');
      if (!tab) return;
      event.preventDefault();
      open(list, tab);
      history.replaceState(null, "", tab.hash);
    });
    list.addEventListener("keydown", (event) => {
      const now = all.indexOf(document.activeElement);
      const next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: all.length - 1 }[event.key];
      if (next === undefined || now < 0) return;
      event.preventDefault();
      open(list, all[(next + all.length) % all.length], true);
    });
  }
});
