// The player of a conversation's recordings: its wave with everything of note at its second, speed, silence left out,
// each side alone, all by keyboard, and the facts below in step. Without this file the browser's own player is there.
import { tells } from "./heard.js";
import { wave } from "./wave.js";

const WIDE = 26;  // of a mark, in pixels
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const clock = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;
const decks = [];

function voices(audio) {
  let gains = null;
  return (side) => {
    if (!gains) {  // only once somebody asks for it: until then the sound goes its ordinary way
      const context = new AudioContext(), split = context.createChannelSplitter(2), merge = context.createChannelMerger(2);
      context.createMediaElementSource(audio).connect(split);
      gains = [0, 1].map((from) => [0, 1].map((to) => {
        const gain = context.createGain();
        split.connect(gain, from).connect(merge, 0, to);
        return gain.gain;
      }));
      merge.connect(context.destination);
      audio.addEventListener("play", () => context.resume());
      context.resume();
    }
    const heard = { both: [[1, 0], [0, 1]], left: [[1, 1], [0, 0]], right: [[0, 0], [1, 1]] }[side];
    gains.forEach((row, from) => row.forEach((gain, to) => { gain.value = heard[from][to]; }));
  };
}

// The facts of this recording, in order; the last one that has begun is marked while it plays.
function ladder(id, seek) {
  const steps = [...document.querySelectorAll("[data-fact]")].filter((step) => step.dataset.of === id);
  for (const step of steps) {
    const time = step.querySelector("time"), button = document.createElement("button");
    button.type = "button";
    button.className = "ladder-seek";
    button.title = clock(Number(step.dataset.fact));
    time.replaceWith(button);
    button.append(time);
    button.addEventListener("click", () => seek(Number(step.dataset.fact)));
  }
  let shown = null;
  return (at) => {
    const now = at === null ? null : steps.findLast((step) => Number(step.dataset.fact) <= at) ?? null;
    if (now === shown) return;
    shown?.removeAttribute("aria-current");
    now?.setAttribute("aria-current", "true");
    shown = now;
  };
}

function deck(recorded) {
  const audio = recorded.querySelector("audio"), panel = recorded.querySelector("[data-deck]");
  const range = panel.querySelector("input[type=range]"), time = panel.querySelector("[data-time]");
  const button = panel.querySelector("[data-toggle]"), marks = [...panel.querySelectorAll("[data-mark]")];
  const speed = panel.querySelector("[data-speed]"), skips = panel.querySelector("[data-skip]");
  const lasts = Number(range.max);
  let dragged = false, drawn = null, touched = false;

  const place = () => (dragged ? Number(range.value) : Math.min(lasts, audio.currentTime * 1000));
  const play = () => { touched = true; return audio.play().catch(() => { /* a missing file is told by its error event */ }); };
  const seek = (ms) => {  // what has not begun to load cannot be sought yet
    const to = Math.max(0, Math.min(lasts, ms)) / 1000;
    if (audio.readyState) audio.currentTime = to;
    else audio.addEventListener("loadedmetadata", () => { audio.currentTime = to; }, { once: true });
    audio.preload = "auto";
    touched = true;
    show();
  };
  const follow = ladder(recorded.dataset.recorded, (ms) => { seek(ms); play(); });
  const show = () => {
    const at = place();
    if (!dragged) range.value = at;
    time.textContent = `${clock(at)} / ${clock(lasts)}`;
    range.setAttribute("aria-valuetext", clock(at));
    panel.style.setProperty("--at", `${at / lasts * 100}%`);
    button.setAttribute("aria-label", audio.paused ? button.dataset.play : button.dataset.pause);
    button.setAttribute("aria-pressed", String(!audio.paused));
    drawn?.at(at / lasts);
    follow(touched ? at : null);
  };
  const tick = () => {
    if (audio.paused) return;
    const over = skips.checked && drawn?.silence(place() / lasts);
    if (over) audio.currentTime = over * lasts / 1000;
    show();
    requestAnimationFrame(tick);
  };

  // Marks that would lie on one another go into rows; the lowest is the nearest to the line.
  const lay = () => {
    const ends = [], strip = marks[0].parentElement;
    for (const mark of marks) {
      const at = Math.min(1, mark.dataset.seek / lasts) * strip.clientWidth;
      let row = ends.findIndex((end) => at >= end);
      if (row < 0) row = ends.length;
      ends[row] = at + WIDE;
      mark.style.setProperty("--row", row);
      mark.style.setProperty("--px", `${(mark.dataset.until - mark.dataset.seek) / lasts * strip.clientWidth}px`);
    }
    panel.style.setProperty("--rows", ends.length);
  };
  if (marks.length) new ResizeObserver(lay).observe(marks[0].parentElement);
  for (const mark of marks) {
    mark.style.setProperty("--from", `${Math.min(1, mark.dataset.seek / lasts) * 100}%`);
    mark.tabIndex = mark === marks[0] ? 0 : -1;
  }
  panel.addEventListener("keydown", (event) => {  // one stop for the tab key; arrows go from mark to mark
    const here = marks.indexOf(event.target), step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = event.key === "Home" ? marks[0] : event.key === "End" ? marks.at(-1) : marks[here + step];
    if (here < 0 || !next) return;
    event.preventDefault();
    marks[here].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
  recorded.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-seek]");
    if (mark) { seek(Number(mark.dataset.seek)); play(); }
  });
  button.addEventListener("click", () => { if (audio.paused) play(); else audio.pause(); });
  range.addEventListener("input", () => { dragged = true; show(); });
  range.addEventListener("change", () => { dragged = false; seek(Number(range.value)); });
  const pace = (rate) => { audio.preservesPitch = true; audio.playbackRate = rate; speed.value = String(rate); };
  speed.addEventListener("change", () => pace(Number(speed.value)));
  const choose = voices(audio);
  for (const side of panel.querySelectorAll("[data-side]")) side.addEventListener("change", () => choose(side.value));
  for (const event of ["timeupdate", "play", "pause", "ended", "seeked"]) audio.addEventListener(event, show);
  audio.addEventListener("play", () => requestAnimationFrame(tick));
  const here = panel.querySelector("[data-here]");
  const link = async () => {
    if (!here) return;
    const address = new URL(location.href);
    address.hash = `t=${Math.floor(place() / 1000)}${decks[0] === mine ? "" : `&r=${recorded.dataset.recorded}`}`;
    await navigator.clipboard?.writeText(address.href);
    const said = here.querySelector("[data-copied]");
    said.hidden = false;
    setTimeout(() => { said.hidden = true; }, 1500);
  };
  here?.addEventListener("click", link);
  const form = document.querySelector("[data-comment-form]"), remark = panel.querySelector("[data-comment]");
  const comment = () => {  // begins one at this second; what is written goes on being heard
    if (!form || !remark) return;
    const at = Math.floor(place() / 1000) * 1000, where = form.querySelector("[data-comment-place]");
    form.elements.recording.value = recorded.dataset.recorded;
    form.elements.at_ms.value = String(at);
    where.hidden = false;
    where.querySelector("b").textContent = clock(at);
    form.elements.text.focus();
  };
  remark?.addEventListener("click", comment);
  const orders = document.querySelector("[data-order-form]"), ordered = panel.querySelector("[data-order-here]");
  const order = () => {  // the second goes to a work order of this conversation, or begins one
    if (!orders || !ordered) return;
    orders.elements.recording.value = recorded.dataset.recorded;
    orders.elements.at_ms.value = String(Math.floor(place()));
    orders.querySelector("[data-order-place]").textContent = clock(place());
    orders.hidden = false;
    orders.querySelector("select, button")?.focus();
  };
  ordered?.addEventListener("click", order);
  if (recorded.dataset.heard) tells(audio, () => recorded.dataset.heard);
  audio.controls = false;
  audio.hidden = true;
  panel.hidden = false;
  const canvas = panel.querySelector("[data-wave]");
  if (canvas && recorded.dataset.peaks) {
    wave(canvas, recorded.dataset.peaks, marks.map((mark) => ({ kind: mark.dataset.kind, from: mark.dataset.seek / lasts, until: mark.dataset.until / lasts })))
      .then((made) => { drawn = made; skips.closest("label").hidden = false; show(); })
      .catch(() => { /* without its wave the line is there as before */ });
    canvas.addEventListener("pointerdown", (event) => seek((event.offsetX / canvas.clientWidth) * lasts));
  }
  const mine = {
    recorded, audio, seek, play, link, comment, order, id: recorded.dataset.recorded,
    toggle: () => (audio.paused ? play() : audio.pause()),
    step: (ms) => seek(place() + ms),
    faster: (by) => pace(SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, SPEEDS.indexOf(audio.playbackRate) + by))]),
  };
  decks.push(mine);
  show();
}

