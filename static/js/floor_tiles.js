// The floor's parts: agent tiles in groups, client chips, queues, the drawer. Writes text and data-* only, where it differs.
import { tasks } from "./tasks.js";
import { clock, duration, fill, mark, put, words } from "./tools.js";

const part = (node, name) => node.querySelector(`[data-f="${name}"]`);
const clone = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const sprite = document.getElementById("floor").dataset.sprite;
const since = (from, now) => (from == null ? null : Math.max(0, now - from));

// The truth about an agent is the worst of what is known: available without a phone is a state of its own.
export function shown(agent) {
  if (agent.state === "available" && !agent.phone) return "phone_down";
  return agent.desk_lost_at && (["available", "offered"].includes(agent.state) || agent.reason === "desk_lost") ? "desk_lost" : agent.state;
}
const elsewhere = (agent) => agent.reason === "elsewhere";
function word(agent) {
  const show = shown(agent);
  return show === "on_break" && agent.reason ? words.reason[agent.reason] ?? agent.reason : words.state[show] ?? show;
}
export const timer = (node, agent, now) => put(part(node, "timer"), agent.state === "offline" ? "—" : duration(since(agent.since, now)));

function tile(node, agent, { now, clients, me }) {
  const show = shown(agent), client = clients.get(agent.client);
  if (node.dataset.show !== show) { mark(node, "show", show); node.querySelector("use").setAttribute("href", `${sprite}#${words.icons[show]}`); }
  mark(node, "agent", agent.id);
  mark(node, "phone", agent.phone || agent.state === "offline" ? null : "down");
  mark(node, "desk", agent.desk_lost_at ? "lost" : null);
  mark(node, "hand", agent.hand_at ? "1" : null);
  mark(node, "mine", agent.watchers.some((each) => each.user_id === me) ? "1" : null);
  put(part(node, "name"), agent.name); put(part(node, "seat"), agent.seat); put(part(node, "word"), word(agent));
  part(node, "hand").hidden = !agent.hand_at;
  part(node, "ears").hidden = !agent.watchers.length;
  part(node, "ears").title = fill(words.floor.watchers, { names: agent.watchers.map((each) => each.name).join(", ") });
  put(part(node, "ears-count"), agent.watchers.length);
  put(part(node, "who"), agent.interaction ? `${client?.name ?? ""} · ${agent.interaction.queue}` : elsewhere(agent) ? words.floor.elsewhere : show === "desk_lost" ? fill(words.live.since, { time: clock(agent.desk_lost_at) }) : "—");
  put(part(node, "count"), fill(words.live.today, { count: agent.handled_today }));
  timer(node, agent, now);
}

const KEYS = {
  "": () => ["", ""],
  client: (agent, clients) => (agent.client ? [agent.client, clients.get(agent.client)?.name ?? ""] : ["-", words.floor.no_client]),
  queue: (agent) => (agent.interaction?.queue ? [`${agent.client} ${agent.interaction.queue}`, agent.interaction.queue] : ["-", words.floor.no_queue]),
  state: (agent) => [shown(agent), words.state[shown(agent)] ?? shown(agent)],
};
function groupNode(key, name) {
  const group = document.createElement("div"), row = document.createElement("div");
  group.setAttribute("role", "rowgroup"); group.dataset.group = key;
  if (name) {
    const head = document.createElement("div"), text = document.createElement("span");
    head.setAttribute("role", "row"); text.setAttribute("role", "rowheader"); text.className = "group-name"; text.textContent = name;
    head.append(text); group.append(head);
  }
  row.setAttribute("role", "row"); row.className = "grid";
  group.append(row);
  return group;
}

// Agents in their groups, in the order of `agents`; a tile that stays where it is keeps focus and selection.
export function groups(grid, agents, by, context) {
  const { nodes, clients } = context, wanted = new Map();
  for (const agent of agents) {
    const [key, name] = KEYS[by](agent, clients);
    if (!wanted.has(key)) wanted.set(key, { name, agents: [] });
    wanted.get(key).agents.push(agent);
  }
  const old = new Map([...grid.children].map((node) => [node.dataset.group ?? "", node]));
  [...wanted].forEach(([key, { name, agents: members }], at) => {
    const group = old.get(key) ?? groupNode(key, name), row = group.lastElementChild;
    old.delete(key);
    if (grid.children[at] !== group) grid.insertBefore(group, grid.children[at] ?? null);
    members.forEach((agent, n) => {
      const node = nodes.get(agent.id) ?? clone("agent-tile"), focused = node === document.activeElement;
      nodes.set(agent.id, node);
      if (row.children[n] !== node) { row.insertBefore(node, row.children[n] ?? null); if (focused) node.focus({ preventScroll: true }); }
      tile(node, agent, context);
    });
  });
  for (const node of old.values()) node.remove();
  const present = new Set(agents.map((agent) => agent.id));
  for (const [id, node] of nodes) if (!present.has(id)) { node.remove(); nodes.delete(id); }
}

