// One live connection: snapshot, numbered frames, heartbeat; says how old the page is and never lies about it.
// A feed that `answers` says every two seconds that the page is there: an open connection alone does not.
// States: connecting, live, stale (no frame for 3 s), disconnected (15 s), paused (by the reader), hidden (tab not seen).
import { Numbers } from "./rows.js";
import { steady } from "./tools.js";

const BACKOFF_MS = [1000, 2000, 4000, 8000, 15000];
const RENEW_MS = 1000;
// Close codes that mean something (live/sockets.py, RFC 6455 7.4): old enough; the server restarts; too slow; not allowed any more.
const RENEW = 4000, RESTART = 1012, SLOW = 1013, REFUSED = 1008;
const SLOW_SHOWN_MS = 30000;
const ANSWER_MS = 1900; // the server tells something each second

export class Feed {
  // `numbered`: frames carry seq and a gap asks for a snapshot; `on`: {snapshot, delta, state}, called with plain values.
  constructor(path, { numbered, unseen = false, answers = false, staleMs = 3000, lostMs = 15000, on }) {
    Object.assign(this, { path, numbered, unseen, answers, staleMs, lostMs, on });
    this.numbers = new Numbers(); this.why = null; this.whyAt = 0;
    this.offset = null; this.lastTs = null; this.lastAt = null; this.state = "connecting";
    this.attempts = 0; this.retryAt = null; this.paused = false; this.resyncAt = null; this.openedAt = steady();
    document.addEventListener("visibilitychange", () => this.seen());
    addEventListener("online", () => { if (unseen || !document.hidden) this.connect(); });
    if (unseen || !document.hidden) this.connect();
    this.watch = setInterval(() => this.check(), 250);
  }

  // A board that nobody sees does no work; an `unseen` feed goes on, since a desk must ring behind another tab as well.
  seen() {
    if (!this.unseen) { if (document.hidden) this.close(); else this.connect(); } else if (!document.hidden && !this.socket) this.connect();
  }

  // The server's clock, now. Taken from the quickest frame seen, so network delay does not shift it.
  now() { return steady() + (this.offset ?? 0); }
  age() { return this.lastAt == null ? null : steady() - this.lastAt; }

