// One live connection: snapshot, numbered frames, heartbeat; says how old the page is and never lies about it.
// States: connecting, live, stale (no frame for 3 s), disconnected (15 s), paused (by the reader), hidden (tab not seen).
import { steady } from "./tools.js";

const BACKOFF_MS = [500, 1000, 2000, 4000, 8000, 15000];

export class Feed {
  // `numbered`: frames carry seq and a gap asks for a snapshot; `on`: {snapshot, delta, state}, called with plain values.
  constructor(path, { numbered, unseen = false, staleMs = 3000, lostMs = 15000, on }) {
    Object.assign(this, { path, numbered, unseen, staleMs, lostMs, on });
    this.seq = null; this.offset = null; this.lastTs = null; this.lastAt = null; this.state = "connecting";
    this.attempts = 0; this.retryAt = null; this.paused = false; this.resyncAt = null; this.openedAt = steady();
    document.addEventListener("visibilitychange", () => this.seen());
    addEventListener("online", () => this.connect());
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
    this.retryAt = null; this.seq = null; this.resyncAt = null; this.openedAt = steady();
    const socket = new WebSocket(this.path.replace(/^\//, `${location.origin.replace(/^http/, "ws")}/`));
    this.socket = socket;
    socket.onmessage = (event) => { if (socket === this.socket) this.take(JSON.parse(event.data)); };
    socket.onclose = () => { if (socket === this.socket) { this.socket = null; this.backOff(); } };
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
    this.retryAt = steady() + most * (0.5 + Math.random() / 2);
    this.check();
  }

  take(frame) {
    const at = steady(), offset = frame.ts - at;
    this.offset = this.offset == null || Math.abs(offset - this.offset) > 5000 ? offset : Math.max(offset, this.offset);
    if (this.numbered && !this.inOrder(frame)) return;
    this.lastTs = frame.ts; this.lastAt = at; this.attempts = 0;
    if (frame.t === "snap" || frame.t === "desk") this.on.snapshot(frame);
    else if (frame.t === "d") this.on.delta(frame);
    this.check();
  }

  inOrder(frame) {
    if (frame.t === "snap") { this.seq = frame.seq; this.resyncAt = null; return true; }
    if (this.seq == null || this.resyncAt != null) return false;
    if (frame.seq === (frame.t === "hb" ? this.seq : this.seq + 1)) { this.seq = frame.seq; return true; } // a heartbeat repeats the last number, so that it betrays a lost change
    if (frame.seq > this.seq) this.resync();
    return false;
  }

  resync() {
    this.resyncAt = steady();
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send('{"t":"resync"}');
  }

  pause() { this.paused = true; this.pausedTs = this.lastTs; this.check(); }
  resume() { this.paused = false; if (this.numbered) this.resync(); this.check(); }

  check() {
    if (document.hidden && !this.unseen) return;
    const now = steady(), quiet = this.lastAt == null ? now - this.openedAt : this.age();
    if (this.retryAt != null && now >= this.retryAt) this.connect();
    else if (this.socket && now - Math.max(this.lastAt ?? 0, this.openedAt) > 2 * this.staleMs) { this.close(); this.backOff(); return; }
    else if (this.resyncAt != null && now - this.resyncAt > 2000) this.resync();
    const alive = this.lastAt != null && quiet <= this.staleMs;
    const state = quiet > this.lostMs ? "disconnected" : this.paused ? "paused" : alive ? "live" : this.lastAt == null ? "connecting" : "stale";
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
    put(pill, words[state]);
    const time = clock(feed.lastTs), live = state === "live";
    const old = fill(words.age, { seconds: ((feed.age() ?? 0) / 1000).toFixed(1) });
    if (state === "paused") put(age, fill(words.as_of, { time: clock(feed.pausedTs) })); // the age of what is seen, not of the feed
    else put(age, feed.lastTs == null ? "—" : live || state === "stale" ? `${fill(words.as_of, { time })} · ${old}` : fill(words.as_of, { time }));
    note.hidden = state !== "disconnected";
    if (state === "disconnected") {
      put(text, fill(words.frozen, { time }));
      put(retry, retryIn == null ? words.retrying : fill(words.retry_in, { seconds: retryIn }));
    }
    const off = Math.round((feed.offset ?? 0) / 1000);
    skew.hidden = Math.abs(off) <= 2;
    if (!skew.hidden) put(skew, fill(words.skew, { seconds: Math.abs(off) }));
  };
}
