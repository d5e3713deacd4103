// Quét mã QR: the camera, or a picture that the visitor chooses; both are read on this machine alone.
// The browser's own reader where it has one; else ours, fetched only when somebody asks to scan.
const CODE = /(?:^|\/)([2-9A-HJ-NP-Z]{16,24})\/?$/i;
const PAUSE = 200;
const LARGEST = 2400;

async function readerOf(box) {
  const native = globalThis.BarcodeDetector;
  if (native && (await native.getSupportedFormats().catch(() => [])).includes("qr_code")) return new native({ formats: ["qr_code"] });
  const { makeReader } = await import(box.dataset.reader);
  return makeReader();
}

class Scan {
  constructor(box) {
    this.box = box;
    this.part = (name) => box.querySelector(`[data-scan-${name}]`);
    this.part("camera").addEventListener("click", () => this.open());
    this.part("stop").addEventListener("click", () => this.stop("Đã dừng quét."));
    this.part("picture").addEventListener("click", () => this.part("file").click());
    this.part("file").addEventListener("change", (event) => this.readPicture(event.target));
    addEventListener("pagehide", () => this.stop());
    box.hidden = false;
  }

  say(text) { this.part("note").textContent = text; }

  async reader() {
    this.made ??= readerOf(this.box);
    try { return await this.made; } catch (fault) { this.made = null; throw fault; }
  }

  async open() {
    if (!navigator.mediaDevices?.getUserMedia) { this.say("Trình duyệt này không cho dùng máy ảnh ở đây. Hãy chụp mã QR rồi dùng “Chọn ảnh có mã QR”."); return; }
    this.say("Đang mở máy ảnh…");
    try {
      const [stream, reader] = await Promise.all([navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }), this.reader()]);
      this.stream = stream;
      await this.show();
      this.say("Đưa mã QR vào giữa khung hình.");
      this.watch(reader);
    } catch (fault) {
      this.stop(fault.name === "NotAllowedError" ? "Chưa được phép dùng máy ảnh. Hãy cho phép trong trình duyệt, hoặc dùng “Chọn ảnh có mã QR”."
        : fault.name === "NotFoundError" ? "Máy này không có máy ảnh. Hãy dùng “Chọn ảnh có mã QR”."
        : "Chưa mở được máy ảnh. Hãy thử lại, hoặc dùng “Chọn ảnh có mã QR”.");
    }
  }

  async show() {
    const view = this.part("view");
    view.srcObject = this.stream;
    view.hidden = this.part("stop").hidden = false;
    this.part("camera").hidden = true;
    await view.play();
  }

  async watch(reader) {
    while (this.stream) {
      const found = await reader.detect(this.part("view")).catch(() => []);
      if (this.stream && found.length && this.take(found)) return;
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  }

  stop(text = "") {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    const view = this.part("view");
    view.srcObject = null;
    view.hidden = this.part("stop").hidden = true;
    this.part("camera").hidden = false;
    if (text) this.say(text);
  }

  async readPicture(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    this.say("Đang đọc ảnh…");
    try {
      const found = await (await this.reader()).detect(await picture(file));
      if (!found.length) this.say("Không thấy mã QR trong ảnh. Hãy chụp gần hơn, đủ sáng, rồi chọn lại.");
      else this.take(found);
    } catch { this.say("Không đọc được ảnh này. Hãy chọn ảnh PNG hoặc JPEG khác."); }
  }

  /** True when the code is one of ours, and the page is on its way. */
  take(found) {
    const code = found.map((one) => CODE.exec(one.rawValue.trim())?.[1]).find(Boolean);
    if (!code) { this.say("Mã QR này không phải mã kiểm tra văn bản của Hệ thống."); return false; }
    this.stop("Đã đọc được mã, đang kiểm tra…");
    location.assign(`${this.box.dataset.codeBase}${code.toUpperCase()}/`);
    return true;
  }
}

async function picture(file) {
  const whole = await createImageBitmap(file);
  const share = LARGEST / Math.max(whole.width, whole.height);
  return share >= 1 ? whole : createImageBitmap(whole, { resizeWidth: Math.round(whole.width * share), resizeHeight: Math.round(whole.height * share), resizeQuality: "high" });
}

document.querySelectorAll("[data-scan]").forEach((box) => new Scan(box));
