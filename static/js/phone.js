// The browser phone on JsSIP: registers once per browser, rings, answers, mutes. Tells everything by `on(event, detail)`:
// state (connecting, ready, refused, unreachable, elsewhere, busy_elsewhere, desk), ringing, active, ended, lost (no sound
// path any more), trouble (mic_denied, …), well (what was wrong is not any more).
// `talks`: whether the agent is in a call, as the switchboard says. `mode`: browser, or desk for who talks with a phone that stands there; then this page has none.
const ICE_AGE = 600000;
const LOCK = "glassfloor-phone", MODE = "gf-phone";
// The kinds of address (RFC 8445) that the given servers can find besides this machine's own: outer ones by STUN, relayed ones by TURN.
const findable = (ice) => new Set((ice?.iceServers ?? []).flatMap(({ urls }) => urls).map((url) => (url.startsWith("turn") ? "relay" : "srflx"))
  .filter((kind) => kind === "relay" || ice.iceTransportPolicy !== "relay"));
const AUDIO = { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true }, video: false };

export class Phone {
  constructor(path, far, on, talks, chosen = "") {
    Object.assign(this, { path, far, on, talks, state: "connecting", session: null, wanted: false, replaces: false, release: null, mode: (chosen || localStorage.getItem(MODE)) === "desk" ? "desk" : "browser" });
    this.tabs = new BroadcastChannel(LOCK);
    this.tabs.onmessage = ({ data }) => this.heard(data);
    // A page that goes ends no call: the switchboard rings the next page into it. Without a call it says that it goes.
    addEventListener("pagehide", () => { if (!this.active) this.ua?.stop(); });
    navigator.mediaDevices?.addEventListener("devicechange", () => this.otherMicrophone());
    // What is chosen in one tab holds in all: a tab that stands by must not register in the place of the phone on the desk.
    addEventListener("storage", ({ key, newValue }) => { if (key === MODE) this.use(newValue === "desk" ? "desk" : "browser"); });
    if (this.mode === "desk") queueMicrotask(() => this.is("desk")); else this.claim();
  }

  // Another way of talking, for this browser from now on; not in a call: then it answers false.
  use(mode) {
    if (this.session) return false;
    if (mode === this.mode) return true;
    this.mode = mode; localStorage.setItem(MODE, mode);
    if (mode === "browser") { this.is("connecting"); this.claim(); return true; }
    this.ua?.stop(); this.ua = null;
    this.release?.(); this.release = null;
    this.is("desk");
    return true;
  }

