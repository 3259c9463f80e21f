// What makes a ringing call impossible to miss: sound, the tab's title and icon, a notification of the system.
import { Ring } from "./phone.js";
import { fill, words } from "./tools.js";

const page = document.getElementById("desk"), icon = document.querySelector('link[rel="icon"]');
const title = document.title, quiet = icon.href;
export const ring = new Ring();
let flash = null, told = null;

export function ringing(call, locked) {
  const on = call?.state === "offered";
  if (on === Boolean(flash)) return false;
  if (!on) {
    clearInterval(flash); flash = null; ring.stop(); document.title = title; icon.href = quiet;
    told?.close(); told = null;
    return false;
  }
  // Nobody waits on the line for a task: it sounds once, and nothing rings.
  const calls = call.task ? words.task_desk.offered : words.desk.incoming_title;
  if (call.task) ring.once(); else ring.start();
  setTimeout(() => { if (ring.silent && flash) locked(); }, 300);
  let odd = false;
  const blink = () => { odd = !odd; document.title = odd ? `● ${calls}` : title; };
  flash = setInterval(blink, 1000); blink();
  icon.href = page.dataset.ringingIcon;
  // No number: a notification lies on the system's screen for everybody who passes by.
  if (window.Notification?.permission === "granted" && (document.hidden || !document.hasFocus())) {
    try {
      told = new Notification(calls, { body: fill("%(client)s · %(queue)s", { client: call.tenant.name, queue: call.queue?.name ?? "" }), tag: "glassfloor-call", requireInteraction: true });
      told.onclick = () => { window.focus(); told?.close(); };
    } catch { /* some systems only allow them from a service worker */ }
  }
  return true;
}
// Asked by a click only; the button goes when it was answered.
export function askNotifications(button) {
  const open = () => window.Notification?.permission === "default";
  button.hidden = !open();
  button.addEventListener("click", async () => { await Notification.requestPermission(); button.hidden = !open(); });
}
