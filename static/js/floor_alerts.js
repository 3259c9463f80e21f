// Alerts on the floor: what nobody takes care of first. With sound, if wanted, when one comes and each time it comes again.
import { Ring } from "./phone.js";
import { clock, duration, fill, mark, put, words } from "./tools.js";

const region = document.getElementById("floor"), SOUND = "gf-floor-sound";
const part = (name) => region.querySelector(`[data-part="${name}"]`);
const cell = (node, name) => node.querySelector(`[data-f="${name}"]`);

export class Alerts {
  constructor({ rows, post }) {
    Object.assign(this, { rows, levels: new Map(), ring: new Ring(), heard: false });
    const sound = part("alerts-sound");
    try { sound.checked = localStorage.getItem(SOUND) === "on"; } catch { /* nothing is kept in this browser */ }
    sound.addEventListener("change", () => { try { localStorage.setItem(SOUND, sound.checked ? "on" : "off"); } catch { /* as above */ } if (sound.checked) this.ring.once(); });
    part("alert-list").addEventListener("click", (event) => {
      const row = event.target.closest("[data-care]") && this.rows.alerts.get(event.target.closest("li").dataset.key);
      if (row) post("/floor/alert", { tenant_id: row.client, alert: row.id });
    });
  }
  paint(now) {
    const list = part("alert-list"), old = new Map([...list.children].map((node) => [node.dataset.key, node]));
    let n = 0, open = 0, news = false;
    const levels = new Map();
    for (const row of this.rows.alerts.values()) {
      const node = old.get(row.id) ?? document.getElementById("alert-line").content.firstElementChild.cloneNode(true);
      old.delete(row.id);
      this.line(node, row, now);
      if (list.children[n] !== node) list.insertBefore(node, list.children[n] ?? null);
      n += 1;
      if (row.by) continue;
      open += 1; levels.set(row.id, row.level);
      news ||= (this.levels.get(row.id) ?? 0) < row.level;
    }
    for (const node of old.values()) node.remove();
    part("alerts").hidden = n === 0;
    part("alerts-open").hidden = open === 0;
    put(part("alerts-open"), open ? fill(words.floor.alerts_now, { count: open }) : "");
    if (news && this.heard && part("alerts-sound").checked) this.ring.once();
    this.levels = levels; this.heard = true;
  }
  line(node, row, now) {
    mark(node, "key", row.id); mark(node, "cared", row.by ? "1" : null);
    put(cell(node, "text"), fill(words.floor.alert[row.kind], { name: row.name }));
    put(cell(node, "client"), this.rows.clients.get(row.client)?.name ?? words.floor.centre);
    put(cell(node, "timer"), duration(now - row.since));
    const level = cell(node, "level");
    level.hidden = row.level === 1 || Boolean(row.by); put(level, fill(words.floor.level, { level: row.level }));
    put(cell(node, "cared"), row.by ? fill(words.floor.cared, { name: row.by, time: clock(row.by_at) }) : "");
    node.querySelector("[data-care]").hidden = Boolean(row.by);
  }
  tick(now) { for (const node of part("alert-list").children) { const row = this.rows.alerts.get(node.dataset.key); if (row) put(cell(node, "timer"), duration(now - row.since)); } }
}
