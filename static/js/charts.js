// The board's two charts on uPlot, each with a table of the same figures. Times are the client's, never the browser's.
import { clock, fill, put, words } from "./tools.js";

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const axisFont = () => `12px ${getComputedStyle(document.body).fontFamily}`;
const QUARTER_MS = 900000, HOUR_MS = 3600000, WINDOW_MS = 600000;
const times = (_, splits) => splits.map((at) => clock(at, "minutes"));
const steps = (step, limit) => (plot, __, from, to) => {
  const most = Math.max(2, Math.min(limit, Math.floor(plot.width / 64)));
  let size = step;
  while ((to - from) / size > most) size *= 2;
  const first = Math.ceil(from / size) * size;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / size) + 1) }, (_, n) => first + n * size);
};
const axis = (more) => ({ stroke: css("--gf-soft"), font: axisFont(), grid: { stroke: css("--gf-line"), width: 1 }, ticks: { show: false }, ...more });

// What the pointer is over, in a text node; a plugin because uPlot's own legend is hidden.
const tip = (text) => ({
  hooks: {
    init: [(plot) => { plot.tip = document.createElement("div"); plot.tip.className = "plot-tip"; plot.tip.hidden = true; plot.over.append(plot.tip); }],
    setCursor: [(plot) => {
      const { idx, left } = plot.cursor;
      plot.tip.hidden = idx == null || left < 0 || plot.data[0][idx] == null;
      if (plot.tip.hidden) return;
      put(plot.tip, text(plot, idx));
      plot.tip.style.left = `${Math.min(left + 8, plot.over.clientWidth - plot.tip.offsetWidth)}px`;
      plot.tip.style.top = "0px";
    }],
  },
});

function mount(holder, build) {
  let plot = null, data = null;
  const make = () => { plot?.destroy(); plot = new uPlot({ width: holder.clientWidth || 300, height: holder.clientHeight || 180, legend: { show: false }, ms: 1, ...build() }, data ?? [[]], holder); };
  new ResizeObserver(() => { if (holder.clientWidth) plot?.setSize({ width: holder.clientWidth, height: holder.clientHeight }); }).observe(holder);
  document.documentElement.addEventListener("theme", () => { if (plot) make(); });
  return (values) => { data = values; if (plot) plot.setData(values); else make(); };
}

// The agreed target, from edge to edge however few figures there are.
function target(plot, level) {
  const { ctx, bbox } = plot, y = Math.round(plot.valToPos(level, "level", true));
  ctx.save();
  ctx.strokeStyle = css("--gf-target"); ctx.lineWidth = 1.5 * devicePixelRatio; ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath(); ctx.moveTo(bbox.left, y); ctx.lineTo(bbox.left + bbox.width, y); ctx.stroke();
  ctx.restore();
}

export function today(holder, table) {
  let formula = { target_pct: 0 };
  const bars = uPlot.paths.bars({ size: [0.72, 44], radius: 0.15, align: 1 });
  const draw = mount(holder, () => ({
    padding: [8, 0, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { x: false } },
    scales: { x: { time: false, range: (plot) => span(plot.data[0]) }, y: { range: (_, __, most) => [0, Math.max(4, Math.ceil((most || 0) * 1.15))] }, level: { range: [0, 100] } },
    axes: [axis({ splits: steps(HOUR_MS, 12), values: times, size: 26, grid: { show: false } }), axis({ size: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] }), axis({ side: 1, scale: "level", size: 48, grid: { show: false }, splits: () => [0, 25, 50, 75, 100], values: (_, all) => all.map((n) => `${n} %`) })],
    series: [
      {},
      { label: words.live.chart_offered, fill: css("--gf-bar"), stroke: css("--gf-bar-line"), width: 1, paths: bars, points: { show: false } },
      { label: words.live.chart_level, scale: "level", stroke: css("--gf-level"), width: 2, spanGaps: false, points: { show: true, size: 5, fill: css("--gf-level") } },
    ],
    hooks: { draw: [(plot) => target(plot, formula.target_pct)] },
    plugins: [tip((plot, at) => `${clock(plot.data[0][at], "minutes")} · ${words.live.chart_offered} ${plot.data[1][at] ?? 0} · ${words.live.chart_level} ${plot.data[2][at] == null ? "—" : `${plot.data[2][at].toFixed(1)} %`}`)],
  }));
  const span = (at) => { const from = at[0] ?? 0, last = at.at(-1) ?? from; return [from, Math.max(last + QUARTER_MS, from + 2 * HOUR_MS)]; };
  return (intervals, agreed) => {
    formula = agreed;
    const first = intervals.findIndex((row) => row.offered > 0);
    const rows = first < 0 ? intervals.slice(-4) : intervals.slice(first - (first % 4));
    holder.parentElement.querySelector("[data-empty]").hidden = first >= 0;
    draw([rows.map((row) => row.at), rows.map((row) => row.offered), rows.map((row) => (row.den ? (row.num * 100) / row.den : null))]);
    cells(table, rows.filter((row) => row.offered).map((row) => [clock(row.at, "minutes"), row.offered, row.den ? `${((row.num * 100) / row.den).toFixed(1)} %` : "—"]));
  };
}

// The feed carries no history of the waiting figure, so this screen samples it once a second and says since when.
export function waiting(holder, table, note) {
  const at = [], values = [];
  let end = 0;
  const draw = mount(holder, () => ({
    padding: [8, 20, 0, 0],
    cursor: { y: false, drag: { x: false }, points: { size: 6 } },
    scales: { x: { time: false, range: () => [end - WINDOW_MS, end] }, y: { range: (_, __, most) => [0, Math.max(4, (most || 0) + 1)] } },
    axes: [axis({ splits: steps(120000, 5), values: times, size: 26, grid: { show: false } }), axis({ size: 30, incrs: [1, 2, 5, 10, 20, 50] })],
    series: [{}, { label: words.live.chart_waiting, stroke: css("--gf-accent"), fill: css("--gf-accent-soft"), width: 2, paths: uPlot.paths.stepped({ align: 1 }), points: { show: false }, spanGaps: false }],
    plugins: [tip((plot, idx) => `${clock(plot.data[0][idx])} · ${words.live.chart_waiting} ${plot.data[1][idx] ?? "—"}`)],
  }));
  return (now, value) => {
    if (at.length && now - at.at(-1) > 3000) { at.push(at.at(-1) + 1000); values.push(null); } // a hole is a hole, not a line
    at.push(now); values.push(value); end = now;
    while (at[0] < now - WINDOW_MS) { at.shift(); values.shift(); }
    draw([at, values]);
    put(note, fill(words.live.sampled, { time: clock(at[0]) }));
    const minutes = new Map();
    at.forEach((moment, n) => { if (values[n] != null) { const key = clock(moment, "minutes"); minutes.set(key, Math.max(minutes.get(key) ?? 0, values[n])); } });
    cells(table, [...minutes].reverse());
  };
}

function cells(body, rows) {
  if (body.closest("[hidden]")) return;
  while (body.rows.length > rows.length) body.deleteRow(-1);
  rows.forEach((row, n) => {
    const line = body.rows[n] ?? body.insertRow();
    row.forEach((value, place) => { const cell = line.cells[place] ?? line.insertCell(); if (place) cell.className = "num"; put(cell, value); });
  });
}
