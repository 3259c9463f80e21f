// The bell of every page and the live board's rail of open alerts: one feed, text nodes only, sound when it was chosen.
import { duration, mark, put } from "./tools.js";

const bell = document.getElementById("bell"), rail = document.getElementById("alert-rail"), MOST = 4, RANG = "gf-alert-rang";
const part = (name) => rail?.querySelector(`[data-rail="${name}"]`);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
let open = [], offset = 0, wait = 1000, rang = null, sound = false, audio = null, alive = false;

function badge(unread) {
  const count = bell.querySelector("b");
  count.hidden = !unread;
  put(count, unread > 99 ? "99+" : unread);
  bell.setAttribute("aria-label", unread ? fill(bell.dataset.unread, { n: unread }) : bell.dataset.word);
}

// Rings once, in one of the browser's pages; what rang before this page was opened stays quiet.
function ring(id) {
  if (rang === null || !id || id === rang) { rang = id ?? ""; return; }
  rang = id;
  if (!sound) return;
  try { if (localStorage.getItem(RANG) === id) return; localStorage.setItem(RANG, id); } catch { /* nothing is kept in this browser */ }
  chime();
}
function chime() {
  if (audio?.state !== "running") { hint(); return; }
  for (const [pitch, after] of [[740, 0], [587, 0.18], [740, 0.36]]) {
    const tone = audio.createOscillator(), gain = audio.createGain(), at = audio.currentTime + after;
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0, at); gain.gain.linearRampToValueAtTime(0.2, at + 0.02); gain.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
    tone.connect(gain).connect(audio.destination); tone.start(at); tone.stop(at + 0.35);
  }
}
function hint() { const button = part("sound"); if (button) button.hidden = !sound || audio?.state === "running"; }
async function unlock() {
  if (!sound) return;
  audio ??= new AudioContext();
  await audio.resume();
  hint();
}
addEventListener("pointerdown", unlock);
addEventListener("keydown", unlock);

// Takes care of an alert on the spot; the feed says by whom within a second or two. Focus stays on the line that loses its button.
rail?.addEventListener("click", async (event) => {
  const button = event.target.closest('[data-r="care"]');
  if (!button || button.getAttribute("aria-busy") === "true") return;
  const failed = part("failed");
  button.setAttribute("aria-busy", "true"); failed.hidden = true;
  try {
    const answer = await fetch(`/alerts/open/${button.closest("li").dataset.key}/take`, { method: "POST", redirect: "manual", body: new URLSearchParams({ csrf_token: csrf() }) });
    if (answer.type === "opaqueredirect") return;
    put(failed, answer.status === 409 || answer.status === 404 ? rail.dataset.over : rail.dataset.failed);
  } catch { put(failed, rail.dataset.failed); }
  failed.hidden = false; button.removeAttribute("aria-busy");
});
const csrf = () => document.querySelector('meta[name="csrf-token"]').content;
function cared(line, button, done) {
  if (done && document.activeElement === button) { line.tabIndex = -1; line.focus(); }
  if (done) button.removeAttribute("aria-busy");
  button.hidden = done;
}

function paint() {
  if (!rail) return;
  const list = part("list"), shown = open.filter((each) => each.screen), pattern = rail.querySelector("template").content.firstElementChild;
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  let n = 0;
  for (const each of shown.slice(0, MOST)) {
    const node = old.get(each.id) ?? pattern.cloneNode(true), at = (name) => node.querySelector(`[data-r="${name}"]`);
    old.delete(each.id);
    mark(node, "key", each.id); mark(node, "severity", each.severity); mark(node, "cared", each.by ? "1" : null);
    for (const sign of node.querySelectorAll("[data-of]")) sign.hidden = sign.dataset.of !== each.severity;
    for (const name of ["name", "about", "value", "limit"]) put(at(name), each[name]);
    put(at("by"), each.by ? fill(rail.dataset.cared, { name: each.by }) : "");
    cared(node, at("care"), Boolean(each.by));
    if (list.children[n] !== node) list.insertBefore(node, list.children[n] ?? null);
    n += 1;
  }
  for (const node of old.values()) node.remove();
  if (shown.length > MOST) { const more = document.createElement("li"); more.textContent = fill(rail.dataset.more, { n: shown.length - MOST }); list.append(more); }
  rail.hidden = !shown.length && part("sound").hidden;
  put(part("said"), shown.length ? fill(rail.dataset.said, { n: shown.length }) : "");
  tick();
}
// Times, and the ring on the seat or queue that an alert is about: the board may have made these anew since.
function tick() {
  if (!rail || document.hidden) return;
  const now = performance.timeOrigin + performance.now() + offset, rings = new Map();
  for (const each of open) {
    const line = part("list").querySelector(`[data-key="${each.id}"]`);
    if (line && alive) put(line.querySelector('[data-r="time"]'), duration(now - each.at));
    if (each.screen) rings.set(each.seat ? `[data-seat="${CSS.escape(each.seat)}"]` : `tr[data-key="${CSS.escape(each.key)}"]`, each.severity);
  }
  const wanted = new Map();
  for (const [where, severity] of rings) for (const node of document.querySelectorAll(`#seats ${where}, #queues ${where}`)) wanted.set(node, severity);
  for (const node of document.querySelectorAll("[data-alert]")) if (!wanted.has(node)) mark(node, "alert", null);
  for (const [node, severity] of wanted) mark(node, "alert", severity);
}

function connect() {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/alerts/feed?lang=${bell.dataset.lang}`);
  socket.addEventListener("message", (event) => {
    const told = JSON.parse(event.data);
    wait = 1000; alive = true; offset = told.ts - (performance.timeOrigin + performance.now());
    ({ open, sound } = told);
    mark(rail, "away", null);
    badge(told.unread); ring(told.rings); hint(); paint();
  });
  socket.addEventListener("close", (event) => {
    alive = false; mark(rail, "away", "1");
    if (event.code === 1008) return;
    setTimeout(connect, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, 30000);
  });
}
connect();
setInterval(tick, 1000);
