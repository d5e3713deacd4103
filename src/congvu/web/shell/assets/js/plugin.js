// The signing program on this machine (VGCA Sign Service): one text out, one text back, over a socket on the loopback.
// What it answers only moves the page; whether a document is signed is asked of our own server.
import { csrf, fresh, signedOut, whenReady } from "./kit.js";

const OPENING_MS = 20_000; // the browser may ask the person first whether the page may reach this machine
const ABSENT = "Không kết nối được phần mềm ký số (VGCA Sign Service) trên máy này. Hãy mở phần mềm, chờ biểu tượng của nó hiện ở góc màn hình rồi thử lại. Nếu trình duyệt hỏi quyền truy cập thiết bị trên máy hoặc mạng cục bộ, hãy chọn Cho phép.";
const BROKEN = "Phần mềm ký số trả lời không đúng dạng. Hãy cập nhật phần mềm rồi thử lại.";

class Said extends Error {}
class Absent extends Said {}

/** Send `text` to one function of the program; gives the object that it answers. */
function call(address, name, text) {
  return new Promise((resolve, reject) => {
    let opened = false;
    let socket;
    try { socket = new WebSocket(`${address}/${name}`); } catch { reject(new Absent(ABSENT)); return; }
    const gone = () => { clearTimeout(slow); reject(opened ? new Said("Phần mềm ký số đã đóng kết nối mà không trả lời.") : new Absent(ABSENT)); };
    const slow = setTimeout(() => { gone(); socket.close(); }, OPENING_MS);
    socket.addEventListener("open", () => { opened = true; clearTimeout(slow); socket.send(text); });
    socket.addEventListener("error", gone);
    socket.addEventListener("close", gone);
    socket.addEventListener("message", (event) => {
      try { resolve(Object(JSON.parse(event.data))); } catch { reject(new Said(BROKEN)); }
      socket.close();
    });
  });
}

async function certificate(address) {
  const answer = await call(address, "GetCertInfo", "get_cert_info");
  if (answer.Status !== 0) throw new Said(says(answer));
  const found = Object(answer.CertInfo);
  if (typeof found.Base64Data !== "string") throw new Said(BROKEN);
  return { subject: String(found.Subject ?? ""), base64: found.Base64Data.replace(/\s/g, "") };
}

const says = (answer) => `Phần mềm ký số báo: “${String(answer.Message || answer.Error || "không thực hiện được").trim().slice(0, 300)}”.`;
const absolute = (path) => new URL(path, location.href).href;

async function ours(path, fields) {
  const options = fields ? { method: "POST", body: fields, headers: { "X-CSRFToken": csrf() } } : {};
  const answer = await fetch(path, { credentials: "same-origin", ...options });
  if (signedOut(answer)) document.getElementById("phien-het-han")?.showModal();
  if (!answer.ok) throw new Said(await answer.text());
  return answer.json();
}

function tell(form, text, tone = "") {
  const line = form.querySelector("[data-plugin-status]");
  line.textContent = text;
  line.dataset.tone = tone;
  const help = form.querySelector("[data-plugin-help]");
  if (help) help.hidden = tone !== "error";
}

/** Whether the program is there at all, asked before the server does anything: nothing is sent to it. */
function reach(address) {
  return new Promise((resolve, reject) => {
    let socket;
    try { socket = new WebSocket(`${address}/GetCertInfo`); } catch { reject(new Absent(ABSENT)); return; }
    const gone = () => { clearTimeout(slow); reject(new Absent(ABSENT)); };
    const slow = setTimeout(() => { gone(); socket.close(); }, OPENING_MS);
    socket.addEventListener("open", () => { clearTimeout(slow); resolve(); socket.close(); });
    socket.addEventListener("error", gone);
  });
}

