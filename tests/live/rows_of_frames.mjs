// Follows frames by the browser's own rule (static/js/rows.js): one JSON line of {frames: [...]} in, one of what the screen has out.
// A frame "cut" is a lost connection: the next ones are what the server sent to whoever said what the page says then.
import { createInterface } from "node:readline";
import { blank, change, Numbers, take } from "../../static/js/rows.js";

const screens = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const { screen: name, frames, close } = JSON.parse(line);
  const screen = screens.get(name) ?? screens.set(name, { board: blank(), numbers: new Numbers() }).get(name);
  const verdicts = [];
  for (const frame of frames) {
    const verdict = screen.numbers.judge(frame);
    verdicts.push(verdict);
    if (verdict !== "take") continue;
    if (frame.t === "snap") take(screen.board, frame.board); else if (frame.t === "d") change(screen.board, frame.d);
  }
  if (close) screen.numbers.asked = false;
  const rows = Object.fromEntries(Object.entries(screen.board).map(([key, value]) => [key, value instanceof Map ? Object.fromEntries(value) : value]));
  process.stdout.write(`${JSON.stringify({ verdicts, seen: screen.numbers.seen, rows })}\n`);
  if (name === "end") break;
}
