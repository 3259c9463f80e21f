// Asks for a reason before something is done to a conversation or an agent; says nothing where nothing needs to be asked.
import { put, words } from "./tools.js";

export class Asking {
  constructor(dialog) {
    Object.assign(this, { dialog, input: dialog.querySelector("input"), label: dialog.querySelector('[data-f="label"]'), wrong: dialog.querySelector('[data-f="wrong"]') });
    dialog.querySelector("form").addEventListener("submit", (event) => {
      const told = this.input.value.trim();
      if (!told && !this.free) { event.preventDefault(); this.wrong.hidden = false; this.input.focus(); return; }
      this.done?.(told); this.done = null;
    });
    dialog.querySelector("[data-no]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { this.done?.(null); this.done = null; });
  }

  // The reason, an empty one where none is needed, or null: not to be done. `sure`: ask even where no reason is needed.
  reason(question, { free, sure }) {
    if (free && !sure) return Promise.resolve("");
    this.free = free; this.wrong.hidden = true; this.input.value = "";
    put(this.dialog.querySelector("h2"), question);
    put(this.label, free ? words.floor.reason_free : words.floor.reason_needed);
    this.dialog.showModal();
    this.input.focus();
    return new Promise((done) => { this.done = done; });
  }
}
