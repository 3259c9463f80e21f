// Before the shift: yes or no to each client that may see this agent's desk. It is said here, and changed here at any time.
import { put, words } from "./tools.js";

const panel = document.getElementById("desk-view");
panel.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-given]"), row = target.closest("[data-client]");
  if (!button) return;
  const given = button.dataset.given === "true", said = row.querySelector('[data-part="said"]');
  let saved = false;
  try {
    const answer = await fetch("/desk/view/consent", { method: "POST", headers: { "content-type": "application/json", "x-csrf-token": panel.dataset.csrf }, body: JSON.stringify({ client: row.dataset.client, given }) });
    saved = answer.ok;
  } catch { /* said below */ }
  put(said, saved ? (given ? words.desk.view_agreed : words.desk.view_declined) : words.desk.view_failed);
  if (saved) for (const each of row.querySelectorAll("[data-given]")) each.setAttribute("aria-pressed", String(each === button));
});
