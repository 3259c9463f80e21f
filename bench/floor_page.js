// What a page notes while a supervisor's command is under way, in ms of the machine's clock; names are in bench/floor_page.py.
(() => {
  const stages = (window.stages = {});
  const note = (name) => { stages[name] ??= performance.timeOrigin + performance.now(); };
  window.clearStages = () => { for (const name of Object.keys(stages)) delete stages[name]; };
  document.addEventListener("submit", (event) => { if (event.target.closest("#ask")) { clearStages(); note("pressed"); } }, true);

  const ask = window.fetch;
  window.fetch = async (path, given, ...more) => {
    const answer = await ask(path, given, ...more);
    if (given?.method === "POST" && String(path).startsWith("/floor/")) note("told");
    return answer;
  };

  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => { if (typeof data === "string" && data.startsWith("INVITE ")) note("rings"); });
    }
    send(data) {
      if (typeof data === "string" && data.startsWith("SIP/2.0 200") && /CSeq: \d+ INVITE/i.test(data)) note("answered");
      return super.send(data);
    }
  };

  const microphone = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = () => microphone({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });

  // Goertzel over each 10 ms that come out of the connection.
  const loud = (samples, rate, hertz) => {
    const factor = 2 * Math.cos((2 * Math.PI * hertz) / rate);
    let one = 0, two = 0;
    for (const sample of samples) { const next = sample + factor * one - two; two = one; one = next; }
    return (2 * Math.sqrt(Math.max(0, one * one + two * two - factor * one * two))) / samples.length;
  };
  const listen = async (track) => {
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
      for (const hertz of [440, 1300]) if (loud(samples, value.sampleRate, hertz) > 0.03) note(`heard${hertz}`);
      value.close();
    }
  };
  const Connection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Connection {
    constructor(...given) {
      super(...given);
      this.addEventListener("iceconnectionstatechange", () => { if (["connected", "completed"].includes(this.iceConnectionState)) note("reached"); });
      this.addEventListener("connectionstatechange", () => { if (this.connectionState === "connected") note("secured"); });
      this.addEventListener("track", ({ track }) => listen(track));
    }
  };
})();