/** Sign what the server asks for, one file after the other, until it says where to go on. */
async function sign(form, address) {
  tell(form, "Đang tìm phần mềm ký số trên máy này…");
  await reach(address);
  for (;;) {
    tell(form, "Đang chuẩn bị tệp để ký…");
    const errand = await ours(form.action, new FormData(form));
    const state = errand.next ? errand : await signOne(form, address, errand);
    if (state.next) { tell(form, "Đã ký xong.", "valid"); location.assign(state.next); return; }
  }
}

/** One file through the program; says what the server found, or why nothing was signed. */
async function signOne(form, address, errand) {
  const request = { ...errand.request, FileName: absolute(errand.request.FileName), FileUploadHandler: absolute(errand.request.FileUploadHandler) };
  const what = errand.title ? `Đang ký ${errand.title}. ` : "";
  tell(form, `${what}Hãy xem cửa sổ của phần mềm ký số trên máy này: đặt hình chữ ký, nhập mã PIN rồi xác nhận.`);
  let heard = "";
  try {
    const answer = await call(address, errand.function, JSON.stringify(request));
    if (answer.Status !== 0) heard = says(answer);
  } catch (fault) { heard = fault.message; }
  tell(form, "Đang kiểm tra kết quả ký…");
  const state = await ours(errand.state);
  if (state.next || state.more) return state;
  const reason = state.said || heard || "Hệ thống chưa nhận được tệp đã ký.";
  const fields = new FormData();
  fields.set("said", reason);
  await ours(errand.cancel, fields);
  throw new Said(`Chưa ký. ${reason} ${errand.kept ?? ""}`.trim());
}

/** One run at a time; whatever goes wrong is said in the status line of the form. */
async function run(form, work) {
  if (form.dataset.running === "yes") return;
  form.dataset.running = "yes";
  form.setAttribute("aria-busy", "true");
  try { await work(); } catch (fault) {
    tell(form, fault instanceof Said ? fault.message : "Mất kết nối với máy chủ. Hãy kiểm tra mạng rồi thử lại.", "error");
  } finally { delete form.dataset.running; form.removeAttribute("aria-busy"); }
}

async function check(form, address) {
  tell(form, "Đang tìm phần mềm ký số trên máy này…");
  const found = await certificate(address);
  const known = (form.dataset.known ?? "").split(" ").filter(Boolean);
  if (!known.length) tell(form, `Phần mềm ký số hoạt động. Thiết bị có chứng thư: ${found.subject}. Chứng thư này chưa đăng ký trong hệ thống.`, "due");
  else if (known.includes(found.base64)) tell(form, `Phần mềm ký số hoạt động, thiết bị có đúng chứng thư đã đăng ký: ${found.subject}.`, "valid");
  else tell(form, `Phần mềm ký số hoạt động, nhưng chứng thư trong thiết bị (${found.subject}) không phải chứng thư đã đăng ký.`, "error");
}

async function register(form, address) {
  tell(form, "Đang đọc chứng thư số từ thiết bị…");
  const found = await certificate(address);
  tell(form, `Đã đọc: ${found.subject}. Đang đăng ký…`);
  form.elements.certificate.value = found.base64;
  form.submit();
}

async function configure(form, address) {
  tell(form, "Đang mở cửa sổ cài đặt của phần mềm ký số…");
  // The program may answer only when its window is closed, or not at all: an open socket is enough.
  await Promise.race([call(address, "Config", "config"), new Promise((resolve) => { setTimeout(resolve, 2500); })]);
  tell(form, "Đã yêu cầu phần mềm ký số mở cửa sổ cài đặt trên máy này.", "valid");
}

const WORKS = { sign, check, register, configure };

whenReady((root) => {
  for (const form of fresh(root, "form[data-plugin]", "plugin")) form.addEventListener("submit", (event) => {
    event.preventDefault();
    const work = WORKS[event.submitter?.dataset.pluginWork ?? form.dataset.pluginWork];
    run(form, () => work(form, form.dataset.plugin));
  });
});
