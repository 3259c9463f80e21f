// Arrow keys in a grid of tiles that wraps as it likes, or in a table by its rows: one tab stop, the focus moves with the keys (roving tabindex).
const CELL = '[role="gridcell"][tabindex]';
export function roving(grid, { open }) {
  const seen = (cell) => !cell.closest("[hidden]");
  const cells = () => [...grid.querySelectorAll(CELL)].filter(seen);
  const current = () => [...grid.querySelectorAll('[role="gridcell"][tabindex="0"]')].find(seen);

  function keep() {
    if (current()) return;
    for (const cell of grid.querySelectorAll('[tabindex="0"]')) cell.tabIndex = -1;
    const first = cells()[0];
    if (first) first.tabIndex = 0;
  }
  function go(cell) {
    if (!cell) return;
    for (const other of grid.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
    cell.scrollIntoView({ block: "nearest" });
  }
  // The nearest cell of the next line up or down, by where the tiles really are; in a table by the order of its rows.
  function vertical(from, way) {
    if (grid.tagName === "TABLE") { const all = cells(); return all[all.indexOf(from) + way]; }
    const { top, left } = from.getBoundingClientRect();
    const boxes = cells().map((cell) => ({ cell, box: cell.getBoundingClientRect() }));
    const lines = boxes.filter(({ box }) => (way > 0 ? box.top > top + 4 : box.top < top - 4));
    const line = way > 0 ? Math.min(...lines.map(({ box }) => box.top)) : Math.max(...lines.map(({ box }) => box.top));
    return lines.filter(({ box }) => Math.abs(box.top - line) < 4).sort((a, b) => Math.abs(a.box.left - left) - Math.abs(b.box.left - left))[0]?.cell;
  }

  grid.addEventListener("keydown", (event) => {
    const cell = event.target.closest(CELL);
    if (!cell) return;
    const all = cells(), at = all.indexOf(cell);
    const to = {
      ArrowRight: () => all[at + 1], ArrowLeft: () => all[at - 1], ArrowDown: () => vertical(cell, 1), ArrowUp: () => vertical(cell, -1),
      Home: () => all[0], End: () => all.at(-1),
    }[event.key];
    if (to) { event.preventDefault(); go(to()); } else if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(cell); }
  });
  grid.addEventListener("click", (event) => {
    const cell = event.target.closest(CELL) ?? event.target.closest("tr")?.querySelector(CELL);
    if (cell && !String(getSelection())) { go(cell); open(cell); }
  });
  keep();
  return { keep };
}
