// A screen on a wall, or a tile in a page: pages take turns, everything is drawn from the feed's rows, nobody touches it.
// It says from afar when it is not up to date, and goes on by itself after a break of the line or a restart.
import { Feed } from "./feed.js";
import { clock, duration, fill, mark, put, steady, words } from "./tools.js";

const wall = document.getElementById("main"), { path, kind, sprite, version } = wall.dataset;
const part = (name) => wall.querySelector(`[data-part="${name}"]`);
const said = words.wall, seconds = Number(wall.dataset.seconds), redWait = Number(wall.dataset.redWait) * 1000, redLevel = Number(wall.dataset.redLevel);
const KEYS = { figures: "id", queues: "code", seats: "seat", tallies: "id" };
const MOST = { figures: 15, queues: 12, seats: 60, tallies: 12 }; // so many fit on one page and can be read from afar
const SHIFTS = [[0, 0], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]];
let board = null, turn = 0, turnAt = steady(), drawnPage = "", outdated = false, asked = { here: 0, gone: 0 };

const make = (tag, name, text) => { const node = document.createElement(tag); if (name) node.className = name; if (text != null) node.textContent = text; return node; };
function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon"); svg.setAttribute("aria-hidden", "true"); use.setAttribute("href", `${sprite}#${name}`); svg.append(use);
  return svg;
}

// Every turn: a page, and of a page that does not fit on one screen its parts.
function turns() {
  return wall.dataset.pages.split(" ").flatMap((page) => {
    const parts = Math.max(1, Math.ceil((board?.[page]?.length ?? 0) / MOST[page]));
    return Array.from({ length: parts }, (_, n) => ({ page, part: n, parts, each: Math.ceil((board?.[page]?.length ?? 0) / parts) }));
  });
}

// A card that asks for attention says so by colour, by a mark and by a word in its foot: not everybody sees red.
function alarm(card, tone) {
  const head = card.firstChild, shown = head.querySelector("svg");
  mark(card, "tone", tone);
  if (tone === "bad" && !shown) head.append(icon("alert-triangle")); else if (tone !== "bad") shown?.remove();
}
function headed(name, ...more) {
  const node = make("article", name), head = make("h2");
  head.append(make("span")); node.append(head, make("p", "wall-value"), ...more.map((each) => make("p", each)));
  return node;
}
const percent = ({ num, den } = {}) => (den ? (num * 100) / den : null);
function promised(row) {
  const { target_pct: target } = board.board, share = percent(row);
  if (share == null) return { text: null };
  const text = `${row.value.toFixed(1)} %`;
  if (row.num * 100 >= target * row.den) return { text, tone: "ok", note: fill(said.target, { target }) };
  return share < redLevel ? { text, tone: "bad", note: fill(said.red_level, { limit: redLevel }) } : { text, tone: "warn", note: fill(said.missed, { target }) };
}
const FIGURE = {
  service_level: promised,
  longest_wait: (row, now) => ({ text: duration(row.since == null ? 0 : now - row.since), tone: row.since != null && now - row.since > redWait ? "bad" : "", note: row.since != null && now - row.since > redWait ? said.red_wait : "" }),
  occupancy: ({ parts }, now) => { const [busy, ready] = ["busy", "ready"].map((side) => parts[`${side}_ms`] + parts[`${side}_now`] * now - parts[`${side}_since`]); return { text: busy + ready > 0 ? `${((busy * 100) / (busy + ready)).toFixed(1)} %` : null }; },
  seats_staffed: (row) => ({ text: String(row.value), note: fill(said.of, { count: row.of }) }),
};
function figure(row, now) {
  const known = FIGURE[row.id]?.(row, now);
  if (known) return known;
  return { text: row.value == null ? null : row.unit === "percent" ? `${row.value.toFixed(1)} %` : row.unit === "ms" ? duration(row.value) : String(row.value) };
}

const DRAW = {
  figures: {
    make: () => headed("wall-card", "wall-note"),
    fill(node, row, now) {
      const { text, note = "", tone = "" } = figure(row, now), [name, value, foot] = node.children;
      put(name.firstChild, said.figure[row.id]); put(value, text ?? "—"); put(foot, text == null ? said.unknown : note);
      alarm(node, tone); mark(node, "long", (text ?? "").length > 6);
    },
  },
  queues: {
    make: () => headed("wall-card wall-queue", "wall-note", "wall-level", "wall-alarm"),
    fill(node, row, now) {
      const [name, value, longest, level, why] = node.children, share = percent(row.service_level);
      const wait = row.oldest_wait_at == null ? null : now - row.oldest_wait_at, late = wait != null && wait > redWait, low = share != null && share < redLevel;
      put(name.firstChild, row.name); put(value, row.waiting);
      put(longest, wait == null ? said.waiting : `${said.waiting} · ${fill(said.longest, { time: duration(wait) })}`);
      put(level, `${said.level} ${share == null ? "—" : `${share.toFixed(1)} %`}`);
      put(why, [late && said.red_wait, low && fill(said.red_level, { limit: redLevel })].filter(Boolean).join(" · "));
      alarm(node, late || low ? "bad" : "");
    },
  },
  seats: {
    make: () => { const node = make("article", "wall-seat"), line = make("p", "wall-word"); line.append(make("span")); node.append(make("h2"), line, make("p", "wall-timer")); return node; },
    fill(node, row, now) {
      const [name, word, timer] = node.children, left = row.until == null ? null : row.until - now;
      if (node.dataset.show !== row.state) { mark(node, "show", row.state); word.querySelector("svg")?.remove(); word.prepend(icon(words.icons[row.state])); }
      put(name, row.alias);
      put(word.lastChild, row.state === "on_break" && row.reason ? words.reason[row.reason] ?? row.reason : words.state[row.state] ?? row.state);
      put(timer, row.state === "offline" ? "—" : row.state === "desk_lost" ? fill(said.since, { time: clock(row.desk_lost_at) }) : left == null ? duration(now - row.since) : fill(left >= 0 ? said.left : said.over, { time: duration(Math.abs(left)) }));
      mark(node, "late", left != null && left < 0);
    },
  },
  tallies: {
    make: () => headed("wall-card wall-tally"),
    fill(node, row) {
      const head = node.firstChild;
      if (node.dataset.show !== row.id) { mark(node, "show", row.id); head.querySelector("svg")?.remove(); head.prepend(icon(words.icons[row.id])); }
      put(head.lastChild, words.state[row.id]); put(node.lastChild, row.count); mark(node, "none", row.count === 0);
    },
  },
};

