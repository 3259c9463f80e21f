// The live board: takes the feed's snapshot and changes, keeps them by key, paints in one animation frame.
import * as charts from "./charts.js";
import { freshness } from "./feed.js";
import { roving } from "./grid.js";
import { Drawer } from "./live_drawer.js";
import * as figures from "./live_figures.js";
import { Choice } from "./live_filters.js";
import { Seats } from "./live_seats.js";
import { keepViews } from "./live_views.js";
import { feedOf, freshWords } from "./rewind.js";
import * as rows from "./rows.js";
import * as tiles from "./tiles.js";
import { total } from "./tasks.js";
import { clock, count, fill, mark, put, words } from "./tools.js";

const region = document.getElementById("board");
const part = (name) => region.querySelector(`[data-part="${name}"]`);
const board = rows.blank();
const dirty = { all: false, seats: new Set(), queues: false, calls: false, totals: false };
let rate = 200, asked = false, heldBack = 0, flushedAt = 0, saidAt = 0, said = "", drawn = null;

// What is shown now: the feed's time, of a rewind the past second that it shows.
const now = () => feed.now();
const queueName = (key) => { for (const queue of board.queues.values()) if (queue.id === key || queue.code === key) return queue.name; return key ?? ""; };
const drawer = new Drawer({ state: board, now, queueName });
const choice = new Choice(region, () => { if (board.totals) { seats.paint(null); for (const rove of roves) rove.keep(); } });
const seats = new Seats({ region, state: board, choice, now, queueName });
const open = (cell) => drawer.show(cell.closest("[data-seat]").dataset.seat);
const roves = Object.values(seats.surfaces).map(({ box }) => roving(box, { open }));
keepViews(choice);

function snapshot({ board: all }) {
  if (feed.paused) return;
  rows.take(board, all);
  region.acts = { now, acts: all.acts ?? [] };
  region.dispatchEvent(new Event("acts")); // live_control.js shows what the client changed for a time
  Object.assign(dirty, { all: true, queues: true, calls: true, totals: true });
  flushedAt = 0;
  ask();
}
function delta({ d }) {
  if (feed.paused) { heldBack += (d.queues ?? []).length + (d.seats ?? []).length + (d.calls ?? []).length + (d.totals ? 1 : 0); return; }
  const touched = rows.change(board, d);
  for (const key of touched.seats) if (board.seats.has(key)) dirty.seats.add(key);
  dirty.all ||= touched.fresh; dirty.queues ||= touched.queues.size > 0; dirty.calls ||= touched.calls.size > 0; dirty.totals ||= Boolean(d.totals);
  ask();
}
function ask() {
  if (asked || document.hidden) return;
  asked = true;
  const wait = rate > 200 ? Math.max(0, flushedAt + rate - performance.now()) : 0;
  setTimeout(() => requestAnimationFrame(paint), wait);
}

function paint() {
  asked = false; flushedAt = performance.now();
  if (!board.totals || feed.paused) return;
  const queues = [...board.queues.values()];
  if (dirty.all || dirty.queues) choice.offer([...new Set(queues.map((queue) => queue.name))], [...new Set([...board.seats.values()].map((seat) => seat.kind))].sort());
  if (dirty.all || dirty.seats.size) { seats.paint(dirty.all ? null : dirty.seats); tally(); for (const rove of roves) rove.keep(); }
  if (dirty.totals) { part("engine").hidden = board.totals.engine !== "lost"; figures.kpis(board, now()); drawToday(board.totals.intervals ?? [], board.formula); }
  if (dirty.queues) { total(part("tasks"), queues, now()); tiles.queues(part("queues"), queues, now()); part("queues-empty").hidden = board.queues.size > 0; }
  if (dirty.calls) paintCalls();
  Object.assign(dirty, { all: false, queues: false, calls: false, totals: false }); dirty.seats.clear();
  mark(region, "state", board.seats.size ? "ready" : "empty");
  if (drawer.open) drawer.fill();
}
function paintCalls() {
  const newest = [...board.calls.values()].sort((a, b) => b.started_at - a.started_at).slice(0, 50);
  tiles.calls(part("calls"), newest, queueName);
  part("calls-empty").hidden = newest.length > 0;
}
function tally() {
  const tallies = {};
  for (const seat of board.seats.values()) tallies[tiles.shown(seat)] = (tallies[tiles.shown(seat)] ?? 0) + 1;
  for (const button of part("legend").children) { const n = tallies[button.dataset.show] ?? 0; put(button.querySelector("b"), n); mark(button, "none", n ? null : "1"); }
  summary(tallies);
}
// At most one sentence in ten seconds, and only when it would say something new.
function summary(tallies) {
  const level = figures.percent(board.totals.service_level);
  const text = fill(words.live.waiting_now, { waiting: board.totals.waiting, level: level == null ? "—" : `${level} %`, talking: tallies.talking ?? 0, down: tallies.phone_down ?? 0 });
  if (text === said || performance.now() - saidAt < 10000) return;
  said = text; saidAt = performance.now();
  put(part("summary"), text);
}

