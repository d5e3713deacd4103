// A countdown of whole seconds: data-countdown="178" counts from the moment the page came (the clocks of two machines differ).
import { fresh, whenReady } from "./kit.js";

function written(seconds) { return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`; }

whenReady((root) => {
  for (const clock of fresh(root, "[data-countdown]", "countdown")) {
    const ends = performance.now() + Number(clock.dataset.countdown) * 1000;
    const tick = () => {
      const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
      clock.textContent = written(left);
      clock.dataset.tone = left > 60 ? "" : left >= 30 ? "due" : "late";
      const note = document.querySelector("[data-countdown-over]");
      if (note) note.hidden = left > 0;
      if (left === 0 || !clock.isConnected) clearInterval(beat);
    };
    const beat = setInterval(tick, 500);
    tick();
  }
});
