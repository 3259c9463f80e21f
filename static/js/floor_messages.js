// Writing to agents, and what they answer. The floor's feed says that something became of messages; then they are read anew.
import { clock, fill, put, words } from "./tools.js";

const region = document.getElementById("floor"), dialog = document.getElementById("messages");
const part = (name) => region.querySelector(`[data-part="${name}"]`);

export class Outbox {
  constructor({ rows, post }) {
    Object.assign(this, { rows, post, mark: null, reading: false, told: null });
    this.to = document.getElementById("message-to"); this.text = document.getElementById("message-text");
    part("messages-open").addEventListener("click", () => this.open());
    part("message-form").addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.text.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); part("message-form").requestSubmit(); } });
    const drawer = document.getElementById("agent-drawer");
    drawer.addEventListener("click", (event) => { if (event.target.closest("[data-message]")) { drawer.close(); this.open(drawer.dataset.agent); } });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "m" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
      event.preventDefault(); this.open(event.target.closest("[data-agent]")?.dataset.agent);
    });
  }

  // What the feed says: only that there is something new.
  paint() {
    let sum = 0;
    for (const client of this.rows.clients.values()) sum += client.messages ?? 0;
    if (sum !== this.mark && !this.reading) { this.mark = sum; this.read(); }
  }
  async read() {
    this.reading = true;
    try {
      const answer = await fetch("/floor/messages", { headers: { accept: "application/json" }, cache: "no-store" });
      if (answer.ok) this.show(await answer.json()); else put(part("message-wrong"), words.messages.not_read);
      part("message-wrong").hidden = answer.ok;
    } catch { this.mark = null; /* the next change of the feed reads again */ }
    this.reading = false;
  }
  show({ messages, unseen }) {
    part("messages-unseen").hidden = !unseen;
    put(part("messages-unseen"), fill(words.messages.unseen, { count: unseen }));
    if (unseen && unseen !== this.told) put(part("messages-live"), fill(words.messages.answers, { count: unseen }));
    this.told = unseen;
    part("messages-none").hidden = messages.length > 0;
    part("message-lines").replaceChildren(...messages.map((each) => this.line(each)));
    if (dialog.open && unseen) this.seen();
  }
  line(each) {
    const line = document.getElementById("sent-line").content.firstElementChild.cloneNode(true);
    const cell = (name) => line.querySelector(`[data-f="${name}"]`);
    put(cell("at"), clock(each.at, "minutes")); put(cell("to"), each.audience === "all" ? words.messages.everybody : each.to); put(cell("text"), each.text);
    put(cell("read"), fill(words.messages.read_of, { read: each.read, of: each.of }));
    cell("answers").replaceChildren(...each.answers.map((told) => {
      const item = document.createElement("li"), who = document.createElement("b");
      who.textContent = told.name; item.append(who, ` ${told.text} `);
      if (told.new) { const tag = document.createElement("span"); tag.className = "tag tag-info"; tag.textContent = words.messages.new; item.append(tag); }
      return item;
    }));
    return line;
  }

  open(agent = "") {
    this.choices(agent);
    part("message-wrong").hidden = true; put(part("message-sent"), "");
    if (!dialog.open) dialog.showModal();
    (agent ? this.text : this.to).focus();
    this.seen();
  }
  // What was new stays marked until the dialog is opened again.
  seen() { if (!part("messages-unseen").hidden) { part("messages-unseen").hidden = true; this.post("/floor/messages/seen", {}, true); } }
  choices(agent) {
    const clients = [...this.rows.clients.values()].filter((each) => each.supervises), ids = new Set(clients.map((each) => each.id));
    const group = (label, options) => { const made = document.createElement("optgroup"); made.label = label; made.append(...options); return made; };
    const option = (text, value) => { const made = new Option(text, JSON.stringify(value)); made.selected = value.agent === agent && Boolean(agent); return made; };
    const name = (id) => this.rows.clients.get(id)?.name ?? "";
    const agents = [...this.rows.agents.values()].filter((each) => each.clients.some((id) => ids.has(id)));
    this.to.replaceChildren(
      new Option("—", ""), // nobody is written to by a slip
      option(words.messages.everybody, { audience: "all" }),
      group(words.messages.clients, clients.map((each) => option(each.name, { audience: "client", tenant_id: each.id }))),
      group(words.messages.queues, [...this.rows.queues.values()].filter((each) => ids.has(each.client)).map((each) => option(`${each.name} · ${name(each.client)}`, { audience: "queue", tenant_id: each.client, queue: each.id }))),
      group(words.messages.agents, agents.map((each) => option(`${each.name} · ${each.seat}`, { audience: "agent", agent: each.id }))),
    );
  }
  async send() {
    part("message-wrong").hidden = true; put(part("message-sent"), "");
    const body = { ...JSON.parse(this.to.value), text: this.text.value };
    const done = await this.post("/floor/messages", body, false, (text) => { put(part("message-wrong"), text); part("message-wrong").hidden = false; });
    if (!done) return;
    this.text.value = ""; put(part("message-sent"), fill(words.messages.sent, { count: done.sent })); this.text.focus();
    await this.read();
  }
}
