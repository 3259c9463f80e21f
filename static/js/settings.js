// Pages of settings work without this file. It adds: more rows without a round trip, copying Monday's hours, jumping to a line
// of a flow, printing, and asking before something unsaved is left behind.
const renumber = (row, from, to) => {
  for (const each of row.querySelectorAll("[name],[id],[for],[aria-describedby],[data-rows]")) {
    for (const at of ["name", "data-rows"]) if (each.hasAttribute(at)) each.setAttribute(at, each.getAttribute(at).replace(from, to));
    for (const at of ["id", "for", "aria-describedby"]) if (each.hasAttribute(at)) each.setAttribute(at, each.getAttribute(at).replaceAll(from.replaceAll("/", "-"), to.replaceAll("/", "-")));
  }
};

const own = (list, selector) => [...list.querySelectorAll(selector)].filter((each) => each.closest("[data-rows]") === list || each.parentElement.closest("[data-rows]") === list);

for (const list of document.querySelectorAll("[data-rows]")) {
  const add = own(list, "[data-add]").find((each) => each.parentElement === list);
  const spare = [...list.children].find((each) => each.hasAttribute("data-spare"));
  if (!add || !spare) continue;
  add.hidden = false;
  const rows = [...list.children].filter((each) => each.hasAttribute("data-row"));
  if (rows.length > 1 || list.classList.contains("spans") || list.hasAttribute("data-shy")) spare.hidden = true;
}

document.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add]");
  if (add) {
    const list = add.closest("[data-rows]");
    const rows = [...list.children].filter((each) => each.hasAttribute("data-row"));
    const last = rows.at(-1);
    if (last.hidden) { last.hidden = false; last.querySelector("input,select,textarea")?.focus(); return; }
    const made = last.cloneNode(true);
    renumber(made, `${list.dataset.rows}/${rows.length - 1}/`, `${list.dataset.rows}/${rows.length}/`);
    renumber(made, `${list.dataset.rows}/${rows.length - 1}`, `${list.dataset.rows}/${rows.length}`);
    for (const each of made.querySelectorAll("input:not([type=checkbox]):not([type=radio]),textarea")) { each.value = ""; each.removeAttribute("aria-invalid"); }
    for (const each of made.querySelectorAll("select")) each.selectedIndex = 0;
    for (const each of made.querySelectorAll(".field-error")) each.remove();
    last.after(made);
    made.querySelector("input:not([type=hidden]),select,textarea")?.focus();
  }
  if (event.target.closest("[data-copy-monday]")) {
    const form = event.target.closest("form");
    const days = [...form.querySelectorAll(".week-day .spans")];
    const values = [...days[0].querySelectorAll("input")].map((each) => each.value);
    for (const day of days.slice(1, 5)) {
      while (day.querySelectorAll("input").length < values.length) {
        const spare = day.querySelector("[data-row]:last-of-type");
        if (spare?.hidden) spare.hidden = false;
        day.querySelector("[data-add]").click();
      }
      [...day.querySelectorAll("input")].forEach((each, at) => { each.value = values[at] ?? ""; });
      for (const row of day.querySelectorAll("[data-row]")) row.hidden = [...row.querySelectorAll("input")].every((each) => !each.value) && row !== day.querySelector("[data-row]");
    }
    event.target.closest("[data-copy-monday]").focus();
  }
  const jump = event.target.closest("[data-line]");
  if (jump) {
    const text = document.querySelector("#text");
    const lines = text.value.split("\n");
    const at = lines.slice(0, Number(jump.dataset.line) - 1).join("\n").length + (jump.dataset.line > 1 ? 1 : 0);
    text.focus();
    text.setSelectionRange(at, at + lines[Number(jump.dataset.line) - 1].length);
    text.scrollTop = (Number(jump.dataset.line) - 4) * parseFloat(getComputedStyle(text).lineHeight);
  }
  if (event.target.closest("[data-print]")) window.print();
});

for (const each of document.querySelectorAll("[data-copy-monday],[data-print]")) each.hidden = false;
document.querySelector("[role=alert][tabindex]")?.focus();
const here = document.querySelector(".area-nav [aria-current]");
if (here) {  // scrollIntoView would move the page as well
  const nav = here.closest(".area-nav"), a = here.getBoundingClientRect(), b = nav.getBoundingClientRect();
  nav.scrollLeft += a.left - b.left - (b.width - a.width) / 2;
  if (a.bottom > b.bottom) nav.scrollTop += a.bottom - b.bottom + a.height;
}

// The server refuses too much as well, but a browser shows no page for that.
for (const file of document.querySelectorAll("input[type=file][data-most]")) {
  file.addEventListener("change", () => {
    file.setCustomValidity(file.files[0]?.size > Number(file.dataset.most) ? file.dataset.mostWord : "");
    file.reportValidity();
  });
}

let touched = false;
document.addEventListener("input", (event) => { if (event.target.form?.method === "post") touched = true; });
document.addEventListener("submit", () => { touched = false; });
window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
