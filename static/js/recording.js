// The player of a conversation's recordings: play and pause, a line with everything of note at its second, speed, and of
// parties apart each side alone. Without this file the browser's own player and the list below it are there.
const WIDE = 26;  // of a mark, in pixels
const clock = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

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

function deck(recorded) {
  const audio = recorded.querySelector("audio"), panel = recorded.querySelector("[data-deck]");
  const range = panel.querySelector("input[type=range]"), time = panel.querySelector("[data-time]");
  const button = panel.querySelector("[data-toggle]"), marks = [...panel.querySelectorAll("[data-mark]")];
  const lasts = Number(range.max);
  let dragged = false;

  const show = () => {
    const at = dragged ? Number(range.value) : Math.min(lasts, audio.currentTime * 1000);
    if (!dragged) range.value = at;
    time.textContent = `${clock(at)} / ${clock(lasts)}`;
    range.setAttribute("aria-valuetext", clock(at));
    panel.style.setProperty("--at", `${at / lasts * 100}%`);
    button.setAttribute("aria-label", audio.paused ? button.dataset.play : button.dataset.pause);
    button.setAttribute("aria-pressed", String(!audio.paused));
  };
  const play = () => audio.play().catch(() => { /* a missing file is told by its error event */ });
  const seek = (ms) => {  // what has not begun to load cannot be sought yet
    if (audio.readyState) audio.currentTime = ms / 1000;
    else audio.addEventListener("loadedmetadata", () => { audio.currentTime = ms / 1000; }, { once: true });
    audio.preload = "auto";
    show();
  };

  // Marks that would lie on one another go into rows; the lowest is the nearest to the line.
  const place = () => {
    const ends = [], strip = marks[0].parentElement;
    for (const mark of marks) {
      const at = mark.dataset.seek / lasts * strip.clientWidth;
      let row = ends.findIndex((end) => at >= end);
      if (row < 0) row = ends.length;
      ends[row] = at + WIDE;
      mark.style.setProperty("--row", row);
      mark.style.setProperty("--px", `${(mark.dataset.until - mark.dataset.seek) / lasts * strip.clientWidth}px`);
    }
    panel.style.setProperty("--rows", ends.length);
  };
  if (marks.length) new ResizeObserver(place).observe(marks[0].parentElement);
  for (const mark of marks) {
    mark.style.setProperty("--from", `${mark.dataset.seek / lasts * 100}%`);
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
  panel.querySelector("[data-speed]").addEventListener("change", (event) => { audio.playbackRate = Number(event.target.value); });
  const choose = voices(audio);
  for (const side of panel.querySelectorAll("[data-side]")) side.addEventListener("change", () => choose(side.value));
  for (const event of ["timeupdate", "play", "pause", "ended", "seeked"]) audio.addEventListener(event, show);
  audio.controls = false;
  audio.hidden = true;
  panel.hidden = false;
  show();
}

for (const recorded of document.querySelectorAll("[data-recorded]")) if (Number(recorded.querySelector("input[type=range]")?.max)) deck(recorded);
