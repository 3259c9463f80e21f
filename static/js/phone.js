// The browser phone on JsSIP: registers once per browser, rings, answers, mutes. Tells everything by `on(event, detail)`:
// state (connecting, ready, refused, unreachable, elsewhere, busy_elsewhere), ringing, active, ended, trouble (mic_denied, …).
const LOCK = "glassfloor-phone";
const AUDIO = { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true }, video: false };

export class Phone {
  constructor(path, far, on) {
    Object.assign(this, { path, far, on, state: "connecting", session: null, wanted: false, release: null });
    this.tabs = new BroadcastChannel(LOCK);
    this.tabs.onmessage = ({ data }) => this.heard(data);
    addEventListener("pagehide", () => this.ua?.stop());
    this.claim();
  }

  // One tab has the phone; the lock falls with the tab, so a crashed one blocks nobody.
  claim() {
    navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
      if (!lock) { this.is("elsewhere"); this.wait(); return null; }
      return this.hold();
    });
  }
  // A tab that stands by takes the phone when the other one closes.
  wait() { if (!this.waiting) this.waiting = navigator.locks.request(LOCK, () => { this.waiting = null; return this.hold(); }); }
  hold() { return new Promise((release) => { this.release = release; this.register(); }); }
  take() { this.tabs.postMessage("take"); }
  heard(data) {
    if (data === "take" && this.release) {
      if (this.session) { this.tabs.postMessage("busy"); return; }
      this.ua?.stop(); this.ua = null;
      this.release(); this.release = null;
      this.is("elsewhere");
      setTimeout(() => this.wait(), 500);
    }
    if (data === "busy" && this.state === "elsewhere") this.is("busy_elsewhere");
  }

  is(state) { this.state = state; this.on("state", state); }

  async register() {
    this.is("connecting");
    try {
      const answer = await fetch(this.path, { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const given = await answer.json();
      this.ua = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(given.ws_url)], uri: given.uri, password: given.password, session_timers: false, register_expires: 120, connection_recovery_min_interval: 1, connection_recovery_max_interval: 8, user_agent: "Glassfloor desk" });
    } catch { this.is("unreachable"); setTimeout(() => this.release && this.register(), 3000); return; }
    const ua = this.ua;
    ua.on("registered", () => this.is("ready"));
    ua.on("unregistered", () => ua === this.ua && this.is("unreachable"));
    ua.on("registrationFailed", ({ cause }) => { const refused = cause === "Authentication Error" || cause === "Rejected"; this.is(refused ? "refused" : "unreachable"); setTimeout(() => { if (ua !== this.ua) return; if (refused) this.again(); else if (ua.isConnected()) ua.register(); }, refused ? 1500 : 3000); });
    ua.on("disconnected", () => ua === this.ua && this.is("unreachable"));
    ua.on("newRTCSession", ({ session, originator }) => originator === "remote" && this.incoming(session));
    ua.start();
  }

  // The account is another one since somebody sat down here, or the phone engine has not heard of it yet: ask for it anew.
  again() { if (this.session) return; this.ua.stop(); this.ua = null; this.register(); }

  incoming(session) {
    if (this.session) { session.terminate({ status_code: 486 }); return; }
    this.session = session;
    session.on("accepted", () => this.on("active"));
    session.on("getusermediafailed", (error) => { this.wanted = false; this.on("trouble", error?.name === "NotFoundError" ? "mic_missing" : "mic_denied"); });
    session.on("peerconnection", ({ peerconnection }) => this.listen(peerconnection));
    for (const end of ["ended", "failed"]) session.on(end, () => { if (this.session === session) { this.session = null; this.wanted = false; this.far.srcObject = null; this.on("ended"); } });
    this.on("ringing");
    if (this.wanted) this.answer();
  }
  listen(connection) {
    connection.addEventListener("track", ({ streams, track }) => { this.far.srcObject = streams[0] ?? new MediaStream([track]); });
    connection.addEventListener("iceconnectionstatechange", () => { if (connection.iceConnectionState === "failed") this.on("trouble", "ice_failed"); });
  }

  get ringing() { return this.session?.isInProgress() ?? false; }
  get active() { return this.session?.isEstablished() ?? false; }

  // Answers what rings; with nothing ringing yet it remembers the wish. The microphone is asked first, so that a refusal leaves the call ringing.
  async answer() {
    this.wanted = true;
    if (!this.ringing || this.answering) return;
    this.answering = true;
    try {
      const stream = await navigator.mediaDevices.getUserMedia(AUDIO);
      if (this.ringing) this.session.answer({ mediaStream: stream, pcConfig: { iceServers: [] } });
      else for (const track of stream.getTracks()) track.stop();
    } catch (error) { this.wanted = false; this.on("trouble", error.name === "NotFoundError" ? "mic_missing" : "mic_denied"); }
    this.answering = false;
  }
  mute(on) { if (this.active) { if (on) this.session.mute({ audio: true }); else this.session.unmute({ audio: true }); } }
  hangUp() { this.wanted = false; if (this.session && !this.session.isEnded()) this.session.terminate(); }
}

// A ring made here, no file: two soft tones, two seconds apart. Browsers allow it after the page's first click.
export class Ring {
  start() {
    if (this.timer) return;
    this.once();
    this.timer = setInterval(() => this.once(), 2000);
  }
  get silent() { return this.audio?.state === "suspended"; }
  stop() { clearInterval(this.timer); this.timer = null; }
  once() {
    this.audio ??= new AudioContext();
    this.audio.resume();
    if (this.silent) return;
    const now = this.audio.currentTime;
    [[659, 0], [523, 0.22], [659, 0.44]].forEach(([pitch, after]) => {
      const tone = this.audio.createOscillator(), gain = this.audio.createGain();
      tone.frequency.value = pitch;
      gain.gain.setValueAtTime(0, now + after);
      gain.gain.linearRampToValueAtTime(0.25, now + after + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.001, now + after + 0.35);
      tone.connect(gain).connect(this.audio.destination);
      tone.start(now + after); tone.stop(now + after + 0.4);
    });
  }
}
