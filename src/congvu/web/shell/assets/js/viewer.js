// Page viewer: zoom, next and previous page, thumbnails, plain words, and words that can be marked over the picture.
import { fresh, whenReady } from "./kit.js";

const STEPS = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3];

class Viewer {
  constructor(box) {
    this.box = box;
    this.pages = [...box.querySelectorAll(".viewer-page")];
    this.sheet = box.querySelector(".viewer-pages");
    this.now = 0;
    this.zoom = 1;
    box.querySelector(".viewer-bar").addEventListener("click", (event) => this.act(event.target.closest("[data-viewer-act]")?.dataset.viewerAct));
    this.sheet.addEventListener("keydown", (event) => {
      const act = { "+": "larger", "=": "larger", "-": "smaller", 0: "fit", PageDown: "next", PageUp: "previous" }[event.key];
      if (act && !event.ctrlKey && !event.metaKey) { event.preventDefault(); event.stopPropagation(); this.act(act); }
    });
    box.querySelector(".viewer-thumbs")?.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (link) { event.preventDefault(); this.go(Number(link.hash.split("-").at(-1)) - 1); }
    });
    const watch = new IntersectionObserver((seen) => {
      for (const one of seen) if (one.isIntersecting) { this.words(one.target); if (one.intersectionRatio > 0.4 || seen.length === 1) this.mark(this.pages.indexOf(one.target)); }
    }, { threshold: [0.01, 0.45] });
    this.pages.forEach((page) => watch.observe(page));
  }

  act(name) {
    if (name === "next") this.go(this.now + 1);
    else if (name === "previous") this.go(this.now - 1);
    else if (name === "larger") this.scale(STEPS.find((step) => step > this.zoom + 0.01) ?? this.zoom);
    else if (name === "smaller") this.scale(STEPS.findLast((step) => step < this.zoom - 0.01) ?? this.zoom);
    else if (name === "fit") this.scale(1, true);
    else if (name === "thumbs") { const list = this.box.querySelector(".viewer-thumbs"); list.hidden = !list.hidden; this.press(name, !list.hidden); }
    else if (name === "text") { const on = this.box.dataset.view !== "text"; this.box.dataset.view = on ? "text" : "image"; this.press(name, on); }
  }

  press(name, on) { this.box.querySelector(`[data-viewer-act="${name}"]`).setAttribute("aria-pressed", String(on)); }

  go(place) {
    const page = this.pages[Math.max(0, Math.min(this.pages.length - 1, place))];
    page?.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    if (page) this.mark(this.pages.indexOf(page));
  }

  mark(place) {
    this.now = place;
    this.box.querySelector("[data-viewer-page]").textContent = `${place + 1}/${this.pages.length}`;
    this.box.querySelectorAll(".viewer-thumbs a").forEach((link, index) => { if (index === place) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current"); });
  }

  scale(to, fit = false) {
    this.zoom = to;
    this.box.toggleAttribute("data-zoomed", !fit);
    this.box.style.setProperty("--zoom", String(to));
    this.box.querySelector("[data-viewer-zoom]").textContent = fit ? "Vừa khung" : `${Math.round(to * 100)} %`;
    this.pages.forEach((page) => this.fitWords(page));
  }

  async words(page) {
    if (!page.dataset.words || page.dataset.wordsTaken) return;
    page.dataset.wordsTaken = "yes";
    try {
      const answer = await fetch(page.dataset.words);
      if (!answer.ok) return;
      const { width, height, lines } = await answer.json();
      const layer = document.createElement("div");
      layer.className = "viewer-words";
      for (const [x, y, w, h, text] of lines) {
        const span = document.createElement("span");
        span.textContent = text;
        span.congvuBox = [x / width, y / height, w / width, h / height];
        layer.append(span);
      }
      page.append(layer);
      this.fitWords(page);
    } catch { delete page.dataset.wordsTaken; }
  }

  fitWords(page) {
    const tall = page.clientHeight;
    const wide = page.clientWidth;
    for (const span of page.querySelectorAll(".viewer-words span")) {
      const [x, y, w, h] = span.congvuBox;
      span.style.setProperty("left", `${x * 100}%`);
      span.style.setProperty("top", `${y * 100}%`);
      span.style.setProperty("font-size", `${h * tall}px`);
      span.style.setProperty("transform", "none");
      span.style.setProperty("transform", `scaleX(${(w * wide) / (span.offsetWidth || 1)})`);
    }
  }
}

whenReady((root) => fresh(root, "[data-viewer]", "viewer").forEach((box) => new Viewer(box)));
