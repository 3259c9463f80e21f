// What clients ask of this agent about work orders: the most urgent first; one button calls the contact, a line says how
// it ended. What is being typed stays while the feed goes on.
import { clock, fill, mark, moment, put, words } from "./tools.js";

const NEAR_MS = 12 * 3600 * 1000; // an hour of the day is clear

export class SeatTasks {
  constructor(page, post, dials) {
    Object.assign(this, { page, post, dials, known: null });
    this.list = page.querySelector('[data-part="seat-tasks"]');
    this.list.addEventListener("click", (event) => { const what = event.target.closest("[data-do]")?.dataset.do; if (what) this.does(event.target.closest("li"), what); });
    this.list.addEventListener("submit", (event) => { event.preventDefault(); this.does(event.target.closest("li"), event.submitter?.dataset.end ?? "done"); });
  }
  part(name) { return this.page.querySelector(`[data-part="${name}"]`); }

  paint(tasks, desk, now) {
    this.part("seat-tasks-panel").hidden = tasks.length === 0;
    put(this.part("seat-tasks-count"), String(tasks.length));
    const was = new Map([...this.list.children].map((item) => [item.dataset.key, item])), free = ["available", "on_break"].includes(desk.state);
    tasks.forEach((task, at) => {
      const item = was.get(task.id) ?? this.made(task);
      was.delete(task.id);
      if (this.list.children[at] !== item) this.list.insertBefore(item, this.list.children[at] ?? null);
      this.fill(item, task, free, now);
    });
    for (const gone of was.values()) { const inside = gone.contains(document.activeElement); gone.remove(); if (inside) (this.list.querySelector("button") ?? this.page.querySelector("h1")).focus(); }
    if (this.known) for (const task of tasks) if (!this.known.has(task.id)) put(this.part("seat-tasks-live"), fill(words.seat_desk.said, { client: task.client.name, kind: words.seat_task[task.kind], number: task.number }));
    this.known = new Set(tasks.map((task) => task.id));
  }
  made(task) {
    const item = document.getElementById("seat-task").content.firstElementChild.cloneNode(true), label = item.querySelector("label"), input = item.querySelector("textarea");
    item.dataset.key = task.id; input.id = label.htmlFor = `outcome-${task.id}`;
    return item;
  }
  fill(item, task, free, now) {
    const cell = (name) => item.querySelector(`[data-f="${name}"]`), button = (name) => item.querySelector(`[data-do="${name}"]`);
    const taken = task.state === "accepted", late = task.due_at != null && task.due_at < now;
    item.task = task;
    put(cell("kind"), words.seat_task[task.kind]); put(cell("client"), task.client.name); put(cell("number"), task.number); put(cell("type"), words.order_type[task.type] ?? task.type);
    put(cell("title"), task.title); put(cell("instructions"), task.instructions); cell("said").hidden = !task.script; put(cell("script"), task.script); put(cell("contact"), task.contact ?? "");
    cell("due").hidden = task.due_at == null;
    cell("due").className = `tag ms-auto ${late ? "tag-bad" : ""}`;
    if (task.due_at != null) put(cell("due"), fill(late ? words.seat_desk.late : words.task_desk.due, { time: Math.abs(task.due_at - now) < NEAR_MS ? clock(task.due_at, "minutes") : moment(task.due_at) }));
    mark(item, "state", task.state);
    button("call").hidden = !task.contact; button("call").disabled = !free;
    button("call").classList.toggle("btn-go", !task.called); button("call").classList.toggle("btn-plain", task.called);
    button("accept").hidden = taken;
    item.querySelector("form").hidden = !taken;
    item.querySelector('[data-end="close"]').hidden = !task.closes;
  }

  async does(item, what) {
    const { id, order, client } = item.task, input = item.querySelector("textarea"), wrong = item.querySelector('[data-f="wrong"]');
    const outcome = input.value.trim(), need = what === "failed" || item.task.kind === "collect_info";
    const say = (text) => { put(wrong, text); wrong.hidden = !text; };
    say("");
    if (["done", "close", "failed"].includes(what) && need && !outcome) { say(words.seat_desk.say_why); input.focus(); return; }
    if (item.busy) return;
    item.busy = true;
    if (what === "call") this.dials(true);
    const body = { act: what === "close" ? "done" : what, client: client.code, order_id: order, seat_task_id: id, outcome: ["call", "accept"].includes(what) ? "" : outcome, close: what === "close" };
    const done = await this.post("/desk/seat-task", body, say);
    item.busy = false;
    if (!done && what === "call") this.dials(false);
    if (done && what === "accept") { item.querySelector("form").hidden = false; item.querySelector('[data-do="accept"]').hidden = true; input.focus(); }
  }

  // By the key: to the first task, then its next step.
  key() {
    const item = this.list.firstElementChild;
    if (!item) return false;
    const taken = item.task.state === "accepted" && (item.task.called || !item.task.contact);
    const next = taken ? item.querySelector("textarea") : item.querySelector("[data-do]:not([hidden]):not(:disabled)");
    if (document.activeElement === next && !taken) next.click(); else next?.focus();
    return Boolean(next);
  }
}
