// The floor of a supervisor: every agent of its clients, live; listen, whisper, barge, take over, and the agents' states.
import { Ear } from "./ear.js";
import { Alerts } from "./floor_alerts.js";
import { FromClients } from "./floor_control.js";
import { Feed, freshness } from "./feed.js";
import { Asking } from "./floor_ask.js";
import * as tiles from "./floor_tiles.js";
import { Mine } from "./floor_mine.js";
import { Outbox } from "./floor_messages.js";
import { roving } from "./grid.js";
import { total } from "./tasks.js";
import { clock, count, duration, fill, mark, put, words } from "./tools.js";

const region = document.getElementById("floor");
const part = (name) => region.querySelector(`[data-part="${name}"]`);
const csrf = document.querySelector('meta[name="csrf-token"]').content;
const rows = { clients: new Map(), queues: new Map(), agents: new Map(), taken: new Map(), alerts: new Map(), acts: new Map() };
const nodes = new Map(), states = new Set(), doors = new Set();
const grid = part("agents"), drawer = document.getElementById("agent-drawer");
let told = false, hands = false, heldBack = 0, asked = false, saidAt = 0, said = "";
for (const node of grid.querySelectorAll("[data-agent]")) nodes.set(node.dataset.agent, node);
const rove = roving(grid, { open: openDrawer });

// What the feed says.
const byId = (list) => new Map(list.map((row) => [row.id, row]));
function snapshot({ floor }) {
  if (feed.paused) return;
  told = true;
  for (const table of Object.keys(rows)) rows[table] = byId(floor[table]);
  ask(); mine.comeBack();
}
function delta({ d }) {
  if (feed.paused) { for (const list of Object.values(d)) heldBack += list.length; return; }
  for (const [table, list] of Object.entries(d)) for (const row of list) rows[table].set(row.id, row);
  ask();
}
function ask() { if (!asked && !document.hidden) { asked = true; requestAnimationFrame(paint); } }

function paint() {
  asked = false;
  if (!told) return;
  const now = feed.now();
  if (!ear.session && tiles.doorsTurned(part("doors"), rows.clients)) { location.reload(); return; }
  tiles.groups(grid, sorted(), part("group").value, { now, clients: rows.clients, nodes, me: region.dataset.me });
  tiles.doors(part("doors"), rows.clients);
  tiles.queues(part("queues"), [...rows.queues.values()], rows.clients, now);
  part("queues-empty").hidden = rows.queues.size > 0;
  total(part("tasks"), [...rows.queues.values()], now);
  tally(); sift(); mine.paint(now); alerts.paint(now); outbox.paint(); fromClients.paint(now);
  if (drawer.open) fillDrawer();
}
// Who asks for help comes first, whoever asked longest before the others.
const sorted = () => [...rows.agents.values()].sort((a, b) => (a.hand_at ?? Infinity) - (b.hand_at ?? Infinity) || a.seat.localeCompare(b.seat, "en", { numeric: true }));

function tally() {
  const tallies = {};
  let raised = 0, waiting = 0;
  for (const agent of rows.agents.values()) { const show = tiles.shown(agent); tallies[show] = (tallies[show] ?? 0) + 1; if (agent.hand_at) raised += 1; }
  for (const client of rows.clients.values()) waiting += client.waiting ?? 0;
  for (const button of part("legend").children) { const n = tallies[button.dataset.show] ?? 0; put(button.querySelector("b"), n); mark(button, "none", n ? null : "1"); }
  part("hands").hidden = !raised && !hands;
  put(part("hands").querySelector("span"), fill(words.floor.hands, { count: raised }));
  const text = fill(words.floor.waiting_now, { waiting, talking: tallies.talking ?? 0, hands: raised });
  if (text !== said && performance.now() - saidAt > 10000) { said = text; saidAt = performance.now(); put(part("summary"), text); }
}

