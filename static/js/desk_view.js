// What the client sees of this desk during its own conversation, if its contract says so: recorded by rrweb, masked here.
// All text and all that is typed is masked but what stands in `data-rr-show`; what is not marked `data-view` is left out
// whole. A recording begins anew with each interaction, and never outlives it. Nothing of the call waits for any of this.
import { Line } from "./desk_view_line.js";
import { scrubbed } from "./desk_view_scrub.js";
import { fill, put, words } from "./tools.js";

const BATCH_MS = 200, ANEW_MS = 2000, RETRY_MS = [1000, 2000, 5000, 15000];
const BLOCKED = "body > :not(main), main > :not(#desk), #desk > :not(.desk):not([data-view]), .desk > .stack > :not([data-view]), [data-unseen], template";
const KINDS = ["text", "textarea", "search", "tel", "email", "url", "number", "password", "date", "datetime-local", "month", "time", "week", "color", "range", "hidden"];
const digitless = (text) => text.replace(/\p{N}/gu, "•");

// What of a text may be seen: all of it, all but its digits (what was said or typed), or only that there is one.
function seen(text, element) {
  const how = element?.closest("[data-rr-show]")?.dataset.rrShow;
  if (how == null) return text.replace(/\S/gu, "•");
  return how === "said" ? digitless(text) : text;
}
function typed(text, element) {
  const shown = element.dataset.rrShow != null && element.type !== "password";
  return shown ? digitless(text) : "•".repeat(Math.min(text.length, 12));
}
const options = (emit) => ({
  emit, inlineStylesheet: false, blockClass: "rr-block", blockSelector: BLOCKED, maskTextClass: "rr-mask", maskTextSelector: "*",
  maskTextFn: seen, maskInputFn: typed, maskInputOptions: Object.fromEntries(KINDS.map((kind) => [kind, true])),
  sampling: { input: "all", mousemove: 100, scroll: 200, media: 1000 }, slimDOMOptions: "all",
  recordCanvas: false, collectFonts: false, inlineImages: false, recordCrossOriginIframes: false,
});

let loading = null;
function recorder(source) {
  loading ??= new Promise((done, failed) => {
    const script = Object.assign(document.createElement("script"), { src: source });
    script.addEventListener("load", () => done(globalThis.rrwebRecord.record));
    script.addEventListener("error", () => { loading = null; failed(new Error("the recorder did not load")); });
    document.head.append(script);
  });
  return loading;
}

// `page`: the desk. `follow` is told each document of the feed; `hold` that card data comes next, before anybody else knows.
// `serverNow`: the server's clock, as the feed knows it.
export function viewOf(page, serverNow) {
  const badge = page.querySelector('[data-part="viewed"]'), text = badge.querySelector('[data-part="viewed-text"]');
  const ask = page.querySelector('[data-part="view-ask"]'), askText = ask.querySelector('[data-part="view-ask-text"]');
  let id = null, socket = null, line = null, told = null, record = null, stop = null, batch = [], timer = null;
  let paused = false, heldUntil = 0, tries = 0, retry = null, missing = null, anewAt = 0;

  const note = (tag, reason, timestamp = Date.now()) => { batch.push({ type: 5, timestamp, data: { tag, payload: { reason } } }); };
  const notes = (events) => events.filter((event) => event.type === 5);
  const lacks = (reason, at = Date.now()) => { missing ??= { reason, at }; };
  // What could not be sent is a gap with its reason, and a whole new picture.
  function bridge() {
    if (!missing) return;
    note("pause", missing.reason, missing.at); note("resume", missing.reason);
    missing = null;
  }
  function flush() {
    timer = null;
    if (!batch.length || !line?.open) return;
    const anew = Boolean(missing);
    if (line.slow || (anew && Date.now() < anewAt)) { lacks("slow_line", batch[0].timestamp); batch = notes(batch); return; } // never the call's own commands
    if (anew) anewAt = Date.now() + ANEW_MS;
    bridge();
    const events = batch;
    batch = [];
    if (!line.post(anew ? notes(events) : events)) lacks("slow_line", events[0].timestamp);
    if (anew && stop) record.takeFullSnapshot(true);
  }
  function take(event) {
    const may = scrubbed(event);
    if (!may || paused) return;
    batch.push(may);
    timer ??= setTimeout(flush, BATCH_MS);
  }
  function begin() {
    if (stop || paused || !told?.on || told.paused || !record) return;
    batch = notes(batch);
    bridge();
    stop = record(options(take));
  }
  function end() { stop?.(); stop = null; batch = notes(batch); }
  function pause(on) {
    if (on === paused) return;
    if (on) { end(); flush(); note("pause", "card_data"); paused = true; flush(); } else { paused = false; note("resume", "card_data"); begin(); flush(); }
  }

  function open() {
    const mine = new WebSocket(`${location.origin.replace(/^http/, "ws")}/desk/view?interaction=${encodeURIComponent(id)}`);
    socket = mine;
    mine.onopen = () => { if (mine === socket) line.greet(mine, serverNow()); };
    mine.onmessage = async (event) => {
      if (mine !== socket) return;
      const frame = JSON.parse(event.data);
      tries = 0;
      if (frame.t === "kept") { line.kept(frame.n); return; }
      if (frame.t === "whole") { if (stop) { flush(); record.takeFullSnapshot(true); flush(); } return; }
      if (frame.t !== "run") return;
      told = frame;
      line.holds = told.stored;
      show();
      if (told.on && !record) record = await recorder(page.dataset.recorder).catch(() => null);
      if (mine !== socket) return;
      if (told.on) begin(); else end();
    };
    mine.onclose = () => {
      if (mine !== socket) return;
      if (stop) lacks("line_lost");
      end(); line.lost(); socket = null; told = null; show(); again();
    };
  }
  function again() {
    clearTimeout(retry);
    if (id) retry = setTimeout(() => { if (id && !socket) open(); }, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
  }
  function close() {
    flush(); end();
    clearTimeout(retry);
    line.leave();
    socket = null; line = null; told = null; id = null; batch = []; paused = false; tries = 0; missing = null;
    show();
  }
  function show() {
    badge.hidden = !told;
    if (!told) return;
    const names = told.names.join(", ");
    badge.dataset.watched = told.watched ? "yes" : "no";
    put(text, told.watched ? fill(names ? words.desk.viewed_by : words.desk.viewed_now, { names, count: told.watched }) : told.stored ? words.desk.view_stored : words.desk.view_may);
  }
  function follow(desk) {
    const call = desk.interaction, wants = call?.desktop?.agreed ? call.id : null;
    ask.hidden = !call?.desktop || call.desktop.agreed !== null;
    if (!ask.hidden) put(askText, fill(words.desk.view_ask, { client: call.tenant.name }));
    if (wants !== id) { if (id) close(); if (wants) { id = wants; line = new Line(); open(); } }
    if (!id) return;
    if (call.talk?.paused_at) { heldUntil = 0; pause(true); } else if (Date.now() > heldUntil) pause(false);
    begin();
  }
  addEventListener("pagehide", () => { flush(); line?.hurry(); });
  return { follow, hold: () => { if (id) { heldUntil = Date.now() + 3000; pause(true); } } };
}
