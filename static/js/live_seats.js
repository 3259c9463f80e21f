// The seats as tiles or as a table, in the order and the groups that the reader chose; nothing is made anew that can stay.
import { seatTimes } from "./live_sums.js";
import { percent } from "./live_figures.js";
import * as tiles from "./tiles.js";
import { clock, duration, fill, mark, put, words } from "./tools.js";

const clone = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const f = (node, name) => node.querySelector(`[data-f="${name}"]`);
const bySeats = new Intl.Collator("en", { numeric: true }), byNames = new Intl.Collator(document.documentElement.lang);
const bySeat = (a, b) => bySeats.compare(a.seat, b.seat);
// Places change once in so many ms at most, so that an eye can follow; what a seat says changes at once.
const REORDER_MS = 1000;
const ORDERS = {
  seat: bySeat,
  name: (a, b) => byNames.compare(a.alias, b.alias) || bySeat(a, b),
  time: (a, b) => (a.state === "offline") - (b.state === "offline") || a.since - b.since || bySeat(a, b),
  handled: (a, b) => (b.handled_today ?? 0) - (a.handled_today ?? 0) || bySeat(a, b),
};
const STATES = [...document.querySelectorAll('[data-part="legend"] [data-show]')].map((button) => button.dataset.show);

export class Seats {
  // `state`: the board; `choice`: what the reader chose (live_filters.js); `now`: the time that is shown.
  constructor({ region, state, choice, now, queueName }) {
    Object.assign(this, { region, state, choice, now, queueName });
    this.surfaces = {
      tiles: { box: region.querySelector('[data-part="seats"]'), nodes: new Map(), tag: "div", make: () => clone("seat-tile"), fill: (node, seat, at) => tiles.seat(node, seat, at, queueName), tick: tiles.seatTimer },
      table: { box: region.querySelector('[data-part="seat-table"]'), nodes: new Map(), tag: "tbody", make: () => clone("seat-row"), fill: (node, seat, at) => this.row(node, seat, at), tick: (node, seat, at) => this.rowTimes(node, seat, at) },
    };
    for (const node of this.surfaces.tiles.box.querySelectorAll("[data-seat]")) this.surfaces.tiles.nodes.set(node.dataset.seat, node);
    Object.assign(this, { laid: "", laidAt: -Infinity, late: false });
  }

  get surface() { return this.surfaces[this.choice.as]; }
  cells() { return this.surface.nodes; }

  // `changed`: keys of seats, or null for all of them.
  paint(changed) {
    const { nodes, fill: paint } = this.surface, now = this.now();
    const calm = performance.now() - this.laidAt < REORDER_MS && this.laid === this.choice.layout;
    if (changed == null || [...changed].some((key) => !nodes.has(key)) || (this.mayMove() && !calm)) this.lay(); else this.late ||= this.mayMove();
    for (const key of changed ?? this.state.seats.keys()) paint(nodes.get(key), this.state.seats.get(key), now);
    this.sift();
  }
  mayMove() { return this.choice.group !== "" || !["seat", "name"].includes(this.choice.by) || this.laid !== this.choice.layout; }

  tick() {
    const { nodes, tick } = this.surface, now = this.now();
    if (this.late) { this.lay(); this.sift(); }
    for (const [key, node] of nodes) { const seat = this.state.seats.get(key); if (seat && !node.hidden) tick(node, seat, now); }
  }

