// The phone of somebody who takes part in calls: it answers by itself, since it rings only for what its owner asked to hear.
import { Phone } from "./phone.js";


export class Ear extends Phone {
  // `speaks`: who only listens is never asked for the microphone.
  constructor(path, far, on, { speaks }) {
    super(path, far, on);
    this.speaks = speaks;
    if (speaks) this.prepare();
    // Who listens for a client comes back to nothing: the listening ends with the page.
    else addEventListener("pagehide", () => this.ua?.stop());
  }

  // Where the browser allows it already, the microphone is open before the first call, so that none waits for it. When it
  // allows it later, it is used at once.
  async prepare() {
    try {
      const allowed = await navigator.permissions.query({ name: "microphone" });
      allowed.addEventListener("change", () => this.otherMicrophone());
      if (allowed.state === "granted") await this.microphone();
    } catch { /* asked for at the first call */ }
  }
  async microphone() { return this.stream?.active && !this.deaf ? this.stream : super.microphone(); }

  // Before one wants to be heard: says whether one can be, and what is in the way.
  async voice() {
    try { await (this.deaf && this.active ? this.speakUp() : this.microphone()); return true; } catch (error) { this.refused(error); return false; }
  }
  refused(error) { this.on("trouble", error.name === "NotFoundError" ? "mic_missing" : "mic_denied"); }

  incoming(session) { if (!this.session || this.replaces) this.wanted = true; super.incoming(session); }

  // To listen needs no microphone: without one, silence is sent until there is one.
  async answer() {
    if (!this.ringing || this.answering) return;
    this.answering = true;
    const pcConfig = await this.ice();
    if (!this.ringing) { this.answering = false; return; }
    if (!this.speaks) this.session.answer({ mediaConstraints: { audio: false, video: false }, pcConfig });
    else {
      const mediaStream = await this.microphone().catch((error) => { this.deaf = true; this.refused(error); return silence(); });
      if (this.ringing) this.session.answer({ mediaStream, pcConfig });
    }
    this.answering = false;
  }
}
const silence = () => new AudioContext().createMediaStreamDestination().stream;
