// Offers to guide a first visit, above the page so that it covers nothing; if taken, one part of the page after the other.
const offer = document.getElementById("tour-offer");
const card = document.getElementById("tour");
const steps = [...card.querySelectorAll("[data-at]")].filter(({ dataset }) => document.querySelector(dataset.at)?.getClientRects().length);
// A live page draws some of its parts anew: the one that is shown then gets its ring again.
const redrawn = new MutationObserver(() => { if (!document.querySelector(".toured")) ring(); });
let now = -1;

function ring() {
  const at = document.querySelector(steps[now].dataset.at);
  at?.classList.add("toured");
  return at;
}
const unring = () => document.querySelector(".toured")?.classList.remove("toured");
function show(next) {
  now = next;
  for (const node of steps) node.hidden = node !== steps[now];
  unring();
  ring()?.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  card.querySelector("[data-tour-at]").textContent = `${now + 1} / ${steps.length}`;
  card.querySelector("[data-tour-back]").disabled = now === 0;
  for (const [name, last] of [["data-tour-next", false], ["data-tour-done", true]]) card.querySelector(`[${name}]`).hidden = (now === steps.length - 1) !== last;
  // Whoever goes by keys must not lose the place when the pressed button is the one that went.
  if (!document.activeElement.matches("#tour button:enabled:not([hidden])")) card.querySelector("[data-tour-next]:not([hidden]), [data-tour-done]:not([hidden])").focus();
}
function end() {
  redrawn.disconnect(); unring();
  card.hidden = true; offer.hidden = true;
  document.getElementById("main").focus({ preventScroll: true });
  fetch("/account/preferences/toured", { method: "POST", body: new URLSearchParams({ tour: card.dataset.tour, csrf_token: document.querySelector('meta[name="csrf-token"]').content }) }).catch(() => { /* it guides once more at the next visit */ });
}

if (steps.length) {
  offer.hidden = false;
  offer.querySelector("[data-tour-begin]").addEventListener("click", () => { offer.hidden = true; card.hidden = false; show(0); redrawn.observe(document.getElementById("main"), { childList: true, subtree: true }); });
  offer.querySelector("[data-tour-no]").addEventListener("click", end);
  card.addEventListener("click", (event) => {
    if (event.target.closest("[data-tour-next]")) show(now + 1);
    else if (event.target.closest("[data-tour-back]")) show(now - 1);
    else if (event.target.closest("[data-tour-done], [data-tour-skip]")) end();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !card.hidden && !document.querySelector("dialog[open]")) end(); });
}
