// Listening from a client's live board: the seat's drawer has a button, a phone of this page answers by itself.
import { Ear } from "./ear.js";
import { Asking } from "./floor_ask.js";
import { fill, put, words } from "./tools.js";

const drawer = document.getElementById("seat-drawer"), bar = document.getElementById("listening");
const part = (name) => bar.querySelector(`[data-listening="${name}"]`);
const button = drawer.querySelector("[data-listen]"), link = drawer.querySelector("[data-call]");
const csrf = document.querySelector('meta[name="csrf-token"]').content;
const asking = new Asking(document.getElementById("ask"));
let ear = null, wanted = null, name = "";

// The drawer shows the way to its conversation while there is one: then it can be heard.
new MutationObserver(() => { button.hidden = link.hidden; }).observe(link, { attributes: true, attributeFilter: ["hidden"] });
button.hidden = link.hidden;

button.addEventListener("click", async () => {
  const agent = drawer.querySelector('[data-f="name"]').textContent, call = link.getAttribute("href").split("/").pop();
  const reason = bar.dataset.reason ? await asking.reason(fill(words.floor.ask_listen, { agent }), { free: false, sure: true }) : "";
  if (reason == null) return;
  drawer.close();
  name = agent; wanted = { interaction: call, reason };
  bar.hidden = false; part("failed").hidden = true;
  put(part("text"), fill(words.floor.connecting_you, { agent }));
  ear ??= new Ear("/live/phone", part("far"), heard, { speaks: false });
  if (ear.state === "ready") ask();
});
part("stop").addEventListener("click", async () => { wanted = null; bar.hidden = true; ear?.hangUp(); await post("/live/release", {}); });

function heard(what, detail) {
  if (what === "state" && ear?.state === "ready" && wanted) ask();
  else if (what === "active") { put(part("text"), fill(words.floor.doing.listen, { agent: name })); part("far").play?.().catch(() => { /* the click that asked lets it sound */ }); }
  else if (what === "ended") bar.hidden = true;
  else if (what === "state" && ["elsewhere", "unreachable"].includes(ear?.state) && wanted) failed(words.floor[`phone_${ear.state}`]);
  else if (what === "trouble") failed(words.floor[detail] ?? detail);
}
async function ask() { const body = wanted; wanted = null; await post("/live/listen", body); }
function failed(reason) { put(part("failed"), fill(words.floor.not_now, { reason })); part("failed").hidden = false; put(part("text"), ""); }

// The floor hears of a new phone a moment after the page does: what it refuses for that is asked once more.
async function post(path, body, again = 3) {
  try {
    const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json", "x-csrf-token": csrf, accept: "application/json" }, body: JSON.stringify(body) });
    const told = (answer.headers.get("content-type") ?? "").includes("json") ? await answer.json() : {};
    if (answer.ok) return;
    if (told.code === "phone_not_ready" && again) { setTimeout(() => post(path, body, again - 1), 500); return; }
    failed(words.problem[told.code] ?? told.detail ?? String(answer.status));
  } catch { failed(words.live.disconnected); }
}
