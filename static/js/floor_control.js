// What clients change and ask, on the floor: at once, with the alerts' sound; supervisors answer in one line.
import { Ring } from "./phone.js";
import { clock, duration, fill, put, words } from "./tools.js";

const region = document.getElementById("floor");
const part = (name) => region.querySelector(`[data-part="${name}"]`);
const cell = (node, name) => node.querySelector(`[data-f="${name}"]`);
const w = words.control;

function how(row) {
  if (row.act === "hours") return w.opening[row.how];
  if (row.act === "priority") return fill(row.how > 0 ? w.forward : w.back, { seconds: Math.abs(row.how) });
  return row.how;
}

export class FromClients {
  constructor({ rows, post }) {
    Object.assign(this, { rows, post, mark: null, known: null, asks: [], ring: new Ring() });
    part("ask-list").addEventListener("submit", (event) => {
      event.preventDefault();
      const input = event.target.querySelector("input");
      this.answer(event.target.closest("li").dataset, event.submitter?.value || "answer", input.value);
      input.blur();
    });
    part("ask-list").addEventListener("click", (event) => { if (event.target.closest("[data-read]")) this.answer(event.target.closest("li").dataset, "read", ""); });
  }
  async answer({ key, client }, what, text) { if (await this.post("/floor/asks", { ask_id: key, tenant_id: client, do: what, text })) this.read(); }

  // The feed has the acts; of what is asked it says only that there is something new.
  paint(now) {
    const list = part("act-list"), old = new Map([...list.children].map((node) => [node.dataset.key, node]));
    let n = 0;
    for (const row of this.rows.acts.values()) {
      if (row.until <= now) continue;
      const node = old.get(row.id) ?? document.getElementById("act-line").content.firstElementChild.cloneNode(true);
      old.delete(row.id);
      node.dataset.key = row.id;
      put(cell(node, "client"), this.rows.clients.get(row.client)?.name ?? "");
      put(cell(node, "what"), `${w.act[row.act]}, ${w.scope[row.scope]} ${row.target}: ${how(row)}`);
      put(cell(node, "timer"), duration(row.until - now));
      put(cell(node, "who"), `${row.name}: ${row.reason}`);
      if (list.children[n] !== node) list.insertBefore(node, list.children[n] ?? null);
      n += 1;
    }
    for (const node of old.values()) node.remove();
    part("from-clients").hidden = n === 0 && this.asks.length === 0;
    let sum = 0;
    for (const client of this.rows.clients.values()) sum += client.messages ?? 0;
    if (sum !== this.mark) { this.mark = sum; this.read(); }
    this.sound(new Set([...this.rows.acts.keys(), ...this.asks.filter((each) => each.open).map((each) => each.id)]));
  }
  sound(present) {
    const news = this.known && [...present].some((id) => !this.known.has(id));
    this.known = present;
    if (news && part("alerts-sound").checked) this.ring.once();
  }
  async read() {
    try {
      const answer = await fetch("/floor/asks", { headers: { accept: "application/json" }, cache: "no-store" });
      if (answer.ok) this.show(await answer.json());
    } catch { this.mark = null; /* the next change of the feed reads again */ }
  }
  show({ asks, open }) {
    this.asks = asks;
    part("asks-open").hidden = !open;
    put(part("asks-open"), open ? fill(w.open, { count: open }) : "");
    part("from-clients").hidden = asks.length === 0 && part("act-list").children.length === 0;
    if (part("ask-list").querySelector("input:focus")?.value) return; // somebody writes
    part("ask-list").replaceChildren(...asks.map((each) => this.line(each)));
  }
  line(each) {
    const node = document.getElementById("ask-line").content.firstElementChild.cloneNode(true), form = node.querySelector("form");
    Object.assign(node.dataset, { key: each.id, client: each.client });
    put(cell(node, "client"), this.rows.clients.get(each.client)?.name ?? "");
    put(cell(node, "what"), each.kind === "listen" ? fill(w.wants_to_hear, { about: each.about }) : w.writes);
    put(cell(node, "who"), `${each.name}, ${clock(each.at, "minutes")}`);
    put(cell(node, "text"), each.text);
    put(cell(node, "state"), each.decision ? w.decision[each.decision] : each.open ? w.waits : w.answered);
    cell(node, "answer").hidden = !each.answer;
    put(cell(node, "answer"), each.answer ? `${each.answered_by}: ${each.answer}` : "");
    form.hidden = !each.open;
    for (const button of form.querySelectorAll("button[value]")) button.hidden = (button.value === "answer") === (each.kind === "listen");
    form.querySelector("[data-read]").hidden = each.kind === "listen" || each.read;
    return node;
  }
}