function draw() {
  if (!board) return;
  const all = turns(), now = feed.now(), here = all[turn % all.length], rows = board[here.page] ?? [];
  const body = part("body"), shown = rows.slice(here.part * here.each, (here.part + 1) * here.each), id = `${here.page} ${here.part} ${shown.map((row) => row[KEYS[here.page]]).join()}`;
  if (id !== drawnPage) {
    drawnPage = id;
    mark(body, "page", here.page);
    body.replaceChildren(...(shown.length ? shown.map(() => DRAW[here.page].make()) : [make("p", "wall-blank", said[`no_${here.page}`] ?? "—")]));
    layOut(body, here.page, shown.length);
  }
  shown.forEach((row, n) => DRAW[here.page].fill(body.children[n], row, now));
  put(part("title"), board.board.name);
  put(part("page"), here.parts > 1 ? fill(said.part, { page: said.page[here.page], part: here.part + 1, parts: here.parts }) : said.page[here.page]);
}
// The squarest grid that fills the screen: as few columns as make tiles no wider than they may be.
function layOut(body, page, count) {
  const wide = innerWidth >= innerHeight, asked = Number(wall.dataset.columns);
  const ratio = page === "seats" ? 1.9 : 1.35, shape = (wide ? innerWidth / innerHeight : 0.5) / ratio;
  const best = Math.max(1, Math.min(count, Math.ceil(Math.sqrt(count * shape)))), holes = (n) => n * Math.ceil(count / n) - count;
  const square = (wide ? [best, best + 1, best - 1] : [best]).filter((n) => n >= 1 && n <= count).sort((one, other) => holes(one) - holes(other))[0] ?? 1;
  const columns = kind === "tile" && asked ? Math.min(asked, count, Math.max(1, Math.floor(innerWidth / 110))) : square;
  const rows = Math.max(1, Math.ceil(count / columns));
  body.style.setProperty("--columns", Math.ceil(count / rows) || 1);
  body.style.setProperty("--rows", rows);
}

function snapshot({ board: all }) {
  outdated = String(all.board.version) !== version;
  if (outdated) { anew("here"); if (board) return; }
  board = all; drawnPage = "";
  mark(wall, "state", "ready"); wall.removeAttribute("aria-busy");
  draw(); age(feed.state);
}
function delta({ d }) {
  if (!board) return;
  for (const [table, rows] of Object.entries(d)) {
    const news = new Map(rows.map((row) => [row[KEYS[table]], row]));
    board[table] = board[table].map((row) => news.get(row[KEYS[table]]) ?? row);
  }
  requestAnimationFrame(draw);
}

// Loads the page anew when it shall look different or has ended, but only once the server answers: a screen that showed
// the browser's own error page would stay there.
async function anew(why) {
  if (asked[why] > steady() - 5000) return;
  asked[why] = steady();
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (why === "gone" ? [401, 404, 410].includes(answer.status) : answer.ok) location.reload();
  } catch { /* no line: the feed tries again, and so do we */ }
}

function age(state, retryIn) {
  const note = part("note"), time = clock(feed.lastTs), engine = board?.board.engine === "lost";
  mark(wall, "feed", state);
  const text = state === "disconnected" ? (feed.lastTs == null ? said.nothing : fill(said.disconnected, { time })) : state === "stale" ? fill(said.stale, { time }) : engine ? said.engine : "";
  note.hidden = !text; put(note, text);
  mark(note, "tone", state === "disconnected" ? "bad" : "warn");
  put(part("asof"), feed.lastTs == null ? said.connecting : fill(said.as_of, { time }));
  if (retryIn != null || state === "stale" || state === "disconnected") anew("gone"); // was it ended?
}

const feed = new Feed(path, { numbered: true, on: { snapshot, delta, state: age } });
const fresh = () => feed.state === "live" || feed.state === "paused";
setInterval(() => {
  if (document.hidden || !board) return;
  if (outdated) anew("here");
  const all = turns();
  if (all.length > 1 && fresh() && steady() - turnAt >= seconds * 1000) { turn = (turn + 1) % all.length; turnAt = steady(); }
  put(part("next"), all.length > 1 ? `${(turn % all.length) + 1}/${all.length} · ${fill(said.next, { seconds: Math.max(0, Math.ceil(seconds - (steady() - turnAt) / 1000)) })}` : "");
  if (fresh()) draw(); // the clocks of a screen that is not up to date stand still
}, 500);
// Nothing stays on the same pixels for ever: the picture moves a little each minute, and does not glide where that is not wanted.
let moved = 0;
setInterval(() => {
  moved = (moved + 1) % SHIFTS.length;
  const [x, y] = SHIFTS[moved];
  wall.style.setProperty("--shift-x", x); wall.style.setProperty("--shift-y", y);
  mark(wall, "moved", moved);
}, 60000);
addEventListener("resize", () => { drawnPage = ""; draw(); });
