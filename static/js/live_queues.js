// The queues' page: the board's own feed, of now or of the past, a panel for each queue, who waits at which place.
import { freshness } from "./feed.js";
import { beyond, limit, percent } from "./live_figures.js";
import { levelNow } from "./live_sums.js";
import { asOf } from "./moment.js";
import { feedOf, freshWords } from "./rewind.js";
import * as rows from "./rows.js";
import { list, shown } from "./tiles.js";
import { clock, duration, fill, mark, put, words } from "./tools.js";

const region = document.getElementById("board"), box = region.querySelector('[data-part="queues"]');
const serves = JSON.parse(document.getElementById("serves").textContent);
const clone = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const f = (node, name) => node.querySelector(`[data-f="${name}"]`);
const board = rows.blank();
let asked = false;

const share = (value) => { const text = percent(value); return text == null ? "—" : `${text} %`; };
// In the order of waiting; work without a contact does not wait in line.
const waiting = (queue) => [...board.calls.values()]
  .filter((call) => [queue.name, queue.code].includes(call.queue) && ["waiting", "ringing"].includes(call.state) && !(call.task && !call.outcome))
  .sort((a, b) => (a.since ?? 0) - (b.since ?? 0) || (a.id < b.id ? -1 : 1));

function tallies(queue) {
  const found = new Map();
  for (const key of serves[queue.id] ?? []) { const seat = board.seats.get(key); if (seat) found.set(shown(seat), (found.get(shown(seat)) ?? 0) + 1); }
  return Object.entries(words.state).filter(([state]) => found.has(state)).map(([state, word]) => `${word} ${found.get(state)}`).join(" · ");
}
function panel(node, queue, now) {
  if (node.dataset.linked !== queue.id) {
    mark(node, "linked", queue.id);
    node.setAttribute("aria-label", queue.name);
    f(node, "today").href = asOf(`/interactions?queue=${queue.id}&from=today`);
    for (const link of node.querySelectorAll("[data-rows]")) link.href = asOf(`/live/rows/${link.dataset.rows}?queue=${queue.id}`);
  }
  const calls = waiting(queue), wait = queue.oldest_wait_at == null ? null : now - queue.oldest_wait_at;
  for (const [name, value] of Object.entries({
    name: queue.name, waiting: queue.waiting, longest: duration(wait), "level-now": share(levelNow(queue.recent, now)), level: share(queue.service_level),
    offered: queue.offered, answered: queue.answered, abandoned: queue.abandoned, dequeued: queue.dequeued ?? 0, tasks: queue.tasks ?? 0, tallies: tallies(queue),
  })) put(f(node, name), value);
  mark(f(node, "longest"), "tone", beyond(wait, board.limits) ? "bad" : wait > board.formula.threshold_s * 1000 ? "warn" : null);
  f(node, "list").hidden = calls.length === 0; f(node, "nobody").hidden = calls.length > 0;
  let place = 0;
  list(f(node, "calls"), calls, (call) => call.id, () => clone("queue-call"), (line, call) => {
    place += 1;
    const cells = line.children; // of the first paint or of the pattern: the same four
    [place, call.contact, words.outcome?.[call.state] ?? words.board.waits[call.state], duration(call.since == null ? null : now - call.since)].forEach((text, at) => put(cells[at], text));
  });
}
function paint() {
  asked = false;
  if (!board.totals) return;
  const now = feed.now();
  limit(board.limits);
  list(box, [...board.queues.values()], (queue) => queue.id, () => clone("queue-panel"), (node, queue) => panel(node, queue, now));
  region.querySelector('[data-part="queues-empty"]').hidden = board.queues.size > 0;
  mark(region, "state", board.queues.size ? "ready" : "empty");
}
function ask() { if (!asked && !document.hidden) { asked = true; requestAnimationFrame(paint); } }

const feed = feedOf(region.dataset.feed, { numbered: true, on: {
  snapshot: ({ board: all }) => { rows.take(board, all); ask(); },
  delta: ({ d }) => { rows.change(board, d); ask(); },
  state: (...args) => fresh(...args),
} });
const fresh = freshness(region, feed, { words: freshWords, fill, clock, put });
setInterval(() => { if (feed.state === "live" || feed.state === "stale") ask(); }, 1000);
