// What supervisors write to this agent: the oldest unread one stands above the desk, without taking the focus; all of
// today's in a list. One line answers it; an empty one, or the key, only says that it was seen.
import { clock, fill, put, words } from "./tools.js";

export class Inbox {
  constructor(page, post) {
    Object.assign(this, { page, post, list: [], shown: null, chosen: null, told: new Set(), busy: false });
    this.input = document.getElementById("message-answer");
    this.part("message-form").addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.part("message-seen").addEventListener("click", () => this.done("read", { message: this.shown?.id }));
    this.part("message-lines").addEventListener("click", (event) => {
      if (!event.target.closest("[data-answer]")) return;
      this.chosen = event.target.closest("li").dataset.key; this.paint(this.list); this.input.focus();
    });
  }
  part(name) { return this.page.querySelector(`[data-part="${name}"]`); }

  paint(list) {
    this.list = list;
    const unread = list.filter((each) => !each.read).reverse(); // the feed has the newest first
    const next = list.find((each) => each.id === this.chosen && !each.answer) ?? unread[0] ?? null;
    if (next?.id !== this.shown?.id) { this.input.value = ""; this.part("message-wrong").hidden = true; }
    this.shown = next;
    this.part("inbox").hidden = !next;
    if (next) {
      put(this.part("message-from"), next.from);
      put(this.part("message-when"), `${clock(next.at, "minutes")} · ${words.messages.audience[next.audience]}`);
      put(this.part("message-text"), next.text);
      this.part("message-more").hidden = unread.length < 2;
      put(this.part("message-more"), fill(words.messages.more, { count: unread.length - 1 }));
    }
    for (const each of unread) if (!this.told.has(each.id)) { this.told.add(each.id); put(this.part("message-live"), fill(words.messages.said, { name: each.from, text: each.text })); }
    this.lines(unread.length);
  }
  lines(unread) {
    this.part("messages").hidden = this.list.length === 0;
    this.part("messages-new").hidden = unread === 0;
    put(this.part("messages-new"), fill(words.messages.unseen, { count: unread }));
    this.part("message-lines").replaceChildren(...this.list.map((each) => {
      const line = document.getElementById("message-line").content.firstElementChild.cloneNode(true);
      const cell = (name) => line.querySelector(`[data-f="${name}"]`);
      line.dataset.key = each.id;
      put(cell("at"), clock(each.at, "minutes")); put(cell("from"), each.from); put(cell("audience"), words.messages.audience[each.audience]);
      put(cell("text"), each.text); put(cell("state"), each.read ? words.messages.seen : words.messages.new);
      cell("state").classList.toggle("tag-info", !each.read);
      cell("answer").hidden = !each.answer; put(cell("answer"), fill(words.messages.you, { text: each.answer ?? "" }));
      line.querySelector("[data-answer]").hidden = Boolean(each.answer) || each.id === this.shown?.id;
      return line;
    }));
  }

  // By the key: to the answer first, then it is seen.
  key() {
    if (!this.shown) return false;
    if (document.activeElement === this.input) this.send(); else this.input.focus();
    return true;
  }
  send() {
    const text = this.input.value.trim();
    return text ? this.done("answer", { message: this.shown?.id, text }) : this.done("read", { message: this.shown?.id });
  }
  async done(what, fields) {
    if (!this.shown || this.busy) return;
    this.busy = true;
    const wrong = this.part("message-wrong"), inside = this.part("inbox").contains(document.activeElement);
    wrong.hidden = true;
    const ok = await this.post(`/desk/messages/${what}`, fields, (text) => { put(wrong, text); wrong.hidden = false; });
    this.busy = false;
    if (!ok) return;
    this.chosen = null; this.input.value = "";
    this.paint(this.list.map((each) => (each.id === fields.message ? { ...each, read: true, answer: fields.text ?? each.answer } : each)));
    if (inside && !this.shown) this.page.querySelector("h1").focus();
  }
}
