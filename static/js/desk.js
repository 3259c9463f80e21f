// The agent's desk: the feed says what is so, the phone carries the sound, every button is a post that the feed confirms.
import { askNotifications, ring, ringing } from "./desk_alert.js";
import { showDay } from "./desk_day.js";
import { guideOf } from "./desk_guide.js";
import { Inbox } from "./desk_messages.js";
import { keys } from "./desk_keys.js";
import { Choice } from "./desk_phone.js";
import { talkOf } from "./desk_talk.js";
import { noCallOf } from "./desk_nocall.js";
import { ordersOf } from "./desk_order.js";
import { SeatTasks } from "./desk_seat_tasks.js";
import { Task } from "./desk_task.js";
import { viewOf } from "./desk_view.js";
import { focusSearch, outcomes, save, showOutcomes, unsaved } from "./desk_wrap.js";
import { Feed, freshness } from "./feed.js";
import { Phone } from "./phone.js";
import { close as hideNumber, open as askForNumber } from "./reveal.js";
import { clock, clockIn, duration, fill, mark, put, words } from "./tools.js";

const page = document.getElementById("desk");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const act = (name) => page.querySelector(`[data-act="${name}"]`);
const csrf = document.querySelector('meta[name="csrf-token"]').content;
const reasons = { ...words.reason, ...Object.fromEntries(words.breaks.map((each) => [each.code, each.name])) };
const longest = Object.fromEntries(words.breaks.map((each) => [each.code, each.longest_ms]));
let desk = null, known = null, muted = false, reloaded = false, lastCall = null, drawnPath = null, toldAt = null, orphanSince = null;

// Refusals that another try does not change.
const FINAL = new Set(["do_not_call", "may_not_list", "no_number", "reason_not_clear"]);
// `wrong` is told why it did not work, and what was answered; without it the page says so above. `once`: a key by which
// what is sent twice is done once.
async function post(path, body, wrong = null, once = null) {
  put(part("failed-text"), ""); part("failed").hidden = true;
  let reason, final = false, told = null;
  try {
    const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json", "x-csrf-token": csrf, accept: "application/json", ...(once && { "idempotency-key": once }) }, body: JSON.stringify(body) });
    told = (answer.headers.get("content-type") ?? "").includes("json") ? await answer.json() : {};
    if (answer.ok) return told;
    if (answer.status === 401) part("signed-out").hidden = false;
    reason = words.problem[told.code] ?? told.detail ?? told.title ?? String(answer.status);
    final = FINAL.has(told.code);
  } catch { reason = words.live.disconnected; }
  const text = final ? reason : fill(words.desk.failed, { reason });
  if (wrong) wrong(text, told); else { put(part("failed-text"), text); part("failed").hidden = false; }
  return null;
}
const send = async (what, fields = {}, wrong = null) => Boolean(await post("/desk/call", { act: what, interaction: desk.interaction?.id, ...fields }, wrong));

const talk = talkOf(send);
const view = viewOf(page, () => feed.now());
const guide = guideOf({ pause: () => { view.hold(); return send("pause_recording"); }, resume: () => send("resume_recording") });
const orders = ordersOf({ post, forms: () => guide.orders(), now: () => feed.now(), sent: (number) => { put(part("news-text"), fill(words.desk.escalated, { number })); part("news").hidden = false; }, changed: () => desk && paintCall(desk.interaction) });

