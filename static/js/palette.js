// The palette (Ctrl K): finds pages, figures and things; and the list of keys (?). Arrows choose, Enter opens.
const dialog = document.getElementById("palette"), keys = document.getElementById("all-keys");
const input = dialog.querySelector("input"), list = dialog.querySelector("ul"), note = dialog.querySelector("p");
const sprite = document.querySelector("svg.icon use").getAttribute("href").split("#")[0];
let asked = 0, timer = null, chosen = -1;

function open() {
  if (dialog.open) return;
  for (const other of document.querySelectorAll("details.menu[open]")) other.open = false;
  dialog.showModal();
  input.value = "";
  look();
}
async function look() {
  const mine = ++asked;
  try {
    const answer = await fetch(`/palette?q=${encodeURIComponent(input.value)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { found } = await answer.json();
    if (mine === asked) show(found);
  } catch {
    if (mine === asked) { list.replaceChildren(); note.textContent = dialog.dataset.failed; }
  }
}
function show(found) {
  const nodes = [];
  let group = null;
  for (const [at, one] of found.entries()) {
    if (one.group !== group) { group = one.group; const head = document.createElement("li"); head.role = "presentation"; head.className = "palette-group"; head.textContent = group; nodes.push(head); }
    nodes.push(line(one, at));
  }
  list.replaceChildren(...nodes);
  note.textContent = found.length ? "" : dialog.dataset.none;
  choose(found.length ? 0 : -1);
}
function line({ text, href, icon }, at) {
  const node = document.createElement("li"), svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon"); svg.setAttribute("aria-hidden", "true"); use.setAttribute("href", `${sprite}#${icon}`); svg.append(use);
  const word = document.createElement("span");
  word.textContent = text;
  node.id = `palette-${at}`; node.role = "option"; node.dataset.href = href; node.append(svg, word);
  return node;
}
function choose(next) {
  const options = list.querySelectorAll('[role="option"]');
  chosen = options.length ? (next + options.length) % options.length : -1;
  options.forEach((node, at) => node.setAttribute("aria-selected", String(at === chosen)));
  if (chosen < 0) { input.removeAttribute("aria-activedescendant"); return; }
  input.setAttribute("aria-activedescendant", options[chosen].id);
  options[chosen].scrollIntoView({ block: "nearest" });
}
function go(node) { if (node) location.assign(node.dataset.href); }

input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 150); });
input.addEventListener("keydown", (event) => {
  if (event.isComposing) return; // Enter ends a Chinese word first
  if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); choose(chosen + (event.key === "ArrowDown" ? 1 : -1)); }
  if (event.key === "Enter") { event.preventDefault(); go(list.querySelector('[aria-selected="true"]')); }
});
list.addEventListener("click", (event) => go(event.target.closest('[role="option"]')));
document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]")) open(); });
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") { event.preventDefault(); open(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const typing = event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]");
  if (event.key === "?" && !typing && !document.querySelector('[data-act="keys"]') && !keys.open) keys.showModal();
});
