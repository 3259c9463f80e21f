"""Every page in three languages and both themes: no accessibility violation, no policy violation, nothing undefined."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from portal.states.pages import SHOWN
from tests.portal.front.browsing import Visitor
from tests.support.axe import BEST, WCAG, in_a_language, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")
Eventually = Callable[..., Awaitable[Any]]
SKIPPED = {
    "/home?state=empty",
    "/home?role=onboarding",
    "/live",
    "/live?seats=200",
    "/live?state=silent",
    "/live?state=early",
    "/desk",
    "/interactions?state=empty",
    "/work-orders?state=empty",
    "/desk?state=offline",
    "/desk?state=on_break",
    "/sign-in",
    "/error/404",
    "/error/500",
    "/desk?state=talking",
    "/desk?state=consult",
    "/desk?state=lost",
    "/work-orders/w-1",
    "/work-orders/w-1?state=resolved",
    "/work-orders/board?state=empty",
    "/settings/exchange/oms",
    "/settings/exchange/oms?state=files",
}
PAGES = ["/live?seats=6", *(address for address, _ in SHOWN if address not in SKIPPED and "seats=" not in address)]


@pytest.mark.parametrize("address", PAGES)
async def test_no_accessibility_violation(visitor: Visitor, address: str) -> None:
    """Everything in English, light; the contrast in the dark; in Chinese what a translation can break."""
    page = await visitor.page()
    await page.emulate_media(reduced_motion="reduce")
    found = []
    for lang in ("zh-Hans", "zh-Hant", "en"):
        await page.goto(f"{visitor.base}{address}{'&' if '?' in address else '?'}lang={lang}")
        if address.partition("?")[0] in {"/live", "/desk"}:
            await page.wait_for_selector("[data-feed=live]")
        found += await in_a_language(page, lang, (*WCAG, BEST))
        assert "undefined" not in await page.inner_text("body")
    assert found == []


PALE = """(others) => {
  const text = document.querySelector(others).cloneNode(true);
  text.style.color = 'rgb(205, 205, 205)'; text.textContent = 'hardly to be read';
  document.querySelector(others).after(text);
}"""


async def test_a_text_that_cannot_be_read_is_found_each_time(visitor: Visitor) -> None:
    """Also beside texts of its kind that passed before, which are not judged again."""
    page = await visitor.open("/help?lang=en")
    assert [await violations(page, theme="light") for _ in range(2)] == [[], []]
    await page.evaluate(PALE, "main p")
    for _ in range(2):
        (found,) = await violations(page)
        assert found.startswith("color-contrast: ")


@pytest.mark.parametrize(
    "address",
    ["/live", "/interactions", "/interactions/x", "/work-orders", "/work-orders/w-1", "/sign-in", "/error/404"],
)
async def test_no_sideways_scrolling_on_a_phone(visitor: Visitor, address: str) -> None:
    page = await visitor.page()
    for width in (390, 320):
        await page.set_viewport_size({"width": width, "height": 844})
        await page.goto(f"{visitor.base}{address}?lang=en" if "?" not in address else visitor.base + address)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.evaluate("() => { for (const fold of document.querySelectorAll('main details')) fold.open = true; }")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, "unfolded"


async def test_the_board_is_readable_without_scripts(visitor: Visitor, browser: Any) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{visitor.base}/live?lang=en")
    assert await page.locator('.seat[data-seat="8005"][data-show="phone_down"]').count() == 1
    assert await page.locator("tbody[data-part=calls] tr").count() == 18
    assert "reload" in (await page.inner_text("noscript")).lower()
    await context.close()


async def test_filters_are_in_the_address_and_come_by_fragment(visitor: Visitor) -> None:
    page = await visitor.open("/interactions?lang=en")
    async with page.expect_response(lambda answer: "outcome=abandoned" in answer.url) as fetched:
        await page.select_option("#outcome", "abandoned")
    assert "<html" not in await (await fetched.value).text()
    await page.wait_for_url("**/interactions?*outcome=abandoned*")


async def test_a_recording_plays_in_the_page(visitor: Visitor, eventually: Eventually) -> None:
    page = await visitor.open("/interactions?lang=en")
    await page.locator("[data-play]").first.click()

    async def playing() -> bool:
        return bool(await page.locator("#player audio").evaluate("(audio) => audio.currentTime > 0"))

    await eventually(playing)
    assert await page.locator("#player").is_visible()


EARS = """() => {
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...more) {
    if (to === this.context.destination) {
      const split = this.context.createChannelSplitter(2);
      connect.call(this, split);
      window.ears = [0, 1].map((side) => {
        const ear = this.context.createAnalyser();
        connect.call(split, ear, side);
        return ear;
      });
    }
    return connect.call(this, to, ...more);
  };
  window.hertz = () => window.ears?.map((ear) => {
    const bins = new Uint8Array(ear.frequencyBinCount);
    ear.getByteFrequencyData(bins);
    const loudest = bins.indexOf(Math.max(...bins));
    return bins[loudest] < 50 ? 0 : 500 * Math.round(loudest * ear.context.sampleRate / ear.fftSize / 500);
  });
}"""
"""Lets a test hear what comes out of the page, in each ear."""


async def test_a_recording_is_heard_from_its_marks_and_side_by_side(visitor: Visitor, eventually: Eventually) -> None:
    page = await visitor.page()
    await page.add_init_script(f"({EARS})()")
    await page.goto(f"{visitor.base}/interactions/x?lang=en")
    audio, marks = page.locator("[data-recorded] audio"), page.locator("[data-mark]")
    assert await audio.is_hidden(), "our own player is there"
    await marks.first.focus()
    await page.keyboard.press("ArrowRight")
    assert "Grace Ho" in str(await page.evaluate("document.activeElement.ariaLabel"))
    line = await page.locator(".deck-line input").bounding_box()
    mark = await marks.nth(1).bounding_box()
    assert line is not None
    assert mark is not None
    at = (mark["x"] + mark["width"] / 2 - line["x"]) / line["width"]
    assert abs(at - 41.0 / 195.2) < 0.02, "it lies at its second"
    await page.keyboard.press("Enter")

    async def playing() -> bool:
        return 41 < float(await audio.evaluate("(audio) => audio.currentTime")) < 60

    await eventually(playing)
    assert await page.locator("[data-toggle]").get_attribute("aria-label") == "Pause"
    assert str(await page.locator("[data-time]").text_content()).startswith("0:4")
    for side, heard in (("left", [500, 500]), ("right", [1500, 1500]), ("both", [500, 1500])):
        await page.check(f"[data-side][value={side}]")

        async def hears(wanted: list[int] = heard) -> bool:
            return bool(await page.evaluate("window.hertz()") == wanted)

        await eventually(hears)


async def test_a_recording_is_played_by_keyboard_over_its_wave(visitor: Visitor, eventually: Eventually) -> None:
    page = await visitor.open("/interactions/x?lang=en#t=60")
    audio, shown = page.locator("[data-recorded] audio"), page.locator("[data-wave]")
    await shown.wait_for(state="visible")
    drawn = (
        "(it) => [...it.getContext('2d').getImageData(0, 0, it.width, it.height).data].filter((x) => x).length > 999"
    )
    assert await shown.evaluate(drawn), "the wave is drawn"

    async def at() -> float:
        return float(await audio.evaluate("(audio) => audio.currentTime"))

    async def begun() -> bool:
        return await at() >= 60

    await eventually(begun)
    for key in ("k", "k", "j", "]", "]", "["):
        await page.keyboard.press(key)
    assert 64 < await at() < 67
    assert await audio.evaluate("(audio) => [audio.playbackRate, audio.preservesPitch]") == [1.25, True]
    await page.check("[data-skip]")
    await audio.evaluate("(audio) => { audio.currentTime = 67; audio.play(); }")

    async def skipped() -> bool:
        return await at() > 77

    await eventually(skipped)
    box = await shown.bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 5)
    assert 90 < await at() < 110, "a click on the wave goes there"
    await page.locator("h1").click()
    await page.keyboard.press(" ")

    async def rests() -> bool:
        return bool(await audio.evaluate("(audio) => audio.paused"))

    await eventually(rests)


async def test_theme_and_language_are_kept(visitor: Visitor) -> None:
    page = await visitor.open("/work-orders?lang=zh-HK")
    assert await page.get_attribute("html", "lang") == "zh-Hant"
    await page.locator("details.menu").nth(1).click()
    await page.locator('[data-theme-choice="dark"]').click()
    await page.goto(visitor.base + "/work-orders/w-1")
    assert await page.get_attribute("html", "lang") == "zh-Hant"
    assert await page.get_attribute("html", "data-bs-theme") == "dark"


async def test_the_keyboard_reaches_the_places(visitor: Visitor) -> None:
    page = await visitor.open("/live?lang=en")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.keyboard.press("g")
    await page.keyboard.press("w")
    await page.wait_for_url("**/work-orders")