// What the feed says.
function paint(frame) {
  const before = desk;
  desk = frame.desk; toldAt = frame.ts ?? toldAt;
  part("signed-out").hidden = true;
  // Another place has other phones; a call that still runs on the old one is finished first.
  if ((desk.agent.desk ?? "") !== page.dataset.place && !phone.session) { location.assign("/desk"); return; }
  const call = desk.interaction, show = down() ? "phone_down" : desk.state;
  mark(part("bar"), "show", show); mark(part("grid"), "busy", call ? "yes" : "no");
  part("state-icon").setAttribute("href", `${page.dataset.sprite}#${call?.task && show === "offered" ? "clipboard-list" : words.icons[show] ?? "point"}`);
  const stateWord = call?.task && show === "offered" ? words.task_desk.offered : silent() ? reasons.phone_silent : words.state[show];
  put(part("state-word"), show === "on_break" && desk.reason ? `${words.state.on_break} · ${reasons[desk.reason] ?? desk.reason}` : stateWord);
  for (const button of page.querySelectorAll("[data-state-to]")) button.disabled = ["talking", "offered"].includes(desk.state) && button.dataset.stateTo !== "on_break";
  // The day has the wide place while nobody calls.
  const place = part("grid").children[call ? 1 : 0];
  if (part("day").parentElement !== place) place.append(part("day"));
  paintCall(call);
  paintOrders(before);
  showDay(desk.today);
  if (ringing(call, () => put(part("hint"), words.desk.sound_locked)) && !document.activeElement?.closest("input, textarea, dialog[open]")) (act("accept-task").hidden ? act("answer") : act("accept-task")).focus();
  if (call?.state === "talking" && !phone.session && before == null && phone.mode === "browser") { reloaded = true; phone.wanted = true; rejoin(); }
  if (call?.state !== "talking") reloaded = false;
  view.follow(desk); choice.follow(desk); inbox.paint(desk.messages ?? []); seatTasks.paint(desk.seat_tasks ?? [], desk, feed.now());
  part("away").hidden = !desk.away?.length;
  if (desk.away?.length) put(part("away-text"), fill(words.desk.away, { clients: desk.away.join(", ") }));
  showPhone();
  trouble();
  tick();
}
const down = () => (desk?.state === "available" && (!desk.phone || (phone.mode === "browser" && phone.state !== "ready"))) || (desk?.state === "on_break" && desk.reason === "phone_down") || silent();
const silent = () => desk?.state === "on_break" && desk.reason === "phone_silent";

