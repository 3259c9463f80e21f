// The board of the past: its feed, whose clock is the played time, and the bar of time by which one goes through a day.
import { Feed } from "./feed.js";
import { dayOf, shows } from "./moment.js";
import { clock, fill, mark, put, steady, words } from "./tools.js";

const root = document.getElementById("past");
const part = (name) => root.querySelector(`[data-past="${name}"]`);
const said = words.rewind ?? {};
const QUARTER_MS = 900000, SEEK_MS = 150, ADDRESS_MS = 1000, LANE = 14, FLOOR = 100;
const LANES = { breach: 0, abandonment: 1, alarm: 2 };
const GROUP = { level_missed: "breach", waits_long: "breach", abandoned: "abandonment" };
const groupOf = (kind) => GROUP[kind] ?? "alarm";

// Which feed a page has: of now, or of the past.
export const feedOf = (path, options) => new (root ? Past : Feed)(path, options);
export const freshWords = root ? { ...words.live, live: said.pill, age: "", skew: "" } : words.live;

class Past extends Feed {
  get past() { return true; }
  // Played time is no clock to compare this device's with.
  get offset() { return 0; }
  set offset(_) { /* as above */ }
  connect() {
    if (this.lastTs != null) this.path = `/live/rewind?at=${Math.round(this.now())}&speed=${this.rate}`;
    super.connect();
  }
  // Played time; it stands still when nothing comes any more.
  now() { return this.lastTs == null ? Number(root.dataset.at) : this.lastTs + Math.min(this.staleMs, steady() - this.lastAt) * (this.rate ?? 0); }
  take(frame) {
    if (frame.speed != null) this.rate = frame.speed;
    if (["snap", "d", "hb"].includes(frame.t)) super.take(frame); else this.lastAt = steady();
    told(this, frame);
  }
  order(what) {
    if (this.socket?.readyState === WebSocket.OPEN) { this.socket.send(JSON.stringify(what)); return; }
    if (what.at != null) { this.lastTs = what.at; this.lastAt = steady(); this.rate = 0; this.attempts = 0; }
    if (this.socket?.readyState !== WebSocket.CONNECTING) this.connect();
  }
}

let feed = null, day = null, asked = null, asking = null, dragging = false, wished = null, addressed = 0, ended = false;

function told(from, frame) {
  feed = from;
  if (frame.t === "now") { over(); return; }
  if (frame.t === "refused") say(said.problem[frame.code] ?? said.problem.other);
  else if (frame.t === "none") say(frame.to === "next" ? said.no_next : said.no_previous);
  if (!asking && (frame.t === "snap" || frame.t === "refused")) wished = null;
  show(frame.ts);
}
function over() {
  if (ended) return;
  ended = true;
  say(said.now);
  location.assign(liveAddress());
}
function liveAddress() {
  const live = new URL(location.href);
  live.searchParams.delete("at");
  return live.pathname + live.search;
}
const say = (text) => put(part("said"), text ?? "");

const days = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: document.documentElement.dataset.zone || "UTC", dateStyle: "full" });

const moment = (ms) => `${days.format(ms)}, ${clock(ms)}`;

function show(ts) {
  const slider = part("slider"), text = moment(ts);
  shows(ts);
  put(part("when"), text);
  put(part("how"), feed.rate ? fill(said.playing, { speed: feed.rate }) : said.standing);
  const play = part("play");
  play.setAttribute("aria-pressed", String(Boolean(feed.rate)));
  put(play.querySelector("span"), feed.rate ? said.pause : said.play);
  if (wished == null) { if (!dragging) slider.value = ts; slider.setAttribute("aria-valuetext", text); }
  if (!day || ts < day.from || ts >= day.until) load(dayOf(ts)); else quarter(wished ?? ts);
  // Browsers refuse an address that changes too often: while it plays it follows each second, and standing still it is what is shown.
  if (feed.rate && steady() - addressed <= ADDRESS_MS) return;
  addressed = steady();
  history.replaceState(null, "", address(ts));
}
function address(ts) {
  const here = new URL(location.href);
  here.searchParams.set("at", new Date(ts).toISOString().replace(".000Z", "Z"));
  return here;
}

