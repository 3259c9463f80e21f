// What somebody of a client asks of people: messages and their answers, and listening in once a supervisor lets one.
import { Ear } from "./ear.js";
import { clock, fill, put, words } from "./tools.js";

const region = document.getElementById("asking"), w = words.control;
const part = (name) => region.querySelector(`[data-part="${name}"]`);
const csrf = document.querySelector('meta[name="csrf-token"]').content;
let ear = null, wanted = null, about = "", waits = false;

async function post(path, body) {
  part("ask-wrong").hidden = true;
  try {
    const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json", "x-csrf-token": csrf, accept: "application/json" }, body: JSON.stringify(body) });
    const told = (answer.headers.get("content-type") ?? "").includes("json") ? await answer.json() : {};
    if (answer.ok) return true;
    if (told.code === "phone_not_ready") return null;
    wrong(words.refused[told.code] ?? words.problem[told.code] ?? told.title ?? String(answer.status));
  } catch { wrong(words.live.disconnected); }
  return false;
}
function wrong(reason) { put(part("ask-wrong"), reason); part("ask-wrong").hidden = false; }

for (const form of region.querySelectorAll("form[data-ask]")) form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form));
  const [kind, id] = (fields.about ?? "").split(":");
  const body = form.dataset.ask === "message" ? { text: fields.text, agent: fields.agent || null } : { [kind]: id, reason: fields.reason };
  if (await post(form.dataset.ask === "message" ? "/control/messages" : "/control/listening", body)) { form.reset(); read(); }
});

async function read() {
  try {
    const answer = await fetch("/control/asks", { headers: { accept: "application/json" }, cache: "no-store" });
    if (answer.ok) show((await answer.json()).asks);
  } catch { /* the next look finds it */ }
}
function show(asks) {
  const list = part("own-asks"), seen = JSON.stringify(asks);
  if (list.dataset.seen === seen) return; // nothing new: a screen reader hears nothing, and a focus stays
  list.dataset.seen = seen;
  waits = asks.some((each) => each.kind === "listen" && each.decision !== "declined" && each.decision !== "expired");
  list.replaceChildren(...asks.map((each) => {
    const node = document.getElementById("own-ask").content.firstElementChild.cloneNode(true);
    const cell = (name) => node.querySelector(`[data-f="${name}"]`);
    put(cell("at"), clock(each.at, "minutes")); put(cell("text"), each.text);
    put(cell("to"), each.kind === "listen" ? fill(w.to_hear, { about: each.about }) : each.kind === "seat" ? each.about : w.supervisors);
    put(cell("state"), each.decision ? w.decision[each.decision] : each.answer ? w.answered : each.read ? w.read : each.kind === "listen" ? w.waits : w.sent);
    cell("answer").hidden = !each.answer;
    put(cell("answer"), each.answer ? `${each.answered_by ?? ""}${each.answered_by ? ": " : ""}${each.answer}` : "");
    const hear = node.querySelector("[data-hear-now]");
    hear.hidden = !each.hears;
    hear.addEventListener("click", () => listen(each));
    return node;
  }));
}

function listen(each) {
  wanted = each.id; about = each.about;
  part("hearing").hidden = false;
  put(part("hearing-text"), fill(words.floor.connecting_you, { agent: about }));
  ear ??= new Ear("/control/phone", part("far"), heard, { speaks: false });
  if (ear.state === "ready") ask();
}
async function ask(again = 3) {
  const id = wanted;
  if (id == null) return;
  const told = await post("/control/listen", { ask_id: id });
  if (told === null && again) setTimeout(() => ask(again - 1), 500); // the floor hears of a new phone a moment after the page
  else { wanted = null; part("hearing").hidden ||= !told; }
}
function heard(what) {
  if (what === "state" && ear?.state === "ready" && wanted) ask();
  else if (what === "active") { put(part("hearing-text"), fill(words.floor.doing.listen, { agent: about })); part("far").play?.().catch(() => { /* the click that asked lets it sound */ }); }
  else if (what === "ended") { part("hearing").hidden = true; read(); }
}
part("hearing-stop").addEventListener("click", async () => { wanted = null; part("hearing").hidden = true; ear?.hangUp(); await post("/control/release", {}); });

// Read again when somebody answered, or, with a request to listen open, when a conversation began or ended.
export function readAsks(answered) {
  if (region.querySelector("form[data-ask]") && (answered || waits)) read();
}