function paintCall(call) {
  mark(part("call"), "call", call?.state ?? "none");
  part("no-call").hidden = Boolean(call); part("the-call").hidden = !call;
  part("wrap").hidden = !call || call.state === "offered" || !call.own;
  part("reveal").hidden = !call?.reveal;
  if (!call?.reveal || call.id !== lastCall) hideNumber();
  guide.show(call);
  talk.paint(call, feed.now());
  const tasked = task.paint(call, desk, feed.now());
  if (!call) { lastCall = null; talk.keypad.close(); return; }
  const talking = call.state === "talking", offered = call.state === "offered", own = call.own, said = call.talk ?? {};
  put(part("client"), call.tenant.name); put(part("queue"), call.queue?.name ?? "—");
  put(part("who"), call.contact); put(part("number"), call.number); put(part("waited"), duration(call.waited_ms));
  put(part("call-word"), (tasked && words.task[call.task.kind]) || (words.state[call.state] ?? call.state));
  put(part("because"), words.rule[call.because?.rule] ?? call.because?.rule ?? "—");
  act("answer").hidden = !offered || tasked || phone.mode === "desk"; act("reject").hidden = !offered;
  act("mute").hidden = !talking; act("hang-up").hidden = !talking && call.task?.state !== "dialling";
  for (const name of ["hold", "keypad", "targets", "help"]) act(name).hidden = !talking || !own;
  if (said.guests?.some((guest) => guest.purpose === "consult" && guest.state !== "joined")) act("hold").hidden = true; // one swaps then
  act("leave").hidden = !talking || !own || !said.guests?.some((guest) => guest.state === "joined");
  act("record").hidden = !talking || !own || !guide.onDemand() || said.recorded === "policy";
  act("escalate").hidden = offered; part("drafted").hidden = !orders.drafted(call.id);
  act("mark").hidden = !orders.markable(call);
  act("no-call").hidden = offered || !call.no_call || call.no_call.listed;
  act("wrap-up-end").hidden = call.state !== "wrapping_up";
  pressed("hold", Boolean(said.held_at), words.desk.hold, words.desk.retrieve);
  act("hold").disabled = said.held_by === "phone" || said.held_by === "contact";
  pressed("help", said.help === "asked", words.desk.help, words.desk.help_withdraw);
  pressed("record", said.recorded === "agent", words.desk.record, words.desk.record_stop);
  showMuted(muted || Boolean(said.muted));
  mustChoose(call); part("no-end").hidden = call.state !== "wrapping_up" || call.wrap_up_s != null;
  const path = JSON.stringify([call.id, call.path]);
  if (path !== drawnPath) { drawnPath = path; paintPath(call); }
  showOutcomes(call);
  if (lastCall !== call.id) { lastCall = call.id; put(part("hint"), offered && phone.mode === "desk" ? words.desk.pick_up : ""); setMuted(false); }
}
// What this client wants of each conversation; in red once only that is missing.
function mustChoose(call) {
  const over = call.state === "wrapping_up" && desk.wrap_up_ends_at != null && feed.now() > desk.wrap_up_ends_at, must = Boolean(call.outcome_required) && !call.disposition;
  part("countdown-tag").hidden = desk.wrap_up_ends_at == null || over;
  part("must").hidden = !must; part("must").className = `tag ${over ? "tag-bad" : "tag-warn"}`;
  put(part("must-word"), over ? words.desk.outcome_missing : words.desk.outcome_required);
}
function pressed(name, on, word, otherwise) {
  if (act(name).getAttribute("aria-pressed") !== String(on)) act(name).setAttribute("aria-pressed", String(on));
  put(part(`${name}-word`), on ? otherwise : word);
}
function paintPath(call) {
  part("path-word").hidden = part("path").parentElement.hidden = !call.path.length;
  part("path").replaceChildren(...call.path.map((step) => {
    const item = document.createElement("li"), [node, key] = step.split(":");
    item.textContent = key == null ? words.node[node] ?? node : `${words.node[node] ?? node} ${key}`;
    return item;
  }));
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

// The phone and what can go wrong with it; the worst thing is said in words.
let named = null, ofSound = false; // ofSound: it is the sound's way that is in trouble, which matters in a call only
function heard(event, detail) {
  if (event === "state") phoneState(detail);
  if (event === "trouble") { named = words.desk[detail]; ofSound = detail.startsWith("ice_"); }
  if (event === "well" || event === "active") named = null;
  if (event === "active") { put(part("hint"), reloaded ? words.desk.rejoined : ""); reloaded = false; ring.stop(); setMuted(false); }
  if (event === "ringing" && (desk?.interaction?.state === "talking" || task.dialled())) phone.answer();
  if (event === "lost") rejoin();
  if (event === "ended") { named = null; setMuted(false); }
  trouble();
}
function phoneState(state) {
  for (const button of page.querySelectorAll("[data-phone-mode]")) button.setAttribute("aria-pressed", String(button.dataset.phoneMode === phone.mode));
  showPhone();
  part("take-phone").hidden = !["elsewhere", "busy_elsewhere"].includes(state);
  if (state === "ready" && reloaded) rejoin();
  if (desk) paint({ desk });
}
// The phone that this agent talks with: the one in this page, or the one on the desk, of which the switchboard knows.
function showPhone() {
  const { state } = phone, standing = state === "desk", ready = standing ? Boolean(desk?.phone) : state === "ready";
  const wait = state === "connecting" || (standing && !desk);
  const text = standing ? (ready ? words.desk.phone_desk : words.desk.phone_desk_lost) : { connecting: words.desk.phone_connecting, ready: words.desk.phone_ready, elsewhere: words.desk.phone_elsewhere, busy_elsewhere: words.desk.phone_elsewhere }[state] ?? words.desk.phone_lost;
  put(part("phone-word"), wait ? words.desk.phone_connecting : text);
  mark(part("phone"), "phoneState", state); mark(part("phone"), "registered", ready ? "yes" : "no");
  part("phone").className = `tag ${ready ? "tag-ok" : wait ? "" : "tag-bad"}`;
  choice.paint();
}
function trouble() {
  const alone = phone.mode === "desk" ? words.desk.ready_without_desk_phone : words.desk.ready_without_phone;
  const text = (ofSound && !phone.talks() ? null : named)
    ?? choice.trouble
    ?? { refused: words.desk.phone_refused, unreachable: words.desk.phone_unreachable, busy_elsewhere: words.desk.phone_busy_elsewhere }[phone.state]
    ?? (phone.state !== "connecting" && phone.state !== "elsewhere" && down() ? alone : null)
    ?? (reloaded && !phone.active ? words.desk.reloaded : null);
  const warn = down() && phone.state === "unreachable" && !choice.trouble ? `${words.desk.ready_without_phone} ${words.desk.phone_unreachable}` : text;
  part("trouble").hidden = !warn;
  if (warn) put(part("trouble-text"), warn);
}
// The call goes on without our sound: the switchboard rings this phone into it again, and it answers by itself.
let rejoining = false;
async function rejoin() {
  if (rejoining || phone.state !== "ready" || desk?.interaction?.state !== "talking") return;
  rejoining = true; phone.wanted = true; phone.replaces = Boolean(phone.session);
  const done = await send("rejoin", {}, () => {});
  rejoining = false;
  if (!done) setTimeout(() => { if (reloaded && !phone.session) rejoin(); }, 2000);
}

// What the agent does.
function showMuted(on) {
  if (act("mute").getAttribute("aria-pressed") !== String(on)) act("mute").setAttribute("aria-pressed", String(on));
  put(part("mute-word"), on ? words.desk.unmute : words.desk.mute);
}
function setMuted(on) { muted = on; phone.mute(on); showMuted(on); }
// At once in this browser; the switchboard is told as well, so that a phone on the desk is silent too and it is written down.
async function mute() {
  const on = act("mute").getAttribute("aria-pressed") !== "true";
  setMuted(on);
  if (desk.interaction?.own) await send(on ? "mute" : "unmute");
}
const task = new Task(page, post), seatTasks = new SeatTasks(page, post, (on) => { task.asked = on ? Date.now() : 0; }), noCall = noCallOf(post, () => put(part("hint"), words.desk.listed_now));
const does = {
  ...task.does(() => desk.interaction.id),
  answer: () => {
    named = null;
    if (!phone.ringing) put(part("hint"), words.desk.waiting_phone);
    if (guide.pop()) part("pop").click(); // by the agent's own key, so that the browser lets it open
    phone.answer();
  },
  reject: () => post("/desk/reject", { interaction: desk.interaction.id }),
  // The switchboard ends the call; if it cannot be reached or does not, the phone hangs up itself.
  "hang-up": async () => { const done = await post("/desk/hang-up", { interaction: desk.interaction.id }); if (done) setTimeout(() => phone.active && desk?.interaction?.state !== "talking" && phone.hangUp(), 2000); else phone.hangUp(); },
  mute,
  hold: () => send(act("hold").getAttribute("aria-pressed") === "true" ? "retrieve" : "hold"),
  keypad: () => talk.keypad.open(),
  targets: () => talk.open(desk.interaction),
  leave: () => send("leave"),
  record: () => send(act("record").getAttribute("aria-pressed") === "true" ? "stop_record" : "record"),
  help: () => send(act("help").getAttribute("aria-pressed") === "true" ? "withdraw_help" : "ask_help"),
  keys: () => document.getElementById("keys").showModal(),
  escalate: () => orders.open(desk.interaction),
  mark: () => { orders.mark(desk.interaction); put(part("hint"), fill(words.order_form.marked, { time: clock(feed.now()) })); },
  "no-call": () => noCall.open(desk.interaction.id),
  "wrap-up-end": async () => { const { id } = desk.interaction; if (await save(post, id)) await post("/desk/wrap-up/end", { interaction: id }); },
};
page.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.act) does[button.dataset.act]();
  if (button?.dataset.part === "reveal") askForNumber("/desk/reveal", { interaction: desk.interaction.id });
  if (button?.dataset.stateTo) goTo(button.dataset.stateTo, button.dataset.reason ?? null);
  if (button?.dataset.phoneMode) { const done = choice.choose(button.dataset.phoneMode); part("phone-menu").open = false; part("failed").hidden = done; if (!done) put(part("failed-text"), words.desk.not_in_call); }
});
// Out of a wrap-up nobody loses an outcome that was chosen and not saved yet; one that is missing is asked for.
async function goTo(state, reason) {
  part("break-menu").open = false;
  const call = desk?.state === "wrapping_up" ? desk.interaction : null;
  if (call && unsaved(call) && !(await save(post, call.id))) return;
  if (!(await post("/desk/state", { state, reason })) && call?.outcome_required && !call.disposition) outcomes()[0]?.focus();
}
part("wrap-form").addEventListener("submit", (event) => { event.preventDefault(); save(post, desk.interaction.id); });
part("news-seen").addEventListener("click", () => { part("news").hidden = true; known = null; if (desk) paint({ desk }); });
part("sound").addEventListener("click", () => ring.once());
part("take-phone").addEventListener("click", () => phone.take());
askNotifications(part("notify"));
const guestAct = (name) => () => page.querySelector(`[data-part="guests"] [data-party="${name}"]`);
keys({
  buttons: {
    answer: () => (act("accept-task").hidden ? act("answer") : act("accept-task")), hang_up: () => act("hang-up"), mute: () => act("mute"), hold: () => act("hold"), keypad: () => act("keypad"), targets: () => act("targets"),
    swap: guestAct("swap"), join: guestAct("join"), complete: guestAct("complete"), drop: () => talk.dropped(), leave: () => act("leave"), help: () => act("help"), number: () => part("reveal"),
    ready: () => page.querySelector('[data-state-to="available"]'), wrap_up_end: () => act("wrap-up-end"), escalate: () => act("escalate"), mark: () => act("mark"), no_call: () => act("no-call"),
  },
  does: { message: () => inbox.key(), seat_task: () => seatTasks.key(), search: focusSearch, back: () => guide.move(-1), next: () => guide.move(1) },
  choices: outcomes, chosen: (choice) => choice.dispatchEvent(new Event("input", { bubbles: true })), list: document.getElementById("keys"), post,
});
addEventListener("beforeunload", (event) => { if (phone.active) { event.preventDefault(); event.returnValue = words.desk.leave; } });

