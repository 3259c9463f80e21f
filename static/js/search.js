// The search of interactions: what came is told aloud, fields say what is wrong, arrows go from row to row, and a search
// that is under way or did not come through is seen. What the reader has in the list outlives the answer.
import { hold } from "./hold.js";

const form = document.querySelector("form[role=search]"), failed = document.getElementById("search-failed");
const results = () => document.getElementById("results");
const links = () => [...results().querySelectorAll("tbody tr")].map((row) => row.querySelector("a[href]"));

function settle() {
  for (const said of form.querySelectorAll(".field-error")) {
    const field = document.getElementById(said.id.slice(2));
    if (said.textContent) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  const hidden = form.querySelector(".more [aria-invalid]");
  if (hidden) hidden.closest("details").open = true;
  document.getElementById("found").textContent = (results().querySelector("[data-found]").textContent || results().querySelector(".blank strong").textContent).trim();
}

// Leaving a field says that it changed, also when that was searched for while it was typed: nothing is asked twice. What
// was typed or chosen before this script came is asked for when it is there.
const asks = (of) => new URLSearchParams(new FormData(of)).toString();
const given = form.cloneNode(true);
given.reset();
let asked = asks(given), give = null;
form.addEventListener("htmx:confirm", (event) => { if (event.detail.triggeringEvent?.type !== "submit" && asks(form) === asked) event.preventDefault(); });
document.addEventListener("DOMContentLoaded", () => { if (asks(form) !== asked) form.requestSubmit(); });

const searching = (on) => { if (on) results().setAttribute("aria-busy", "true"); else results().removeAttribute("aria-busy"); };
form.addEventListener("htmx:beforeRequest", () => { asked = asks(form); failed.hidden = true; searching(true); });
form.addEventListener("htmx:afterRequest", (event) => { if (!event.detail.successful) { asked = null; searching(false); } });
for (const lost of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) form.addEventListener(lost, () => { failed.hidden = false; });
failed.querySelector("[data-again]").addEventListener("click", () => form.requestSubmit());
document.addEventListener("htmx:beforeSwap", (event) => { if (event.target.id === "results") give = hold(event.target); });
document.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "results") give(event.target); });
document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "results") settle(); });

document.addEventListener("click", (event) => {  // a field that is named among the wrong ones may lie under "more"
  const named = event.target.closest(".wrong-filters a");
  if (named) { event.preventDefault(); document.getElementById(named.hash.slice(1)).focus(); }
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = links(), row = event.target.closest("#results tbody tr");
  if (!row && !(event.target.matches("[data-filter], #results .scroll") && step > 0)) return;
  const next = row ? all[all.indexOf(row.querySelector("a[href]")) + step] : all[0];
  if (!next && row && step < 0) form.querySelector("[data-filter]")?.focus();
  if (next) next.focus();
  event.preventDefault();
});
