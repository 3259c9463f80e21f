// The list of work orders: rows are ticked and walked by keys, and what changes elsewhere shows itself here.
import { Feed, freshness } from "./feed.js";
import { hold } from "./hold.js";
import { clock, fill, put, words } from "./tools.js";

const EVERY_MS = 20000; // what no fact tells: time that passes
const results = () => document.getElementById("results");
const ticks = () => [...results().querySelectorAll('input[name="order"]')];
const rows = () => [...results().querySelectorAll("[data-row]")];

function count() {
  const all = ticks(), on = all.filter((tick) => tick.checked).length, every = results().querySelector("[data-all]");
  put(results().querySelector("[data-ticked]"), fill(words.ticked, { num: on }));
  if (every) { every.checked = on > 0 && on === all.length; every.indeterminate = on > 0 && on < all.length; }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("#results [data-all]")) for (const tick of ticks()) tick.checked = event.target.checked;
  if (event.target.closest("#results")) count();
});

// j and k go from row to row, x ticks, Enter opens: the link has the focus.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), textarea, select, dialog[open]")) return;
  const all = rows(), here = all.indexOf(event.target.closest("[data-row]"));
  if (event.key === "j" || event.key === "k") {
    const next = all[Math.min(all.length - 1, Math.max(0, here + (event.key === "j" ? 1 : here < 0 ? 1 : -1)))];
    next?.querySelector("a[href]").focus();
  } else if (event.key === "x" && here >= 0) {
    const tick = all[here].querySelector('input[name="order"]');
    if (tick) { tick.checked = !tick.checked; count(); }
  } else return;
  event.preventDefault();
});

// In a menu of the bar, Enter presses the menu's own button.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(".bulk .menu-list input")) return;
  event.preventDefault();
  event.target.closest(".menu-list").querySelector('button[name="act"]').click();
});

// Rows are read again when the feed says that something is new: what is ticked, typed or has the focus stays.
const region = document.getElementById("inbox");
let reading = false, again = false, readAt = performance.now();

async function renew() {
  if (reading || results().getAttribute("aria-busy")) { again = true; return; }
  const stood = results();
  reading = true; readAt = performance.now();
  try {
    const asked = location.pathname === "/work-orders" ? location.search : `?${document.querySelector('#acts [name="query"]')?.value ?? ""}`;
    const answer = await fetch(`/work-orders${asked}`, { headers: { "HX-Request": "true" }, cache: "no-store" });
    if (answer.ok && !answer.redirected) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (results() !== stood || stood.getAttribute("aria-busy")) again = true; else take(fresh); // the reader's own search is newer
    }
  } catch { again = true; } // asked again below; the feed says how old the page is
  reading = false;
}

function take(fresh) {
  const before = document.getElementById("rows"), after = fresh.getElementById("rows"), give = hold(region);
  document.getElementById("groups").replaceChildren(...fresh.getElementById("groups").childNodes);
  put(results().querySelector("[data-found]"), fresh.querySelector("[data-found]").textContent);
  if (before && after) before.replaceChildren(...after.childNodes);
  else if (results().dataset.state !== fresh.getElementById("results").dataset.state) results().replaceWith(fresh.getElementById("results"));
  give(region);
  count();
}

document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "results") count(); });
let told;
const feed = new Feed(`${region.dataset.watch}?seen=${region.dataset.upto}`, { numbered: false, staleMs: 6000, on: {
  snapshot: (frame) => { feed.path = `${region.dataset.watch}?seen=${frame.upto}`; renew(); }, delta() {}, state: (...args) => told?.(...args),
} });
told = freshness(region, feed, { words: words.live, fill, clock, put });
setInterval(() => {
  if (document.hidden || feed.state !== "live" || !(again || performance.now() - readAt >= EVERY_MS)) return;
  again = false; renew();
}, 1000);
count();
document.getElementById("bulk-told")?.focus();
