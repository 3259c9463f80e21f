import { tells } from "./heard.js";

// One player for a page's recordings: the button's file, space and j k to go 5 s back and forth.
const player = document.getElementById("player");
const audio = player.querySelector("audio");

// A recording of a conversation, wherever it is listed, is reported as on its own page; nothing else is.
const tell = tells(audio, () => (/^\/interactions\/[^/]+\/recording/.test(audio.getAttribute("src") ?? "") ? audio.getAttribute("src").replace("/recording", "/heard") : ""));

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-play]");
  if (!button) return;
  player.hidden = false;
  player.querySelector("[data-audio-error]").hidden = true;
  player.querySelector("b").textContent = button.dataset.what;
  tell();
  audio.src = button.dataset.play;
  audio.play().catch(() => { /* the reader presses play; a missing file is told by its error event */ });
});
document.addEventListener("keydown", (event) => {
  if (player.hidden || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, button, audio, summary, a")) return;
  if (event.key === " ") { event.preventDefault(); if (audio.paused) audio.play(); else audio.pause(); }
  if (event.key === "j") audio.currentTime -= 5;
  if (event.key === "k") audio.currentTime += 5;
});
