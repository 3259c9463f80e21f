// Figures that pass with time: sums over what a board says, at a moment. Pure; the server counts by the same rules.
// The service level of the last half hour, by whole minutes: [from, numerator, base].
export const RECENT_MINUTES = 30, ARRIVING_MINUTES = 5, MINUTE_MS = 60000;
export const firstMinute = (now, minutes) => Math.floor(now / MINUTE_MS) * MINUTE_MS - (minutes - 1) * MINUTE_MS;
export function levelNow(recent = [], now) {
  const from = firstMinute(now, RECENT_MINUTES);
  return recent.reduce((sum, [at, , , num, den]) => (at >= from ? { num: sum.num + num, den: sum.den + den } : sum), { num: 0, den: 0 });
}
export function arrivedLast(recent = [], now) {
  const from = firstMinute(now, ARRIVING_MINUTES);
  return recent.reduce((sum, [at, arrived]) => (at >= from ? sum + arrived : sum), 0);
}

// Occupancy at `now`: closed times, and the lasting ones by how many and since when in sum.
export function occupancy(parts, now) {
  if (!parts) return { num: 0, den: 0 };
  const busy = Math.max(0, parts.busy_ms + parts.busy_now * now - parts.busy_since), ready = Math.max(0, parts.ready_ms + parts.ready_now * now - parts.ready_since);
  return { num: busy, den: busy + ready };
}
const BUSY = ["talking", "wrapping_up"];
export function seatTimes(seat, now, midnight) {
  const lasted = seat.since ? Math.max(0, now - Math.max(seat.since, midnight ?? 0)) : 0;
  const busy = (seat.busy_ms ?? 0) + (BUSY.includes(seat.state) ? lasted : 0), ready = (seat.ready_ms ?? 0) + (seat.state === "available" ? lasted : 0);
  return { num: busy, den: busy + ready };
}
