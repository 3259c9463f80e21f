// What the supervisor takes part in: the bar at the bottom, its phone coming back after a reload, and what may be done with
// a conversation that was taken over: hold, keys, giving it away, and saying what came of it.
import { duration, fill, put, words } from "./tools.js";

const region = document.getElementById("floor"), me = region.dataset.me, bar = region.querySelector('[data-part="mine"]');
const part = (name) => bar.querySelector(`[data-part="${name}"]`);
const keypad = document.getElementById("keypad"), give = document.getElementById("give");
const RETRY_MS = 700, TRIES = 6;

export class Mine {
  // `post(path, body, quiet)` answers null when it was refused; `act(way, agent)` asks for the reason and does it.
  constructor({ rows, ear, post, act }) {
    Object.assign(this, { rows, ear, post, act, ringing: null, left: new Set(), fresh: true, tries: 0 });
    bar.addEventListener("click", (event) => this.clicked(event));
    part("outcome").addEventListener("submit", (event) => { event.preventDefault(); this.conclude(); });
    this.keys(); this.giving();
  }

  own() {
    const taken = [...this.rows.taken.values()].filter((call) => call.user_id === me && !(call.ended && this.left.has(call.id)));
    const now = taken.find((call) => !call.ended);
    if (now) return this.had(now);
    for (const agent of this.rows.agents.values()) {
      const found = agent.watchers.find((each) => each.user_id === me);
      if (found) return { agent, ...found };
    }
    return taken.length ? this.had(taken[0]) : null;
  }
  had(call) { return { agent: { name: call.contact, client: call.client, interaction: { id: call.id, since: call.since } }, mode: "take_over", held: call.held, ended: call.ended }; }
  about(own = this.own()) { return { tenant_id: own.agent.client, interaction: own.agent.interaction.id }; }

  // The feed says that one takes part, and the phone of this page has had no call yet: the page was loaded anew.
  async comeBack() {
    const own = this.own();
    if (!this.fresh || !own || own.ended || this.ear.session || this.ear.state !== "ready" || this.coming || this.tries >= TRIES) return;
    this.coming = true; this.tries += 1;
    this.ringing = { agent: own.agent.id, row: own.agent };
    const done = await this.post("/floor/come-back", {}, true);
    if (!done) this.ringing = null;
    setTimeout(() => { this.coming = false; this.ringing = null; this.comeBack(); }, done ? 5000 : RETRY_MS);
  }
  lost() { this.ear.replaces = Boolean(this.ear.session); this.post("/floor/come-back", {}, true); }
  heard(what) { if (what === "active") this.fresh = false; if (what === "ended") this.ringing = null; if (what === "lost") this.lost(); else this.comeBack(); }

  paint(now) {
    const own = this.own();
    if (own && this.ear.active) this.ringing = null;
    bar.hidden = !own && !this.ringing;
    if (bar.hidden) { keypad.open && keypad.close(); give.open && give.close(); return; }
    const agent = own?.agent ?? this.rows.agents.get(this.ringing.agent) ?? this.ringing.row, taken = own?.mode === "take_over", ended = Boolean(own?.ended);
    put(part("mine-text"), fill(this.doing(own), { agent: agent.name }));
    put(part("mine-client"), [taken ? agent.name : "", this.rows.clients.get(agent.client)?.name ?? ""].filter(Boolean).join(" · "));
    put(part("mine-timer"), own && !ended && agent.interaction ? duration(now - agent.interaction.since) : "");
    const may = this.rows.clients.get(agent.client)?.may ?? [];
    for (const button of part("ways").children) { button.setAttribute("aria-pressed", String(button.dataset.way === own?.mode)); button.disabled = !own || !may.includes(button.dataset.way); }
    part("ways").hidden = taken; part("taken").hidden = !taken || ended; part("outcome").hidden = !ended; part("release").hidden = ended;
    part("hold").setAttribute("aria-pressed", String(Boolean(own?.held)));
    put(part("hold").querySelector("span"), own?.held ? words.floor.retrieve : words.floor.hold);
    put(part("release").querySelector("span"), taken ? words.floor.end_call : words.floor.stop);
    if (ended) this.offer(own);
  }
  doing(own) {
    if (own?.ended) return words.floor.what_came;
    if (own?.held) return words.floor.doing.held;
    if (own && !(this.ringing && !this.ear.active)) return words.floor.doing[own.mode];
    return ["ready", "active"].includes(this.ear.state) ? words.floor.connecting_you : words.floor.your_phone_rings;
  }

