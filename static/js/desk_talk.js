// The conversation under the agent's hands: who else is in it, how it stands, calling somebody in, keys of the keypad.
import { paint as paintKeys } from "./desk_keys.js";
import { duration, fill, mark, put, words } from "./tools.js";

const page = document.getElementById("desk");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const ICONS = { agent: "headset", outside: "phone", supervisor: "eye" };
const sprite = page.dataset.sprite;
let drawn = "", timers = [];

// `send(act, fields)` answers whether the switchboard did it.
export function talkOf(send) {
  const { open } = targets(send);
  return { paint: (call, now) => paint(call, now, send), open, keypad: keypad(send), tick, dropped };
}
const chip = (word, tone, since) => {
  const item = document.createElement("li"); item.className = `tag ${tone}`;
  const text = document.createElement("span"); text.textContent = word; item.append(text);
  if (since) { const timer = document.createElement("b"); timer.className = "ms-1"; timers.push([timer, since]); item.append(timer); }
  return item;
};
function paint(call, now, send) {
  const talk = call?.talk ?? null, talking = call?.state === "talking";
  const what = JSON.stringify([call?.id, call?.state, talk, call?.own, call?.no_call]);
  if (what === drawn) return;
  drawn = what; timers = [];
  if (talk?.told === "tone" && talk.watchers.length > watched) notice();
  watched = talk?.watchers.length ?? 0;
  const chips = [];
  if (talk && talking) {
    if (talk.held_at) chips.push(chip({ phone: words.desk.held_by_phone, contact: words.desk.held_by_contact }[talk.held_by] ?? words.desk.on_hold, "tag-hold", talk.held_at));
    if (talk.muted) chips.push(chip(words.desk.muted, "tag-warn"));
    if (talk.recorded && !talk.paused_at) chips.push(chip(words.desk.recorded, ""));
    if (talk.paused_at) chips.push(chip(words.desk.paused, "tag-warn", talk.paused_at));
    if (talk.help === "asked") chips.push(chip(words.desk.help_asked, "tag-info"));
    if (talk.help === "answered") chips.push(chip(fill(words.desk.help_answered, { name: talk.helper }), "tag-ok"));
    for (const watcher of talk.watchers) chips.push(chip(`${watcher.name} · ${words.mode?.[watcher.mode] ?? watcher.mode}`, "tag-info"));
    if (talk.lost) chips.push(chip(fill(words.desk.not_reached, { name: talk.lost.target, cause: words.party.cause[talk.lost.cause] ?? words.party.cause.other }), "tag-bad"));
  }
  if (call?.no_call?.listed && !call.task) chips.push(chip(words.desk.listed, "tag-warn"));
  if (call && !call.own && call.state !== "wrapping_up") chips.push(chip(words.desk.called_in, "tag-info"));
  part("chips").replaceChildren(...chips); part("chips").hidden = chips.length === 0;
  const guests = talk && talking ? talk.guests.filter((guest) => !guest.mine) : [];
  part("guests").hidden = guests.length === 0;
  part("guests").replaceChildren(...guests.map((guest) => guestRow(guest, call, send)));
  const away = part("guests").querySelectorAll('[data-party="drop"]');
  if (away.length === 1) keyed(away[0], "drop");
  paintKeys(part("guests"));
  tick(now);
}
// A short tone, in the agent's ear alone: somebody takes part from now on.
let watched = 0, audio = null;
function notice() {
  audio ??= new AudioContext();
  const tone = audio.createOscillator(), gain = audio.createGain();
  tone.frequency.value = 440; gain.gain.value = 0.15;
  tone.connect(gain).connect(audio.destination);
  tone.start(); tone.stop(audio.currentTime + 0.25);
}
function guestRow(guest, call, send) {
  const item = document.getElementById("guest").content.firstElementChild.cloneNode(true);
  const cell = (name) => item.querySelector(`[data-f="${name}"]`);
  const name = guest.purpose === "rejoin" ? words.party.rejoin : guest.target;
  cell("icon").setAttribute("href", `${sprite}#${ICONS[guest.role] ?? "user"}`);
  put(cell("name"), name); put(cell("state"), words.party.state[guest.state] ?? guest.state);
  mark(item, "party", guest.state); item.dataset.id = guest.id;
  timers.push([cell("timer"), guest.since]);
  if (!call.own || guest.role === "supervisor" || guest.purpose === "rejoin") return item;
  const acts = [];
  if (guest.purpose === "consult" && guest.state !== "joined") {
    acts.push(["complete", words.desk.complete]);
    if (guest.state === "aside") acts.push(["swap", call.talk.held_at ? words.desk.swap_to_contact : words.desk.swap_to_guest], ["join", words.desk.join]);
  }
  acts.push(["drop", guest.state === "ringing" ? words.desk.cancel_call : words.desk.drop]);
  for (const [name, word] of acts) {
    const button = document.createElement("button");
    button.type = "button"; button.className = `btn btn-plain btn-sm${name === "drop" ? " tone-bad" : ""}`; button.textContent = word; button.dataset.party = name;
    button.setAttribute("aria-label", `${word}: ${guest.target}`);
    if (name !== "drop") keyed(button, name);
    button.addEventListener("click", () => send(name, name === "drop" ? { party: guest.id } : {}));
    item.querySelector(".guest-acts").append(button);
  }
  return item;
}
function keyed(button, name) { const key = document.createElement("kbd"); key.dataset.keyOf = name; button.dataset.keysFor = name; button.append(" ", key); }
// Whom the key sends away: the only one, or whoever is consulted; of several it sends nobody.
function dropped() { const all = part("guests").querySelectorAll('[data-party="drop"]'); return all.length === 1 ? all[0] : part("guests").querySelector('li:has([data-party="complete"]) [data-party="drop"]'); }
function tick(now) { for (const [node, since] of timers) put(node, duration(now - since)); }

