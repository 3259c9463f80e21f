// A work order out of a conversation: its type's own form, filled in from the call. The draft survives a reload, and has one
// key by which it is raised once however often it is sent. What is wrong is the service's to say, field by field.
import { clock, fill, put, words } from "./tools.js";

const box = document.getElementById("escalation"), form = box.querySelector("form");
const part = (name) => box.querySelector(`[data-part="${name}"]`);
const DRAFT = "gf-order-", MARK = "gf-mark-", OWN = "custom/";
const INPUTS = { number: { inputMode: "decimal" }, date: { type: "date" }, phone: { type: "tel", placeholder: "+8613812345678" } };
const kept = (name) => JSON.parse(sessionStorage.getItem(name) ?? "null");
const typed = (name) => form.elements[name]?.value ?? "";

export function ordersOf({ post, forms, now, sent, changed }) {
  let about = null, kinds = [], kind = null, draft = null, at = null, busy = false;

  async function open(call) {
    if (box.open) return;
    const told = await forms();
    about = call.id;
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(DRAFT) && name !== DRAFT + about) sessionStorage.removeItem(name);
    draft = kept(DRAFT + about) ?? { key: crypto.randomUUID(), touched: [], values: {} };
    at = { marked: kept(MARK + about), now: markable(call) ? now() : null };
    form.reset(); clear();
    kinds = told?.types.length ? told.types : Object.entries(words.order_type).map(([code, name]) => ({ code, name, fields: [] }));
    const lately = (each) => { const n = (told?.recent ?? []).indexOf(each.code); return n < 0 ? kinds.length : n; };
    form.elements.type.replaceChildren(...[...kinds].sort((a, b) => lately(a) - lately(b)).map((each) => new Option(each.name, each.code)));
    if (kinds.some((each) => each.code === draft.values.type)) form.elements.type.value = draft.values.type;
    put(part("order-client"), call.tenant.name);
    offerMoments();
    begin();
    restore();
    box.showModal();
    form.elements.type.focus();
  }
  function offerMoments() {
    for (const name of ["marked", "now"]) {
      const choice = part(`moment-${name}`);
      choice.hidden = at[name] == null;
      if (at[name] != null) put(choice.querySelector('[data-f="at"]'), fill(words.order_form[name === "now" ? "now_at" : "marked_at"], { time: clock(at[name]) }));
    }
    part("order-moment").hidden = at.marked == null && at.now == null;
    form.elements.moment.value = at.marked == null ? "" : "marked";
  }
  // The form of the chosen type. What the agent has written itself stays.
  function begin() {
    kind = kinds.find((each) => each.code === typed("type")) ?? kinds[0];
    part("order-help").hidden = !kind.instructions; put(part("order-help"), kind.instructions ?? "");
    const was = Object.fromEntries([...part("order-fields").querySelectorAll("[name]")].map((each) => [each.name, each.value]));
    part("order-fields").replaceChildren(...kind.fields.map((field) => asked(field, was[OWN + field.code] ?? "")));
    for (const [name, said] of [["description", kind.description ?? ""], ["priority", kind.priority ?? "medium"], ["severity", kind.severity ?? "minor"]]) if (!draft.touched.includes(name)) form.elements[name].value = said;
    entitle();
  }
  function asked(field, value) {
    const place = document.createElement("div"), label = document.createElement("label"), id = `e-own-${field.code}`;
    const input = field.kind === "choice" ? document.createElement("select") : document.createElement("input");
    place.dataset.field = `/custom/${field.code}`;
    label.className = "form-label"; label.htmlFor = id; label.textContent = field.name;
    if (!field.required) { const may = document.createElement("span"); may.className = "soft"; may.textContent = ` ${words.order_form.optional}`; label.append(may); }
    input.id = id; input.name = OWN + field.code; input.required = field.required;
    if (field.kind === "choice") { input.className = "form-select"; input.append(new Option("", ""), ...field.choices.map((each) => new Option(each, each))); } else { input.className = "form-control"; input.maxLength = 1000; Object.assign(input, INPUTS[field.kind]); }
    input.value = value;
    place.append(label, input);
    return place;
  }
  // The type's own title follows its fields until the agent writes another one.
  function entitle() {
    if (draft.touched.includes("title")) return;
    form.elements.title.value = (kind.title ?? "").replace(/\{([^{}]*)\}/g, (_, code) => typed(OWN + code)).trim().replace(/\s+/g, " ").slice(0, 200);
  }
  function restore() {
    for (const [name, value] of Object.entries(draft.values)) {
      const field = form.elements[name];
      if (!field || name === "type" || (name === "moment" && value && at[value] == null)) continue;
      if (field.type === "checkbox") field.checked = value; else field.value = value;
    }
    entitle();
    part("order-comment").open = Boolean(typed("comment"));
    part("order-discard").hidden = kept(DRAFT + about) == null;
  }
  function keep() {
    draft.values = { ...Object.fromEntries(new FormData(form)), inside: form.elements.inside.checked };
    sessionStorage.setItem(DRAFT + about, JSON.stringify(draft));
    part("order-discard").hidden = false;
    changed();
  }
  function forget() { sessionStorage.removeItem(DRAFT + about); changed(); }

  form.addEventListener("input", ({ target }) => {
    if (!draft.touched.includes(target.name)) draft.touched.push(target.name);
    if (target.name === "type") begin(); else if (target.name.startsWith(OWN)) entitle();
    mended(target.closest("[data-field]"));
    keep();
  });
  part("order-discard").addEventListener("click", () => { forget(); box.close(); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true; clear(); keep();
    const own = Object.fromEntries(kind.fields.map((field) => [field.code, typed(OWN + field.code).trim()]).filter(([, value]) => value)), moment = at[typed("moment")];
    const done = await post("/desk/escalate", {
      interaction: about, type: kind.code, description: typed("description"), priority: typed("priority"), severity: typed("severity"), custom: own,
      ...(typed("title").trim() && { title: typed("title") }),
      ...(typed("comment").trim() && { comment: { body: typed("comment"), visibility: form.elements.inside.checked ? "internal" : "shared" } }),
      ...(moment != null && { marked_at: new Date(moment).toISOString() }),
    }, refused, draft.key);
    busy = false;
    if (done) { forget(); box.close(); sent(done.number ?? ""); }
  });

  function clear() {
    part("escalate-error").hidden = true;
    for (const each of form.querySelectorAll("[data-field]")) mended(each);
  }
  // What is being written again is not called wrong any longer; the service says when it is sent.
  function mended(place) {
    if (!place?.querySelector(".field-error")) return;
    place.querySelector(".field-error").remove();
    for (const each of place.querySelectorAll("[aria-invalid]")) { each.removeAttribute("aria-invalid"); each.removeAttribute("aria-describedby"); }
    if (!form.querySelector(".field-error")) part("escalate-error").hidden = true;
  }
  // Each wrong place beside its field, and the first one has the focus; what has no place stands above.
  function refused(text, told) {
    if (told?.code === "idempotency_key_reused") { draft.key = crypto.randomUUID(); keep(); }
    const places = (told?.errors ?? []).map(({ pointer }) => [...form.querySelectorAll("[data-field]")].find((each) => each.dataset.field === pointer)).filter(Boolean);
    const wrong = [...new Set(places)].sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    for (const place of wrong) say(place, told);
    put(part("escalate-error"), wrong.length ? words.order_form.wrong : text);
    part("escalate-error").hidden = false;
    if (wrong.length) { if (part("order-comment").contains(wrong[0])) part("order-comment").open = true; wrong[0].querySelector("input:checked, select, textarea, input").focus(); } else part("escalate-error").scrollIntoView({ block: "nearest" });
  }
  function say(place, told) {
    const note = document.createElement("p"), field = kind.fields.find((each) => `/custom/${each.code}` === place.dataset.field), inputs = place.querySelectorAll("input, select, textarea");
    note.className = "field-error"; note.id = `e-wrong-${place.dataset.field.slice(1).replaceAll("/", "-")}`;
    note.textContent = place.dataset.field === "/marked_at" ? words.problem.moment_not_recorded : !inputs[0].value.trim() ? words.order_form.needed : field ? words.order_form.kind[field.kind] : words.problem[told.code] ?? told.detail;
    for (const input of inputs) { input.setAttribute("aria-invalid", "true"); input.setAttribute("aria-describedby", note.id); }
    place.append(note);
  }

  // What is being recorded now can be marked, and is heard at that second by whoever of the client's may hear recordings.
  const markable = (call) => call?.state === "talking" && Boolean(call.talk?.recorded) && !call.talk.paused_at;
  return {
    open, markable,
    drafted: (id) => sessionStorage.getItem(DRAFT + id) != null,
    mark: (call) => { sessionStorage.setItem(MARK + call.id, String(Math.round(now()))); },
  };
}
