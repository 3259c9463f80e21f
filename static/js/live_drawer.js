// One seat, closer: what it does now, how its day went to scale, and its last interactions.
import { seatTimes } from "./live_sums.js";
import { percent } from "./live_figures.js";
import { asOf, rewound } from "./moment.js";
import * as tiles from "./tiles.js";
import { clock, duration, mark, put, words } from "./tools.js";

const MINUTE_MS = 60000;

export class Drawer {
  constructor({ state, now, queueName }) {
    Object.assign(this, { state, now, queueName, node: document.getElementById("seat-drawer"), spans: [], asked: null });
    this.node.addEventListener("close", () => { this.asked = null; });
  }
  get open() { return this.node.open; }

  show(seat) {
    if (!this.state.seats.has(seat)) return;
    this.node.dataset.seat = seat;
    this.spans = []; this.draw();
    this.list([]);
    this.told(words.board.loading);
    this.fill();
    if (!this.node.open) this.node.showModal();
    this.node.dispatchEvent(new CustomEvent("gf:seat", { bubbles: true, detail: this.state.seats.get(seat) }));
    this.day(seat);
  }

  // Its day comes from the journal, once when it opens and again when its state changed meanwhile.
  async day(seat) {
    const asked = this.asked = Symbol(seat);
    const agent = this.state.seats.get(seat)?.agent_id;
    this.readFor = this.dayOf(this.state.seats.get(seat));
    try {
      const answer = await fetch(asOf(`/live/seats/${encodeURIComponent(agent)}/day`), { headers: { accept: "application/json" } });
      if (this.asked !== asked) return;
      if (!answer.ok) { this.told(words.board.failed); return; }
      const { spans, interactions, from } = await answer.json();
      Object.assign(this, { spans, from });
      this.draw(); this.list(interactions);
      this.told(interactions.length ? "" : words.board[rewound ? "none_then" : "nothing_today"]);
    } catch { if (this.asked === asked) this.told(words.board.failed); }
  }

  fill() {
    const seat = this.state.seats.get(this.node.dataset.seat), put_ = (name, text) => put(this.node.querySelector(`[data-f="${name}"]`), text);
    if (!seat) { this.node.close(); return; }
    const now = this.now();
    mark(this.node, "show", tiles.shown(seat));
    put_("name", seat.alias); put_("seat", seat.seat); put_("word", tiles.seatWord(seat));
    put_("since", `${clock(seat.since || null)} · ${duration(seat.since ? now - seat.since : null)}`);
    put_("phone", this.node.dataset[seat.phone ? "phoneUp" : "phoneDown"]);
    tiles.desk(this.node, seat);
    put_("who", seat.interaction?.contact ?? "—"); put_("queue", seat.interaction ? this.queueName(seat.interaction.queue) : "—");
    put_("handled", seat.handled_today ?? 0);
    put_("offered", `${seat.offered_today ?? 0} · ${seat.missed_today ?? 0} ${words.board.missed}`);
    put_("talk", duration(seat.talk_ms ?? 0));
    put_("aht", seat.handled_today ? duration(((seat.talk_ms ?? 0) + (seat.wrap_ms ?? 0)) / seat.handled_today) : "—");
    const share = percent(seatTimes(seat, now, this.state.totals?.day_started_at));
    put_("occupancy", share == null ? "—" : `${share} %`);
    const link = this.node.querySelector("[data-call]");
    if (link.hidden !== !seat.interaction) link.hidden = !seat.interaction;
    if (seat.interaction) link.setAttribute("href", `/interactions/${seat.interaction.id}`);
    const desk = this.node.querySelector("[data-desktop]");
    if (desk) desk.href = `/live/seats/${encodeURIComponent(seat.seat)}/desktop`;
    this.node.querySelector("[data-all]").setAttribute("href", asOf(`/interactions?agent=${encodeURIComponent(seat.agent_id ?? "")}&from=today`));
    if (this.asked && this.readFor !== this.dayOf(seat)) this.day(seat.seat);
    if (this.spans.length) this.draw();
  }
  // Which day was read, and up to which state of it.
  dayOf(seat) { return `${this.state.totals?.day_started_at} ${seat?.since}`; }
  told(text) { const said = this.node.querySelector('[data-f="day-told"]'); put(said, text); said.hidden = text === ""; }

  // Each state to scale from the first to now; the same in words below, for who cannot see or point.
  draw() {
    const box = this.node.querySelector('[data-part="timeline"]'), table = this.node.querySelector('[data-part="timeline-rows"]');
    const now = this.now(), from = this.from ?? now, whole = Math.max(MINUTE_MS, now - from);
    const ends = this.spans.map((span, place) => this.spans[place + 1]?.at ?? now);
    const width = 1000 / whole;
    sync(box, this.spans.length, () => document.createElementNS("http://www.w3.org/2000/svg", "rect"), (rect, place) => {
      const span = this.spans[place], x = Math.max(0, span.at - from) * width;
      rect.setAttribute("x", x.toFixed(2)); rect.setAttribute("width", Math.max(1, (ends[place] - span.at) * width).toFixed(2));
      rect.setAttribute("y", "0"); rect.setAttribute("height", "24"); rect.dataset.show = span.state;
    });
    box.toggleAttribute("hidden", !this.spans.length);
    put(this.node.querySelector('[data-f="from"]'), this.spans.length ? clock(from, "minutes") : ""); put(this.node.querySelector('[data-f="until"]'), this.spans.length ? clock(now, "minutes") : "");
    const shown = this.spans.map((span, place) => [span, ends[place]]).reverse().slice(0, 50);
    sync(table, shown.length, () => { const tr = document.createElement("tr"); for (const cls of ["nowrap", "", "num"]) { const td = document.createElement("td"); td.className = cls; tr.append(td); } return tr; }, (tr, place) => {
      const [span, until] = shown[place], [at, word, lasted] = tr.children;
      put(at, clock(span.at)); put(word, tiles.seatWord({ ...span, phone: true })); put(lasted, duration(until - span.at));
    });
  }

  list(rows) {
    const body = this.node.querySelector('[data-part="seat-calls"]');
    sync(body, rows.length, () => document.getElementById("seat-call").content.firstElementChild.cloneNode(true), (tr, place) => {
      const row = rows[place], part = (name) => tr.querySelector(`[data-f="${name}"]`);
      const result = row.outcome || row.state;
      put(part("time"), clock(row.started_at));
      if (part("time").href !== undefined) part("time").setAttribute("href", `/interactions/${row.id}`);
      put(part("contact"), row.contact); put(part("queue"), row.queue ?? "—"); put(part("talk"), row.outcome === "answered" ? duration(row.talk_ms) : "—");
      put(part("outcome"), words.outcome[result] ?? result); mark(part("outcome"), "outcome", result);
    });
    body.closest("table").hidden = rows.length === 0;
  }
}

function sync(parent, n, make, fillIn) {
  while (parent.children.length > n) parent.lastElementChild.remove();
  while (parent.children.length < n) parent.append(make());
  for (let place = 0; place < n; place += 1) fillIn(parent.children[place], place);
}
