// The page of one work order follows its feed: what changed is read anew, part by part. A part in which somebody writes
// stays as it is and says that something changed; forms are sent without leaving the page, so no other text is lost.
import { Feed, freshness } from "./feed.js";
import { clock, fill, put, words } from "./tools.js";

const EVERY_MS = 20000; // what no fact tells: time that passes, and what systems were told
const SIGNED_OUT = 401;
const page = document.getElementById("order");
const parts = () => [...page.querySelectorAll("[data-live]")];
const shown = new Map(parts().map((part) => [part.id, part.innerHTML]));
let reading = null, again = false, readAt = performance.now();

const first = (field) => Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
function differs(field) {
  if (field.tagName === "SELECT") return field.selectedIndex !== first(field);
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return !["hidden", "file"].includes(field.type) && field.value !== field.defaultValue;
}
const writes = (part) => {
  const active = document.activeElement;
  return [...part.querySelectorAll("input, textarea, select")].some(differs) || (part.contains(active) && active.matches("input, textarea, select"));
};

function keep(part) {
  if (part.querySelector("[data-kept]")) return;
  const note = document.getElementById("kept-note").content.firstElementChild.cloneNode(true);
  (part.querySelector("details[open] form, form") ?? part).prepend(note);
}

// Puts a freshly read part in place of the old one; what was folded open stays open, and the focus where it was.
function putIn(old, fresh) {
  const open = [...old.querySelectorAll("details[open][id]")].map((each) => each.id);
  const active = old.contains(document.activeElement) ? document.activeElement : null, focus = active?.id || active?.closest("[id]")?.id;
  shown.set(old.id, fresh.innerHTML);
  old.replaceWith(fresh);
  for (const id of open) { const each = document.getElementById(id); if (each) each.open = true; }
  if (focus) { const next = document.getElementById(focus); (next?.matches("a, button, summary, input, textarea, select") ? next : next?.querySelector("a, button, summary"))?.focus({ preventScroll: true }); }
}

function take(doc, sent = null) {
  const there = doc.getElementById("order");
  if (!there) return false;
  for (const part of parts()) {
    const fresh = there.querySelector(`#${CSS.escape(part.id)}`);
    if (!fresh || fresh.innerHTML === shown.get(part.id)) { if (sent !== part || !fresh) continue; }
    if (part !== sent && writes(part)) keep(part); else putIn(part, fresh);
  }
  // Who signed in again has another word for the forms that stayed.
  const word = there.querySelector('[name="csrf_token"]')?.value;
  if (word) for (const each of page.querySelectorAll('[name="csrf_token"]')) each.value = word;
  page.dataset.state = there.dataset.state;
  return true;
}

const read = (text) => new DOMParser().parseFromString(text, "text/html");

async function renew() {
  if (reading) { again = true; return; }
  reading = (async () => {
    readAt = performance.now();
    const answer = await fetch(location.pathname, { headers: { accept: "text/html" }, cache: "no-store" });
    if (answer.ok && !answer.redirected) take(read(await answer.text()));
  })().catch(() => { /* the feed says how old the page is; the next look asks again */ });
  await reading;
  reading = null;
  if (again) { again = false; renew(); }
}

function say(form, text) {
  form.querySelector("[data-said]")?.remove();
  const note = document.createElement("p");
  note.className = "note note-bad"; note.dataset.said = ""; note.setAttribute("role", "alert"); note.textContent = text;
  form.prepend(note);
}

// A form is sent and the answer's parts taken. A refusal whose form is gone from the answer leaves the text where it is.
async function send(form, button) {
  const body = new URLSearchParams(new FormData(form, button)), part = form.closest("[data-live]");
  const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } });
  const doc = read(await answer.text()), told = doc.querySelector("[data-refused]")?.textContent.trim();
  if (answer.ok) {
    const fold = form.closest("details[open]"); // it is done
    if (fold) { fold.open = false; fold.querySelector("summary").focus(); }
    if (!part) { form.reset(); for (const note of form.querySelectorAll("[data-said], [data-kept]")) note.remove(); }
    take(doc, part);
    return;
  }
  const next = form.id && doc.getElementById(form.id);
  if (part && next && doc.getElementById("order")) {
    take(doc, part);
    document.getElementById(form.id)?.querySelector("[aria-invalid], textarea, input:not([type=hidden]), select")?.focus();
  } else { say(form, told || words.order_live[answer.status === SIGNED_OUT ? "signed_out" : "offline"]); take(doc); }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-act]")) return;
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  try { await send(form, event.submitter); } catch { say(form, words.order_live.offline); }
  form.ariaBusy = null;
});

let told;
const feed = new Feed(`${page.dataset.watch}&seen=${page.dataset.upto}`, { numbered: false, staleMs: 6000, on: {
  snapshot: (frame) => { feed.path = `${page.dataset.watch}&seen=${frame.upto}`; renew(); }, delta() {}, state: (...args) => told?.(...args),
} });
told = freshness(page, feed, { words: words.live, fill, clock, put });
setInterval(() => { if (!document.hidden && feed.state === "live" && performance.now() - readAt >= EVERY_MS) renew(); }, 1000);
