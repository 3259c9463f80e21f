// Small things that several modules need: the page's words, filling them in, durations, the server's clock.
const block = document.getElementById("words");
export const words = block ? JSON.parse(block.textContent) : {};
export const fill = (text, values = {}) => text.replace(/%\((\w+)\)s/g, (_, key) => values[key] ?? "").replaceAll("%%", "%");

const plural = new Intl.PluralRules(document.documentElement.lang);
export const count = (forms, n) => fill(forms[plural.select(n)] ?? forms.other, { count: n });

// Milliseconds by this device's own steady clock; the offset to the server's comes with every frame.
export const steady = () => performance.timeOrigin + performance.now();

export function duration(ms) {
  if (ms == null) return "—";
  const all = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(all / 3600), pad = (n) => String(n).padStart(2, "0");
  const rest = `${pad(Math.floor(all / 60) % 60)}:${pad(all % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

const zone = document.documentElement.dataset.zone || "UTC";
const twelve = document.documentElement.dataset.hours === "12"; // the reader's own clock
const shape = { timeZone: zone, hour: twelve ? "numeric" : "2-digit", minute: "2-digit", hourCycle: twelve ? "h12" : "h23" };
const clocks = {
  seconds: new Intl.DateTimeFormat(twelve ? "en-US" : "en-GB", { ...shape, second: "2-digit" }),
  minutes: new Intl.DateTimeFormat(twelve ? "en-US" : "en-GB", shape),
};
export const clock = (ms, precision = "seconds") => (ms == null ? "—" : clocks[precision].format(ms).replace(/\s?([AP])M$/u, (_, half) => ` ${half.toLowerCase()}m`));

// A moment with its date, as pages write it.
const dates = new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang, { timeZone: zone, dateStyle: "medium" });
export const moment = (ms) => `${dates.format(ms)} ${clock(ms)}`;

// What a clock on the wall shows in another zone, with the zone's name.
export function clockIn(other, ms) {
  if (!other) return "—";
  const there = { timeZone: other, hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "shortOffset" };
  return new Intl.DateTimeFormat("en-GB", there).format(ms);
}

// Writes only what differs, so an untouched node costs nothing and keeps selection.
export function put(node, text) {
  if (node && node.textContent !== String(text)) node.textContent = text;
}
export function mark(node, name, value) {
  if (!node) return;
  if (value == null || value === false) { if (name in node.dataset) delete node.dataset[name]; } else if (node.dataset[name] !== String(value)) node.dataset[name] = value;
}
