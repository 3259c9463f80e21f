// How a conversation ended: outcomes as a tree that can be searched, and a note whose draft survives a reload.
import { put, words } from "./tools.js";

const page = document.getElementById("desk");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const MEMORY = "gf-draft-";
const form = part("wrap-form"), search = part("outcome-search");
let about = null, drawn = "";

export function showOutcomes(call) {
  const choices = call.dispositions;
  const what = JSON.stringify(choices);
  if (what !== drawn) { drawn = what; draw(choices); }
  if (about !== call.id) begin(call);
}
function begin(call) {
  clearTimeout(waits);
  about = call.id;
  form.reset(); put(part("saved"), ""); search.value = "";
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(MEMORY) && key !== MEMORY + about) sessionStorage.removeItem(key);
  const draft = JSON.parse(sessionStorage.getItem(MEMORY + about) ?? "null") ?? { code: call.disposition?.code, note: call.note ?? call.disposition?.note };
  if (draft.code) { const choice = form.querySelector(`input[name="code"][value="${CSS.escape(draft.code)}"]`); if (choice) choice.checked = true; }
  form.elements.note.value = draft.note ?? "";
  sift();
}
function draw(choices) {
  const tree = part("dispositions"), chosen = form.querySelector("input:checked")?.value;
  for (const old of tree.querySelectorAll(".outcome-group")) old.remove();
  const groups = new Map();
  for (const choice of choices) {
    const name = (choice.under ?? []).join(" › ");
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(choice);
  }
  for (const [name, members] of groups) {
    const group = document.createElement("div"); group.className = "outcome-group";
    if (name) { const head = document.createElement("span"); head.className = "outcome-head"; head.textContent = name; group.append(head); }
    const list = document.createElement("div"); list.className = "choices";
    for (const choice of members) {
      const label = document.getElementById("disposition").content.firstElementChild.cloneNode(true), input = label.querySelector("input");
      input.value = choice.code; input.checked = choice.code === chosen;
      label.dataset.words = choice.name.toLowerCase();
      if (name) input.setAttribute("aria-label", choice.name);
      put(label.querySelector('[data-f="name"]'), choice.last ?? choice.name);
      list.append(label);
    }
    group.append(list); tree.append(group);
  }
  search.hidden = choices.length < 8 && groups.size < 3;
  sift();
}
// The first nine that are seen have a key.
function sift() {
  const wanted = search.hidden ? [] : search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  let n = 0;
  for (const label of part("dispositions").querySelectorAll("label")) {
    const seen = wanted.every((word) => label.dataset.words.includes(word));
    label.hidden = !seen;
    const key = label.querySelector("kbd");
    key.hidden = !seen || n >= 9;
    if (seen) { n += 1; put(key, `Alt ${n}`); }
  }
  for (const group of part("dispositions").querySelectorAll(".outcome-group")) group.hidden = !group.querySelector("label:not([hidden])");
  part("outcomes-none").hidden = n > 0 || drawn === "[]";
}
export const outcomes = () => [...part("dispositions").querySelectorAll("label:not([hidden]) input")];
export function focusSearch() { if (!search.hidden && search.offsetParent) { search.focus(); return true; } return false; }

// What is written goes to the call's record as it is written: who is called in for the client reads it before answering.
let waits = null, sent = "";
function share() {
  clearTimeout(waits); waits = null;
  const note = form.elements.note.value, interaction = about;
  if (!interaction || `${interaction} ${note}` === sent) return;
  sent = `${interaction} ${note}`;
  const token = document.querySelector('meta[name="csrf-token"]').content;
  fetch("/desk/note", { method: "POST", keepalive: true, headers: { "content-type": "application/json", "x-csrf-token": token }, body: JSON.stringify({ interaction, note }) }).then((answer) => { if (!answer.ok) sent = ""; }, () => { sent = ""; });
}
form.elements.note.addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(share, 1200); });
form.elements.note.addEventListener("change", share);

function keep() {
  put(part("saved"), "");
  if (about) sessionStorage.setItem(MEMORY + about, JSON.stringify({ code: form.querySelector("input:checked")?.value, note: form.elements.note.value }));
}
form.addEventListener("input", (event) => { if (event.target === search) sift(); else keep(); });
search.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  const [first] = outcomes();
  if (first) { first.checked = true; first.focus(); keep(); }
});

export const unsaved = (call) => { const code = form.querySelector("input:checked")?.value; return Boolean(code) && (code !== call.disposition?.code || form.elements.note.value !== (call.disposition?.note ?? "")); };
// Saves; `post` answers null when it failed.
export async function save(post, id) {
  if (!form.reportValidity()) return false;
  const code = form.querySelector("input:checked").value;
  const done = await post("/desk/disposition", { interaction: id, code, note: form.elements.note.value });
  put(part("saved"), done ? words.desk.saved : "");
  if (done) sessionStorage.removeItem(MEMORY + id);
  return Boolean(done);
}
