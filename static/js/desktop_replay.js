// What was on the desk, in step with the recording: the page's <audio> is the clock, its play, seek and speed are ours.
// A moment of the sound is found by when the recording began, and by what was left out of it.
import { Stage } from "./desktop_stage.js";
import { fill, put, words } from "./tools.js";

const panel = document.getElementById("desktop-replay"), box = panel.querySelector(".desktop-stage"), stage = new Stage(box);
const said = panel.querySelector('[data-part="said"]'), clock = panel.querySelector('[data-part="clock"]'), open = panel.querySelector('[data-part="open"]');
const own = panel.querySelector('[data-part="own"]'), steps = JSON.parse(panel.dataset.steps);
const APART_MS = 60 * 60 * 1000, DRIFT_MS = 90, LOOK_MS = 200, SETTLES_MS = 1000;
let events = [], gaps = [], begins = 0, ends = 0, audio = null, step = null, lead = 0, setAt = 0;

const at = (sound) => step.began + sound + step.gaps.filter((gap) => gap.at_ms <= sound).reduce((sum, gap) => sum + gap.lasts_ms, 0);
const time = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

const ends_gap = (note, other) => other.data.tag === "resume" && other.timestamp >= note.timestamp && (other.data.payload.reason ?? note.data.payload.reason) === note.data.payload.reason;

// A list of events in order, and the stretches in which there are none because card data was given.
function read(text) {
  events = text.split("\n").filter(Boolean).flatMap((line) => JSON.parse(line)).sort((a, b) => a.timestamp - b.timestamp);
  const notes = events.filter((event) => event.type === 5);
  gaps = notes.filter((note) => note.data.tag === "pause").map((note) => ({ from: note.timestamp, to: notes.find((other) => ends_gap(note, other))?.timestamp ?? Infinity, reason: note.data.payload.reason }));
  const whole = events.findIndex((event) => event.type === 4);
  events = whole < 0 ? [] : events.slice(whole).filter((event) => event.type !== 5);
  begins = events[0]?.timestamp ?? 0; ends = events.at(-1)?.timestamp ?? 0;
}
function here(moment) {
  const gap = gaps.find((each) => moment >= each.from && moment < each.to);
  box.hidden = Boolean(gap) || moment < begins - 1000;
  put(said, gap ? words.desktop.gap[gap.reason] ?? words.desktop.paused : moment < begins - 1000 ? words.desktop.before : moment > ends + 1500 ? words.desktop.after : "");
  put(clock, fill(words.desktop.at, { time: time(Math.max(0, moment - begins)) }));
  panel.dataset.at = String(Math.round(Math.max(0, moment - begins)));
}
function follow(force) {
  if (!audio || !stage.player) return;
  const moment = at(audio.currentTime * 1000), offset = Math.min(Math.max(0, moment - begins), Math.max(0, ends - begins));
  here(moment);
  panel.dataset.drawn = String(Math.round(stage.player.getCurrentTime()));
  const rate = audio.playbackRate, drift = Math.abs(stage.player.getCurrentTime() - offset), now = performance.now();
  if (!force && !audio.paused && (drift < DRIFT_MS * Math.max(1, rate) || now - setAt < SETTLES_MS)) return;
  if (audio.paused || moment < begins || moment > ends) { stage.player.pause(offset); return; }
  // To draw what comes before takes time, in which the sound goes on.
  stage.player.play(Math.min(offset + lead, ends - begins));
  setAt = performance.now(); lead = (setAt - now) * rate;
}
function choose(chosen) {
  if (chosen === audio || !steps[chosen.dataset.recording]) return;
  audio = chosen; step = steps[chosen.dataset.recording];
  stage.player.setConfig({ speed: audio.playbackRate });
  follow(true);
}
async function load() {
  open.disabled = true; panel.dataset.state = "loading";
  try {
    const answer = await fetch(panel.dataset.source, { headers: { accept: "application/x-ndjson" }, cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    read(await answer.text());
  } catch { panel.dataset.state = "error"; put(said, words.desktop.failed); open.disabled = false; return; }
  if (events.length < 2) { panel.dataset.state = "empty"; put(said, words.desktop.nothing); open.hidden = true; return; }
  open.hidden = true; panel.dataset.state = "ready"; box.hidden = false;
  stage.start(events, { inactivePeriodThreshold: APART_MS }).pause(0);
  const sounds = [...document.querySelectorAll("audio[data-recording]")].filter((each) => steps[each.dataset.recording]);
  for (const sound of sounds) {
    for (const event of ["playing", "pause", "seeked", "ended"]) sound.addEventListener(event, () => { choose(sound); follow(true); });
    sound.addEventListener("timeupdate", () => { choose(sound); follow(false); });
    sound.addEventListener("ratechange", () => { if (sound === audio) { stage.player.setConfig({ speed: sound.playbackRate }); follow(true); } });
  }
  setInterval(() => { if (audio && !audio.paused) follow(false); }, LOOK_MS);
  if (sounds.length) choose(sounds[0]); else alone();
}
// Without a recording the desk has a line of its own.
function alone() {
  const range = own.querySelector("input");
  own.hidden = false; range.max = String(ends - begins);
  range.addEventListener("input", () => { stage.player.pause(Number(range.value)); here(begins + Number(range.value)); });
  here(begins);
}
open.addEventListener("click", load);
