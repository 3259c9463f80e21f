// What the agent should know and say: script, notes, screen pop, the contact's earlier conversations. Asked for once a call.
import { clock, duration, fill, put, words } from "./tools.js";

const page = document.getElementById("desk");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const memory = (id) => `gf-step-${id}`;
let about = null, guide = null, at = 0, paused = null, loading = null;

// `pause` and `resume` answer whether the switchboard did it.
export const guideOf = ({ pause, resume }) => {
  async function show(call) {
    const id = call?.id ?? null;
    part("guide").hidden = !id; part("past").hidden = !id;
    paused = call?.talk?.paused_at ?? null;
    if (id === about) return;
    about = id; guide = null; at = 0;
    part("pop").hidden = true;
    if (id) await (loading = load());
  }
  async function load() {
    const id = about;
    part("guide").dataset.state = "loading"; part("guide").setAttribute("aria-busy", "true"); part("guide-error").hidden = true;
    let told = null;
    try {
      const answer = await fetch(`/desk/guide?interaction=${encodeURIComponent(id)}`, { headers: { accept: "application/json" }, cache: "no-store" });
      if (answer.ok) told = await answer.json();
    } catch { /* said below */ }
    if (id !== about) return;
    told = kept(id, told);
    part("guide").removeAttribute("aria-busy");
    part("guide").dataset.state = told ? (told.script.length ? "ready" : "empty") : "error";
    part("guide-error").hidden = Boolean(told);
    guide = told ?? { script: [], notes: "", history: [], screen_pop: "", version: 0 };
    at = Math.min(Number(sessionStorage.getItem(memory(id)) ?? 0), Math.max(0, guide.script.length - 1));
    if (guide.script[at]?.kind === "payment" && !paused) at = Math.max(0, at - 1);
    paint(Boolean(told));
  }
  function paint(known) {
    put(part("guide-version"), guide.version ? fill(words.desk.version, { version: guide.version }) : "");
    part("notes").hidden = !guide.notes; put(part("notes"), guide.notes);
    part("guide-empty").hidden = !known || guide.script.length > 0 || Boolean(guide.notes);
    part("pop").hidden = !guide.screen_pop;
    if (guide.screen_pop) part("pop").href = guide.screen_pop;
    part("script").replaceChildren(...guide.script.map((step, n) => {
      const item = document.getElementById("step").content.firstElementChild.cloneNode(true);
      put(item.querySelector('[data-f="title"]'), step.title); put(item.querySelector('[data-f="text"]'), step.text);
      item.querySelector('[data-f="payment"]').hidden = step.kind !== "payment";
      item.querySelector("button").addEventListener("click", () => go(n));
      return item;
    }));
    part("script-move").hidden = guide.script.length < 2;
    mark();
    part("history-empty").hidden = !known || guide.history.length > 0;
    part("history").replaceChildren(...guide.history.map(line));
  }
  function mark() {
    [...part("script").children].forEach((item, n) => {
      const open = n === at;
      if (open) item.setAttribute("aria-current", "step"); else item.removeAttribute("aria-current");
      item.querySelector("button").setAttribute("aria-expanded", String(open));
      item.querySelector('[data-f="text"]').hidden = !open || !guide.script[n].text;
    });
    if (about) sessionStorage.setItem(memory(about), String(at));
  }
  // Into a payment step only once the recording stands still; out of it the recording goes on.
  async function go(n) {
    if (!guide || n < 0 || n >= guide.script.length || n === at) return;
    const was = guide.script[at].kind === "payment", will = guide.script[n].kind === "payment";
    if (will && !was && !(await pause())) return;
    at = n;
    mark();
    if (was && !will) await resume();
  }
  part("guide-again").addEventListener("click", load);
  for (const button of page.querySelectorAll("[data-script]")) button.addEventListener("click", () => go(at + Number(button.dataset.script)));
  return { show, move: (by) => go(at + by), pop: () => guide?.screen_pop ?? "", onDemand: () => Boolean(guide?.on_demand), orders: async () => { if (!guide) await loading; return guide?.orders ?? null; } };
};

// What the flow asked is known while the contact is there: what was read then is shown in the wrap-up too, after a reload as well.
function kept(id, told) {
  const name = `gf-guide-${id}`, before = JSON.parse(sessionStorage.getItem(name) ?? "null");
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("gf-guide-") && key !== name) sessionStorage.removeItem(key);
  if (told && !before) sessionStorage.setItem(name, JSON.stringify({ script: told.script, notes: told.notes, screen_pop: told.screen_pop, orders: told.orders }));
  return told && before ? { ...told, ...before } : told;
}
// One earlier conversation, or one of the agent's own.
export function line(row) {
  const item = document.getElementById("line").content.firstElementChild.cloneNode(true);
  const cell = (name) => item.querySelector(`[data-f="${name}"]`);
  const today = new Date(row.at).toDateString() === new Date().toDateString();
  put(cell("at"), today ? clock(row.at, "minutes") : `${new Intl.DateTimeFormat(document.documentElement.lang, { month: "short", day: "numeric" }).format(row.at)} ${clock(row.at, "minutes")}`);
  put(cell("what"), row.disposition ?? words.outcome[row.outcome] ?? row.outcome ?? "—");
  put(cell("who"), [row.client, row.queue, row.agent, row.talk_ms == null ? null : duration(row.talk_ms)].filter(Boolean).join(" · "));
  cell("note").hidden = !row.note; put(cell("note"), row.note ?? "");
  return item;
}
