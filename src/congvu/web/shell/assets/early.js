// Before the first paint: density, rail and pane widths as this person left them, so that nothing moves afterwards.
(() => {
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem("congvu.look") || "{}"); } catch { /* a private window has no store */ }
  const root = document.documentElement;
  if (kept.density) root.dataset.density = kept.density;
  if (kept.rail) root.dataset.rail = kept.rail;
  for (const pane of ["list", "side", "print"]) if (kept[pane]) root.style.setProperty(`--${pane}-width`, `${kept[pane]}px`);
  root.dataset.script = "on";
})();
