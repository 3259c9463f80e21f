// Views of one's own: a name for what the address says. The list is a form without scripts, too.
import { mark } from "./tools.js";

export function keepViews(choice) {
  const box = document.querySelector('[data-part="views"]');
  if (!box) return;
  const keep = box.querySelector("[data-keep-view]");
  keep?.addEventListener("submit", () => { keep.elements.query.value = choice.query; });
  for (const link of box.querySelectorAll("[data-view]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choice.take(link.dataset.view);
      box.open = false;
      for (const other of box.querySelectorAll("[data-view]")) mark(other, "current", other === link ? "1" : null);
    });
  }
  // The default view opens when the address says nothing of its own.
  const usual = box.querySelector("[data-view][data-usual]");
  if (usual && choice.query === "") choice.take(usual.dataset.view);
}
