// Editor: marks round the chosen words or before the chosen lines; the browser's own undo keeps working.
import { fresh, whenReady } from "./kit.js";

const ROUND = { bold: "**", italic: "_" };
const BEFORE = { heading: () => "# ", list: () => "- ", "list-numbered": (place) => `${place + 1}. ` };
const TABLE = "\n| STT | Nội dung | Ghi chú |\n| --- | --- | --- |\n| 1 |  |  |\n";

function put(area, text) {
  area.focus();
  // execCommand is the only way that keeps the undo history of a text area.
  if (!document.execCommand("insertText", false, text)) { area.setRangeText(text, area.selectionStart, area.selectionEnd, "end"); area.dispatchEvent(new Event("input", { bubbles: true })); }
}

function round(area, mark) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const words = value.slice(from, to);
  if (words.startsWith(mark) && words.endsWith(mark) && words.length > 2 * mark.length) put(area, words.slice(mark.length, -mark.length));
  else { put(area, mark + words + mark); if (!words) area.setSelectionRange(from + mark.length, from + mark.length); }
}

function before(area, mark) {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const stop = area.value.indexOf("\n", area.selectionEnd);
  area.setSelectionRange(start, stop < 0 ? area.value.length : stop);
  const lines = area.value.slice(area.selectionStart, area.selectionEnd).split("\n");
  const marked = lines.every((line, place) => line.startsWith(mark(place)));
  put(area, lines.map((line, place) => (marked ? line.slice(mark(place).length) : mark(place) + line.replace(/^(#+ |- |\d+\. )/, ""))).join("\n"));
}

function act(area, name) {
  if (ROUND[name]) round(area, ROUND[name]);
  else if (BEFORE[name]) before(area, BEFORE[name]);
  else if (name === "table") put(area, TABLE);
  else if (name === "undo") { area.focus(); document.execCommand("undo"); }
}

/** Enter in a list begins the next item; Enter on an empty item ends the list. */
function continueList(area, event) {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const line = area.value.slice(start, area.selectionStart);
  const item = line.match(/^(- |(\d+)\. )(.*)$/);
  if (!item) return;
  event.preventDefault();
  if (!item[3].trim()) { area.setSelectionRange(start, area.selectionStart); put(area, "\n"); } else put(area, `\n${item[2] ? `${Number(item[2]) + 1}. ` : "- "}`);
}

whenReady((root) => {
  for (const box of fresh(root, "[data-editor]", "editor")) {
    const area = box.querySelector("textarea");
    const count = box.querySelector("[data-editor-count]");
    const show = () => { count.textContent = `${area.value.trim() ? area.value.trim().split(/\s+/).length : 0} chữ`; };
    box.querySelector(".editor-bar").addEventListener("click", (event) => { const button = event.target.closest("[data-editor-act]"); if (button) act(area, button.dataset.editorAct); });
    area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) continueList(area, event);
      const mark = (event.ctrlKey || event.metaKey) && { b: "bold", i: "italic" }[event.key.toLowerCase()];
      if (mark) { event.preventDefault(); act(area, mark); }
    });
    area.addEventListener("input", show);
    show();
  }
});
