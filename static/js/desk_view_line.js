// The line on which a desk's picture leaves, for one interaction: numbered batches, compressed, in order. What the server
// has not stored yet is held here and sent again to the next one, so that a server that dies loses none of it.
// Everything is bounded: a slow line is never waited for (`slow`: send nothing now), and the oldest that is held goes first.
const SMALL = 200, LARGEST = 200 * 1024, AS_TEXT = 60000, BEHIND = 64 * 1024, HELD = 4 * 1024 * 1024;
const bytes = new TextEncoder();

async function deflated(text) {
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"))).arrayBuffer();
}

export class Line {
  constructor() {
    this.page = crypto.randomUUID(); this.number = 0; this.socket = null; this.again = false; this.holds = false;
    this.waiting = []; this.held = []; this.weight = 0; this.turn = Promise.resolve();
  }
  get open() { return this.socket?.readyState === WebSocket.OPEN; }
  get slow() { return this.socket.bufferedAmount > BEHIND; }
  // Says who this is; `kept` answers, and what was sent to another server before is sent to this one.
  greet(socket, serverNow) {
    this.socket = socket; this.again = true;
    socket.send(JSON.stringify({ page: this.page, now: Date.now(), server: Math.round(serverNow), from: this.number + 1 }));
  }
  lost() { this.socket = null; }
  kept(number) {
    this.held = this.held.filter((each) => each.n > number);
    this.weight = this.held.reduce((sum, each) => sum + each.size, 0);
    if (this.again) { this.again = false; for (const each of this.held) this.socket.send(each.body); }
  }
  // Sends events; false: they are too large for a batch, and were dropped.
  post(events) {
    const text = JSON.stringify({ n: this.number + 1, e: events }), size = bytes.encode(text).length;
    if (size > LARGEST) {
      const half = events.length >> 1;
      return half > 0 && this.post(events.slice(0, half)) && this.post(events.slice(half));
    }
    const batch = { n: ++this.number, text, size, body: null };
    this.waiting.push(batch);
    this.turn = this.turn.then(() => this.ship(batch));
    return true;
  }
  async ship(batch) {
    batch.body = batch.size < SMALL ? batch.text : await deflated(batch.text);
    if (!this.waiting.includes(batch)) return; // it went in a hurry
    this.waiting.splice(this.waiting.indexOf(batch), 1);
    this.hold(batch);
    if (this.open && !this.again) this.socket.send(batch.body);
  }
  hold({ n, size, body }) {
    if (!this.holds) return;
    this.held.push({ n, size, body });
    this.weight += size;
    while (this.weight > HELD) this.weight -= this.held.shift().size;
  }
  // The page goes: what is being compressed is sent as it is.
  hurry() {
    for (const batch of this.waiting.splice(0)) if (this.open && batch.size < AS_TEXT) this.socket.send(batch.text);
  }
  leave() {
    const mine = this.socket;
    this.turn = this.turn.then(() => mine?.close());
  }
}
