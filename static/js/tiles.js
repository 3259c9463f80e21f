// The board's parts: seat tiles, queue and call rows. Writes text nodes and data-* only, and only what differs.
import { percent } from "./live_figures.js";
import { asOf } from "./moment.js";
import { tasks } from "./tasks.js";
import { clock, duration, fill, mark, put, words } from "./tools.js";

const part = (node, name) => node.querySelector(`[data-f="${name}"]`);
const clone = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const { sprite } = document.getElementById("board").dataset;

// The truth about a seat is the worst of what is known: available without a phone is a state of its own.
export const shown = (seat) => seat.truth ?? (seat.state === "available" && !seat.phone ? "phone_down" : seat.state);
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
  mark(node, "desk", row.desk_lost_at ? "lost" : null);
  put(part(node, "name"), row.alias);
  put(part(node, "seat"), row.seat);
  put(part(node, "word"), seatWord(row));
  put(part(node, "who"), row.interaction?.contact ?? (show === "desk_lost" ? fill(words.live.since, { time: clock(row.desk_lost_at) }) : "—"));
  put(part(node, "queue"), row.interaction ? queueName(row.interaction.queue) : "");
  put(part(node, "count"), fill(words.live.today, { count: row.handled_today ?? 0 }));
  seatTimer(node, row, now);
}
export const seatTimer = (node, row, now) => put(part(node, "timer"), row.state === "offline" ? "—" : duration(since(row.since, now)));
export function seatWord(row) {
  const show = shown(row);
  return show === "on_break" && row.reason ? words.reason[row.reason] ?? row.reason : words.state[show] ?? show;
}

// What is known of the agent's page, for the drawer: the sentence, and what it means while it is not reached.
export function desk(dialog, row) {
  put(part(dialog, "desk"), row.desk_lost_at ? fill(words.live.desk_lost, { time: clock(row.desk_lost_at) }) : row.state === "offline" ? "—" : words.live.desk_reached);
  part(dialog, "desk-says").hidden = !row.desk_lost_at;
}

const queueRow = () => clone("queue-row");
export function queues(parent, rows, now) {
  list(parent, rows, (row) => row.id, queueRow, (node, row) => {
    const level = percent(row.service_level);
    put(part(node, "name"), row.name);
    if (node.dataset.linked !== row.id) { mark(node, "linked", row.id); part(node, "name").setAttribute("href", asOf(`/interactions?queue=${row.id}&from=today`)); for (const link of node.querySelectorAll("[data-rows]")) link.setAttribute("href", asOf(`/live/rows/${link.dataset.rows}?queue=${row.id}`)); }
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
    const result = row.state === "talking" ? row.state : row.outcome === "abandoned" && !row.queue ? "left_early" : row.outcome || row.state;
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
