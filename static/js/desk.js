// The agent's desk: the feed says what is so, the phone carries the sound, every button is a post that the feed confirms.
import { Feed, freshness } from "./feed.js";
import { Phone, Ring } from "./phone.js";
import { close as hideNumber, open as askForNumber } from "./reveal.js";
import { clock, clockIn, duration, fill, mark, put, words } from "./tools.js";

const page = document.getElementById("desk");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const act = (name) => page.querySelector(`[data-act="${name}"]`);
const csrf = document.querySelector('meta[name="csrf-token"]').content;
const title = document.title, ring = new Ring();
let desk = null, known = null, muted = false, reloaded = false, lastCall = null, drawnCall = null, toldAt = null;

async function post(path, body) {
  put(part("failed-text"), ""); part("failed").hidden = true;
  let reason;
  try {
    const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json", "x-csrf-token": csrf, accept: "application/json" }, body: JSON.stringify(body) });
    const told = (answer.headers.get("content-type") ?? "").includes("json") ? await answer.json() : {};
    if (answer.ok) return told;
    reason = words.problem[told.code] ?? told.detail ?? told.title ?? String(answer.status);
  } catch { reason = words.live.disconnected; }
  put(part("failed-text"), fill(words.desk.failed, { reason })); part("failed").hidden = false;
  return null;
}

// What the feed says.
function paint(frame) {
  const before = desk;
  desk = frame.desk; toldAt = frame.ts ?? toldAt;
  // Another place has other phones; a call that still runs on the old one is finished first.
  if ((desk.agent.desk ?? "") !== page.dataset.place && !phone.session) { location.assign("/desk"); return; }
  const call = desk.interaction, show = down() ? "phone_down" : desk.state;
  mark(part("bar"), "show", show);
  part("state-icon").setAttribute("href", `${page.dataset.sprite}#${words.icons[show] ?? "point"}`);
  put(part("state-word"), desk.state === "on_break" && desk.reason ? `${words.state.on_break} · ${words.reason[desk.reason] ?? desk.reason}` : words.state[show]);
  for (const button of page.querySelectorAll("[data-state-to]")) button.disabled = ["talking", "offered"].includes(desk.state) && button.dataset.stateTo !== "on_break";
  paintCall(call);
  paintOrders(before);
  put(part("handled"), desk.today.handled);
  put(part("talk"), duration(desk.today.talk_ms));
  put(part("average"), desk.today.handled ? duration(desk.today.talk_ms / desk.today.handled) : "—");
  ringing(call?.state === "offered");
  if (call?.state === "talking" && !phone.session && before == null) { reloaded = true; phone.wanted = true; }
  if (call?.state !== "talking") reloaded = false;
  part("away").hidden = !desk.away?.length;
  if (desk.away?.length) put(part("away-text"), fill(words.desk.away, { clients: desk.away.join(", ") }));
  trouble();
  tick();
}
const down = () => desk?.state === "available" && (!desk.phone || phone.state !== "ready");

