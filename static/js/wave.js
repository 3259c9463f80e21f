// A recording's wave on a canvas: a lane for each channel, what was played in the accent's colour, holds and pauses drawn in.
const QUIET = 10, LONG = 0.004;  // of 255; the shortest silence that is worth skipping, as a share of the whole at least
const GAP = 2;

export async function wave(canvas, address, marks) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  const { duration_ms: lasts, channels } = await answer.json();
  const bins = channels[0].length, colour = (name) => getComputedStyle(canvas).getPropertyValue(name).trim();
  const loud = channels[0].map((_, n) => Math.max(...channels.map((lane) => lane[n])));
  const spans = silences(loud, Math.max(Math.ceil(1500 / (lasts / bins)), Math.ceil(LONG * bins)));
  let now = 0;

  const draw = () => {
    const scale = devicePixelRatio || 1, wide = canvas.clientWidth, high = canvas.clientHeight;
    if (!wide) return;
    canvas.width = wide * scale;
    canvas.height = high * scale;
    const pen = canvas.getContext("2d"), lane = high / channels.length;
    pen.scale(scale, scale);
    for (const mark of marks) {
      if (mark.kind === "hold") {
        pen.globalAlpha = 0.18;
        pen.fillStyle = colour("--gf-hold");
        pen.fillRect(mark.from * wide, 0, Math.max(2, (mark.until - mark.from) * wide), high);
      }
    }
    pen.globalAlpha = 1;
    const peak = Math.max(40, ...loud), bars = Math.floor(wide / (1 + GAP));
    channels.forEach((level, n) => {
      const middle = lane * (n + 0.5);
      for (let bar = 0; bar < bars; bar += 1) {
        const first = Math.floor(bar * bins / bars), end = Math.max(first + 1, Math.floor((bar + 1) * bins / bars));
        const tall = Math.max(1, Math.max(...level.slice(first, end)) / peak * (lane - 4));
        pen.fillStyle = colour((bar + 1) / bars <= now ? "--gf-accent" : "--gf-bar");
        pen.fillRect(bar * (1 + GAP), middle - tall / 2, 2, tall);
      }
    });
    for (const mark of marks) if (mark.kind === "gap") hatch(pen, mark.from * wide, high, colour("--gf-warn"));
    pen.fillStyle = colour("--gf-ink");
    pen.fillRect(Math.min(wide - 1, now * wide), 0, 1, high);
  };
  canvas.hidden = false;
  canvas.classList.toggle("wave-two", channels.length > 1);
  new ResizeObserver(draw).observe(canvas);
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  draw();
  return {
    at(share) { if (Math.abs(share - now) * canvas.clientWidth >= 0.5 || share === 0) { now = share; draw(); } },
    silence(share) { const span = spans.find(([from, until]) => share * bins >= from && share * bins < until); return span ? span[1] / bins : 0; },
  };
}

// What was left out is no length of the sound: a hatched place where it was.
function hatch(pen, at, high, colour) {
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (let y = 4; y < high; y += 5) { pen.moveTo(at - 4, y); pen.lineTo(at + 4, y - 4); }
  pen.stroke();
}

// Stretches in which no side says anything, with a little left on each side.
function silences(loud, shortest) {
  const found = [];
  for (let from = 0; from < loud.length;) {
    if (loud[from] > QUIET) { from += 1; continue; }
    let until = from;
    while (until < loud.length && loud[until] <= QUIET) until += 1;
    if (until - from >= shortest + 2) found.push([from + 1, until - 1]);
    from = until;
  }
  return found;
}
