"""What axe finds on a page as it stands. A text is judged once by its looks, for all tests of a worker.

Two thirds of axe's time go to contrasts, and most of a page are texts that every page has. What decides a contrast are
the colours, sizes and layers of a text and of all that is around it; a text whose looks passed before passes again.
Only what passed is kept: what axe could not judge, or what failed, is judged each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import axe_playwright_python
from playwright.async_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
BEST = "best-practice"
WORDS = ("button-name", "link-name", "label", "select-name", "aria-dialog-name", "valid-lang", "html-lang-valid")
"""The rules that depend on words: what a translation can break."""
CONTRAST = ("color-contrast",)
"""The rule that depends on colours: what another theme can break."""
_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_STYLES = ["backgroundColor", "backgroundImage", "opacity", "filter", "mixBlendMode", "position", "zIndex"]
_OF_TEXT = ["color", "fontSize", "fontWeight", "fontFamily", "textShadow", "textTransform", "visibility"]
_RUN = """async ({ rules, passed, styles, ofText }) => {
  for (const moving of document.getAnimations()) { // a colour on its way from one theme to the other is no theme's
    if (moving.effect.getComputedTiming().endTime !== Infinity) moving.finish();
  }
  const seen = new Set(passed), fresh = [], layers = new Map();
  const digest = (text) => {
    let one = 0xdeadbeef, two = 0x41c6ce57;
    for (let at = 0; at < text.length; at += 1) {
      one = Math.imul(one ^ text.charCodeAt(at), 2654435761);
      two = Math.imul(two ^ text.charCodeAt(at), 1597334677);
    }
    return `${one >>> 0}.${two >>> 0}`;
  };
  const layer = (node) => {
    if (!layers.has(node)) {
      const style = getComputedStyle(node), above = node.parentElement;
      const own = [node.localName, node.getAttribute('class'), ...styles.map((name) => style[name])];
      layers.set(node, digest(`${above ? layer(above) : innerWidth}/${own.join()}`));
    }
    return layers.get(node);
  };
  const looks = (node) => {
    const style = getComputedStyle(node);
    return digest(`${layer(node)}/${ofText.map((name) => style[name]).join()}`);
  };
  const rule = axe._audit.rules.find(({ id }) => id === 'color-contrast');
  const check = axe._audit.checks['color-contrast'];
  const fits = rule.fits ??= rule.matches, judge = check.judge ??= check.evaluate;
  rule.matches = (node, ...more) => !seen.has(looks(node)) && fits(node, ...more);
  check.evaluate = function (node, ...more) {
    const passes = judge.call(this, node, ...more), kind = looks(node);
    if (passes === true && !seen.has(kind)) { seen.add(kind); fresh.push(kind); }
    return passes;
  };
  const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ['violations'] });
  const told = ({ target, failureSummary }) => `${target} ${failureSummary}`;
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(told).join(' | ').slice(0, 600)}`);
  return { found, fresh };
}"""
_passed: set[str] = set()


async def violations(page: Page, rules: Sequence[str] = WCAG, *, theme: str = "") -> list[str]:
    """Return what is wrong by these rules, or by the rules of these tags; in a theme, or in that which it has."""
    if theme:
        await page.evaluate("(theme) => window.gfTheme(theme)", theme)
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_AXE)
    given = {"rules": list(rules), "passed": list(_passed), "styles": _STYLES, "ofText": _OF_TEXT}
    told = await page.evaluate(_RUN, given)
    _passed.update(told["fresh"])
    return [f"{theme} {found}".strip() for found in told["found"]]


async def in_a_language(page: Page, lang: str, rules: Sequence[str] = WCAG) -> list[str]:
    """Return what is wrong where a page is shown in three languages: by these rules and in both themes in English.

    In the dark only colours can differ from the light, and in another language only what words do.
    """
    assert await page.get_attribute("html", "lang") == lang
    if lang != "en":
        return await violations(page, WORDS, theme="light")
    return [*await violations(page, rules, theme="light"), *await violations(page, CONTRAST, theme="dark")]
