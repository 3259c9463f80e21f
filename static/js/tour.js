// Offers to guide a first visit, above the page so that it covers nothing; if taken, one part of the page after the other.
const offer = document.getElementById("tour-offer");
const card = document.getElementById("tour");
const steps = [...card.querySelectorAll("[data-at]")].map((node) => ({ node, at: document.querySelector(node.dataset.at) })).filter(({ at }) => at && at.getClientRects().length);
let now = -1;

function show(next) {
  steps[now]?.at.classList.remove("toured");
  now = next;
  for (const { node } of steps) node.hidden = true;
  const { node, at } = steps[now];
  node.hidden = false;
  at.classList.add("toured");
  at.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  card.querySelector("[data-tour-at]").textContent = `${now + 1} / ${steps.length}`;
  card.querySelector("[data-tour-back]").disabled = now === 0;
  for (const [name, last] of [["data-tour-next", false], ["data-tour-done", true]]) card.querySelector(`[${name}]`).hidden = (now === steps.length - 1) !== last;
  // Whoever goes by keys must not lose the place when the pressed button is the one that went.
  if (!document.activeElement.matches("#tour button:enabled:not([hidden])")) card.querySelector("[data-tour-next]:not([hidden]), [data-tour-done]:not([hidden])").focus();
}
function end() {
  steps[now]?.at.classList.remove("toured");
  card.hidden = true; offer.hidden = true;
  document.getElementById("main").focus({ preventScroll: true });
  fetch("/account/preferences/toured", { method: "POST", body: new URLSearchParams({ tour: card.dataset.tour, csrf_token: document.querySelector('meta[name="csrf-token"]').content }) }).catch(() => { /* it guides once more at the next visit */ });
}

if (steps.length) {
  offer.hidden = false;
  offer.querySelector("[data-tour-begin]").addEventListener("click", () => { offer.hidden = true; card.hidden = false; show(0); });
  offer.querySelector("[data-tour-no]").addEventListener("click", end);
  card.addEventListener("click", (event) => {
    if (event.target.closest("[data-tour-next]")) show(now + 1);
    else if (event.target.closest("[data-tour-back]")) show(now - 1);
    else if (event.target.closest("[data-tour-done], [data-tour-skip]")) end();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !card.hidden && !document.querySelector("dialog[open]")) end(); });
}
