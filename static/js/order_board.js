// The board of work orders: a card moves by drag, by its menu and by keys, through the steps that the server lists for it.
// A step that needs words asks for them first; a refused one brings the card back and says why. It follows its feed.
import { Feed, freshness } from "./feed.js";
import { clock, fill, put, words } from "./tools.js";

const region = document.getElementById("orders"), board = document.getElementById("board"), dialog = document.getElementById("move");
const refused = document.getElementById("board-refused"), token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const DIRECT = new Set(["acknowledged", "closed"]);
const steps = (card) => JSON.parse(card.dataset.steps);
const column = (status) => board.querySelector(`.order-column[data-status="${CSS.escape(status)}"], .end[data-status="${CSS.escape(status)}"]`);
const cards = (where) => [...where.querySelectorAll(".card-of")];
let dragged = null, late = null, reading = null, again = false;

const busy = () => dragged || dialog.open || board.querySelector("details.menu[open]") || board.ariaBusy === "true";
const say = (text) => put(document.getElementById("board-said"), text);
function refuse(card, why) {
  put(refused.querySelector("span"), fill(words.order_live.refused, { number: card.dataset.number, why }));
  refused.hidden = false;
}
refused.querySelector("[data-away]").addEventListener("click", () => { refused.hidden = true; board.focus(); });

// What was read anew takes the place of the old, with the focus on the same card and every column scrolled as it was.
function take(doc) {
  const fresh = doc.getElementById("board");
  if (!fresh) return;
  if (busy()) { late = doc; return; }
  late = null;
  const active = document.activeElement, id = board.contains(active) ? active.closest("[id]")?.id : null, inMenu = active?.matches("summary");
  const tops = new Map([...board.querySelectorAll(".order-column")].map((each) => [each.dataset.status, each.querySelector("ul")?.scrollTop ?? 0]));
  if (fresh.innerHTML !== board.dataset.read) {
    board.replaceChildren(...fresh.childNodes);
    for (const [status, top] of tops) { const list = column(status)?.querySelector("ul"); if (list) list.scrollTop = top; }
    if (id) focusOn(document.getElementById(id), inMenu);
  }
  region.dataset.state = doc.getElementById("orders").dataset.state;
}
const focusOn = (card, menu = false) => card?.querySelector(menu ? "summary, a" : "a")?.focus({ preventScroll: !menu });
async function renew() {
  if (reading) { again = true; return reading; }
  reading = fetch(location.pathname + location.search, { headers: { accept: "text/html" }, cache: "no-store" })
    .then(async (answer) => { if (answer.ok && !answer.redirected) take(new DOMParser().parseFromString(await answer.text(), "text/html")); })
    .catch(() => { /* the feed says how old the page is; the next look asks again */ });
  await reading;
  reading = null;
  if (again) { again = false; await renew(); }
}
const settle = () => { if (late && !busy()) take(late); };
board.addEventListener("toggle", settle, true);

// Resolves with the words that a step needs, or null when its reader thinks better of it.
function ask(card, step) {
  const kind = step.to === "resolved" ? "resolved" : step.requires.includes("reason") ? "needed" : "free";
  const word = card.dataset.status === "resolved" && step.to === "inProgress" ? words.reopen : words.transition[step.to];
  const reason = document.getElementById("move-reason"), waits = document.getElementById("move-pending");
  put(document.getElementById("move-title"), `${card.dataset.number}: ${word}`);
  for (const each of dialog.querySelectorAll("[data-for]")) each.hidden = each.dataset.for !== kind && !(each.dataset.for === "pending" && step.pending_on);
  waits.replaceChildren(...(step.pending_on ?? []).map((code) => new Option(words.pending_on[code] ?? code, code)));
  reason.value = ""; reason.required = kind === "needed";
  dialog.returnValue = "";
  dialog.showModal();
  reason.focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    const text = reason.value.trim();
    resolve(dialog.returnValue !== "go" ? null : {
      ...(text && { reason: text }), ...(step.pending_on && { pending_on: waits.value }), ...(step.to === "resolved" && { resolution: { summary: text } }),
    });
  }, { once: true }));
}