function paintCall(call) {
  mark(part("call"), "call", call?.state ?? "none");
  part("no-call").hidden = Boolean(call); part("the-call").hidden = !call;
  part("wrap").hidden = !call || call.state === "offered";
  part("reveal").hidden = !call?.reveal;
  if (!call?.reveal || call.id !== lastCall) hideNumber();
  if (!call) { lastCall = null; return; }
  const talking = call.state === "talking", offered = call.state === "offered";
  put(part("client"), call.tenant.name); put(part("queue"), call.queue?.name ?? "—");
  put(part("who"), call.contact); put(part("number"), call.number); put(part("waited"), duration(call.waited_ms));
  put(part("call-word"), words.state[call.state] ?? call.state);
  put(part("because"), words.rule[call.because?.rule] ?? call.because?.rule ?? "—");
  act("answer").hidden = !offered; act("reject").hidden = !offered;
  act("hang-up").hidden = !talking; act("mute").hidden = !talking; act("escalate").hidden = offered;
  act("wrap-up-end").hidden = call.state !== "wrapping_up";
  part("countdown-tag").hidden = desk.wrap_up_ends_at == null;
  const steps = JSON.stringify([call.id, call.path, call.dispositions]);
  if (steps !== drawnCall) { drawnCall = steps; paintChoices(call); }
  if (lastCall !== call.id) { lastCall = call.id; part("wrap-form").reset(); put(part("saved"), ""); put(part("hint"), ""); part("note-kept")?.remove(); setMuted(false); }
}
function paintChoices(call) {
  part("path").replaceChildren(...call.path.map((step) => {
    const item = document.createElement("li"), [node, key] = step.split(":");
    item.textContent = key == null ? words.node[node] ?? node : `${words.node[node] ?? node} ${key}`;
    return item;
  }));
  for (const old of part("dispositions").querySelectorAll("label")) old.remove();
  call.dispositions.forEach(({ code, name }, n) => {
    const label = document.getElementById("disposition").content.firstElementChild.cloneNode(true);
    label.querySelector("input").value = code;
    put(label.querySelector('[data-f="name"]'), name);
    if (n < 9) put(label.querySelector('[data-f="key"]'), `Alt ${n + 1}`); else label.querySelector("kbd").remove();
    part("dispositions").append(label);
  });
}
function paintOrders(before) {
  const rows = desk.work_orders, was = new Map((before?.work_orders ?? []).map((order) => [order.id, order.status]));
  part("orders-empty").hidden = rows.length > 0;
  part("orders").replaceChildren(...rows.map((order) => {
    const item = document.getElementById("order").content.firstElementChild.cloneNode(true);
    const cell = (name) => item.querySelector(`[data-f="${name}"]`);
    put(cell("number"), order.number); put(cell("title"), order.title); put(cell("status"), words.order_status[order.status] ?? order.status);
    mark(cell("status"), "order", order.status); put(cell("time"), clock(order.updated_at, "minutes"));
    const told = order.status === "resolved" || order.status === "closed";
    cell("resolution").hidden = !(told && order.resolution); put(cell("resolution"), order.resolution ?? "");
    const news = before != null && told && was.has(order.id) && was.get(order.id) !== order.status;
    if (news) { announce(order); known = order.id; }
    if (known === order.id) item.dataset.news = "1";
    return item;
  }));
}
function announce(order) {
  put(part("news-text"), fill(words.desk.resolved, { number: order.number, resolution: order.resolution || words.desk.no_resolution }));
  part("news").hidden = false;
}

// Ringing: sound, title, and the button under the hand.
let flash = null;
function ringing(on) {
  if (on === Boolean(flash)) return;
  if (!on) { clearInterval(flash); flash = null; ring.stop(); document.title = title; return; }
  ring.start();
  setTimeout(() => { if (ring.silent && flash) put(part("hint"), words.desk.sound_locked); }, 300);
  let odd = false;
  const blink = () => { odd = !odd; document.title = odd ? `● ${words.desk.incoming_title}` : title; };
  flash = setInterval(blink, 1000); blink();
  if (!document.activeElement?.closest("input, textarea, dialog[open]")) act("answer").focus();
}

// The phone and what can go wrong with it; the worst thing is said in words.
let named = null;
function heard(event, detail) {
  if (event === "state") phoneState(detail);
  if (event === "trouble") named = words.desk[detail];
  if (event === "active") { named = null; put(part("hint"), reloaded ? words.desk.rejoined : ""); reloaded = false; ring.stop(); }
  if (event === "ringing" && desk?.interaction?.state === "talking") phone.answer();
  if (event === "ended") { named = null; setMuted(false); }
  trouble();
}
function phoneState(state) {
  const ready = state === "ready", wait = state === "connecting";
  const text = { connecting: words.desk.phone_connecting, ready: words.desk.phone_ready, elsewhere: words.desk.phone_elsewhere, busy_elsewhere: words.desk.phone_elsewhere }[state] ?? words.desk.phone_lost;
  put(part("phone-word"), text);
  mark(part("phone"), "phoneState", state);
  part("phone").className = `tag ${ready ? "tag-ok" : wait ? "" : "tag-bad"}`;
  part("take-phone").hidden = !["elsewhere", "busy_elsewhere"].includes(state);
  if (desk) paint({ desk });
}
function trouble() {
  const text = named
    ?? { refused: words.desk.phone_refused, unreachable: words.desk.phone_unreachable, busy_elsewhere: words.desk.phone_busy_elsewhere }[phone.state]
    ?? (phone.state !== "connecting" && phone.state !== "elsewhere" && down() ? words.desk.ready_without_phone : null)
    ?? (reloaded && !phone.active ? words.desk.reloaded : null);
  const warn = down() && phone.state === "unreachable" ? `${words.desk.ready_without_phone} ${words.desk.phone_unreachable}` : text;
  part("trouble").hidden = !warn;
  if (warn) put(part("trouble-text"), warn);
}