// Says whether another door is open or closed than when the page was made: then it is another page.
const CLOSED = new Set(["locked", "suspended"]);
export function doorsTurned(parent, clients) {
  const shownAs = new Map([...parent.querySelectorAll("[data-key]")].map((chip) => [chip.dataset.key, !("client" in chip.dataset)]));
  return shownAs.size !== clients.size || [...clients.values()].some((client) => shownAs.get(client.id) !== CLOSED.has(client.state));
}
export function doors(parent, clients) {
  for (const chip of parent.querySelectorAll("[data-client]")) {
    const client = clients.get(chip.dataset.client);
    if (!client) continue;
    mark(chip, "state", client.state);
    put(part(chip, "waiting"), client.waiting == null ? "" : fill(chip.dataset.words, { count: client.waiting }));
    const late = part(chip, "late");
    late.hidden = client.state === "open"; put(late, words.floor.door[client.state] ?? "");
  }
}

const line = () => clone("queue-line");
export function queues(parent, rows, clients, now) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  rows.sort((a, b) => (a.oldest_wait_at ?? Infinity) - (b.oldest_wait_at ?? Infinity));
  rows.forEach((row, n) => {
    const node = old.get(row.id) ?? line();
    old.delete(row.id);
    mark(node, "key", row.id); mark(node, "waits", row.waiting ? "1" : null);
    put(part(node, "client"), clients.get(row.client)?.name ?? ""); put(part(node, "name"), row.name);
    put(part(node, "waiting"), row.waiting); put(part(node, "longest"), duration(since(row.oldest_wait_at, now)));
    calls(part(node, "calls"), row.calls.slice(0, 4), now);
    const { num, den } = row.service_level;
    put(part(node, "level"), den ? `${((num * 100) / den).toFixed(1)} %` : "—");
    put(part(node, "answered"), row.answered); put(part(node, "abandoned"), row.abandoned);
    tasks(node, row, `/floor/tasks?client=${encodeURIComponent(clients.get(row.client)?.code ?? "")}`, now);
    if (parent.children[n] !== node) parent.insertBefore(node, parent.children[n] ?? null);
  });
  for (const node of old.values()) node.remove();
}
function calls(cell, waiting, now) {
  while (cell.children.length > waiting.length) cell.lastElementChild.remove();
  waiting.forEach((call, n) => {
    let tag = cell.children[n];
    if (!tag) { tag = document.createElement("span"); tag.className = "tag"; tag.append(document.createElement("span"), " ", document.createElement("b")); cell.append(tag); }
    put(tag.firstElementChild ?? tag, call.contact); put(tag.querySelector("b"), duration(since(call.since, now)));
  });
}

export function drawer(dialog, agent, client, now) {
  const show = shown(agent), call = agent.interaction, put_ = (name, text) => put(part(dialog, name), text);
  mark(dialog, "show", show);
  put_("name", agent.name); put_("seat", agent.desk && agent.desk !== agent.seat ? `${agent.seat} → ${agent.desk}` : agent.seat);
  put_("word", elsewhere(agent) ? `${word(agent)} · ${words.floor.elsewhere}` : word(agent));
  put_("since", `${clock(agent.since)} · ${duration(now - agent.since)}`);
  put_("client", client?.name ?? "—"); put_("queue", call?.queue ?? "—"); put_("who", call?.contact ?? "—");
  put_("phone", dialog.dataset[agent.phone ? "phoneUp" : "phoneDown"]);
  put_("reached", agent.desk_lost_at ? fill(words.live.desk_lost, { time: clock(agent.desk_lost_at) }) : agent.state === "offline" ? "—" : words.live.desk_reached);
  part(dialog, "desk-says").hidden = !agent.desk_lost_at;
  put_("watchers", agent.watchers.map((each) => `${each.name} (${words.floor.way[each.mode] ?? each.mode})`).join(", ") || words.floor.nobody);
  put_("handled", agent.handled_today); put_("offered", agent.offered_today);
  part(dialog, "help").hidden = !agent.hand_at;
  const may = client?.may ?? [], talks = agent.state === "talking" && client != null;
  for (const button of part(dialog, "call").querySelectorAll("[data-do]")) {
    const what = button.dataset.do, closed = what !== "hang_up" && !may.includes(what);
    button.disabled = !talks || closed || !client.supervises;
    mark(button, "state", talks && closed ? "denied" : null);
  }
  part(dialog, "denied").hidden = !talks || ["listen", "whisper", "barge", "take_over"].every((way) => may.includes(way));
  for (const button of part(dialog, "state").querySelectorAll("[data-do]")) button.disabled = button.dataset.do === agent.state && (button.dataset.why ?? "") === (agent.reason ?? "");
}
