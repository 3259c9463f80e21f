// Work without a waiting contact, at the desk: what it is for, taking it, dialling, leaving it for later, ending it.
import { clock, fill, put, words } from "./tools.js";

export class Task {
  constructor(page, post) {
    this.page = page; this.post = post;
    const form = page.querySelector('[data-part="dial-form"]');
    form?.addEventListener("submit", async (event) => {
      event.preventDefault();
      const { client, number } = Object.fromEntries(new FormData(form));
      this.asked = Date.now();
      if (await post("/desk/dial", { client, number })) form.reset(); else this.asked = 0;
    });
  }
  part(name) { return this.page.querySelector(`[data-part="${name}"]`); }
  act(name) { return this.page.querySelector(`[data-act="${name}"]`); }
  // Whether the agent has just asked for a call: its own phone rings first, and is answered for it.
  dialled() { const now = Date.now() - (this.asked ?? 0) < 10000; this.asked = 0; return now; }
  // Returns whether the desk shows a task of which no conversation has come yet.
  paint(call, desk, now) {
    const task = call?.task, offered = task && call.state === "offered", working = task && call.state === "working";
    const rings = working && task.state === "dialling";
    this.part("task").hidden = !offered && !working;
    if (!offered && !working) this.part("task-said").hidden = true;
    this.part("task-origin").hidden = !(working && task.origin);
    if (task?.origin) this.part("task-origin").firstElementChild.href = `/interactions/${task.origin}`;
    put(this.part("dial-word"), words.task_desk[task?.kind === "person" ? "ring_person" : "ring_contact"]);
    this.act("accept-task").hidden = !offered;
    for (const name of ["dial", "skip", "close-task"]) this.act(name).hidden = !working || rings;
    if (task?.kind === "call") this.act("skip").hidden = true;
    this.part("dial-form").hidden = Boolean(call) || !["available", "on_break"].includes(desk.state);
    if (offered || working) this.tell(task, now);
    const sound = this.part("message"), wanted = task?.kind === "message" && call.state !== "offered" ? `/desk/message?interaction=${call.id}` : "";
    if (sound.dataset.of !== wanted) { sound.dataset.of = wanted; sound.hidden = !wanted; if (wanted) sound.src = wanted; else sound.removeAttribute("src"); }
    return Boolean(offered || working);
  }
  tell(task, now) {
    const asked = task.asked, who = asked && [asked.name, asked.department].filter(Boolean).join(", ");
    const said = [[asked ? fill(words.task_desk[asked.call_back ? "call_back" : "wrote"], { name: who }) : words.task[task.kind] ?? task.kind, "tag-info"]];
    const texts = asked?.texts ?? [];
    this.part("task-said").hidden = !texts.length; put(this.part("task-said"), texts.join("\n\n"));
    if (task.due_at) said.push([fill(words.task_desk.due, { time: clock(task.due_at, "minutes") }), task.due_at < now ? "tag-bad" : ""]);
    if (task.tries) said.push([fill(words.task_desk.tries, { count: task.tries }), ""]);
    if (task.state === "dialling") said.push([words.outcome.dialling, "tag-warn"]);
    else if (task.result) said.push([fill(words.task_desk.last, { result: words.dial_result[task.result] ?? task.result }), ""]);
    if (task.listed) said.push([task.kind === "callback" ? words.task_desk.listed_asked : words.dial_result.do_not_call, "tag-warn"]);
    const list = this.part("task"), what = JSON.stringify(said);
    if (list.dataset.of === what) return;
    list.dataset.of = what;
    list.replaceChildren(...said.map(([word, tone]) => {
      const item = document.createElement("li");
      item.className = `tag ${tone}`; item.textContent = word;
      return item;
    }));
  }
  does(interaction) {
    const send = (act, more = {}) => this.post("/desk/task", { act, interaction: interaction(), ...more });
    const close = () => {
      const form = this.part("wrap-form");
      if (!form.reportValidity()) return;
      const { code, note } = Object.fromEntries(new FormData(form));
      send("close_task", { code: code ?? "", note: note ?? "" });
    };
    return { "accept-task": () => send("accept_task"), dial: async () => { this.asked = Date.now(); if (!(await send("dial"))) this.asked = 0; }, skip: () => send("skip"), "close-task": close };
  }
}
