// The cards of the key figures: value, tone, the fact and the second that each is of, and the way to its rows.
import { arrivedLast, ARRIVING_MINUTES, firstMinute, levelNow, occupancy } from "./live_sums.js";
import { asOf } from "./moment.js";
import { clock, duration, fill, mark, put, words } from "./tools.js";

const node = new Map([...document.querySelectorAll("[data-kpi]")].map((card) => [card.dataset.kpi, card]));
const part = (name, key) => node.get(name)?.querySelector(`[data-f="${key}"]`);
export const percent = ({ num, den } = {}) => (den ? ((num * 100) / den).toFixed(1) : null);

// Tone of a card: ok, warn, bad or none; `note` is the word beside the figure, so colour never speaks alone.
function card(name, value, { tone = null, note = "" } = {}) {
  const box = node.get(name);
  if (!box) return;
  put(part(name, "value"), value ?? "—");
  mark(box, "tone", tone); mark(box, "unknown", value == null ? "1" : null);
  const tag = part(name, "note"), why = part(name, "unknown");
  if (tag) { put(tag, note); tag.hidden = !note; }
  if (why) why.hidden = value != null;
}

// `num * 100 >= target * den` on integers: a rounded figure never decides whether a promise was kept.
export function kpis(board, now) {
  const { totals, formula } = board;
  const level = totals.service_level ?? { num: 0, den: 0 }, met = level.num * 100 >= formula.target_pct * level.den;
  card("level", percent(level), level.den ? { tone: met ? "ok" : "bad", note: met ? words.live.met : words.live.missed } : {});
  put(document.querySelector('[data-f="counts"]'), fill(words.live.of, level));
  card("offered", totals.offered);
  card("answered", totals.answered);
  card("abandoned", percent({ num: totals.abandoned, den: totals.answered + totals.abandoned }));
  card("aht", totals.handled ? duration((totals.talk_ms_sum + totals.wrap_ms_sum) / totals.handled) : null);
  card("staffed", totals.seats_staffed);
  card("work_orders", totals.work_orders_open ?? 0);
  put(part("staffed", "rented"), fill(words.live.rented, { count: totals.seats_rented }));
  put(part("abandoned", "lost"), fill(words.live.lost, { lost: totals.abandoned, short: totals.short_abandoned }));
  put(part("callbacks", "promised"), fill(words.board.of_promised, { count: totals.callbacks ?? 0 }));
  moments(board, now);
}

// A wait is too long by the client's own limit of the second that is shown.
export const beyond = (wait, limits) => wait != null && wait >= limits.wait_s * 1000;

export function limit(limits) {
  for (const node of document.querySelectorAll("[data-limit]")) put(node, fill(limits.told ? words.board.limit : words.board.limit_untold, { t: limits.wait_s }));
}

// What changes by the time alone: waits, minutes that pass, occupancy, what falls due, and how old each figure is.
export function moments({ totals, formula, limits }, now) {
  const wait = totals.oldest_wait_at == null ? null : Math.max(0, now - totals.oldest_wait_at), late = wait != null && wait > formula.threshold_s * 1000, over = beyond(wait, limits);
  const note = fill(...(over ? [words.live.critical, { t: limits.wait_s }] : [words.live.over, { t: formula.threshold_s }]));
  limit(limits);
  card("waiting", totals.waiting);
  card("longest", wait == null ? "00:00" : duration(wait), late || over ? { tone: over ? "bad" : "warn", note } : {});
  const recent = levelNow(totals.recent, now), share = percent(recent);
  put(part("level", "recent"), fill(words.board.level_now, { level: share == null ? "—" : `${share} %` }));
  mark(part("level", "recent"), "unknown", share == null ? "1" : null);
  card("arriving", totals.in_flow ?? 0);
  put(part("arriving", "arrived"), fill(words.board.last_minutes, { count: arrivedLast(totals.recent, now) }));
  const link = part("arriving", "arrived"), href = asOf(`/live/rows/arrived?since=${firstMinute(now, ARRIVING_MINUTES)}`);
  if (link && link.getAttribute("href") !== href) link.setAttribute("href", href);
  card("occupancy", percent(occupancy(totals.occupancy, now)));
  const due = (totals.callbacks_due_at ?? []), overdue = due.filter((at) => at > 0 && at <= now).length;
  card("callbacks", overdue === 100 ? "100+" : overdue, overdue ? { tone: "warn" } : {});
  for (const [name] of node) age(name, totals.moved?.[name], now);
}

function age(name, moved, now) {
  const told = moved ? { time: clock(moved[1]), seq: moved[0], age: duration(now - moved[1]) } : null;
  put(part(name, "moved"), told ? `${told.time} · ${told.age}` : "");
  put(document.querySelector(`#about-${name} [data-f="moved-long"]`), told ? fill(words.board.moved, told) : words.board.unmoved);
}