// Going somewhere: at most a few orders a second however fast one drags, and the last one always.
function go(ms) {
  if (!feed) return;
  say("");
  wished = Math.max(ms, day?.begins ?? 0);
  part("slider").value = wished;
  part("slider").setAttribute("aria-valuetext", moment(wished)); // said with the key, before the board of it comes
  if (asking) return;
  asking = setTimeout(() => { asking = null; feed.order({ t: "seek", at: Math.round(wished) }); }, SEEK_MS * (steady() - (asked ?? 0) < SEEK_MS));
  asked = steady();
}
const at = () => wished ?? feed?.now() ?? Number(root.dataset.at);
const toggle = () => feed?.order({ t: feed.rate ? "pause" : "play" });

async function otherDay(by) {
  const into = at() - day.from, then = new Date(`${day.day}T12:00:00Z`);
  then.setUTCDate(then.getUTCDate() + by);
  if (await load(then.toISOString().slice(0, 10))) go(Math.min(day.from + into, day.until - 1000));
}

let loading = null;
async function load(on) {
  if (loading === on) return false;
  loading = on;
  mark(root, "state", "loading");
  try {
    const answer = await fetch(`/v1/live/past/day?on=${on}`, { headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.code);
    if (loading !== on) return false;
    day = told;
    draw();
    mark(root, "state", "ready");
    return true;
  } catch (error) {
    mark(root, "state", day ? "ready" : "error");
    say(said.problem[error.message] ?? (error.message === "moment_ahead" ? said.now : said.not_drawn));
    if (!day) put(part("quarter"), "");
    return false;
  } finally {
    if (loading === on) loading = null;
  }
}

const shape = (name, values, more = {}) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(values)) node.setAttribute(key, value);
  Object.assign(node.dataset, more);
  return node;
};
function draw() {
  const plot = part("plot"), slider = part("slider"), span = day.until - day.from, most = Math.max(4, ...day.quarters.map((row) => row.waiting));
  const x = (ms) => ((ms - day.from) / span) * 1000, wide = (QUARTER_MS / span) * 1000, base = FLOOR - 6, high = base - 3 * LANE - 4;
  plot.setAttribute("viewBox", `0 0 1000 ${FLOOR}`);
  const nodes = [0, 1, 2].map((lane) => shape("line", { class: "lane", x1: 0, x2: 1000, y1: (lane + 1) * LANE, y2: (lane + 1) * LANE }));
  for (let hour = day.from; hour < day.until; hour += 3600000) nodes.push(shape("line", { class: "hour", x1: x(hour), x2: x(hour), y1: base, y2: FLOOR }));
  for (const row of day.quarters) {
    if (row.waiting) nodes.push(shape("rect", { class: "waits", x: x(row.at) + wide * 0.08, width: wide * 0.84, y: base - (row.waiting / most) * high, height: (row.waiting / most) * high }));
    if (row.den) nodes.push(shape("rect", { class: row.num * 100 >= day.target_pct * row.den ? "met" : "missed", x: x(row.at), width: wide, y: base, height: row.num * 100 >= day.target_pct * row.den ? 3 : 6 }));
  }
  for (const one of day.marks) { const group = groupOf(one.kind), y = LANES[group] * LANE; nodes.push(shape("line", { class: "mark", x1: x(one.at), x2: x(one.at), y1: y + 2, y2: y + LANE - 2 }, { group })); }
  if (day.now < day.until) nodes.unshift(shape("rect", { class: "to-come", x: x(day.now), width: 1000 - x(day.now), y: 0, height: FLOOR }));
  plot.replaceChildren(...nodes);
  Object.assign(slider, { min: day.from, max: day.until - 1000 });
  slider.value = at();
  const hours = part("hours");
  hours.replaceChildren();
  for (let hour = day.from; hour < day.until; hour += 3 * 3600000) { const label = document.createElement("span"); put(label, clock(hour, "minutes")); label.style.insetInlineStart = `${x(hour) / 10}%`; hours.append(label); }
  list();
  quarter(at());
}
const percent = (row) => (row.den ? `${((row.num * 100) / row.den).toFixed(1)} %` : "—");
function quarter(ts) {
  const row = day?.quarters[Math.floor((ts - day.from) / QUARTER_MS)];
  if (row) put(part("quarter"), fill(said.quarter, { time: clock(row.at, "minutes"), offered: row.offered, level: percent(row), waiting: row.waiting }));
}
function list() {
  put(part("count"), day.marks.length + day.more_marks || "");
  const items = day.marks.map((one) => {
    const item = document.createElement("li"), button = document.createElement("button"), time = document.createElement("time"), text = document.createElement("span");
    button.type = "button"; button.dataset.go = one.at + 1;
    put(time, clock(one.at)); put(text, [said.kind[one.kind] ?? one.kind, one.name].filter(Boolean).join(" · "));
    button.append(time, text); item.append(button);
    return item;
  });
  if (!items.length || day.more_marks) { const item = document.createElement("li"); put(item, items.length ? fill(said.more, { count: day.more_marks }) : said.no_marks); items.push(item); }
  part("marks").replaceChildren(...items);
  part("quarters").replaceChildren(...day.quarters.filter((row) => row.offered || row.waiting).map((row) => {
    const line = document.createElement("tr");
    [clock(row.at, "minutes"), row.offered, percent(row), row.waiting].forEach((value, place) => { const cell = line.insertCell(); if (place) cell.className = "num"; put(cell, value); });
    return line;
  }));
}