  // One tab has the phone; the lock falls with the tab, so a crashed one blocks nobody.
  claim() {
    navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
      if (this.mode === "desk") return null;
      if (!lock) { this.is("elsewhere"); this.wait(); return null; }
      return this.hold();
    });
  }
  // A tab that stands by takes the phone when the other one closes.
  wait() { if (!this.waiting) this.waiting = navigator.locks.request(LOCK, () => { this.waiting = null; return this.mode === "desk" ? null : this.hold(); }); }
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
      if (!this.release) return;
      this.given = { ice: given.ice, at: Date.now() };
      this.ua = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(given.ws_url)], uri: given.uri, password: given.password, session_timers: false, register_expires: 120, connection_recovery_min_interval: 1, connection_recovery_max_interval: 8, user_agent: "Glassfloor desk" });
    } catch { this.is("unreachable"); setTimeout(() => this.release && !this.ua && this.register(), 3000); return; }
    const ua = this.ua;
    ua.on("registered", () => { if (ua !== this.ua) return; this.is("ready"); if (this.broken) { this.broken = false; this.on("lost"); } });
    ua.on("unregistered", () => ua === this.ua && this.is("unreachable"));
    ua.on("registrationFailed", ({ cause }) => { const refused = cause === "Authentication Error" || cause === "Rejected"; if (ua === this.ua) this.is(refused ? "refused" : "unreachable"); setTimeout(() => { if (ua !== this.ua) return; if (refused) this.again(); else if (ua.isConnected()) ua.register(); }, refused ? 1500 : 3000); });
    ua.on("disconnected", () => ua === this.ua && this.is("unreachable"));
    ua.on("newRTCSession", ({ session, originator }) => originator === "remote" && this.incoming(session));
    ua.start();
  }

  // The network was away: a socket that died silently is told of by nobody for minutes. Whoever answers no registration
  // within four seconds gets a new socket; a call that runs does not end by it.
  check() {
    const ua = this.ua;
    if (!ua || this.checking) return;
    const again = () => { ua.transport?.disconnect(); ua.transport?.connect(); };
    if (!ua.isConnected()) { if (this.state === "unreachable") again(); return; }
    const done = () => { clearTimeout(this.checking); this.checking = null; ua.off("registered", done); };
    this.checking = setTimeout(() => { done(); if (ua === this.ua) again(); }, 4000);
    ua.on("registered", done);
    ua.register();
  }

  // The account is another one since somebody sat down here, or the phone engine has not heard of it yet: ask for it anew.
  again() { if (this.session) return; this.ua.stop(); this.ua = null; this.register(); }

  incoming(session) {
    const before = this.session;
    if (before && !this.replaces) {
      // The switchboard rings one call at a time: what still rings here, or runs on though no call does, lost its end with the network.
      if (this.active && this.talks()) { session.terminate({ status_code: 486 }); return; }
      this.quiet(); this.session = null; this.wanted = false; this.broken = false; // that one was wanted, not the next
      before.terminate();
    }
    this.replaces = false; this.answering = false; // the one before is ended by the switchboard, once this one is in the call
    this.session = session;
    session.on("accepted", () => this.session === session && this.on("active"));
    session.on("getusermediafailed", (error) => { this.wanted = false; this.on("trouble", error?.name === "NotFoundError" ? "mic_missing" : "mic_denied"); });
    session.on("peerconnection", ({ peerconnection }) => this.listen(session, peerconnection));
    // The search for addresses is over when each kind that the given servers can find was found: the browser's own end of it comes
    // later. A server that does not answer holds nothing back: what was found within a second is offered.
    const missing = findable(this.given?.ice);
    let limit = 0;
    session.on("icecandidate", ({ candidate, ready }) => {
      missing.delete(candidate.type);
      if (missing.size) limit ||= setTimeout(ready, 1000); else setTimeout(ready, 10); // all of this machine's come at once
    });
    for (const end of ["ended", "failed"]) session.on(end, () => { if (this.session === session) { this.quiet(); this.session = null; this.wanted = false; this.broken = false; this.far.srcObject = null; this.on("ended"); } });
    this.on("ringing");
    if (this.wanted) this.answer();
  }
  listen(session, connection) {
    connection.addEventListener("track", ({ streams, track }) => { if (this.session === session) this.far.srcObject = streams[0] ?? new MediaStream([track]); });
    connection.addEventListener("iceconnectionstatechange", () => {
      if (this.session !== session) return;
      const state = connection.iceConnectionState;
      if (state === "failed") { this.on("trouble", "ice_failed"); if (this.state === "ready") this.on("lost"); else this.broken = true; }
      if (state === "disconnected") this.on("trouble", "ice_weak");
      if (state === "connected" || state === "completed") this.on("well");
    });
  }

  get ringing() { return this.session?.isInProgress() ?? false; }
  get active() { return this.session?.isEstablished() ?? false; }

  // Answers what rings; with nothing ringing yet it remembers the wish. The microphone is asked first, so that a refusal leaves the call ringing.
  async answer() {
    this.wanted = true;
    if (!this.ringing || this.answering) return;
    this.answering = true;
    try {
      const stream = await this.microphone();
      if (this.ringing) this.session.answer({ mediaStream: stream, pcConfig: await this.ice() });
      else for (const track of stream.getTracks()) track.stop();
    } catch (error) { this.wanted = false; this.on("trouble", error.name === "NotFoundError" ? "mic_missing" : "mic_denied"); }
    this.answering = false;
  }
  // The servers for the sound's path; their credentials are short-lived, so old ones are asked for anew before a call.
  async ice() {
    if (this.given?.ice?.iceServers?.length && Date.now() - this.given.at > ICE_AGE) {
      try { const answer = await fetch(this.path, { headers: { accept: "application/json" } }); if (answer.ok) this.given = { ice: (await answer.json()).ice, at: Date.now() }; } catch { /* those that there are may do */ }
    }
    return this.given?.ice ?? { iceServers: [] };
  }
  async microphone() {
    if (!navigator.mediaDevices) throw new DOMException("no microphone without https", "NotAllowedError");
    const stream = await navigator.mediaDevices.getUserMedia(AUDIO);
    this.quiet();
    this.stream = stream;
    for (const track of stream.getTracks()) track.addEventListener("ended", () => { if (this.stream === stream && this.active) { this.deaf = true; this.on("trouble", "mic_lost"); this.otherMicrophone(); } });
    return stream;
  }
  quiet() { for (const track of this.stream?.getTracks() ?? []) track.stop(); this.stream = null; this.deaf = false; }
  // The microphone was pulled out in a call: another one, or the same one again, takes its place.
  async otherMicrophone() { if (this.deaf && this.active) await this.speakUp().catch(() => { /* none yet: the next change of devices tries again */ }); }
  async speakUp() {
    const sender = this.session.connection.getSenders().find((each) => each.track?.kind === "audio" || each.track === null);
    const [track] = (await this.microphone()).getAudioTracks();
    await sender.replaceTrack(track);
    track.enabled = !this.session.isMuted().audio;
    this.on("well");
  }
  mute(on) { if (this.active) { if (on) this.session.mute({ audio: true }); else this.session.unmute({ audio: true }); } }
  hangUp() { this.wanted = false; if (this.session && !this.session.isEnded()) this.session.terminate(); }
}

// A ring made here, no file: two soft tones, two seconds apart. Browsers allow it after the page's first click. A minute
// of them is put on the audio clock at once: the timers of a tab that nobody sees stand nearly still.
export class Ring {
  start() {
    if (this.volume) return;
    this.once(45);
  }
  get silent() { return this.audio?.state === "suspended"; }
  stop() { this.volume?.disconnect(); this.volume = null; }
  once(times = 1) {
    this.audio ??= new AudioContext();
    this.audio.resume();
    const volume = this.audio.createGain();
    volume.connect(this.audio.destination);
    if (times > 1) this.volume = volume;
    const now = this.audio.currentTime;
    for (let n = 0; n < times; n += 1) {
      for (const [pitch, after] of [[659, 0], [523, 0.22], [659, 0.44]]) {
        const tone = this.audio.createOscillator(), gain = this.audio.createGain(), at = now + n * 2 + after;
        tone.frequency.value = pitch;
        gain.gain.setValueAtTime(0, at);
        gain.gain.linearRampToValueAtTime(0.25, at + 0.02);
        gain.gain.exponentialRampToValueAtTime(0.001, at + 0.35);
        tone.connect(gain).connect(volume);
        tone.start(at); tone.stop(at + 0.4);
      }
    }
  }
}