async function move(card, to) {
  const step = steps(card).find((each) => each.to === to);
  if (!step || board.ariaBusy === "true") return;
  card.querySelector("details.menu")?.removeAttribute("open");
  const direct = DIRECT.has(to) || (to === "inProgress" && !step.requires.length), given = direct ? {} : await ask(card, step);
  if (!given) { settle(); focusOn(card); return; }
  const from = card.parentElement, next = card.nextElementSibling;
  refused.hidden = true; board.ariaBusy = "true"; card.dataset.going = "";
  column(to)?.querySelector("ul")?.append(card);
  let code = "offline";
  try {
    const answer = await fetch(`/v1/work-orders/${card.dataset.id}/transitions`, {
      method: "POST", body: JSON.stringify({ to, ...given }),
      headers: { "content-type": "application/json", "x-csrf-token": token, accept: "application/json", "if-match": `"wo-${card.dataset.id}-${card.dataset.version}"` },
    });
    code = answer.ok ? null : (await answer.json()).code;
  } catch { /* the answer did not come */ }
  if (code) { from?.insertBefore(card, next); refuse(card, words.problem[code] ?? words.order_live.offline); } else say(fill(words.order_live.moved, { number: card.dataset.number, status: words.order_status[to] }));
  delete card.dataset.going; board.ariaBusy = null;
  await renew();
  focusOn(document.getElementById(card.id));
}

board.addEventListener("click", (event) => {
  const button = event.target.closest("[data-to]");
  if (button) move(button.closest(".card-of"), button.dataset.to);
});

// Drag: columns that take the card stay bright, the others are dimmed and refuse it.
const lawful = (card) => new Set(steps(card).map((each) => each.to));
const over = (event) => event.target.closest?.(".order-column, .end");
board.addEventListener("dragstart", (event) => {
  dragged = event.target.closest(".card-of");
  if (!dragged) return;
  event.dataTransfer.setData("text/plain", dragged.dataset.number);
  event.dataTransfer.effectAllowed = "move";
  const may = lawful(dragged);
  for (const each of board.querySelectorAll(".order-column, .end")) if (!may.has(each.dataset.status) && !each.contains(dragged)) each.dataset.no = "";
  board.dataset.dragging = "";
  say(words.order_live.grabbed);
});
board.addEventListener("dragover", (event) => {
  const target = over(event);
  for (const each of board.querySelectorAll("[data-over]")) if (each !== target) delete each.dataset.over;
  if (!dragged || !target || !lawful(dragged).has(target.dataset.status)) return;
  event.preventDefault();
  target.dataset.over = "";
});
board.addEventListener("drop", (event) => {
  const target = over(event), card = dragged;
  if (!card || !target) return;
  event.preventDefault();
  ended();
  move(card, target.dataset.status);
});
function ended() {
  dragged = null;
  delete board.dataset.dragging;
  for (const each of board.querySelectorAll("[data-no], [data-over]")) { delete each.dataset.no; delete each.dataset.over; }
}
board.addEventListener("dragend", () => { ended(); settle(); });

// Keys: arrows walk from card to card; with Alt, left and right move a card to the next column that takes it.
board.addEventListener("keydown", (event) => {
  const card = event.target.closest(".card-of"), side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!card || event.ctrlKey || event.metaKey || event.shiftKey || event.target.closest(".menu-list")) return;
  const columns = [...board.querySelectorAll(".order-column")], here = columns.findIndex((each) => each.contains(card));
  if (event.altKey) {
    if (!side) return;
    event.preventDefault();
    const may = lawful(card), line = side < 0 ? columns.slice(0, here).reverse() : columns.slice(here + 1);
    const target = line.find((each) => may.has(each.dataset.status));
    if (target) move(card, target.dataset.status); else refuse(card, words.order_live.nowhere);
    return;
  }
  const own = cards(columns[here]), at = own.indexOf(card);
  let next = { ArrowUp: own[at - 1], ArrowDown: own[at + 1] }[event.key];
  if (side) for (let n = here + side; !next && columns[n]; n += side) { const there = cards(columns[n]); next = there[Math.min(at, there.length - 1)]; }
  if (next) { event.preventDefault(); focusOn(next); next.scrollIntoView({ block: "nearest", inline: "nearest" }); }
});
dialog.addEventListener("close", settle);

let told;
const feed = new Feed(`${region.dataset.watch}?seen=${region.dataset.upto}`, { numbered: false, staleMs: 6000, on: {
  snapshot: (frame) => { feed.path = `${region.dataset.watch}?seen=${frame.upto}`; renew(); }, delta() {}, state: (...args) => told?.(...args),
} });
told = freshness(region, feed, { words: words.live, fill, clock, put });
