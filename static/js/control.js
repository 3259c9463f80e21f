// The page from which a client steers its running centre: countdowns by the server's clock, and an announcement by ear.
import { readAsks } from "./control_asks.js";
import { duration, put, steady, words } from "./tools.js";

const region = document.getElementById("control"), PARTS = ["control", "ended"];
const RETRY_MS = [500, 1000, 2000, 5000, 15000];
const offset = Number(region.dataset.now) - steady();
let marks = null, tries = 0, reading = null;

// The socket says that something is new; the page itself says what. A text that somebody types elsewhere on it stays.
async function refresh() {
  const answer = await fetch("/control", { headers: { accept: "text/html" }, cache: "no-store" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of PARTS) {
    const old = document.getElementById(id), made = fresh.getElementById(id);
    if (old && made) { old.innerHTML = made.innerHTML; old.dataset.state = made.dataset.state; }
  }
}
function read() {
  reading = (reading ?? Promise.resolve()).then(refresh).catch(() => { /* the next connection reads it */ });
}
function connect() {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/control/feed`);
  socket.onmessage = ({ data }) => {
    const told = JSON.parse(data), before = marks;
    marks = told; tries = 0;
    if (before?.acts !== told.acts) read();
    if (before?.asks !== told.asks || before?.talks !== told.talks) readAsks(before?.asks !== told.asks);
  };
  socket.onclose = ({ code }) => {
    marks = null;
    if (code !== 1008) setTimeout(connect, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)] * (0.5 + Math.random()));
  };
}
connect();

function tick() {
  const now = steady() + offset;
  for (const node of document.querySelectorAll("[data-until-ms]")) {
    const left = Number(node.dataset.untilMs) - now;
    put(node, duration(left));
    if (left <= 0) { node.removeAttribute("data-until-ms"); read(); } // what is over is not shown again
  }
}
setInterval(tick, 1000);

for (const choice of document.querySelectorAll("[data-until]")) {
  const time = choice.closest("form").querySelector("[data-until-time]");
  choice.addEventListener("change", () => { time.hidden = choice.value !== "time"; });
}

for (const button of document.querySelectorAll("[data-hear]")) {
  const form = button.closest("form"), language = button.dataset.hear;
  const ear = form.querySelector(`[data-ear="${language}"]`), text = document.getElementById(`text-${language}`), file = document.getElementById(`sound-${language}`);
  button.addEventListener("click", () => {
    if (ear.src.startsWith("blob:")) URL.revokeObjectURL(ear.src);
    if (file.files.length) ear.src = URL.createObjectURL(file.files[0]);
    else if (text.value.trim()) ear.src = `/control/preview?${new URLSearchParams({ language, text: text.value.trim() })}`;
    else { text.focus(); return; }
    ear.hidden = false;
    ear.play().catch(() => { ear.title = words.audio_failed; });
  });
}