// The reader's filter: states, clients, hands, words.
function sift() {
  const wanted = part("find").value.trim().toLowerCase();
  let seen = 0;
  for (const [id, node] of nodes) {
    const agent = rows.agents.get(id);
    if (!agent) continue;
    const names = agent.clients.map((client) => rows.clients.get(client)?.name ?? "").join(" ");
    const text = `${agent.name} ${agent.seat} ${agent.interaction?.queue ?? ""} ${agent.interaction?.contact ?? ""} ${names}`.toLowerCase();
    const hide = (states.size > 0 && !states.has(tiles.shown(agent))) || (doors.size > 0 && !agent.clients.some((client) => doors.has(client))) || (hands && !agent.hand_at) || (wanted !== "" && !text.includes(wanted));
    if (node.hidden !== hide) node.hidden = hide;
    if (!hide) seen += 1;
  }
  for (const group of grid.children) group.hidden = !group.querySelector("[data-agent]:not([hidden])");
  part("empty").hidden = rows.agents.size > 0;
  part("filtered").hidden = !(rows.agents.size && !seen);
  grid.hidden = seen === 0;
  mark(region, "state", rows.agents.size ? (seen ? "ready" : "filtered") : "empty");
  rove.keep();
  put(part("seen"), states.size || doors.size || hands || wanted ? fill(words.floor.seen, { seen, all: rows.agents.size }) : "");
}
const toggle = (set, button, key) => { if (!set.delete(key)) set.add(key); button.setAttribute("aria-pressed", String(set.has(key))); sift(); };
part("find").addEventListener("input", sift);
part("legend").addEventListener("click", (event) => { const button = event.target.closest("button"); if (button) toggle(states, button, button.dataset.show); });
part("doors").addEventListener("click", (event) => { const chip = event.target.closest("[data-client]"); if (chip) toggle(doors, chip, chip.dataset.client); });
part("hands").addEventListener("click", () => { hands = !hands; part("hands").setAttribute("aria-pressed", String(hands)); tally(); sift(); });
region.addEventListener("click", (event) => {
  if (!event.target.closest("[data-clear]")) return;
  states.clear(); doors.clear(); hands = false; part("find").value = "";
  for (const button of region.querySelectorAll('.legend [aria-pressed], .doors [aria-pressed], .hands')) button.setAttribute("aria-pressed", "false");
  tally(); sift();
});
for (const [name, key] of [["group", "gf-floor-group"], ["density", "gf-floor-density"]]) {
  const choice = part(name);
  try { choice.value = localStorage.getItem(key) ?? ""; } catch { /* nothing is kept in this browser */ }
  const apply = () => { mark(grid, "density", part("density").value || null); ask(); };
  choice.addEventListener("change", () => { try { localStorage.setItem(key, choice.value); } catch { /* as above */ } apply(); });
  mark(grid, "density", part("density").value || null);
}

// One agent, closer.
function openDrawer(cell) { drawer.dataset.agent = cell.dataset.agent; fillDrawer(); if (!drawer.open) drawer.showModal(); }
function fillDrawer() {
  const agent = rows.agents.get(drawer.dataset.agent);
  if (agent) tiles.drawer(drawer, agent, rows.clients.get(agent.client), feed.now());
}
drawer.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]"), agent = rows.agents.get(drawer.dataset.agent);
  if (button && agent) act(button.dataset.do, agent, button.dataset.why ?? "");
});

// Every button is a post that the feed confirms.
async function post(path, body, quiet = false, wrong = null) {
  if (!quiet) part("failed").hidden = true;
  let reason;
  try {
    const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json", "x-csrf-token": csrf, accept: "application/json" }, body: JSON.stringify(body) });
    const answered = (answer.headers.get("content-type") ?? "").includes("json") ? await answer.json() : {};
    if (answer.ok) return answered;
    reason = words.problem[answered.code] ?? answered.detail ?? answered.title ?? String(answer.status);
  } catch { reason = words.live.disconnected; }
  if (quiet) return null;
  if (wrong) { wrong(fill(words.floor.not_now, { reason })); return null; }
  put(part("failed-text"), fill(words.floor.not_now, { reason })); part("failed").hidden = false;
  if (drawer.open) drawer.close();
  return null;
}
const WAYS = new Set(["listen", "whisper", "barge"]), SPEAKS = new Set(["whisper", "barge", "take_over"]);
const asking = new Asking(document.getElementById("ask"));
async function act(what, agent, why = "") {
  const client = rows.clients.get(agent.client), call = agent.interaction;
  const about = ["available", "on_break", "offline"].includes(what) ? "state" : what;
  const onCall = about !== "state" && what !== "sign_out";
  if (onCall && (!call || !client)) return;
  const free = onCall ? client.without_reason : agent.clients.every((id) => rows.clients.get(id)?.without_reason ?? true);
  const reason = what === "help" ? "" : await asking.reason(fill(words.floor[`ask_${about}`], { agent: agent.name }), { free, sure: !["listen", "whisper"].includes(what) });
  if (reason == null) return;
  if (drawer.open) drawer.close();
  const of = onCall ? { tenant_id: agent.client, interaction: call.id, reason } : { agent: agent.id, reason };
  if (SPEAKS.has(what) && ["ready", "active"].includes(ear.active ? "active" : ear.state) && !(await ear.voice())) return;
  if (WAYS.has(what)) { mine.ringing = mine.own() ? null : { agent: agent.id, row: agent }; ask(); if (!(await post("/floor/supervise", { ...of, mode: what }))) { mine.ringing = null; ask(); } }
  else if (what === "take_over") await post("/floor/take-over", of);
  else if (what === "hang_up") await post("/floor/hang-up", of);
  else if (what === "help") await post("/floor/help", of);
  else if (what === "sign_out") await post("/floor/sign-out", of);
  else await post("/floor/state", { ...of, state: what, why });
}

