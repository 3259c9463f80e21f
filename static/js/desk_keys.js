// Everything by keyboard. With Alt a letter acts anywhere, and so does a function key; a letter or sign alone never while
// somebody types or a dialog is open. Which key does what is the person's own choice, made in the list of keys.
import { fill, put, words } from "./tools.js";

const KEPT = "gf-letters", ALWAYS = ["answer", "hang_up", "mute"]; // the call itself is in reach from everywhere
const OWN = /^(Alt\+)?[A-Z]$|^F([2-46-9]|10)$|^[,./;'[\]=-]$/;
const base = (key) => key.replace("Alt+", "");
const alone = (key) => key !== "" && !key.startsWith("Alt+");
export const shown = (key) => key.replace("+", " ") || "—";
export let mine = words.keys ?? {};

// What was pressed, as keys are written. The letter is what the layout says; behind Alt or an input method, where it lies.
function pressed(event) {
  if (/^F\d+$/.test(event.key)) return event.key;
  const letter = /^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : event.code.startsWith("Key") ? event.code.slice(3) : "";
  return letter || (event.altKey ? "" : event.key);
}

// `buttons`: by act, what gives its button now; `does`: acts without a button.
export function keys({ buttons, does, choices, chosen, list, post }) {
  const box = list.querySelector('[data-part="letters"]');
  box.checked = localStorage.getItem(KEPT) !== "off";
  box.addEventListener("change", () => { localStorage.setItem(KEPT, box.checked ? "on" : "off"); });
  const own = chooser(list, post);
  const press = (act) => {
    if (does[act]) return does[act]() !== false;
    const button = buttons[act]?.();
    if (!button || button.hidden || button.disabled || !button.offsetParent) return false;
    button.click();
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (own.takes(event)) return;
    if (event.ctrlKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
    const key = pressed(event), modal = document.querySelector("dialog[open]"), strong = event.altKey || /^F\d+$/.test(key);
    const act = Object.keys(mine).find((each) => base(mine[each]) === key && key !== "" && (event.altKey || alone(mine[each])));
    if (event.altKey && /^Digit[1-9]$/.test(event.code)) {
      const choice = choices()[Number(event.code.at(-1)) - 1];
      if (choice?.closest("section").offsetParent && !modal) { event.preventDefault(); choice.checked = true; choice.focus(); chosen(choice); }
      return;
    }
    if (strong) {
      if (act && (!modal || ALWAYS.includes(act)) && !event.repeat && press(act)) event.preventDefault();
      return;
    }
    if (modal || event.repeat || event.target.closest?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]")) return;
    if (event.key === "?") { event.preventDefault(); list.showModal(); return; }
    if (act && (!event.shiftKey || !/^[A-Z]$/.test(key)) && (box.checked || !/^[A-Z]$/.test(key)) && press(act)) event.preventDefault();
  });
  paint();
}

// The keys on the buttons, what a reader's software is told of them, and what lies under the pointer.
export function paint(root = document) {
  for (const node of root.querySelectorAll("[data-key-of]")) { const key = mine[node.dataset.keyOf] ?? ""; node.hidden = !key && !node.closest(".key-list"); put(node, shown(key)); }
  for (const node of root.querySelectorAll("[data-keys-for]")) {
    const act = node.dataset.keysFor, key = mine[act] ?? "";
    if (key) node.setAttribute("aria-keyshortcuts", alone(key) && /^[A-Z]$/.test(key) ? `${key} Alt+${key}` : key); else node.removeAttribute("aria-keyshortcuts");
    node.title = key ? `${words.key_acts[act]} (${shown(key)})` : words.key_acts[act];
  }
}

// Changing a key: press its button, then the new key. Kept at once; a clash is said and changes nothing.
function chooser(list, post) {
  const said = list.querySelector('[data-part="keys-said"]');
  let waiting = null;
  const stop = () => { if (waiting) { waiting.setAttribute("aria-pressed", "false"); waiting = null; paint(list); } };
  const tell = (text, wrong) => { put(said, text); said.className = `mb-0 ${wrong ? "tone-bad" : "tone-ok"}`; };
  async function keep(changed, text) {
    const done = await post("/desk/keys", { keys: changed }, (reason) => tell(reason, true));
    if (done) { mine = done.keys; paint(); tell(text, false); }
  }
  list.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button?.dataset.change) {
      const again = button === waiting;
      stop();
      if (!again) { waiting = button; button.setAttribute("aria-pressed", "true"); put(button.querySelector("kbd"), words.desk.press_key); tell("", false); }
    }
    if (button?.dataset.part === "keys-reset") { stop(); keep({}, words.desk.keys_reset); }
  });
  list.addEventListener("close", () => { stop(); tell("", false); });
  function takes(event) {
    if (!waiting || ["Alt", "Shift", "Control", "Meta", "Tab"].includes(event.key)) return false;
    event.preventDefault(); event.stopPropagation();
    const act = waiting.dataset.change, key = (event.altKey ? "Alt+" : "") + pressed(event);
    stop();
    if (event.key === "Escape") return true;
    const other = Object.keys(mine).find((each) => each !== act && mine[each] && base(mine[each]) === base(key));
    if (event.ctrlKey || event.metaKey || !OWN.test(key)) tell(words.desk.key_no, true);
    else if (other) tell(fill(words.desk.key_taken, { key: shown(key), act: words.key_acts[other] }), true);
    else keep({ ...Object.fromEntries(Object.entries(mine).filter(([, each]) => each)), [act]: key }, fill(words.desk.key_kept, { key: shown(key), act: words.key_acts[act] }));
    return true;
  }
  return { takes };
}