region.addEventListener("click", (event) => {
  const play = event.target.closest("[data-play]");
  if (play) listen(play);
  const twin = event.target.closest("[data-twin]");
  if (twin) { const open_ = twin.getAttribute("aria-pressed") !== "true"; twin.setAttribute("aria-pressed", String(open_)); const box = document.getElementById(twin.dataset.twin); box.hidden = !open_; box.previousElementSibling.hidden = open_; dirty.totals = true; ask(); }
});
function listen(button) {
  const call = board.calls.get(button.dataset.play), player = part("player");
  player.hidden = false;
  player.querySelector("[data-audio-error]").hidden = true;
  put(player.querySelector("b"), call ? `${clock(call.started_at)} · ${call.contact}` : "");
  const audio = player.querySelector("audio");
  audio.src = `/interactions/${button.dataset.play}/recording`;
  audio.play().catch(() => { /* the reader presses play; a missing file is told by its error event */ });
}

// Pause and pace.
const pause = part("pause");
function setPaused(on) {
  heldBack = 0;
  part("held").hidden = !on;
  put(pause.querySelector("span"), on ? words.live.resume : words.live.pause);
  pause.setAttribute("aria-pressed", String(on));
  part("held").dataset.at = clock(feed.now());
  if (on) feed.pause(); else feed.resume();
  if (!on) dirty.all = true;
}
pause.addEventListener("click", () => setPaused(!feed.paused));
part("rate").addEventListener("change", (event) => { rate = Number(event.target.value) * 1000; });
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
  if (event.key === "p" && !feed.past) setPaused(!feed.paused);
  if (event.key === "t") choice.turn();
  if (event.key === "f") (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => { /* the browser said no */ });
});

// Timers tick while the board is alive; a frozen board's timers stand still.
const drawToday = charts.today(part("today"), part("today-rows"));
const drawWaiting = charts.waiting(part("waiting"), part("waiting-rows"), part("sampled"));
function beat() {
  const at = now(), queues = [...board.queues.values()];
  requestAnimationFrame(() => {
    if (!board.totals) return;
    seats.tick();
    figures.moments(board, at);
    tiles.queues(part("queues"), queues, at);
    total(part("tasks"), queues, at);
    if (feed.state === "live" && !feed.past) drawWaiting(at, board.totals.waiting);
    for (const node of document.querySelectorAll("span[data-as-of]")) put(node, clock(feed.lastTs));
    if (drawer.open) drawer.fill();
  });
}
setInterval(() => {
  if (document.hidden || !board.totals || feed.paused || feed.state === "disconnected") return;
  if (rate > 1000 && drawn != null && feed.now() - drawn < rate) return;
  drawn = feed.now();
  beat();
}, 1000);

const age = (state, retryIn) => {
  fresh(state, retryIn);
  if (feed.paused) put(part("held"), `${fill(words.live.paused_at, { time: part("held").dataset.at })} · ${count(words.changes, heldBack)}`);
};
const { staleMs, lostMs, feed: path } = region.dataset;
const feed = feedOf(path, { numbered: true, staleMs: Number(staleMs), lostMs: Number(lostMs), on: { snapshot, delta, state: (...args) => age(...args) } });
const fresh = freshness(region, feed, { words: freshWords, fill, clock, put });
choice.show_();