  connect() {
    this.close();
    this.retryAt = null; this.resyncAt = null; this.numbers.asked = false; this.openedAt = steady();
    const seen = this.numbered ? this.numbers.seen : "";
    const path = seen ? `${this.path}${this.path.includes("?") ? "&" : "?"}${seen}` : this.path;
    const socket = new WebSocket(path.replace(/^\//, `${location.origin.replace(/^http/, "ws")}/`));
    this.socket = socket;
    socket.onmessage = (event) => { if (socket === this.socket) this.take(JSON.parse(event.data)); };
    socket.onclose = (event) => { if (socket === this.socket) { this.socket = null; this.ended(event.code); } };
  }

  // Why the server closed it decides how soon the next one is opened, and what the reader is told.
  ended(code) {
    if (code === RENEW && !this.renewed) { this.renewed = true; this.retryAt = steady() + RENEW_MS * Math.random(); return; }
    if (code === RESTART || code === SLOW) this.attempts = Math.max(this.attempts, 1);
    if (code === SLOW || code === REFUSED) { this.why = code === SLOW ? "slow" : "refused"; this.whyAt = steady(); }
    if (code === REFUSED) this.attempts = BACKOFF_MS.length;
    this.backOff();
  }

  close() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  // Full jitter: a restarted server is not hit by every screen at once.
  backOff() {
    if (document.hidden && !this.unseen) return;
    const most = BACKOFF_MS[Math.min(this.attempts++, BACKOFF_MS.length - 1)];
    this.retryAt = steady() + most * (0.1 + 0.9 * Math.random());
    this.check();
  }

  take(frame) {
    const at = steady(), offset = frame.ts - at;
    this.offset = this.offset == null || Math.abs(offset - this.offset) > 5000 ? offset : Math.max(offset, this.offset);
    if (this.numbered) {
      const verdict = this.numbers.judge(frame);
      if (verdict === "resync") this.resync();
      if (verdict !== "take") return;
      if (frame.t === "snap") this.resyncAt = null;
    }
    if (this.answers && at - (this.answeredAt ?? -Infinity) >= ANSWER_MS) { this.answeredAt = at; this.socket.send('{"t":"here"}'); }
    this.lastTs = frame.ts; this.lastAt = at; this.attempts = 0; this.renewed = false;
    if (frame.why === "behind") { this.why = "slow"; this.whyAt = at; } else if (this.why === "refused" || at - this.whyAt > SLOW_SHOWN_MS) this.why = null;
    if (frame.t === "snap" || frame.t === "desk") this.on.snapshot(frame);
    else if (frame.t === "d") this.on.delta(frame);
    this.check();
  }

  resync() {
    this.resyncAt = steady(); this.numbers.asked = true;
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send('{"t":"resync"}');
  }

  pause() { this.paused = true; this.pausedTs = this.lastTs; this.check(); }
  // What came meanwhile was not kept: nothing but a snapshot will do, also from the next connection.
  resume() { this.paused = false; if (this.numbered) { this.numbers.seq = null; this.resync(); } this.check(); }

  // A server that thousands come back to needs a while to answer; giving up and asking again would only cost it more.
  get patience() { return (this.socket.readyState === WebSocket.CONNECTING ? 5 : 2) * this.staleMs; }

  check() {
    if (document.hidden && !this.unseen) return;
    const now = steady(), quiet = this.lastAt == null ? now - this.openedAt : this.age();
    if (this.retryAt != null && now >= this.retryAt) this.connect();
    else if (this.socket && now - Math.max(this.lastAt ?? 0, this.openedAt) > this.patience) { this.close(); this.backOff(); return; }
    else if (this.resyncAt != null && now - this.resyncAt > 2000) this.resync();
    const alive = this.lastAt != null && quiet <= this.staleMs;
    const state = quiet > this.lostMs || this.why === "refused" ? "disconnected" : this.paused ? "paused" : alive ? "live" : this.lastAt == null ? "connecting" : "stale";
    this.state = state;
    this.on.state(state, this.retryAt == null ? null : Math.max(0, Math.ceil((this.retryAt - now) / 1000)));
  }
}

// The freshness pill: state, as-of time, age; the note below it when something is wrong. `clock` and words are the page's.
export function freshness(region, feed, { words, fill, clock, put }) {
  const part = (name) => region.querySelector(`[data-fresh="${name}"]`);
  const [pill, age, note, text, retry, skew] = ["pill", "age", "note", "text", "retry", "skew"].map(part);
  region.querySelector("[data-reconnect]")?.addEventListener("click", () => { feed.attempts = 0; feed.connect(); });
  let shown = null, shownAt = 0;
  return (state, retryIn) => {
    if (state === shown && steady() - shownAt < 480) return; // twice a second is enough for the eye
    shown = state; shownAt = steady();
    if (region.dataset.feed !== state) region.dataset.feed = state;
    region.dataset.newsAt = (state === "paused" ? feed.pausedTs : feed.lastTs) ?? ""; // what paper says of this page
    put(pill, words[state]);
    const time = clock(feed.lastTs), live = state === "live";
    const old = fill(words.age, { seconds: ((feed.age() ?? 0) / 1000).toFixed(1) });
    if (state === "paused") put(age, fill(words.as_of, { time: clock(feed.pausedTs) })); // the age of what is seen, not of the feed
    else put(age, feed.lastTs == null ? "—" : live || state === "stale" ? `${fill(words.as_of, { time })} · ${old}` : fill(words.as_of, { time }));
    note.hidden = state !== "disconnected";
    if (state === "disconnected") {
      put(text, feed.why === "refused" ? words.refused : fill(words.frozen, { time }));
      put(retry, retryIn == null ? words.retrying : fill(words.retry_in, { seconds: retryIn }));
    }
    const off = Math.round((feed.offset ?? 0) / 1000), slow = feed.why === "slow";
    skew.hidden = Math.abs(off) <= 2 && !slow;
    if (!skew.hidden) put(skew, slow ? words.slow : fill(words.skew, { seconds: Math.abs(off) }));
  };
}
