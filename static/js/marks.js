// The list of what happened on a recording: each entry plays from there.
document.addEventListener("click", (event) => {
  const mark = event.target.closest("[data-seek]"), audio = mark?.closest(".panel-body").querySelector("audio");
  if (!audio) return;
  audio.currentTime = Number(mark.dataset.seek) / 1000;
  audio.play().catch(() => { /* the reader presses play; a missing file is told by its error event */ });
});
