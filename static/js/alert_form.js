// The form of a threshold shows only what its figure has; without this script everything stands there and is left out on saving.
import { words } from "./tools.js";

const form = document.getElementById("rule"), { seats, queues, windows, shares, units } = words.parts;
const field = (name) => form.elements[name];

function fit() {
  const figure = field("figure").value, ofSeats = seats.includes(figure);
  const shown = { state: figure === "seat_state", compare: !ofSeats, windows: windows.includes(figure), shares: shares.includes(figure) };
  for (const box of form.querySelectorAll("[data-for]")) box.hidden = !shown[box.dataset.for];
  for (const unit of form.querySelectorAll("[data-unit]")) unit.textContent = units[figure];
  const kind = ofSeats ? "seats" : queues.includes(figure) ? "queues" : "all";
  for (const option of field("scope").options) { option.hidden = !option.dataset.of.split(" ").includes(kind); option.disabled = option.hidden; }
  if (field("scope").selectedOptions[0]?.disabled ?? true) field("scope").value = ofSeats ? "each_seat" : "all";
}
field("figure").addEventListener("change", fit);
fit();
