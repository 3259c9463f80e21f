// What may leave this page for the client: kinds of events, elements and attributes by name, nothing else. The same
// rules as interactions/desktop/core/scrub.py, which holds them once more. Texts and typed values are masked before.
const CHANGES = new Set([0, 1, 2, 3, 4, 5, 6, 14]);
const BARRED = new Set(["script", "iframe", "object", "embed", "img", "video", "audio", "meta", "base", "noscript"]);
const PLAIN = new Set(["class", "style", "hidden", "type", "checked", "disabled", "open", "rows", "role", "rel", "lang", "dir", "viewBox", "aria-pressed", "aria-current", "aria-expanded", "aria-hidden", "rr_width", "rr_height", "colspan", "selected", "value"]);
// Those that our style sheets look at.
const DRAWN = new Set(["show", "outcome", "order", "tone", "call", "feed", "part", "kind", "bs-theme", "step", "phone", "party", "unknown", "twin", "none", "news", "busy"].map((name) => `data-${name}`));
const WORD = /^[a-zA-Z_ -]{0,32}$/, OWN_FILE = /^(https?:\/\/[^/?#]+)?\/static\/[\w./@-]+(\?v=[0-9a-f]{1,16})?(#[\w-]+)?$/;

function may(name, value, secret) {
  if (name === "value" && secret) return false;
  if (PLAIN.has(name)) return !String(value).includes("url(");
  if (name === "href" || name === "xlink:href") return OWN_FILE.test(String(value));
  return DRAWN.has(name) && WORD.test(String(value));
}
function attributes(given = {}) {
  const secret = ["hidden", "password"].includes(String(given.type ?? "").toLowerCase());
  // A file of ours is named without the host: the client's pages may have another one.
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => may(name, value, secret)).map(([name, value]) => [name, name.endsWith("href") ? String(value).replace(/^https?:\/\/[^/]+/, "") : value]));
}
function node(given) {
  const made = { ...given };
  if (made.type === 3 && !made.textContent.trim()) made.textContent = made.textContent && " ";
  if (made.type === 2) {
    // What is left out is a box of its size, of no kind.
    if ("rr_width" in (made.attributes ?? {})) {
      const { rr_width, rr_height } = made.attributes;
      return { ...made, tagName: "div", childNodes: [], attributes: parseFloat(rr_width) ? { class: "left-out", rr_width, rr_height } : { hidden: "" } };
    }
    if (BARRED.has(String(made.tagName).toLowerCase())) Object.assign(made, { tagName: "div", childNodes: [] });
    if (made.tagName === "form") made.tagName = "div";
    made.attributes = attributes(made.attributes);
  }
  if (made.childNodes) made.childNodes = made.childNodes.map(node);
  return made;
}

// The event as it may be sent; null for one that may not.
export function scrubbed({ type, timestamp, data }) {
  if (type === 2) return { type, timestamp, data: { node: node(data.node), initialOffset: data.initialOffset } };
  if (type === 4) return { type, timestamp, data: { href: "about:blank", width: Math.round(data.width), height: Math.round(data.height) } };
  if (type === 5) return { type, timestamp, data };
  if (type !== 3 || !CHANGES.has(data.source)) return null;
  if (data.source !== 0) return { type, timestamp, data };
  return {
    type, timestamp,
    data: {
      source: 0, texts: data.texts ?? [], removes: data.removes ?? [],
      adds: (data.adds ?? []).map((each) => ({ ...each, node: node(each.node) })),
      attributes: (data.attributes ?? []).map((each) => ({ ...each, attributes: attributes(each.attributes) })),
    },
  };
}
