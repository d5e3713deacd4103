// File drop: by hand or by dragging; with data-upload-url each file goes up at once, with progress and a verdict.
import { csrf, fresh, whenReady } from "./kit.js";

const MB = 1024 * 1024;
const sized = (bytes) => (bytes < MB ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / MB).toFixed(1).replace(".", ",")} MB`);

class Drop {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector('input[type="file"]');
    this.list = box.querySelector("[data-drop-list]");
    for (const kind of ["dragenter", "dragover"]) box.addEventListener(kind, (event) => { event.preventDefault(); box.dataset.over = "yes"; });
    for (const kind of ["dragleave", "drop"]) box.addEventListener(kind, () => { delete box.dataset.over; });
    box.addEventListener("drop", (event) => { event.preventDefault(); this.take([...event.dataTransfer.files]); });
    this.input.addEventListener("change", () => this.show([...this.input.files]));
  }

  take(files) {
    const kept = new DataTransfer();
    for (const file of this.input.multiple ? files : files.slice(0, 1)) kept.items.add(file);
    this.input.files = kept.files;
    this.show([...kept.files]);
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  show(files) {
    if (!this.box.dataset.uploadUrl) this.list.replaceChildren();
    for (const file of files) {
      const line = this.line(file);
      if (file.size === 0) this.judge(line, "refused", "Tệp rỗng, không có nội dung.");
      else if (file.size > Number(this.box.dataset.limitMb) * MB) this.judge(line, "refused", `Quá lớn: ${sized(file.size)}, tối đa ${this.box.dataset.limitMb} MB.`);
      else if (this.box.dataset.uploadUrl) this.send(file, line);
    }
    if (this.box.dataset.uploadUrl) this.input.value = "";
  }

  line(file) {
    const line = document.createElement("li");
    line.className = "file";
    const body = document.createElement("div");
    const small = document.createElement("small");
    small.className = "number"; small.textContent = sized(file.size);
    body.append(file.name.normalize("NFC"), small);
    line.append(document.createElement("span"), body);
    this.list.append(line);
    return line;
  }

  judge(line, state, text) {
    line.querySelector("progress")?.remove();
    const verdict = document.createElement("p");
    verdict.className = "verdict"; verdict.dataset.verdict = state;
    verdict.textContent = text;
    line.querySelector("div").append(verdict);
  }

  send(file, line) {
    const bar = document.createElement("progress");
    bar.max = 100; bar.value = 0; bar.setAttribute("aria-label", `Đang tải ${file.name} lên`);
    line.querySelector("div").append(bar);
    const request = new XMLHttpRequest();
    request.open("POST", this.box.dataset.uploadUrl);
    request.setRequestHeader("X-CSRFToken", csrf());
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100; });
    request.addEventListener("load", () => this.answered(request, line));
    request.addEventListener("error", () => this.judge(line, "refused", "Mất kết nối khi đang tải lên. Hãy thử lại."));
    const body = new FormData();
    body.append(this.input.name, file, file.name.normalize("NFC"));
    for (const tick of this.box.closest("form")?.querySelectorAll('input[name="declared"], input[name="part"]') ?? []) if (tick.checked) body.append(tick.name, tick.value);
    request.send(body);
  }

  answered(request, line) {
    let said = null;
    try { said = JSON.parse(request.responseText); } catch { /* not our answer */ }
    if (request.status === 401) document.getElementById("phien-het-han")?.showModal();
    if (!said?.verdict) { this.judge(line, "refused", `Máy chủ chưa nhận tệp (lỗi ${request.status}).`); return; }
    this.judge(line, said.verdict.state, said.verdict.text);
    if (said.key) line.append(Object.assign(document.createElement("input"), { type: "hidden", name: `${this.input.name}_key`, value: said.key }));
  }
}

whenReady((root) => fresh(root, "[data-drop]", "drop").forEach((box) => new Drop(box)));
