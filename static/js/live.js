// The live board: takes the feed's snapshot and deltas, keeps them by key, paints in one animation frame.
import * as charts from "./charts.js";
import { freshness } from "./feed.js";
import { roving } from "./grid.js";
import { feedOf, freshWords } from "./rewind.js";
import * as rows from "./rows.js";
import * as tiles from "./tiles.js";
import { total } from "./tasks.js";
import { clock, count, duration, fill, mark, put, words } from "./tools.js";

const region = document.getElementById("board");
const find = (name) => region.querySelector(name);
const part = (name) => find(`[data-part="${name}"]`);
const board = rows.blank();
const dirty = { all: false, seats: new Set(), queues: false, calls: false, totals: false };
const kept = new Set();
let rate = 200, asked = false, heldBack = 0, flushedAt = 0, saidAt = 0, said = "", saidSeats = "", drawn = null;

const queueName = (key) => { for (const queue of board.queues.values()) if (queue.id === key || queue.code === key) return queue.name; return key ?? ""; };
const nodes = new Map();
const grid = part("seats"), row = grid.firstElementChild;
const rove = roving(grid, { open: openDrawer });
for (const node of row.children) nodes.set(node.dataset.seat, node);

function snapshot({ board: all }) {
  if (feed.paused) return;
  rows.take(board, all);
  Object.assign(dirty, { all: true, queues: true, calls: true, totals: true });
  flushedAt = 0;
  ask();
}
function delta({ d }) {
  const { queues = [], seats = [], calls = [], totals } = d;
  if (feed.paused) { heldBack += queues.length + seats.length + calls.length + (totals ? 1 : 0); return; }
  const touched = rows.change(board, d);
  for (const key of touched.seats) if (board.seats.has(key)) dirty.seats.add(key);
  dirty.all ||= touched.fresh; dirty.queues ||= touched.queues.size > 0; dirty.calls ||= touched.calls.size > 0; dirty.totals ||= Boolean(totals);
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
  const now = feed.now();
  if (dirty.all) paintSeats(now); else for (const key of dirty.seats) tiles.seat(nodes.get(key), board.seats.get(key), now, queueName);
  if (dirty.all || dirty.seats.size) { tally(); sift(); }
  if (dirty.totals) { part("engine").hidden = board.totals.engine !== "lost"; tiles.kpis(board.totals, board.formula, now); drawToday(board.totals.intervals ?? [], board.formula); }
  if (dirty.queues) { total(part("tasks"), [...board.queues.values()], now); tiles.queues(part("queues"), [...board.queues.values()], now); part("queues-empty").hidden = board.queues.size > 0; }
  if (dirty.calls) paintCalls();
  Object.assign(dirty, { all: false, queues: false, calls: false, totals: false }); dirty.seats.clear();
  mark(region, "state", board.seats.size ? "ready" : "empty");
  if (drawer.open) fillDrawer();
}
function paintSeats(now) {
  const all = [...board.seats.values()].sort((a, b) => a.seat.localeCompare(b.seat, "en", { numeric: true }));
  tiles.list(row, all, (seat) => seat.seat, tiles.seatTile, (node, seat) => { nodes.set(seat.seat, node); tiles.seat(node, seat, now, queueName); });
  for (const key of nodes.keys()) if (!board.seats.has(key)) nodes.delete(key);
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
  const level = tiles.percent(board.totals.service_level);
  const text = fill(words.live.waiting_now, { waiting: board.totals.waiting, level: level == null ? "—" : `${level} %`, talking: tallies.talking ?? 0, down: tallies.phone_down ?? 0 });
  if (text === said || performance.now() - saidAt < 10000) return;
  said = text; saidAt = performance.now();
  put(part("summary"), text);
}

