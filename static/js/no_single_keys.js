// The reader turned single keys off (WCAG 2.2, 2.1.4): no listener of a page hears a letter, digit or mark that is pressed
// by itself outside a field. Writing, Space, arrows and keys with Ctrl, Alt or Meta are as ever.
addEventListener("keydown", (event) => {
  if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.altKey || event.metaKey) return;
  if (!event.target.closest?.("input, textarea, select, [contenteditable]")) event.stopImmediatePropagation();
}, true);