// Keys on the agent that has the focus.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
  const way = { l: "listen", w: "whisper", b: "barge" }[event.key.toLowerCase()], cell = event.target.closest("[data-agent]");
  if (way && cell) { event.preventDefault(); const agent = rows.agents.get(cell.dataset.agent); if (agent && rows.clients.get(agent.client)?.may.includes(way)) act(way, agent); }
  else if (event.key === "p") setPaused(!feed.paused);
});

// The phone.
const far = part("far");
const ear = new Ear(region.dataset.phone, far, heard, { speaks: true });
const alerts = new Alerts({ rows, post }), outbox = new Outbox({ rows, post }), fromClients = new FromClients({ rows, post });
const mine = new Mine({ rows, ear, post, act });
function heard(what, detail) {
  mine.heard(what);
  if (what === "state" || what === "active" || what === "ended") {
    const state = ear.active ? "active" : ear.state;
    mark(part("phone"), "phoneState", state);
    put(part("phone-word"), words.floor[`phone_${state}`] ?? words.floor.phone_connecting);
    part("take-phone").hidden = ear.state !== "elsewhere";
    if (what === "active") far.play?.().catch(() => { /* the first click on the page lets it sound */ });
    ask();
  } else if (what === "well") part("trouble").hidden = true;
  else if (what === "trouble") { put(part("trouble-text"), words.floor[detail] ?? words.problem[detail] ?? detail); part("trouble").hidden = false; }
}
part("take-phone").addEventListener("click", () => ear.take());
part("failed-seen").addEventListener("click", () => { part("failed").hidden = true; });

// Pause, freshness, timers: while nothing is heard, nothing ticks.
const pause = part("pause");
function setPaused(on) {
  heldBack = 0;
  part("held").hidden = !on;
  part("held").dataset.at = clock(feed.now());
  put(pause.querySelector("span"), on ? words.live.resume : words.live.pause);
  pause.setAttribute("aria-pressed", String(on));
  if (on) feed.pause(); else feed.resume();
}
pause.addEventListener("click", () => setPaused(!feed.paused));
setInterval(() => {
  if (document.hidden || !rows.clients.size || feed.paused || feed.state === "disconnected") return;
  const now = feed.now();
  for (const [id, node] of nodes) if (!node.hidden && rows.agents.has(id)) tiles.timer(node, rows.agents.get(id), now);
  tiles.queues(part("queues"), [...rows.queues.values()], rows.clients, now);
  total(part("tasks"), [...rows.queues.values()], now);
  mine.paint(now); alerts.tick(now); fromClients.paint(now);
  if (drawer.open) fillDrawer();
}, 1000);
const age = (state, retryIn) => {
  fresh(state, retryIn);
  if (feed.paused) put(part("held"), `${fill(words.live.paused_at, { time: part("held").dataset.at })} · ${count(words.changes, heldBack)}`);
};
const { staleMs, lostMs, feed: path } = region.dataset;
const feed = new Feed(path, { numbered: true, staleMs: Number(staleMs), lostMs: Number(lostMs), on: { snapshot, delta, state: (...args) => age(...args) } });
const fresh = freshness(region, feed, { words: words.live, fill, clock, put });
