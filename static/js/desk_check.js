// Before the shift: microphone, how one sounds, the ring, the phone, the network, notifications. Each says works or not.
import { Ring } from "./phone.js";
import { fill, put, words } from "./tools.js";

const page = document.getElementById("check"), ring = new Ring();
const of = (key) => page.querySelector(`[data-check="${key}"]`);
function is(key, state, said = "") {
  const box = of(key), word = box.querySelector('[data-part="word"]');
  box.dataset.state = state;
  put(word, words.desk[`check_${state}`]);
  word.className = `tag head-end ${{ good: "tag-ok", bad: "tag-bad", run: "tag-info" }[state] ?? ""}`;
  put(box.querySelector('[data-part="said"]'), said);
}
async function microphone() {
  if (!navigator.mediaDevices) throw new DOMException("", "NotAllowedError");
  return navigator.mediaDevices.getUserMedia({ audio: true, video: false });
}
const blocked = (error) => (error.name === "NotFoundError" ? words.desk.mic_missing : words.desk.check_denied);

const tries = {
  // Four seconds are listened to; a voice is well above the noise of a room.
  async microphone() {
    is("microphone", "run");
    let stream;
    try { stream = await microphone(); } catch (error) { is("microphone", "bad", blocked(error)); return; }
    const audio = new AudioContext(), ear = audio.createAnalyser(), values = new Float32Array(1024), bar = of("microphone").querySelector("meter");
    await audio.resume();
    audio.createMediaStreamSource(stream).connect(ear);
    let loudest = 0;
    for (const until = performance.now() + 4000; performance.now() < until && loudest < 0.06;) {
      await new Promise((done) => setTimeout(done, 60));
      ear.getFloatTimeDomainData(values);
      const level = Math.max(...values.map(Math.abs));
      loudest = Math.max(loudest, level); bar.value = Math.min(1, level * 2);
    }
    for (const track of stream.getTracks()) track.stop();
    await audio.close();
    is("microphone", loudest > 0.02 ? "good" : "bad", loudest > 0.02 ? words.desk.check_heard : words.desk.check_silent);
  },
  async echo() {
    is("echo", "run", words.desk.check_echo_record);
    let stream;
    try { stream = await microphone(); } catch (error) { is("echo", "bad", blocked(error)); return; }
    const parts = [], recorder = new MediaRecorder(stream);
    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    const stopped = new Promise((done) => recorder.addEventListener("stop", done));
    recorder.start(); setTimeout(() => recorder.stop(), 3000);
    await stopped;
    for (const track of stream.getTracks()) track.stop();
    const audio = new AudioContext();
    try {
      const source = audio.createBufferSource();
      source.buffer = await audio.decodeAudioData(await new Blob(parts).arrayBuffer());
      source.connect(audio.destination); source.addEventListener("ended", () => audio.close());
      source.start();
      is("echo", "good", words.desk.check_echo_play);
    } catch { is("echo", "bad", words.desk.check_silent); }
  },
  ring() { is("ring", "run"); ring.once(); of("ring").querySelector('[data-part="heard"]').hidden = false; },
  async phone() {
    is("phone", "run");
    try {
      const answer = await fetch("/desk/document", { headers: { accept: "application/json" }, cache: "no-store" });
      const desk = await answer.json();
      is("phone", desk.phone ? "good" : "bad", desk.phone ? "" : words.desk.phone_lost);
    } catch { is("phone", "bad", words.desk.phone_unreachable); }
  },
  // The middle one of five; the server's clock comes with the answer's head, in whole seconds.
  async network() {
    is("network", "run");
    const took = [];
    let off = 0;
    try {
      for (let n = 0; n < 5; n += 1) {
        const began = performance.now(), answer = await fetch("/desk/document", { headers: { accept: "application/json" }, cache: "no-store" });
        await answer.text();
        took.push(performance.now() - began);
        const told = Date.parse(answer.headers.get("date") ?? "");
        if (told) off = Math.round((Date.now() - told) / 1000);
      }
    } catch { is("network", "bad", words.desk.phone_unreachable); return; }
    const ms = Math.round(took.sort((a, b) => a - b)[2]);
    is("network", ms < 400 ? "good" : "bad", [fill(words.desk.check_slow, { ms }), Math.abs(off) > 2 ? fill(words.desk.check_clock, { seconds: Math.abs(off) }) : ""].filter(Boolean).join(" "));
  },
  async notes() {
    if (!window.Notification) { is("notes", "bad", words.desk.check_no_notes); return; }
    is("notes", "run");
    if ((await Notification.requestPermission()) !== "granted") { is("notes", "bad", words.desk.check_denied); return; }
    try { new Notification(words.desk.incoming_title, { tag: "glassfloor-call" }); is("notes", "good"); } catch { is("notes", "bad", words.desk.check_no_notes); }
  },
};
page.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button?.dataset.try) tries[button.dataset.try]();
  if (button?.dataset.answer) { is("ring", button.dataset.answer); of("ring").querySelector('[data-part="heard"]').hidden = true; }
});
tries.phone(); tries.network();
