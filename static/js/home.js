// A home follows its feed: when something changed, the part that answers is fetched again, at most every two seconds.
import { Feed, freshness } from "./feed.js";
import { clock, fill, put, words } from "./tools.js";

const EVERY_MS = 2000;
const home = document.getElementById("home");
let asked = null, fetchedAt = performance.now();

function changed() {
  if (asked != null || document.hidden) return;
  asked = setTimeout(renew, Math.max(0, fetchedAt + EVERY_MS - performance.now()));
}
async function renew() {
  const now = document.getElementById("home-now");
  asked = null; fetchedAt = performance.now();
  try {
    const answer = await fetch(location.pathname, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("home-now");
    if (!fresh) return;
    const kept = now.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    now.replaceChildren(...fresh.childNodes);
    if (kept) now.querySelector(`a[href="${CSS.escape(kept)}"]`)?.focus({ preventScroll: true });
  } catch { /* the feed says how old the page is; the next change asks again */ }
}

let told;
const feed = new Feed(home.dataset.watch, { numbered: true, on: { snapshot: changed, delta: changed, state: (...args) => told?.(...args) } });
told = freshness(home, feed, { words: words.live, fill, clock, put });
