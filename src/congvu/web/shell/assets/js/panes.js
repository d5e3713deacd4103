// Split panes (width kept on this machine), the rail, density, and which pane a phone shows.
import { fresh, look, whenReady } from "./kit.js";

const root = document.documentElement;

function setWidth(handle, wide) {
  const least = Number(handle.getAttribute("aria-valuemin"));
  const most = Math.min(Number(handle.getAttribute("aria-valuemax")), innerWidth * (handle.dataset.splitHandle === "print" ? 0.6 : 0.4));
  const now = Math.round(Math.max(least, Math.min(most, wide)));
  root.style.setProperty(`--${handle.dataset.splitHandle}-width`, `${now}px`);
  handle.setAttribute("aria-valuenow", String(now));
  return now;
}

function paneOf(handle) { return handle.dataset.splitHandle === "list" ? handle.previousElementSibling : handle.nextElementSibling; }

function watch(handle) {
  const side = handle.dataset.splitHandle === "side" ? -1 : 1;
  const width = () => paneOf(handle).getBoundingClientRect().width;
  if (look.read()[handle.dataset.splitHandle]) handle.setAttribute("aria-valuenow", String(look.read()[handle.dataset.splitHandle]));
  handle.addEventListener("pointerdown", (event) => {
    const from = event.clientX;
    const start = width();
    handle.setPointerCapture(event.pointerId);
    handle.dataset.dragging = "yes";
    const move = (moved) => setWidth(handle, start + side * (moved.clientX - from));
    const stop = () => { delete handle.dataset.dragging; handle.removeEventListener("pointermove", move); look.keep({ [handle.dataset.splitHandle]: Math.round(width()) }); };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", stop, { once: true });
    handle.addEventListener("pointercancel", stop, { once: true });
  });
  handle.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
    if (!step) return;
    event.preventDefault();
    look.keep({ [handle.dataset.splitHandle]: setWidth(handle, width() + side * step) });
  });
  handle.addEventListener("dblclick", () => { root.style.removeProperty(`--${handle.dataset.splitHandle}-width`); look.keep({ [handle.dataset.splitHandle]: 0 }); });
}

function showBottom() {
  const acting = [...document.querySelectorAll(".work [data-action-bar]")].some((bar) => bar.getClientRects().length > 0);
  document.querySelector(".app")?.toggleAttribute("data-acting", acting);
}

whenReady((scope) => {
  fresh(scope, "[data-split-handle]", "split").forEach(watch);
  // The bottom bar makes room for the action bar of the page.
  showBottom();
});

document.addEventListener("click", (event) => {
  const show = event.target.closest?.("[data-pane-show]");
  if (show) {
    event.preventDefault();
    const split = show.closest(".split");
    split.dataset.pane = show.dataset.paneShow;
    split.querySelectorAll("[data-pane-show]").forEach((one) => { if (one === show) one.setAttribute("aria-current", "true"); else one.removeAttribute("aria-current"); });
    showBottom();
    scrollTo({ top: 0 });
  }
  if (event.target.closest?.("[data-rail-switch]")) {
    const narrow = document.querySelector(".rail").getBoundingClientRect().width < 150;
    root.dataset.rail = narrow ? "wide" : "narrow";
    look.keep({ rail: root.dataset.rail });
  }
  if (event.target.closest?.("[data-density-switch]")) {
    const next = root.dataset.density === "gon" ? "thoang" : "gon";
    root.dataset.density = next;
    look.keep({ density: next });
  }
});
