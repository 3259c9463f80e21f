// What a screen knows of a board, and the rule by which frames change it. Pure, without a page: the tests run this very file.
const KEYS = { queues: "id", seats: "seat", calls: "id" };

export const blank = () => ({ tenant: null, formula: null, limits: null, totals: null, queues: new Map(), seats: new Map(), calls: new Map() });

// A snapshot replaces everything.
export function take(board, all) {
  for (const [name, value] of Object.entries(all)) board[name] = KEYS[name] ? new Map(value.map((row) => [row[KEYS[name]], row])) : value;
}

// Changed rows replace those with the same key, `gone` are keys of rows that are no more, everything else comes whole.
// Returns the keys that differ now, by kind; `fresh`: whether a seat came or went, so that the grid has other tiles.
export function change(board, d) {
  const touched = { queues: new Set(), seats: new Set(), calls: new Set(), fresh: false };
  for (const [name, value] of Object.entries(d)) {
    if (name === "gone") continue;
    if (!KEYS[name]) { board[name] = value; continue; }
    for (const row of value) {
      const key = row[KEYS[name]];
      if (name === "seats" && !board.seats.has(key)) touched.fresh = true;
      board[name].set(key, row);
      touched[name].add(key);
    }
  }
  for (const [name, keys] of Object.entries(d.gone ?? {})) for (const key of keys) {
    if (board[name].delete(key) && name === "seats") touched.fresh = true;
    touched[name].add(key);
  }
  return touched;
}

// The numbers of frames: which may be taken, and when a snapshot has to be asked for. They belong to one feed of one
// server process, its epoch; a page that comes back names both, and gets what it missed or everything.
export class Numbers {
  constructor() { this.epoch = null; this.seq = null; this.asked = false; }

  // What the address of the next connection says.
  get seen() { return this.epoch == null || this.seq == null ? "" : `epoch=${encodeURIComponent(this.epoch)}&seq=${this.seq}`; }

  // "take", "leave", or "resync": leave it and ask for a snapshot. A heartbeat repeats the last number, so that it betrays a lost change.
  judge(frame) {
    if (frame.t === "snap") { this.epoch = frame.epoch ?? null; this.seq = frame.seq; this.asked = false; return "take"; }
    if (this.asked) return "leave";
    const next = frame.t === "hb" ? frame.seq : (frame.from ?? frame.seq - 1);
    if (this.seq != null && next === this.seq) { this.seq = frame.seq; return "take"; }
    if (this.seq != null && frame.seq <= this.seq) return "leave";
    this.asked = true;
    return "resync";
  }
}
