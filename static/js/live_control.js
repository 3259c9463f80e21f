// On the live board: what the client has changed for a time, and one click to change something about a queue or a seat.
import { clock, duration, fill, put } from "./tools.js";

const strip = document.getElementById("live-control"), list = strip.querySelector("ul");
const w = JSON.parse(strip.dataset.words), queues = JSON.parse(strip.dataset.queues), seats = JSON.parse(strip.dataset.seats);
const board = document.getElementById("board"), csrf = document.querySelector('meta[name="csrf-token"]')?.content;
let acts = [], now = () => 0;

function how(act) {
  if (act.act === "hours") return w.control.opening[act.how];
  if (act.act === "priority") return fill(act.how > 0 ? w.control.forward : w.control.back, { seconds: Math.abs(act.how) });
  return act.how;
}
function paint() {
  const at = now(), present = acts.filter((act) => act.until > at);
  strip.hidden = present.length === 0;
  while (list.children.length > present.length) list.lastChild.remove();
  present.forEach((act, n) => {
    const line = list.children[n] ?? list.appendChild(document.createElement("li"));
    put(line, `${w.control.act[act.act]}, ${w.control.scope[act.scope]} ${act.target}: ${how(act)} · ${duration(act.until - at)}`);
  });
  numbers(present, at);
}
// The feed's snapshots have what is in force; each act is pushed as one.
function take() { ({ acts, now } = board.acts); paint(); }
board.addEventListener("acts", take);
if (board.acts) take();
setInterval(() => { if (!document.hidden) paint(); }, 1000);

// Each number: how it stands, since when and by whom; the act about it, or the way to one.
const SIGN = { pause: "tag-bad", hours: "tag-warn" };
function numbers(present, at) {
  for (const row of document.querySelectorAll("[data-number]")) {
    const about = present.filter((act) => act.scope === "number" && act.target === row.dataset.number);
    const act = about.find((each) => each.act === "pause") ?? about.find((each) => each.act === "hours");
    const heard = about.find((each) => each.act === "announcement"), cell = (name) => row.querySelector(`[data-f="${name}"]`);
    put(cell("state"), act ? (act.act === "pause" ? w.number.paused : w.control.opening[act.how]) : w.number.as_set);
    cell("state").className = `tag ${act ? SIGN[act.act] : "tag-ok"}`;
    put(cell("who"), [act, heard].filter(Boolean).map((each) => fill(w.number.who, { what: how(each), name: each.name, time: clock(each.since, "minutes"), left: duration(each.until - at) })).join(" · "));
    for (const way of row.querySelectorAll("[data-way]")) way.hidden = Boolean(way.dataset.way === "announcement" ? heard : way.dataset.way === "pause" ? act?.act === "pause" : act?.act === "hours");
    const back = cell("back");
    if (back) { back.hidden = !act; back.dataset.id = act?.id ?? ""; }
  }
}
document.getElementById("numbers")?.addEventListener("click", async ({ target }) => {
  const back = target.closest('[data-f="back"]');
  if (!back?.dataset.id) return;
  back.disabled = true;
  try { await fetch(`/control/${back.dataset.id}/take-back`, { method: "POST", headers: { "x-csrf-token": csrf }, redirect: "manual" }); } catch { /* it stays as it is, and can be pressed again */ }
  back.disabled = false;
});

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
    const may = queues[row.dataset.key];
    if (may && !row.querySelector("[data-change]")) {
      const made = link(`/control?act=${may.act}&about=${encodeURIComponent(`queue:${may.code}`)}#form-${may.act}`, w.change);
      made.dataset.change = ""; row.querySelector("th")?.append(" ", made);
    }
  }
}
if (rows) { offer(); new MutationObserver(offer).observe(rows, { childList: true }); }

const FIELDS = { message_seats: "ask-to", ask_listening: "ask-hear" };
const drawer = document.getElementById("seat-drawer"), place = drawer?.querySelector("[data-drawer-acts]"), name = drawer?.querySelector('[data-f="name"]');
function about() {
  const may = seats[name.textContent];
  place.replaceChildren(...(may?.asks ?? []).map((ask) => link(`/control?about=${encodeURIComponent(`agent:${may.id}`)}#${FIELDS[ask]}`, w[ask], w[ask])));
}
if (place && name) { about(); new MutationObserver(about).observe(name, { childList: true, characterData: true, subtree: true }); }
