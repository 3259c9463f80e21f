// A list that is swapped for a newer one keeps what its reader has in it, by the ids of what is there: the focus, ticks,
// what is typed, open menus, and how far it is scrolled sideways. What is gone cannot keep the focus: the list gets it.
export function hold(list) {
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const fields = list.querySelectorAll("input[id], textarea[id]"), menus = list.querySelectorAll("details[id][open]");
  const aside = list.querySelector(".scroll")?.scrollLeft;
  return (fresh) => {
    const there = (was) => (was.id ? fresh.querySelector(`#${CSS.escape(was.id)}`) : null);
    for (const was of fields) {
      const field = there(was), kept = was.type === "checkbox" ? "checked" : "value";
      if (field) field[kept] = was[kept];
    }
    for (const was of menus) { const menu = there(was); if (menu) menu.open = true; }
    const box = fresh.querySelector(".scroll");
    if (box && aside) box.scrollLeft = aside;
    if (focused && !focused.isConnected) (there(focused) ?? box ?? document.querySelector("[data-filter]")).focus({ preventScroll: true });
  };
}
