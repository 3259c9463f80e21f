// Behaviour that every page shares: theme buttons, copying an id, one menu open at a time, places by keyboard.
import { moment, put, words } from "./tools.js";

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog[open]");

document.addEventListener("click", async (event) => {
  const theme = event.target.closest("[data-theme-choice]");
  if (theme) {
    window.gfTheme(theme.dataset.themeChoice);
    for (const other of document.querySelectorAll("[data-theme-choice]")) other.setAttribute("aria-pressed", String(other === theme));
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const copied = await navigator.clipboard?.writeText(copy.dataset.copy).then(() => true, () => false); // none without TLS
    const said = copy.querySelector("[data-copied]");
    if (said && copied) { said.hidden = false; setTimeout(() => { said.hidden = true; }, 1500); }
  }
  const close = event.target.closest("[data-close]");
  if (close) close.closest("dialog")?.close();
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.querySelector(".places [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" }); // on a phone the places scroll sideways

let prefix = 0;
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/") {
    const filter = document.querySelector("[data-filter]");
    if (filter) { event.preventDefault(); filter.focus(); }
  } else if (event.key === "g") {
    prefix = event.timeStamp;
  } else if (event.timeStamp - prefix < 1200) {
    const place = { h: "/home", s: "/live", r: "/interactions", w: "/work-orders", f: "/floor", e: "/settings", d: "/desk" }[event.key];
    if (place && document.querySelector(`.places a[href="${place}"]`)) location.assign(place);
    prefix = 0;
  }
});

// Paper says whose page it is and of when, on each sheet: a page with a feed of its last news, and how it stood.
addEventListener("beforeprint", () => {
  const head = document.querySelector('[data-paper="head"]'), live = document.querySelector("[data-feed][data-news-at]");
  if (!head) return;
  if (live?.dataset.newsAt) put(head.querySelector('[data-paper="as-of"]'), moment(Number(live.dataset.newsAt)));
  if (live) put(head.querySelector('[data-paper="state"]'), live.querySelector('[data-fresh="pill"]')?.textContent ?? "");
  const told = [...head.children].map((each) => each.textContent.trim()).filter(Boolean);
  const sheet = `${document.title.split(" · ")[0]} · ${told.join(" · ")}`;
  document.documentElement.style.setProperty("--gf-sheet", `"${sheet.replace(/["\\]/g, "\\$&")}"`);
});

// A file that will not play says so, in the reader's language.
document.addEventListener("error", (event) => {
  if (event.target.tagName !== "AUDIO") return;
  const said = event.target.closest("[data-recorded], .player, :has(> [data-audio-error])")?.querySelector("[data-audio-error]");
  if (said) { said.hidden = false; said.textContent = words.audio_failed || said.textContent; }
}, true);
