// The page from which a client steers its running centre: countdowns by the server's clock, and an announcement by ear.
import "./control_asks.js";
import { duration, put, steady, words } from "./tools.js";

const region = document.getElementById("control");
const offset = Number(region.dataset.now) - steady();

function tick() {
  const now = steady() + offset;
  for (const node of document.querySelectorAll("[data-until-ms]")) {
    const left = Number(node.dataset.untilMs) - now;
    put(node, duration(left));
    if (left <= 0) { location.reload(); return; } // once: what is over is not shown again
  }
}
setInterval(tick, 1000);

for (const choice of document.querySelectorAll("[data-until]")) {
  const time = choice.closest("form").querySelector("[data-until-time]");
  choice.addEventListener("change", () => { time.hidden = choice.value !== "time"; });
}

for (const button of document.querySelectorAll("[data-hear]")) {
  const form = button.closest("form"), language = button.dataset.hear;
  const ear = form.querySelector(`[data-ear="${language}"]`), text = document.getElementById(`text-${language}`), file = document.getElementById(`sound-${language}`);
  button.addEventListener("click", () => {
    if (ear.src.startsWith("blob:")) URL.revokeObjectURL(ear.src);
    if (file.files.length) ear.src = URL.createObjectURL(file.files[0]);
    else if (text.value.trim()) ear.src = `/control/preview?${new URLSearchParams({ language, text: text.value.trim() })}`;
    else { text.focus(); return; }
    ear.hidden = false;
    ear.play().catch(() => { ear.title = words.audio_failed; });
  });
}
