// "Do not call this number again": asked once more, with a reason; whoever keeps the client's list may undo it.
import { put } from "./tools.js";

const box = document.getElementById("no-call"), form = box.querySelector('[data-part="no-call-form"]'), error = box.querySelector('[data-part="no-call-error"]');
const { reason } = form.elements;

// `post(path, body, wrong)` answers null when it failed; `done` is told that the number is on the list.
export function noCallOf(post, done) {
  let about = null, busy = false;
  const wrong = (text) => { put(error, text); error.hidden = false; reason.setAttribute("aria-invalid", "true"); reason.focus(); };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true; error.hidden = true;
    const told = await post("/desk/do-not-call", { interaction: about, reason: reason.value }, wrong);
    busy = false;
    if (told) { box.close(); done(); }
  });
  return {
    open: (interaction) => { about = interaction; error.hidden = true; form.reset(); reason.removeAttribute("aria-invalid"); box.showModal(); reason.focus(); },
  };
}
