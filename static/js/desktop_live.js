// A seat's desk as it happens: the events of its page, drawn as they come. A new interaction begins a new picture.
import { Stage } from "./desktop_stage.js";
import { mark, put, words } from "./tools.js";

const page = document.getElementById("desktop"), stage = new Stage(page.querySelector(".desktop-stage"));
const said = page.querySelector('[data-part="said"]'), sign = page.querySelector('[data-part="sign"]'), link = page.querySelector('[data-part="call"]');
const RETRY_MS = [500, 1000, 2000, 5000, 15000];
let live = null, about = null, tries = 0, got = 0, bytes = 0;

function is(state) {
  mark(page, "state", state);
  put(said, words.desktop[state] ?? ""); said.parentElement.hidden = state === "live";
  put(sign, words.desktop.signs[state] ?? "");
  sign.className = `tag ${{ live: "tag-ok", lost: "tag-bad", paused: "tag-warn" }[state] ?? ""}`;
  page.querySelector(".desktop-stage").hidden = state !== "live" || !live;
}
let stands = "connecting";
function show() { is(stands === "live" && !live ? "waiting" : stands); }
function draw(events) {
  for (const event of events) {
    if (event.type === 5) continue;
    if (event.type === 4 && !live) { live = stage.start([], { liveMode: true }); live.startLive(event.timestamp - 200); show(); }
    if (live) { live.addEvent(event); got += 1; }
  }
  page.dataset.events = String(got);
  stage.fit();
}
function take(frame) {
  if (frame.t === "e") { draw(frame.e); return; }
  if (frame.interaction !== about || frame.state !== "live") { stage.clear(); live = null; }
  about = frame.interaction; stands = frame.state;
  link.hidden = !about;
  if (about) link.href = `/interactions/${encodeURIComponent(about)}`;
  show();
}
// A frame is compressed by itself; what came first is drawn first, however long it takes to open.
async function opened(data) {
  return typeof data === "string" ? JSON.parse(data) : { t: "e", e: await new Response(new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).json() };
}
function connect() {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${page.dataset.feed}`);
  let turn = Promise.resolve(), closed = false;
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => {
    tries = 0; bytes += data.byteLength ?? data.length; page.dataset.bytes = String(bytes);
    turn = turn.then(() => opened(data)).then((frame) => { if (!closed) take(frame); }).catch(() => socket.close(4000, "unreadable"));
  };
  socket.onclose = (event) => {
    closed = true;
    stage.clear(); live = null; stands = event.code === 1008 ? "denied" : "lost";
    show();
    if (stands === "lost") setTimeout(connect, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
  };
}
show();
connect();
