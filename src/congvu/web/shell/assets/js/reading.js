// Reading before signing: a page is asked for only when it comes onto the screen, so that what the server records as shown was there.
import { fresh, whenReady } from "./kit.js";
import { say } from "./toasts.js";

class Reading {
  constructor(told) {
    this.told = told;
    this.pages = [...document.querySelectorAll(".viewer-page img")];
    this.total = Number(told.dataset.pages);
    this.shown = new Set(told.dataset.shown.split(",").filter(Boolean).map(Number));
    this.pages.forEach((image, place) => {
      const count = () => { if (image.naturalWidth) { this.shown.add(place + 1); this.tell(); } };
      if (image.complete && image.getAttribute("src")) count();
      image.addEventListener("load", count);
      // A page that did not come was not shown: it is asked for again when it is next on the screen.
      image.addEventListener("error", () => { if (image.dataset.pageSrc) { image.removeAttribute("src"); this.watch.observe(image); } });
    });
    this.watch = new IntersectionObserver((seen) => {
      for (const one of seen) if (one.isIntersecting) { this.watch.unobserve(one.target); one.target.src = one.target.dataset.pageSrc; }
    }, { threshold: 0.12 });
    this.pages.filter((image) => image.dataset.pageSrc).forEach((image) => this.watch.observe(image));
    // The PDF in its own window is recorded whole by the server; here the page only says so.
    document.querySelector("[data-whole]")?.addEventListener("click", () => { for (let page = 1; page <= this.total; page += 1) this.shown.add(page); this.tell(); });
    document.querySelector("[data-decide]")?.addEventListener("submit", (event) => {
      const missing = [...Array(this.total).keys()].map((place) => place + 1).filter((page) => !this.shown.has(page));
      if (!event.submitter?.hasAttribute("data-agree") || !missing.length) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      say(`Chưa xem trang ${missing.join(", ")}. Hãy xem hết văn bản rồi đồng ý ký.`);
      this.pages[missing[0] - 1]?.closest(".viewer-page").scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    });
    this.tell();
  }

  tell() {
    const whole = this.shown.size >= this.total;
    this.told.toggleAttribute("data-done", whole);
    this.told.querySelector("[data-seen-text]").textContent = whole ? `Đã xem đủ ${this.total}/${this.total} trang` : `Đã xem ${this.shown.size}/${this.total} trang`;
  }
}

/** The server draws the next document meanwhile; nothing of it is delivered. */
function warm(place) {
  if (!place.dataset.warm) return;
  const ask = () => setTimeout(() => fetch(place.dataset.warm, { priority: "low" }).catch(() => {}), 300);
  if (document.readyState === "complete") ask(); else addEventListener("load", ask, { once: true });
}

whenReady((root) => {
  fresh(root, "[data-seen-text]", "reading").forEach((text) => new Reading(text.closest("[data-pages]")));
  fresh(root, "[data-warm]", "warm").forEach(warm);
});
