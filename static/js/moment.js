// Links of a board of the past lead to what was so at the second that it shows; those of the live board stay as they are.
const bar = document.getElementById("past");
export const rewound = bar != null;
let at = null;

// The day of a moment in the client's zone, as addresses write it.
const dates = new Intl.DateTimeFormat("en-CA", { timeZone: bar?.dataset.zone || "UTC", year: "numeric", month: "2-digit", day: "2-digit" });
export const dayOf = (ms) => dates.format(ms);

export function asOf(href) {
  if (at == null) return href;
  const to = new URL(href, location.href);
  if (to.pathname.startsWith("/live")) to.searchParams.set("at", at);
  else if (to.searchParams.has("from")) for (const end of ["from", "to"]) to.searchParams.set(end, dayOf(at));
  return to.pathname + to.search;
}

// The second that is shown has changed: every link that says a time says this one.
export function shows(ms) {
  if (ms === at) return;
  at = ms;
  for (const link of document.querySelectorAll('#board a[href^="/live/rows/"], #board a[data-board], #board a[href*="from="]')) {
    const href = asOf(link.getAttribute("href"));
    if (link.getAttribute("href") !== href) link.setAttribute("href", href);
  }
}
if (bar) shows(Number(bar.dataset.at));
