// Security keys (WebAuthn). A form with data-security-key="create|get" and data-options (JSON) asks the key before it is sent.
import { fresh, whenReady } from "./kit.js";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const listed = (keys) => (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

async function create(options) {
  const made = await navigator.credentials.create({ publicKey: { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: listed(options.excludeCredentials) } });
  return { id: made.id, rawId: text(made.rawId), type: made.type, response: { clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject) }, clientExtensionResults: {} };
}

async function get(options) {
  const made = await navigator.credentials.get({ publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: listed(options.allowCredentials) } });
  const given = made.response;
  return { id: made.id, rawId: text(made.rawId), type: made.type, response: { clientDataJSON: text(given.clientDataJSON), authenticatorData: text(given.authenticatorData), signature: text(given.signature), userHandle: given.userHandle ? text(given.userHandle) : null }, clientExtensionResults: {} };
}

async function ask(form) {
  const note = form.querySelector("[data-key-note]");
  if (!window.PublicKeyCredential) { note.textContent = "Trình duyệt này không dùng được khóa bảo mật."; return; }
  note.textContent = "Hãy chạm vào khóa bảo mật…";
  try {
    const options = JSON.parse(form.dataset.options);
    form.elements.key_answer.value = JSON.stringify(await (form.dataset.securityKey === "create" ? create(options) : get(options)));
    form.submit();
  } catch { note.textContent = "Chưa nhận được trả lời của khóa. Hãy thử lại."; }
}

whenReady((root) => {
  for (const form of fresh(root, "[data-security-key]", "security-key")) form.addEventListener("submit", (event) => { event.preventDefault(); ask(form); });
});
