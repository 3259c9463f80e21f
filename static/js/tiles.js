// The board's parts: seat tiles, KPI cards, queue and call rows. Writes text nodes and data-* only, and only what differs.
import { tasks } from "./tasks.js";
import { clock, duration, fill, mark, put, words } from "./tools.js";

const part = (node, name) => node.querySelector(`[data-f="${name}"]`);
const clone = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const sprite = document.getElementById("board").dataset.sprite;

// The truth about a seat is the worst of what is known: available without a phone is a state of its own.
export const shown = (seat) => (seat.state === "available" && !seat.phone ? "phone_down" : seat.state);
export const percent = ({ num, den } = {}) => (den ? ((num * 100) / den).toFixed(1) : null);
const since = (from, now) => (from == null ? null : Math.max(0, now - from));

// Keeps `parent`'s children in the order of `rows`, one element per key; a node that stays keeps focus and selection.
export function list(parent, rows, key, make, fillIn) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let place = parent.firstElementChild;
  for (const row of rows) {
    const node = old.get(key(row)) ?? make();
    old.delete(key(row));
    if (node.dataset.key !== key(row)) node.dataset.key = key(row);
    fillIn(node, row);
    if (node === place) place = place.nextElementSibling; else parent.insertBefore(node, place);
  }
  for (const node of old.values()) node.remove();
}

export const seatTile = () => clone("seat-tile");
export function seat(node, row, now, queueName) {
  const show = shown(row);
  mark(node, "seat", row.seat);
  if (node.dataset.show !== show) {
    mark(node, "show", show);
    node.querySelector("use").setAttribute("href", `${sprite}#${words.icons[show]}`);
  }
  mark(node, "phone", row.phone || row.state === "offline" ? null : "down");
  put(part(node, "name"), row.alias);
  put(part(node, "seat"), row.seat);
  put(part(node, "word"), seatWord(row));
  put(part(node, "who"), row.interaction?.contact ?? "—");
  put(part(node, "queue"), row.interaction ? queueName(row.interaction.queue) : "");
  put(part(node, "count"), fill(words.live.today, { count: row.handled_today ?? 0 }));
  seatTimer(node, row, now);
}
export const seatTimer = (node, row, now) => put(part(node, "timer"), row.state === "offline" ? "—" : duration(since(row.since, now)));
export function seatWord(row) {
  const show = shown(row);
  return show === "on_break" && row.reason ? words.reason[row.reason] ?? row.reason : words.state[show] ?? show;
}

const queueRow = () => clone("queue-row");
export function queues(parent, rows, now) {
  list(parent, rows, (row) => row.id, queueRow, (node, row) => {
    const level = percent(row.service_level);
    put(part(node, "name"), row.name);
    if (node.dataset.linked !== row.id) { mark(node, "linked", row.id); part(node, "name").href = `/interactions?queue=${row.id}&from=today`; }
    put(part(node, "waiting"), row.waiting);
    put(part(node, "longest"), duration(since(row.oldest_wait_at, now)));
    put(part(node, "level"), level == null ? "—" : `${level} %`);
    put(part(node, "offered"), row.offered);
    put(part(node, "answered"), row.answered);
    put(part(node, "abandoned"), row.abandoned);
    mark(node, "waits", row.waiting > 0);
    tasks(node, row, `/interactions?outcome=open_tasks&queue=${row.id}`, now);
  });
}

const callRow = () => clone("call-row");
export function calls(parent, rows, queueName) {
  list(parent, rows, (row) => row.id, callRow, (node, row) => {
    const time = clock(row.started_at), link = part(node, "time"), play = part(node, "play");
    const result = row.state === "talking" ? row.state : row.outcome || row.state;
    put(link, time);
    if (link.getAttribute("href") !== `/interactions/${row.id}`) link.setAttribute("href", `/interactions/${row.id}`);
    put(part(node, "contact"), row.contact);
    put(part(node, "queue"), row.queue ? queueName(row.queue) : "—");
    put(part(node, "agent"), row.agent || "—");
    put(part(node, "outcome"), words.outcome[result] ?? result);
    mark(part(node, "outcome"), "outcome", result);
    put(part(node, "wait"), !row.queue ? "—" : ["waiting", "ringing"].includes(row.state) ? words.live.ongoing : duration(row.wait_ms));
    put(part(node, "talk"), row.state === "talking" ? words.live.ongoing : row.outcome === "answered" ? duration(row.talk_ms) : "—");
    play.hidden = !row.recording;
    mark(play, "play", row.id);
    play.setAttribute("aria-label", fill(words.live.play, { contact: row.contact, time }));
  });
}

// Tone of a card: ok, warn, bad or none; `note` is the word beside the figure, so colour never speaks alone.
function card(name, value, { tone = null, note = "" } = {}) {
  const node = document.querySelector(`[data-kpi="${name}"]`);
  put(part(node, "value"), value ?? "—");
  mark(node, "tone", tone);
  mark(node, "unknown", value == null ? "1" : null);
  const tag = part(node, "note");
  if (tag) { put(tag, note); tag.hidden = !note; }
  if (name === "level" || name === "abandoned" || name === "aht") part(node, "unknown").hidden = value != null;
}

// `num * 100 >= target * den` on integers: a rounded figure never decides whether a promise was kept.
export function kpis(totals, formula, now) {
  const level = totals.service_level ?? { num: 0, den: 0 };
  const met = level.num * 100 >= formula.target_pct * level.den;
  card("level", percent(level), level.den ? { tone: met ? "ok" : "bad", note: met ? words.live.met : words.live.missed } : {});
  put(document.querySelector('[data-f="counts"]'), fill(words.live.of, level));
  waits(totals, formula, now);
  card("offered", totals.offered);
  card("answered", totals.answered);
  card("abandoned", percent({ num: totals.abandoned, den: totals.answered + totals.abandoned }));
  card("aht", totals.handled ? duration((totals.talk_ms_sum + totals.wrap_ms_sum) / totals.handled) : null);
  card("staffed", totals.seats_staffed);
  put(document.querySelector('[data-f="rented"]'), fill(words.live.rented, { count: totals.seats_rented }));
  put(document.querySelector('[data-f="lost"]'), fill(words.live.lost, { lost: totals.abandoned, short: totals.short_abandoned }));
}
export function waits(totals, formula, now) {
  const wait = since(totals.oldest_wait_at, now), late = wait != null && wait > formula.threshold_s * 1000;
  const note = wait > 120000 ? words.live.critical : fill(words.live.over, { t: formula.threshold_s });
  card("waiting", totals.waiting);
  card("longest", wait == null ? "00:00" : duration(wait), late ? { tone: wait > 120000 ? "bad" : "warn", note } : {});
}