  // Groups and order, in one pass; who has the keyboard keeps it.
  lay() {
    const { box, nodes } = this.surface, held = document.activeElement;
    const groups = this.groups();
    const wanted = [];
    for (const group of groups) {
      const holder = this.child(box, `r:${group.key}`, () => this.holder());
      if (group.name != null) { const head = this.child(box, `h:${group.key}`, () => this.head()); put(f(head, "group"), group.name); head.dataset.count = group.seats.length; wanted.push(head); }
      wanted.push(holder);
    }
    this.place(box, wanted);
    groups.forEach((group) => {
      const holder = this.child(box, `r:${group.key}`);
      this.place(holder, group.seats.map((seat) => {
        let node = nodes.get(seat.seat);
        if (!node) { node = this.surface.make(); mark(node, "key", seat.seat); mark(node, "seat", seat.seat); nodes.set(seat.seat, node); this.surface.fill(node, seat, this.now()); }
        return node;
      }));
    });
    for (const [key, node] of nodes) if (!this.state.seats.has(key)) { node.remove(); nodes.delete(key); }
    Object.assign(this, { laid: this.choice.layout, laidAt: performance.now(), late: false });
    if (held && held !== document.activeElement && held.isConnected && box.contains(held)) held.focus({ preventScroll: true });
  }
  groups() {
    const seats = [...this.state.seats.values()].sort(ORDERS[this.choice.by]);
    if (!this.choice.group) return [{ key: "", name: null, seats }];
    const found = new Map();
    for (const seat of seats) {
      const key = { state: tiles.shown(seat), queue: seat.interaction?.queue ?? "", kind: seat.kind ?? "" }[this.choice.group];
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(seat);
    }
    const rank = (key) => (this.choice.group === "state" ? STATES.indexOf(key) : key === "" ? 1e6 : 0);
    return [...found].sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b)).map(([key, rows]) => ({ key, name: this.groupName(key), seats: rows }));
  }
  groupName(key) {
    if (this.choice.group === "state") return words.state[key] ?? key;
    return this.choice.group === "kind" ? words.seat_kind[key] ?? key : key === "" ? words.board.no_queue : this.queueName(key);
  }
  child(box, key, make) {
    const found = [...box.children].find((node) => node.dataset.key === key);
    if (found || !make) return found;
    const made = make();
    made.dataset.key = key;
    box.append(made);
    return made;
  }
  holder() { const made = document.createElement(this.surface.tag); made.setAttribute("role", this.choice.as === "tiles" ? "row" : "rowgroup"); return made; }
  head() { return clone(this.choice.as === "tiles" ? "group-head" : "group-row"); }
  // Moves as few nodes as can be: those stay that are in the wanted order already, as many as possible.
  place(box, wanted) {
    const here = new Map([...box.children].map((node, at) => [node, at])), stay = inOrder(wanted.map((node) => here.get(node) ?? -1));
    const all = new Set(wanted);
    for (const node of here.keys()) if (!all.has(node) && node.tagName !== "THEAD") node.remove();
    let next = null;
    for (let at = wanted.length - 1; at >= 0; at -= 1) {
      if (!stay.has(at)) box.insertBefore(wanted[at], next);
      next = wanted[at];
    }
  }

  // What the filter lets through; the count of seats is taken from the page itself, not from what should be on it.
  sift() {
    const { box, nodes } = this.surface, { choice, state } = this, all = !choice.narrows;
    let seen = 0;
    for (const [key, node] of nodes) {
      const seat = state.seats.get(key), hide = !all && !choice.lets(seat, tiles.shown(seat), this.queueName);
      if (node.hidden !== hide) node.hidden = hide;
      if (!hide) seen += 1;
    }
    for (const head of box.querySelectorAll(":scope > [data-count]")) {
      const visible = head.nextElementSibling.querySelectorAll(":scope > [data-seat]:not([hidden])").length;
      put(f(head, "group-count"), visible);
      head.hidden = visible === 0;
    }
    const scroll = box.closest("[data-surface]") ?? box;
    for (const other of Object.values(this.surfaces)) { const shown = other.box === box && seen > 0, holder = other.box.closest("[data-surface]") ?? other.box; if (holder.hidden === shown) holder.hidden = !shown; }
    mark(scroll, "state", state.seats.size ? (seen ? "ready" : "filtered") : "empty");
    this.told(seen);
  }
  told(seen) {
    const part = (name) => this.region.querySelector(`[data-part="${name}"]`), rented = this.state.totals?.seats_rented ?? 0;
    const here = this.surface.box.querySelectorAll("[data-seat]").length, said = part("here");
    part("seats-empty").hidden = this.state.seats.size > 0;
    part("seats-filtered").hidden = !(this.state.seats.size && !seen);
    put(said, fill(here === rented ? words.board.here : words.board.not_here, { count: here, rented }));
    mark(said, "wrong", here === rented ? null : "1");
    put(part("seen"), this.choice.narrows ? fill(words.board.matching, { count: seen }) : "");
  }

  row(node, seat, now) {
    const show = tiles.shown(seat);
    if (node.dataset.show !== show) { mark(node, "show", show); f(node, "icon").setAttribute("href", `${this.region.dataset.sprite}#${words.icons[show]}`); }
    mark(node, "phone", seat.phone || seat.state === "offline" ? null : "down");
    put(f(node, "name"), seat.alias); put(f(node, "seat"), seat.seat); put(f(node, "word"), tiles.seatWord(seat));
    put(f(node, "queue"), seat.interaction ? this.queueName(seat.interaction.queue) : "—");
    put(f(node, "who"), seat.interaction?.contact ?? (seat.desk_lost_at ? `${words.state.desk_lost} ${fill(words.live.since, { time: clock(seat.desk_lost_at) })}` : "—"));
    put(f(node, "handled"), seat.handled_today ?? 0); put(f(node, "offered"), seat.offered_today ?? 0); put(f(node, "missed"), seat.missed_today ?? 0);
    put(f(node, "talk"), duration(seat.talk_ms ?? 0));
    put(f(node, "aht"), seat.handled_today ? duration(((seat.talk_ms ?? 0) + (seat.wrap_ms ?? 0)) / seat.handled_today) : "—");
    this.rowTimes(node, seat, now);
  }
  rowTimes(node, seat, now) {
    tiles.seatTimer(node, seat, now);
    const share = percent(seatTimes(seat, now, this.state.totals?.day_started_at));
    put(f(node, "occupancy"), share == null ? "—" : `${share} %`);
  }
}

// The places of a longest rising run in a list of numbers; -1 is none.
function inOrder(numbers) {
  const ends = [], before = [];
  numbers.forEach((number, at) => {
    if (number < 0) return;
    let low = 0, high = ends.length;
    while (low < high) { const mid = (low + high) >> 1; if (numbers[ends[mid]] < number) low = mid + 1; else high = mid; }
    before[at] = low ? ends[low - 1] : -1;
    ends[low] = at;
  });
  const found = new Set();
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]) found.add(at);
  return found;
}