let waited = 0;
function tick() {
  if (!desk || feed.state === "disconnected") return;
  const now = feed.now(), call = desk.interaction, rested = now - desk.since;
  put(part("state-timer"), duration(rested));
  part("too-long").hidden = !(desk.state === "on_break" && longest[desk.reason] && rested > longest[desk.reason]);
  talk.tick(now);
  // The phone is back and the switchboard does not know it yet: the agent wished to be available all the time.
  if (desk.state !== "on_break" || desk.reason !== "phone_down" || phone.state !== "ready") waited = now;
  else if (now - waited > 3000) { waited = now + 7000; post("/desk/state", { state: "available", reason: null }); }
  // A call that is over here as well, although nothing told the phone so: it must not stay open to anybody.
  const orphan = phone.active && !["talking", "offered"].includes(desk.state);
  orphanSince = orphan ? orphanSince ?? now : null;
  if (orphan && now - orphanSince > 4000) phone.hangUp();
  if (!call) return;
  put(part("there"), fill(words.desk.clients_time, { time: clockIn(call.tenant.zone, now) }));
  if (call.state === "offered" && toldAt != null) put(part("waited"), duration(call.waited_ms + Math.max(0, now - toldAt)));
  put(part("call-timer"), duration(now - call.since));
  mustChoose(call);
  if (desk.wrap_up_ends_at != null) put(part("countdown"), duration(Math.max(0, desk.wrap_up_ends_at - now + 999)));
}
setInterval(tick, 500);

// The feed is gone: because the session is over, or because something is away? The socket itself does not say.
let asked = 0;
async function whyGone(state) {
  if (!["stale", "disconnected"].includes(state) || Date.now() - asked < 4000) return;
  asked = Date.now();
  try { const answer = await fetch("/desk/document", { headers: { accept: "application/json" }, cache: "no-store" }); part("signed-out").hidden = answer.status !== 401; } catch { /* away: the note above says so */ }
}
const { staleMs, lostMs, feed: path } = page.dataset;
const phone = new Phone(page.dataset.phone, part("far"), (...args) => heard(...args), () => desk?.interaction?.state === "talking", page.dataset.phoneChosen);
const choice = new Choice(page, phone, post), inbox = new Inbox(page, post);
let fed = null;
const feed = new Feed(path, { numbered: false, unseen: true, answers: true, staleMs: Number(staleMs), lostMs: Number(lostMs), on: { snapshot: paint, delta: () => {}, state: (state, retryIn) => { fresh(state, retryIn); whyGone(state); if (state === "live" && fed !== "live") phone.check(); fed = state; } } });
const fresh = freshness(page, feed, { words: words.live, fill, clock, put });
