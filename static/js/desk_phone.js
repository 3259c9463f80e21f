// Which phone rings: the one that the agent chose, in this browser or in another; the switchboard's word counts. What is
// chosen here is posted, and waited for. Also says which phones are there, and offers the other one when the chosen is not.
import { put, words } from "./tools.js";

const WAITED_MS = 8000;
const AWAY = new Set(["refused", "unreachable"]);

export class Choice {
  constructor(page, phone, post) {
    Object.assign(this, { page, phone, post, wanted: null, since: 0, told: false, desk: null });
    this.button = this.part("other-phone");
    this.button.addEventListener("click", () => this.choose(this.other));
  }
  part(name) { return this.page.querySelector(`[data-part="${name}"]`); }
  get other() { return this.phone.mode === "desk" ? "browser" : "desk"; }

  // Answers false in a call: then nothing changes.
  choose(mode) {
    const before = this.phone.mode;
    if (!this.phone.use(mode)) return false;
    this.tell(mode).then((done) => { if (!done) { this.wanted = null; this.phone.use(before); } });
    return true;
  }
  async tell(mode, wrong = null) {
    this.wanted = mode; this.since = performance.now();
    return Boolean(await this.post("/desk/phone", { phone: mode }, wrong));
  }

  // What the feed says. Who has never chosen has chosen by opening the desk.
  follow(desk) {
    this.desk = desk;
    const { chosen } = desk.phones;
    if (chosen === this.wanted || performance.now() - this.since > WAITED_MS) this.wanted = null;
    if (!chosen && desk.agent.desk && !this.told) { this.told = true; this.tell(this.phone.mode, () => {}); }
    else if (chosen && !this.wanted && chosen !== this.phone.mode) this.phone.use(chosen);
  }

  // The chosen phone is not there.
  get missing() { return this.phone.mode === "desk" ? this.desk?.phone === false : AWAY.has(this.phone.state); }
  // What is to be said of it, if there is anything: another one is there, or the last call found it silent.
  get trouble() {
    if (this.desk?.state === "on_break" && this.desk.reason === "phone_silent") return words.desk.phone_silent;
    if (!this.missing || !this.desk?.phones.other) return null;
    return this.phone.mode === "desk" ? words.desk.only_browser : words.desk.only_desk;
  }

  paint() {
    const { mode, state } = this.phone, others = Boolean(this.desk?.phones.other);
    const there = { browser: mode === "browser" ? state === "ready" : others, desk: mode === "desk" ? Boolean(this.desk?.phone) : others };
    for (const kind of ["browser", "desk"]) put(this.part(`there-${kind}`), there[kind] ? words.desk.registered : words.desk.not_registered);
    const silent = this.desk?.reason === "phone_silent" && this.desk.state === "on_break";
    this.button.hidden = !(silent || (this.missing && (others || mode === "desk")));
    put(this.part("other-phone-word"), mode === "desk" ? words.desk.use_browser : words.desk.use_desk);
  }
}