// What the agent does.
function setMuted(on) {
  muted = on;
  phone.mute(on);
  act("mute").setAttribute("aria-pressed", String(on));
  put(part("mute-word"), on ? words.desk.unmute : words.desk.mute);
}
const does = {
  answer: () => { named = null; if (!phone.ringing) put(part("hint"), words.desk.waiting_phone); phone.answer(); },
  reject: () => post("/desk/reject", { interaction: desk.interaction.id }),
  // The switchboard ends the call; if it cannot be reached or does not, the phone hangs up itself.
  "hang-up": async () => { const done = await post("/desk/hang-up", { interaction: desk.interaction.id }); if (done) setTimeout(() => phone.active && desk?.interaction?.state !== "talking" && phone.hangUp(), 2000); else phone.hangUp(); },
  mute: () => setMuted(!muted),
  escalate: () => { part("escalate-error").hidden = true; document.getElementById("escalation").showModal(); },
  "wrap-up-end": async () => { const { id } = desk.interaction; if (await disposition()) await post("/desk/wrap-up/end", { interaction: id }); },
};
async function disposition() {
  const form = part("wrap-form");
  if (!form.reportValidity()) return false;
  const { code, note } = Object.fromEntries(new FormData(form));
  const done = await post("/desk/disposition", { interaction: desk.interaction.id, code, note: note ?? "" });
  put(part("saved"), done ? words.desk.saved : "");
  return Boolean(done);
}
async function escalate(form) {
  const dialog = document.getElementById("escalation"), values = Object.fromEntries(new FormData(form));
  const done = await post("/desk/escalate", { interaction: desk.interaction?.id ?? lastCall, type: values.type, title: values.title, description: values.description, priority: values.priority });
  if (!done) { put(part("escalate-error"), part("failed-text").textContent); part("escalate-error").hidden = false; return; }
  dialog.close(); form.reset();
  put(part("news-text"), fill(words.desk.escalated, { number: done.number ?? "" })); part("news").hidden = false;
}
page.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.act) does[button.dataset.act]();
  if (button?.dataset.part === "reveal") askForNumber("/desk/reveal", { interaction: desk.interaction.id });
  if (button?.dataset.stateTo) { post("/desk/state", { state: button.dataset.stateTo, reason: button.dataset.reason ?? null }); part("break-menu").open = false; }
});
part("wrap-form").addEventListener("submit", (event) => { event.preventDefault(); disposition(); });
part("escalate-form").addEventListener("submit", (event) => { event.preventDefault(); escalate(event.target); });
part("news-seen").addEventListener("click", () => { part("news").hidden = true; known = null; if (desk) paint({ desk }); });
part("sound").addEventListener("click", () => ring.once());
part("take-phone").addEventListener("click", () => phone.take());
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const key = event.code.replace("Key", ""), button = { A: act("answer"), H: act("hang-up"), M: act("mute"), N: part("reveal"), R: page.querySelector('[data-state-to="available"]') }[key];
  const choice = /^Digit[1-9]$/.test(event.code) ? part("dispositions").querySelectorAll("input")[Number(event.code.at(-1)) - 1] : null;
  if (button && !button.hidden && !button.disabled && button.offsetParent) { event.preventDefault(); button.click(); }
  if (choice && choice.closest("section").offsetParent) { event.preventDefault(); choice.checked = true; choice.focus(); }
});
addEventListener("beforeunload", (event) => { if (phone.active) { event.preventDefault(); event.returnValue = words.desk.leave; } });

function tick() {
  if (!desk || feed.state === "disconnected") return;
  const now = feed.now(), call = desk.interaction;
  put(part("state-timer"), duration(now - desk.since));
  if (call) put(part("there"), fill(words.desk.clients_time, { time: clockIn(call.tenant.zone, now) }));
  if (call?.state === "offered" && toldAt != null) put(part("waited"), duration(call.waited_ms + Math.max(0, now - toldAt)));
  if (call) put(part("call-timer"), duration(now - call.since));
  if (desk.wrap_up_ends_at != null) put(part("countdown"), duration(Math.max(0, desk.wrap_up_ends_at - now + 999)));
}
setInterval(tick, 500);

const { staleMs, lostMs, feed: path } = page.dataset;
const phone = new Phone(page.dataset.phone, part("far"), (...args) => heard(...args));
const feed = new Feed(path, { numbered: false, staleMs: Number(staleMs), lostMs: Number(lostMs), on: { snapshot: paint, delta: () => {}, state: (...args) => fresh(...args) } });
const fresh = freshness(page, feed, { words: words.live, fill, clock, put });
