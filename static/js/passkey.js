// Passkeys: asks the server for a challenge, the device for an answer, and goes where the server says. No library.
import { words } from "./tools.js";

const octets = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const csrf = document.querySelector('meta[name="csrf-token"]').content;

async function post(address, body) {
  const headers = { "X-CSRF-Token": csrf, Accept: "application/json", "Content-Type": "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body), redirect: "error" });
  const said = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(said.code), { code: said.code });
  return said;
}

const ids = (list) => (list ?? []).map((one) => ({ ...one, id: octets(one.id) }));

async function make(address) {
  const asked = await post(`${address}/options`, {});
  const publicKey = {
    ...asked, challenge: octets(asked.challenge), user: { ...asked.user, id: octets(asked.user.id) },
    excludeCredentials: ids(asked.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey });
  const response = {
    clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  };
  return { id: made.id, rawId: text(made.rawId), type: made.type, response };
}

async function show(address) {
  const asked = await post(`${address}/options`, {});
  const publicKey = { ...asked, challenge: octets(asked.challenge), allowCredentials: ids(asked.allowCredentials) };
  const shown = await navigator.credentials.get({ publicKey });
  const { clientDataJSON, authenticatorData, signature, userHandle } = shown.response;
  const response = {
    clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature),
    userHandle: userHandle ? text(userHandle) : null,
  };
  return { id: shown.id, rawId: text(shown.rawId), type: shown.type, response };
}

const able = Boolean(window.PublicKeyCredential && navigator.credentials);
for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = !able;
for (const part of document.querySelectorAll("[data-passkey-none]")) part.hidden = able;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-passkey-sign-in], [data-passkey-add]");
  if (!button) return;
  const { passkeySignIn: signIn, passkeyAdd: add, next } = button.dataset;
  const wrong = button.parentElement.querySelector("[data-passkey-error]");
  wrong.hidden = true;
  button.disabled = true;
  try {
    const credential = JSON.stringify(add ? await make(add) : await show(signIn));
    const said = await post(add ?? signIn, add ? { credential } : { credential, next });
    location.assign(said.next);
  } catch (error) {
    button.disabled = false;
    if (error.code === "confirm_again") location.assign(`/account/confirm?next=${encodeURIComponent(location.pathname)}`);
    else if (error.code === "not_signed_in") location.reload();
    else {
      wrong.textContent = error.code ? words.passkey_refused : words.passkey_failed;
      wrong.hidden = false;
    }
  }
});
