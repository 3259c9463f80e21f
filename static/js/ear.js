// The phone of somebody who takes part in calls: it answers by itself, since it rings only for what its owner asked to hear.
import { Phone } from "./phone.js";

const SPEAKING = { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true }, video: false };

export class Ear extends Phone {
  // `speaks`: the microphone is needed; who only listens is never asked for it.
  constructor(path, far, on, { speaks }) {
    super(path, far, on);
    this.speaks = speaks;
    if (speaks) this.prepare();
  }

  // Where the browser allows it already, the microphone is open before the first call, so that none waits for it.
  async prepare() {
    try { if ((await navigator.permissions.query({ name: "microphone" })).state === "granted") await this.microphone(); } catch { /* asked for at the first call */ }
  }
  async microphone() {
    if (!this.stream?.active) this.stream = await navigator.mediaDevices.getUserMedia(SPEAKING);
    return this.stream;
  }

  incoming(session) { if (!this.session) this.wanted = true; super.incoming(session); }

  async answer() {
    if (!this.ringing || this.answering) return;
    this.answering = true;
    const pcConfig = { iceServers: [] };
    try {
      if (!this.speaks) this.session.answer({ mediaConstraints: { audio: false, video: false }, pcConfig });
      else { const mediaStream = await this.microphone(); if (this.ringing) this.session.answer({ mediaStream, pcConfig }); }
    } catch (error) { this.on("trouble", error.name === "NotFoundError" ? "mic_missing" : "mic_denied"); }
    this.answering = false;
  }
}
