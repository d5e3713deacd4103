// A reader of QR codes for browsers without one of their own; its WebAssembly lies beside this file.
import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill";

export async function makeReader() {
  await prepareZXingModule({ overrides: { locateFile: (name) => new URL(name, import.meta.url).href }, fireImmediately: true });
  return new BarcodeDetector({ formats: ["qr_code"] });
}
