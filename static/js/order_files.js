// Files of a work order: chosen or dropped, sent one after the other with progress, looked at again while one is being scanned.
import { fill } from "./tools.js";

const form = document.getElementById("file-form"), token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const list = () => document.getElementById("files");
const LOOK_MS = 1500, LOOKS = 40;
let looks = 0, timer = 0;

async function refresh() {
  const answer = await fetch(location.pathname, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["files", "thread"]) {
    const fresh = page.getElementById(id), shown = document.getElementById(id);
    if (fresh && shown && fresh.innerHTML !== shown.innerHTML) shown.replaceWith(fresh);
  }
}

function watch() {
  clearTimeout(timer);
  if (!list().querySelector("[data-pending]") || looks >= LOOKS) return;
  timer = setTimeout(async () => { looks += 1; await refresh(); watch(); }, LOOK_MS);
}

function send(file, bar) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(), body = new FormData();
    if (form.elements.inside?.checked) body.append("visibility", "internal");
    body.append("file", file, file.name);
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
    request.addEventListener("loadend", () => resolve(request));
    request.open("POST", form.dataset.to);
    request.setRequestHeader("x-csrf-token", token);
    request.setRequestHeader("accept", "application/json");
    request.send(body);
  });
}

function code(request) {
  try { return JSON.parse(request.responseText).code; } catch { return "other"; }
}

async function sendAll(files) {
  const told = form.querySelector(".file-told"), bar = form.querySelector("progress"), refused = JSON.parse(form.dataset.refused);
  for (const file of files) {
    delete told.dataset.wrong;
    told.textContent = fill(form.dataset.sending, { name: file.name });
    bar.value = 0; bar.hidden = false;
    const tooLarge = file.size > Number(form.dataset.most) * 1024 * 1024;
    const answer = tooLarge ? null : await send(file, bar);
    bar.hidden = true;
    if (answer?.status === 201) { told.textContent = fill(form.dataset.sent, { name: file.name }); continue; }
    const why = tooLarge ? "attachment_too_large" : code(answer);
    told.dataset.wrong = ""; told.textContent = `${file.name}: ${refused[why] ?? refused.other}`;
    break;
  }
  form.elements.file.value = "";
  await refresh();
  looks = 0; watch();
}

if (form) {
  form.elements.file.addEventListener("change", () => sendAll([...form.elements.file.files]));
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const name of ["dragenter", "dragover"]) form.addEventListener(name, (event) => { event.preventDefault(); form.dataset.over = ""; });
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => { delete form.dataset.over; });
  form.addEventListener("drop", (event) => { event.preventDefault(); sendAll([...event.dataTransfer.files]); });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    button.disabled = true;
    const answer = await fetch(`${form.dataset.to}/${button.dataset.remove}`, { method: "DELETE", headers: { "x-csrf-token": token } });
    const told = form.querySelector(".file-told");
    if (!answer.ok) { const refused = JSON.parse(form.dataset.refused); told.dataset.wrong = ""; told.textContent = refused[(await answer.json()).code] ?? refused.other; }
    await refresh();
    form.elements.file.focus();
  });
}
watch();
