// Everything by keyboard. With Alt a key acts anywhere; a letter alone never while somebody types or a dialog is open.
const KEPT = "gf-letters";

export function keys({ buttons, choices, chosen, search, move, list }) {
  const box = list.querySelector('[data-part="letters"]');
  box.checked = localStorage.getItem(KEPT) !== "off";
  box.addEventListener("change", () => localStorage.setItem(KEPT, box.checked ? "on" : "off"));
  const press = (button) => {
    if (!button || button.hidden || button.disabled || !button.offsetParent) return false;
    button.click();
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
    const letter = event.code.startsWith("Key") ? event.code.slice(3) : "";
    const modal = document.querySelector("dialog[open]");
    if (event.altKey) {
      const choice = /^Digit[1-9]$/.test(event.code) ? choices()[Number(event.code.at(-1)) - 1] : null;
      if (choice?.offsetParent !== undefined && choice?.closest("section").offsetParent) { event.preventDefault(); choice.checked = true; choice.focus(); chosen(choice); return; }
      if (modal && !["A", "H", "M"].includes(letter)) return; // the call itself is in reach from everywhere
      if (letter && press(buttons[letter]?.())) event.preventDefault();
      return;
    }
    if (modal || event.target.closest?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]")) return;
    if (event.key === "?") { event.preventDefault(); list.showModal(); return; }
    if (event.key === "/") { if (search()) event.preventDefault(); return; }
    if (event.key === "," || event.key === ".") { move(event.key === "." ? 1 : -1); return; }
    if (box.checked && !event.shiftKey && !event.repeat && "HMOKT".includes(letter || " ") && press(buttons[letter]?.())) event.preventDefault();
  });
}
