// The agent's own day: figures by queue and its last conversations; read anew when something was handled.
import { line } from "./desk_guide.js";
import { duration, put } from "./tools.js";

const page = document.getElementById("desk");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
let known = null;

export async function showDay(today) {
  put(part("handled"), today.handled);
  put(part("talk"), duration(today.talk_ms));
  put(part("average"), today.handled ? duration(today.talk_ms / today.handled) : "—");
  const mark = `${today.handled} ${today.talk_ms}`;
  if (mark === known) return;
  known = mark;
  let day;
  try {
    const answer = await fetch("/desk/day", { headers: { accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    day = await answer.json();
  } catch { known = null; return; } // what is shown stays; the next change asks again
  put(part("held"), duration(day.total.hold_ms)); put(part("wrapped"), duration(day.total.wrap_ms));
  part("day-more").hidden = day.queues.length === 0;
  const several = new Set(day.queues.map((row) => row.client)).size > 1;
  part("by-queue").replaceChildren(...day.queues.map((row) => {
    const item = document.createElement("tr");
    for (const text of [several ? `${row.client} · ${row.queue}` : row.queue, row.handled, duration(row.talk_ms / row.handled)]) { const cell = document.createElement("td"); cell.textContent = text; item.append(cell); }
    return item;
  }));
  part("latest").replaceChildren(...day.latest.map((row) => line({ ...row, client: several ? row.client : null, agent: null })));
}