const KEYS = { ArrowLeft: -1000, ArrowRight: 1000, ArrowDown: -1000, ArrowUp: 1000, PageDown: -QUARTER_MS, PageUp: QUARTER_MS };
function listen() {
  const slider = part("slider");
  slider.addEventListener("input", () => { dragging = true; go(Number(slider.value)); });
  slider.addEventListener("change", () => { dragging = false; });
  slider.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = KEYS[event.key];
    if (by) go(at() + (event.shiftKey && Math.abs(by) === 1000 ? by * 60 : by));
    else if (event.key === "Home" && day) go(Math.max(day.from, day.begins));
    else if (event.key === "End" && day) go(Math.min(day.until - 1000, day.now - 1000));
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target !== slider && event.target !== document.body) return;
    event.preventDefault();
    toggle();
  });
  root.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]"), jump = event.target.closest("[data-jump]"), to = event.target.closest("[data-go]");
    if (step?.dataset.step.startsWith("day")) { if (day) otherDay(step.dataset.step === "day+" ? 1 : -1); } else if (step) go(at() + Number(step.dataset.step) * 1000);
    if (jump) { say(""); wished = null; feed?.order({ t: jump.dataset.jump, kinds: part("kinds").value }); }
    if (to) go(Number(to.dataset.go));
  });
  part("play").addEventListener("click", toggle);
  part("speed").addEventListener("change", (event) => feed?.order({ t: "speed", speed: Number(event.target.value) }));
  part("copy").addEventListener("click", async () => {
    const link = address(at());
    history.replaceState(null, "", link);
    try { await navigator.clipboard.writeText(link.href); say(said.copied); } catch { say(said.not_copied); }
  });
  part("live").addEventListener("click", (event) => { event.currentTarget.href = liveAddress(); });
  load(dayOf(Number(root.dataset.at)));
}
if (root) listen();
// From now into the past: a minute back, whenever it is pressed.
document.querySelector('[data-part="rewind"]')?.addEventListener("click", (event) => { const here = new URL(location.href); here.searchParams.set("at", new Date(Date.now() - 60000).toISOString().slice(0, 19) + "Z"); event.currentTarget.href = here; });
