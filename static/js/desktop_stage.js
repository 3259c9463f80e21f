// A stage on which a recorded desk is drawn: rrweb's replayer in a sandboxed frame, scaled to the width that is there.
// rrweb would write its rules into a style element, which our pages forbid: they stand in a file of ours.
let own = null;
function player() {
  own ??= class extends globalThis.rrwebReplay.Replayer {
    insertStyleRules(root, head) {
      const link = root.ownerDocument.createElement("link");
      link.rel = "stylesheet"; link.href = this.config.root.closest("[data-picture]").dataset.picture;
      root.insertBefore(link, head);
    }
  };
  return own;
}

// On a phone the picture is moved sideways rather than made too small to be read.
const SMALLEST = .5;

export class Stage {
  // `box`: an element with a `.desktop-canvas` inside.
  constructor(box) {
    this.box = box; this.canvas = box.querySelector(".desktop-canvas"); this.player = null;
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(box);
  }
  start(events, more = {}) {
    this.clear();
    this.player = new (player())(events, { root: this.canvas, mouseTail: false, showWarning: false, showDebug: false, skipInactive: false, UNSAFE_replayCanvas: false, triggerFocus: false, useVirtualDom: false, ...more });
    this.player.iframe.title = this.box.dataset.title ?? "";
    this.player.iframe.setAttribute("tabindex", "-1");
    this.player.on("resize", () => this.fit());
    this.player.on("fullsnapshot-rebuilded", () => this.fit());
    this.fit();
    return this.player;
  }
  clear() { this.player?.destroy(); this.player = null; this.canvas.replaceChildren(); }
  fit() {
    const frame = this.player?.iframe, width = Number(frame?.width), height = Number(frame?.height);
    if (!width || !height) return;
    const fits = Math.min(1, this.box.clientWidth / width), scale = Math.max(SMALLEST, fits);
    this.box.toggleAttribute("data-wide", scale > fits);
    if (scale > fits) this.box.setAttribute("tabindex", "0"); else this.box.removeAttribute("tabindex");
    this.canvas.style.transform = `scale(${scale})`;
    this.canvas.style.width = `${width}px`;
    this.box.style.height = `${Math.round(height * scale)}px`;
  }
}