  async clicked(event) {
    const button = event.target.closest("button"), own = this.own();
    if (!button) return;
    if (button.dataset.part === "release") { this.ringing = null; if (own?.mode !== "take_over") this.ear.hangUp(); await this.post("/floor/release", {}); }
    else if (!own) return;
    else if (button.dataset.way && button.dataset.way !== own.mode) this.act(button.dataset.way, own.agent);
    else if (button.dataset.part === "hold") await this.post("/floor/taken", { ...this.about(own), act: own.held ? "retrieve" : "hold" });
    else if (button.dataset.part === "keypad-open") { put(keypad.querySelector('[data-part="keypad-sent"]'), ""); keypad.showModal(); }
    else if (button.dataset.part === "give-open") this.openGiving(own);
    else if (button.dataset.part === "skip") { this.left.add(own.agent.interaction.id); this.paint(0); }
  }

  keys() {
    const sent = keypad.querySelector('[data-part="keypad-sent"]');
    const press = async (digits) => { put(sent, (sent.textContent + digits).slice(-24)); if (!this.own() || !(await this.post("/floor/taken", { ...this.about(), act: "digits", digits }))) keypad.close(); };
    keypad.addEventListener("click", ({ target }) => { if (target.dataset.key) press(target.dataset.key); });
    keypad.addEventListener("keydown", (event) => { if (/^[0-9*#]$/.test(event.key)) { event.preventDefault(); press(event.key); } });
  }

  giving() {
    const list = give.querySelector("select"), number = give.querySelector("input");
    number.addEventListener("input", () => { if (number.value) list.value = ""; });
    list.addEventListener("change", () => { number.value = ""; });
    give.querySelector("[data-no]").addEventListener("click", () => give.close());
    give.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const [kind, id] = number.value.trim() ? ["number", number.value.trim()] : list.value.split(/:(.*)/s, 2), own = this.own();
      give.querySelector('[data-f="wrong"]').hidden = Boolean(id);
      if (!id || !own) return;
      give.close();
      await this.post("/floor/taken", { ...this.about(own), act: "transfer", kind, [kind === "agent" ? "seat" : kind]: id });
    });
  }
  // Free agents of this client and its queues; a number may be written instead.
  openGiving(own) {
    const list = give.querySelector("select"), { client } = own.agent;
    const agents = [...this.rows.agents.values()].filter((each) => each.state === "available" && each.phone && each.clients.includes(client)).map((each) => [`agent:${each.seat}`, `${each.name} · ${each.seat}`]);
    const queues = [...this.rows.queues.values()].filter((each) => each.client === client).map((each) => [`queue:${each.code}`, each.name]);
    const group = (label, entries) => { const made = document.createElement("optgroup"); made.label = label; made.append(...entries.map(([value, text]) => new Option(text, value))); return made; };
    list.replaceChildren(...[[words.floor.free_agents, agents], [words.floor.queues, queues]].filter(([, entries]) => entries.length).map(([label, entries]) => group(label, entries)));
    give.querySelector("input").value = ""; give.querySelector('[data-f="wrong"]').hidden = true;
    list.value = "";
    give.showModal(); list.focus();
  }

  // What came of it is asked once it is over.
  async offer(own) {
    const { id } = own.agent.interaction, list = part("codes");
    if (list.dataset.call === id) return;
    list.dataset.call = id; list.replaceChildren();
    const answer = await fetch(`/floor/outcomes?${new URLSearchParams(this.about(own))}`, { headers: { accept: "application/json" } }).catch(() => null);
    const told = answer?.ok ? (await answer.json()).outcomes : [];
    list.replaceChildren(...told.map((each) => new Option(each.name, each.code)));
    if (!told.length) { this.left.add(id); this.paint(0); } else list.focus();
  }
  async conclude() {
    const own = this.own(), code = part("codes").value;
    if (own && code && (await this.post("/floor/outcome", { ...this.about(own), code }))) { this.left.add(own.agent.interaction.id); this.paint(0); }
  }
}