function keypad(send) {
  const box = document.getElementById("keypad"), sent = box.querySelector('[data-part="keypad-sent"]');
  const press = async (key) => { put(sent, (sent.textContent + key).slice(-24)); if (!(await send("digits", { digits: key }))) box.close(); };
  box.addEventListener("click", ({ target }) => { if (target.dataset.key) press(target.dataset.key); });
  box.addEventListener("keydown", (event) => { if (/^[0-9*#]$/.test(event.key)) { event.preventDefault(); press(event.key); } });
  return { open: () => { put(sent, ""); box.showModal(); }, close: () => box.open && box.close() };
}

const NUMBER = /^\+?[0-9 ()./-]{3,24}$/;
function targets(send) {
  const box = document.getElementById("targets"), find = box.querySelector("#target-find"), list = box.querySelector("#target-list");
  const [state, error] = ["targets-state", "targets-error"].map((name) => box.querySelector(`[data-part="${name}"]`));
  let known = [], seen = [], at = 0, about = null;
  async function open(call) {
    about = call.id; known = []; find.value = ""; error.hidden = true;
    put(state, words.desk.reading); draw();
    box.showModal(); find.focus();
    try {
      const answer = await fetch(`/desk/directory?interaction=${encodeURIComponent(about)}`, { headers: { accept: "application/json" }, cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      known = [...told.agents, ...told.people, ...told.queues, ...told.flows].map(entry);
      draw();
    } catch { put(state, words.desk.no_directory); }
  }
  const entry = (each) => ({ kind: each.kind, id: each.target, name: each.name, state: each.state ?? null, free: each.kind === "agent" ? each.state === "available" : each.reachable !== false, detail: each.department ?? "" });
  const rank = (target) => ({ number: -1, agent: 0, person: 1, queue: 2, flow: 4 }[target.kind] + (target.free === false ? 5 : 0));
  function draw() {
    const typed = find.value.trim(), wanted = typed.toLowerCase();
    seen = known.filter((target) => `${target.name} ${target.detail} ${words.party.kind[target.kind]}`.toLowerCase().includes(wanted)).sort((a, b) => rank(a) - rank(b));
    if (NUMBER.test(typed)) seen.unshift({ kind: "number", id: typed, name: fill(words.desk.dial, { number: typed }), detail: "" });
    at = Math.min(at, Math.max(0, seen.length - 1));
    list.replaceChildren(...seen.slice(0, 60).map((target, n) => {
      const item = document.createElement("li");
      item.id = `target-${n}`; item.role = "option"; item.dataset.kind = target.kind; item.setAttribute("aria-selected", String(n === at));
      if (target.free === false) item.setAttribute("aria-disabled", "true");
      for (const [kind, text] of [["b", target.name], ["span", words.party.kind[target.kind]], ["span", target.detail], ["span", target.kind === "agent" ? words.state[target.state] ?? target.state : target.free === false ? words.desk.closed_now : ""]]) { if (!text) continue; const node = document.createElement(kind); node.textContent = text; item.append(node, " "); }
      item.addEventListener("click", () => { at = n; draw(); find.focus(); });
      item.addEventListener("dblclick", () => go("consult"));
      return item;
    }));
    if (known.length || typed) put(state, seen.length ? "" : words.desk.nobody);
    if (seen.length) find.setAttribute("aria-activedescendant", `target-${at}`); else find.removeAttribute("aria-activedescendant");
    list.children[at]?.scrollIntoView({ block: "nearest" });
    const target = seen[at], talks = target && !["queue", "flow"].includes(target.kind);
    for (const button of box.querySelectorAll("[data-target]")) button.disabled = !target || (!talks && button.dataset.target !== "transfer");
  }
  async function go(act) {
    const target = seen[at], button = box.querySelector(`[data-target="${act}"]`);
    if (!target || button.disabled) return;
    error.hidden = true;
    const done = await send(act, { kind: target.kind, [target.kind]: target.id }, (reason) => { put(error, reason); error.hidden = false; });
    if (done) box.close();
  }
  find.addEventListener("input", () => { at = 0; draw(); });
  find.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (by) { event.preventDefault(); at = Math.max(0, Math.min(seen.length - 1, at + by)); draw(); }
    if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); const talks = !["queue", "flow"].includes(seen[at]?.kind); go(event.ctrlKey || event.metaKey || !talks ? "transfer" : event.shiftKey ? "join" : "consult"); }
  });
  for (const button of box.querySelectorAll("[data-target]")) button.addEventListener("click", () => go(button.dataset.target));
  return { open };
}
