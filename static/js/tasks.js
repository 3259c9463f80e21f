// Tasks of a queue on a board: how many nobody has dealt with, and the oldest; the same words as in parts/board.html.
import { duration, fill, put, words } from "./tools.js";

export const late = (row, now) => row.tasks_due_at != null && row.tasks_due_at < now;
export function tasks(node, row, href, now) {
  const part = (name) => node.querySelector(`[data-f="${name}"]`), many = row.tasks ?? 0, due = row.tasks_due_at, over = late(row, now);
  const link = part("tasks-count");
  put(link, many); link.hidden = !many; part("tasks-none").hidden = many > 0;
  if (link.getAttribute("href") !== href) link.setAttribute("href", href);
  part("tasks-late").hidden = !over; part("tasks-due").hidden = due == null || over;
  if (over) put(part("tasks-late-word"), fill(words.live.overdue, { time: duration(now - due) }));
  else if (due != null) put(part("tasks-due"), fill(words.live.due_in, { time: duration(due - now) }));
}
// All of them, on the button to their list.
export function total(button, rows, now) {
  put(button.querySelector('[data-f="tasks-all"]'), rows.reduce((sum, row) => sum + (row.tasks ?? 0), 0) || "");
  button.querySelector('[data-f="tasks-some-late"]').hidden = !rows.some((row) => late(row, now));
}
