// Shows one whole number for a moment: asks why, counts down, and forgets it when time is over or the page is left.
import { count, fill, put, words } from "./tools.js";

const dialog = document.getElementById("reveal");
const part = (name) => dialog.querySelector(`[data-reveal-part="${name}"]`);
const headers = { "content-type": "application/json", accept: "application/json", "x-csrf-token": document.querySelector('meta[name="csrf-token"]').content };
let asked = null, timer = null;

// `path` takes both questions; `about` names the conversation where the path does not.
export async function open(path, about = {}) {
  if (dialog.open) return;
  asked = { path, about };
  forget();
  dialog.showModal();
  part("ask").elements.reason.focus();
  const query = new URLSearchParams(about).toString();
  const told = await ask(query ? `${path}?${query}` : path, { headers });
  if (told && asked?.path === path) left(told.left);
}
export function close() { if (dialog?.open) dialog.close(); }

async function ask(path, init) {
  let reason;
  try {
    const answer = await fetch(path, { cache: "no-store", ...init });
    const told = (answer.headers.get("content-type") ?? "").includes("json") ? await answer.json() : {};
    if (answer.ok) return told;
    reason = words.problem[told.code] ?? words.reveal.failed;
  } catch { reason = words.reveal.failed; }
  put(part("error"), reason); part("error").hidden = false;
  return null;
}

function left(number) {
  const text = number == null ? "" : number === 0 ? words.reveal.none_left : count(words.reveal.left, number);
  put(part("left"), text); put(part("after"), text);
}

async function submit() {
  const reason = part("ask").elements.reason, about = asked;
  if (!about || about.busy) return;
  about.busy = true;
  part("error").hidden = true;
  const told = await ask(about.path, { method: "POST", headers, body: JSON.stringify({ ...about.about, reason: reason.value }) });
  about.busy = false;
  if (!dialog.open || asked !== about) return;
  if (!told) { reason.setAttribute("aria-invalid", "true"); reason.focus(); return; }
  left(told.left);
  show(told);
}

function show({ number, seconds }) {
  const until = performance.now() + seconds * 1000;
  part("ask").hidden = true; part("shown").hidden = false;
  put(part("number"), number);
  part("shown").querySelector("[data-close]").focus();
  const tick = () => {
    const rest = Math.ceil((until - performance.now()) / 1000);
    if (rest <= 0) { close(); return; }
    put(part("timer"), fill(words.reveal.hidden_in, { seconds: rest }));
  };
  timer = setInterval(tick, 250); tick();
}

function forget() {
  clearInterval(timer); timer = null;
  put(part("number"), ""); put(part("timer"), ""); left(null);
  part("ask").hidden = false; part("shown").hidden = true;
  part("ask").reset(); part("ask").elements.reason.removeAttribute("aria-invalid");
  part("error").hidden = true;
}

if (dialog) {
  dialog.addEventListener("cancel", () => forget());
  // The event comes later than the closing: the dialog may have been opened again meanwhile.
  dialog.addEventListener("close", () => { if (!dialog.open) { forget(); asked = null; } });
  part("ask").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  part("ask").addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); submit(); } });
  addEventListener("pagehide", () => { forget(); close(); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reveal]");
    if (button?.dataset.reveal) open(button.dataset.reveal);
  });
}
