// On the live board: what the client has changed for a time, and one click to change something about a queue or a seat.
import { duration, fill, put, steady } from "./tools.js";

const strip = document.getElementById("live-control"), list = strip.querySelector("ul");
const w = JSON.parse(strip.dataset.words), queues = JSON.parse(strip.dataset.queues), seats = JSON.parse(strip.dataset.seats);
let acts = [], offset = 0;

function how(act) {
  if (act.act === "hours") return w.control.opening[act.opening];
  if (act.act === "priority") return fill(act.seconds > 0 ? w.control.forward : w.control.back, { seconds: Math.abs(act.seconds) });
  return act.prompt || act.flow || Object.values(act.texts ?? {})[0] || "";
}
function paint() {
  const now = steady() + offset, present = acts.filter((act) => Date.parse(act.until) > now);
  strip.hidden = present.length === 0;
  while (list.children.length > present.length) list.lastChild.remove();
  present.forEach((act, n) => {
    const line = list.children[n] ?? list.appendChild(document.createElement("li"));
    put(line, `${w.control.act[act.act]}, ${w.control.scope[act.scope]} ${act.target}: ${how(act)} · ${duration(Date.parse(act.until) - now)}`);
  });
}
async function read() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/v1/controls", { headers: { accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) return;
    offset = (Date.parse(answer.headers.get("date")) || Date.now()) - steady();
    acts = (await answer.json()).in_force;
    paint();
  } catch { /* the next look finds it */ }
}
read(); setInterval(read, 5000); setInterval(paint, 1000);

function link(href, label, text = "") {
  const made = document.createElement("a");
  made.className = "btn btn-plain btn-sm"; made.href = href;
  if (!text) made.setAttribute("aria-label", label);
  made.title = label;
  made.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${strip.dataset.sprite}#adjustments"></use></svg>`;
  if (text) made.append(text);
  return made;
}
const rows = document.querySelector('[data-part="queues"]');
function offer() {
  for (const row of rows?.children ?? []) {
    const code = queues[row.dataset.key];
    if (code && !row.querySelector("[data-change]")) {
      const made = link(`/control?act=priority&about=${encodeURIComponent(`queue:${code}`)}#form-priority`, w.change);
      made.dataset.change = ""; row.querySelector("th")?.append(" ", made);
    }
  }
}
if (rows) { offer(); new MutationObserver(offer).observe(rows, { childList: true }); }

const drawer = document.getElementById("seat-drawer"), place = drawer?.querySelector("[data-drawer-acts]"), name = drawer?.querySelector('[data-f="name"]');
function about() {
  const id = seats[name.textContent];
  if (id) place.replaceChildren(...[["ask-to", w.write], ["ask-hear", w.hear]].map(([field, text]) => link(`/control?about=${encodeURIComponent(`agent:${id}`)}#${field}`, text, text)));
}
if (place && name) { about(); new MutationObserver(about).observe(name, { childList: true, characterData: true, subtree: true }); }
