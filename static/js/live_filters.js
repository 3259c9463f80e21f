// What the reader chose to see of the seats, in the address: a link shows the same, going back undoes it.
import { mark, put, words } from "./tools.js";

const NAMES = ["show", "queue", "kind", "q", "group", "by", "dense", "as"];
const GROUPS = ["", "state", "queue", "kind"], BY = ["seat", "name", "time", "handled"];
const one = (value, allowed) => (allowed.includes(value) ? value : allowed[0]);

export class Choice {
  constructor(region, changed) {
    this.part = (name) => region.querySelector(`[data-part="${name}"]`);
    this.changed = changed;
    this.read(new URLSearchParams(location.search));
    this.part("find").addEventListener("input", () => this.set({ q: this.part("find").value }));
    for (const name of ["queue", "kind", "group", "by"]) this.part(`choose-${name}`).addEventListener("change", (event) => this.set({ [name]: event.target.value }));
    this.part("dense").addEventListener("click", () => this.set({ dense: !this.dense }));
    this.part("as").addEventListener("click", () => this.turn());
    this.part("legend").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const show = new Set(this.show);
      if (!show.delete(button.dataset.show)) show.add(button.dataset.show);
      this.set({ show });
    });
    region.addEventListener("click", (event) => { if (event.target.closest("[data-clear]")) this.clear(); });
  }

  read(query) {
    const show = (query.get("show") ?? "").split(",").filter((state) => state in words.state);
    Object.assign(this, { show: new Set(show), queue: query.get("queue") ?? "", kind: query.get("kind") ?? "", q: (query.get("q") ?? "").slice(0, 100) });
    Object.assign(this, { group: one(query.get("group"), GROUPS), by: one(query.get("by"), BY), dense: query.get("dense") === "1", as: one(query.get("as"), ["tiles", "table"]) });
  }
  take(text) { this.read(new URLSearchParams(text)); this.show_(); this.changed(); }
  set(more) { Object.assign(this, more); this.show_(); this.changed(); }
  turn() { this.set({ as: this.as === "tiles" ? "table" : "tiles" }); }
  clear() { this.set({ show: new Set(), queue: "", kind: "", q: "" }); }

  get narrows() { return this.show.size > 0 || this.queue !== "" || this.kind !== "" || this.q.trim() !== ""; }
  get layout() { return `${this.group} ${this.by} ${this.as}`; }
  get query() {
    const made = new URLSearchParams();
    const values = { show: [...this.show].join(","), queue: this.queue, kind: this.kind, q: this.q.trim(), group: this.group, by: this.by === "seat" ? "" : this.by, dense: this.dense ? "1" : "", as: this.as === "tiles" ? "" : this.as };
    for (const name of NAMES) if (values[name]) made.set(name, values[name]);
    return made.toString();
  }

  lets(seat, shown, queueName) {
    if (this.show.size && !this.show.has(shown)) return false;
    if (this.kind && seat.kind !== this.kind) return false;
    const queue = seat.interaction ? queueName(seat.interaction.queue) : "";
    if (this.queue && queue !== this.queue) return false;
    const wanted = this.q.trim().toLowerCase();
    return wanted === "" || `${seat.alias} ${seat.seat} ${seat.interaction?.contact ?? ""} ${queue}`.toLowerCase().includes(wanted);
  }

  // The queues and kinds that there are to choose from.
  offer(queues, kinds) {
    this.fillIn("choose-queue", queues.map((name) => [name, name]), this.queue);
    this.fillIn("choose-kind", kinds.map((kind) => [kind, words.seat_kind[kind] ?? kind]), this.kind);
  }
  fillIn(name, choices, chosen) {
    const select = this.part(name), given = JSON.stringify(choices);
    if (select.dataset.given !== given) {
      select.dataset.given = given;
      for (const old of [...select.options].slice(1)) old.remove();
      for (const [value, text] of choices) select.append(new Option(text, value));
    }
    select.value = chosen;
  }

  show_() {
    for (const button of this.part("legend").children) button.setAttribute("aria-pressed", String(this.show.has(button.dataset.show)));
    if (this.part("find").value !== this.q) this.part("find").value = this.q;
    for (const name of ["queue", "kind", "group", "by"]) this.part(`choose-${name}`).value = this[name];
    this.part("dense").setAttribute("aria-pressed", String(this.dense));
    this.part("as").setAttribute("aria-pressed", String(this.as === "table"));
    put(this.part("as").querySelector("span"), this.as === "table" ? words.board.as_tiles : words.board.as_table);
    mark(this.part("seats").closest("section"), "dense", this.dense ? "1" : null);
    const kept = new URLSearchParams(location.search);
    for (const name of NAMES) kept.delete(name);
    const query = [this.query, kept.toString()].filter(Boolean).join("&");
    history.replaceState(history.state, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
  }
}