for (const recorded of document.querySelectorAll("[data-recorded]")) if (Number(recorded.querySelector("input[type=range]")?.max)) deck(recorded);

document.addEventListener("click", (event) => {
  const said = event.target.closest("[data-comment-at]"), whole = event.target.closest("[data-comment-whole]");
  const its = said && decks.find((each) => each.id === said.dataset.ofRecording);
  if (its) { its.seek(Number(said.dataset.commentAt)); its.play(); }
  if (whole) {
    const form = whole.closest("form");
    form.elements.recording.value = form.elements.at_ms.value = "";
    whole.parentElement.hidden = true;
    form.elements.text.focus();
  }
});

const which = document.querySelector("[data-order-form] select[name=work_order]"), fresh = document.querySelector("[data-order-new]");
const begins = () => { fresh.hidden = which.value !== ""; fresh.querySelector("input").required = !fresh.hidden; };
if (which && fresh) { which.addEventListener("change", begins); begins(); }

// Keys go to the recording that plays or was touched last; never while somebody types.
let last = null;
for (const each of decks) {
  each.audio.addEventListener("play", () => { for (const other of decks) if (other !== each) other.audio.pause(); last = each; });
  each.recorded.addEventListener("pointerdown", () => { last = each; });
}
document.addEventListener("keydown", (event) => {
  const now = last ?? decks[0];
  if (!now || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=range]), textarea, select, [contenteditable], dialog[open]")) return;
  const does = { j: () => now.step(-5000), k: () => now.step(5000), "[": () => now.faster(-1), "]": () => now.faster(1), c: now.comment, w: now.order, l: now.link }[event.key];
  if (does) { event.preventDefault(); does(); }
  else if (event.key === " " && !event.target.closest("button, summary, a, label")) { event.preventDefault(); now.toggle(); }
});
const asked = new URLSearchParams(location.hash.slice(1)), wanted = decks.find((each) => each.id === asked.get("r")) ?? decks[0];
if (wanted && /^\d+$/.test(asked.get("t") ?? "")) wanted.seek(Number(asked.get("t")) * 1000);