// The reader's filter: states chosen in the legend, words typed.
function sift() {
  const wanted = part("find").value.trim().toLowerCase();
  let seen = 0;
  for (const [key, node] of nodes) {
    const seat = board.seats.get(key);
    if (!seat) continue;
    const text = `${seat.alias} ${seat.seat} ${seat.interaction?.contact ?? ""} ${seat.interaction ? queueName(seat.interaction.queue) : ""}`.toLowerCase();
    const hide = (kept.size > 0 && !kept.has(tiles.shown(seat))) || (wanted !== "" && !text.includes(wanted));
    if (node.hidden !== hide) node.hidden = hide;
    if (!hide) seen += 1;
  }
  part("seats-empty").hidden = board.seats.size > 0;
  part("seats-filtered").hidden = !(board.seats.size && !seen);
  grid.hidden = seen === 0;
  mark(grid, "state", board.seats.size ? (seen ? "ready" : "filtered") : "empty");
  rove.keep();
  const filtered = kept.size || wanted, text = filtered ? fill(words.live.seen, { seen, all: board.seats.size }) : "";
  if (text !== saidSeats) { saidSeats = text; put(part("seen"), text); }
}
part("find").addEventListener("input", sift);
part("legend").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (!kept.delete(button.dataset.show)) kept.add(button.dataset.show);
  button.setAttribute("aria-pressed", String(kept.has(button.dataset.show)));
  sift();
});
region.addEventListener("click", (event) => {
  if (event.target.closest("[data-clear]")) { kept.clear(); part("find").value = ""; for (const b of part("legend").children) b.setAttribute("aria-pressed", "false"); sift(); }
  const play = event.target.closest("[data-play]");
  if (play) listen(play);
  const twin = event.target.closest("[data-twin]");
  if (twin) { const open = twin.getAttribute("aria-pressed") !== "true"; twin.setAttribute("aria-pressed", String(open)); const box = document.getElementById(twin.dataset.twin); box.hidden = !open; box.previousElementSibling.hidden = open; dirty.totals = true; ask(); }
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

// One seat, closer.
const drawer = document.getElementById("seat-drawer");
function openDrawer(cell) { drawer.dataset.seat = cell.dataset.seat; fillDrawer(); if (!drawer.open) drawer.showModal(); }
function fillDrawer() {
  const seat = board.seats.get(drawer.dataset.seat), put_ = (name, text) => put(drawer.querySelector(`[data-f="${name}"]`), text);
  if (!seat) return;
  mark(drawer, "show", tiles.shown(seat));
  put_("name", seat.alias); put_("seat", seat.seat); put_("word", tiles.seatWord(seat));
  put_("since", `${clock(seat.since)} · ${duration(feed.now() - seat.since)}`);
  put_("phone", drawer.dataset[seat.phone ? "phoneUp" : "phoneDown"]);
  put_("who", seat.interaction?.contact ?? "—"); put_("queue", seat.interaction ? queueName(seat.interaction.queue) : "—");
  put_("handled", seat.handled_today ?? 0); put_("offered", seat.offered_today ?? 0);
  const link = drawer.querySelector("[data-call]");
  link.hidden = !seat.interaction;
  if (seat.interaction) link.href = `/interactions/${seat.interaction.id}`;
  drawer.querySelector("[data-all]").href = `/interactions?agent=${encodeURIComponent(seat.agent_id ?? "")}&from=today`;
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
  if (event.key === "f") (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => { /* the browser said no */ });
});

// Timers tick while the board is alive; a frozen board's timers stand still.
const drawToday = charts.today(part("today"), part("today-rows"));
const drawWaiting = charts.waiting(part("waiting"), part("waiting-rows"), part("sampled"));
setInterval(() => {
  if (document.hidden || !board.totals || feed.paused || feed.state === "disconnected") return;
  const now = feed.now();
  if (rate > 1000 && drawn != null && now - drawn < rate) return;
  drawn = now;
  requestAnimationFrame(() => {
    for (const [key, node] of nodes) if (!node.hidden) tiles.seatTimer(node, board.seats.get(key), now);
    tiles.waits(board.totals, board.formula, now);
    tiles.queues(part("queues"), [...board.queues.values()], now);
    total(part("tasks"), [...board.queues.values()], now);
    if (feed.state === "live" && !feed.past) drawWaiting(now, board.totals.waiting);
    for (const node of document.querySelectorAll("[data-as-of]")) put(node, clock(feed.lastTs));
    if (drawer.open) fillDrawer();
  });
}, 1000);

const age = (state, retryIn) => {
  fresh(state, retryIn);
  if (feed.paused) put(part("held"), `${fill(words.live.paused_at, { time: part("held").dataset.at })} · ${count(words.changes, heldBack)}`);
};
const { staleMs, lostMs, feed: path } = region.dataset;
const feed = feedOf(path, { numbered: true, staleMs: Number(staleMs), lostMs: Number(lostMs), on: { snapshot, delta, state: (...args) => age(...args) } });
const fresh = freshness(region, feed, { words: freshWords, fill, clock, put });
