"""What every page carries, by keyboard alone on real pages: the palette, the keys, a guided first visit; and paper."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, expect
from pypdf import PdfReader

from tests.portal import telling
from tests.portal.front.test_site import sees
from tests.support.axe import violations
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAPER_PX = 703
"""Between the margins of an A4 sheet: 186 mm."""
AS_OF = r"as of \d+ \w+ 20\d\d [\d:]{8} GMT\+8"
PRESSED = ("Sign out", "Show me around", "Pause updates", "Copy as curl", "Every queue", "Rewind")
"""What is there on the screen and has nothing to do on paper."""


async def test_anything_is_found_and_reached_without_a_mouse(browser: Browser, front_site: Site) -> None:
    site = front_site
    at = await telling.place(site)
    call = await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4()))
    page, complaints = await sees(browser, site, "wang@galaxy.example", "galaxy", "en", "light")
    await page.goto(f"{site.url}/")
    await expect(page).to_have_url(f"{site.url}/home")
    await page.wait_for_selector("[data-feed=live]")
    await page.keyboard.press("Control+k")
    box, found = page.locator("#palette input"), page.locator("#palette [role=option]")
    await expect(box).to_be_focused()
    await page.keyboard.type(str(call))
    await expect(found).to_have_count(1)
    assert await violations(page) == []
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{site.url}/interactions/{call}")
    await page.wait_for_load_state("load")
    await page.keyboard.press("Control+k")
    await expect(box).to_be_focused()
    await page.keyboard.type("nothing is called so")
    await expect(page.locator(".palette-note")).to_have_text("Nothing fits.")
    await page.keyboard.press("Control+a")
    await page.keyboard.type("occupancy")
    await expect(found).to_have_count(1)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{site.url}/help#figure-occupancy")
    await page.wait_for_load_state("load")
    await page.keyboard.press("?")
    await expect(page.locator("#all-keys")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#all-keys")).to_be_hidden()
    await page.keyboard.press("g")
    await page.keyboard.press("s")
    await expect(page).to_have_url(f"{site.url}/live")
    await _without_single_keys(page, site)
    assert complaints == []
    await page.context.close()


async def _without_single_keys(page: Page, site: Site) -> None:
    """Who dictates turns letters off: they do nothing but write then (WCAG 2.2, 2.1.4)."""
    await page.goto(f"{site.url}/account/preferences")
    await page.get_by_role("radiogroup", name="Keys of one letter").get_by_label("Off").check()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{site.url}/account/preferences?told=kept")
    await page.wait_for_load_state("load")
    for key in ("?", "g", "s"):
        await page.keyboard.press(key)
    await expect(page.locator("#all-keys")).to_be_hidden()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("g?")
    await expect(page.locator("#palette input")).to_have_value("g?")
    assert page.url == f"{site.url}/account/preferences?told=kept"


async def test_a_first_visit_is_guided_once_and_a_page_is_fit_for_paper(browser: Browser, front_site: Site) -> None:
    site = front_site
    page, _ = await sees(browser, site, "wang@galaxy.example", "galaxy", "zh-TW", "dark")
    await page.goto(f"{site.url}/home")
    await _is_guided(page)
    await page.reload()
    await page.wait_for_selector("[data-feed=live]")
    assert await page.locator("#tour-offer").count() == 0
    await page.emulate_media(media="print", color_scheme="dark")
    await expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    await expect(page.locator("header.top")).to_be_hidden()
    ink, paper = await page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)"), "black on white, whatever the screen's theme"
    await _is_fit_for_paper(page, site)
    await page.context.close()


async def _is_fit_for_paper(page: Page, site: Site) -> None:
    """Each page as sheets: whose it is, of when and how fresh; nothing to press, nothing cut off, heads everywhere."""
    at = await telling.place(site)
    call = await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4()))
    await page.set_viewport_size({"width": PAPER_PX, "height": 900})
    for address, wanted in (
        ("/help", ("Occupancy", "Formula")),
        ("/live", ("· Live ·", "Service level", at.queue_name)),
        (f"/live?at={datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", ("· Past ·", "You see the past", "Service level")),
        (f"/interactions/{call}", ("What happened", "Wrap-up done", "Why this agent")),
        ("/settings/contract", ("What is agreed", "Target", "80 %")),
    ):
        sheets = await _sheets(page, f"{site.url}{address}{'&' if '?' in address else '?'}lang=en")
        whole = " ".join(sheets)
        assert [word for word in wanted if word not in whole] == [], (address, whole[:2000])
        assert re.search(rf"银河商城 {AS_OF}", sheets[0]), (address, sheets[0][:300])
        foot = re.compile(rf"(\d+) / {len(sheets)} ?\S.*? · 银河商城 · {AS_OF} .*?· 王经理")
        numbers = [int(found[1]) for sheet in sheets if (found := foot.search(sheet))]
        assert numbers == list(range(1, len(sheets) + 1)), (address, sheets[-1][:300])
        assert [word for word in PRESSED if word in whole] == [], address
        if address == "/help":
            assert sum("Counted over" in sheet for sheet in sheets) > 1, "a table's heads stand on each of its sheets"


async def _sheets(page: Page, address: str) -> list[str]:
    """Print a page; return the text of each sheet on one line."""
    await page.goto(address)
    if "/live" in address:
        await page.wait_for_selector("[data-feed=live][data-news-at]")
    if "at=" in address:
        await page.wait_for_selector("#past[data-state=ready]", state="attached")
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{address} is {wide} px wider than a sheet"
    cut = "[...document.querySelectorAll('.scroll')].some((node) => getComputedStyle(node).maxHeight !== 'none')"
    assert not await page.evaluate(cut), f"{address}: what scrolls on a screen is whole on paper"
    printed = PdfReader(BytesIO(await page.pdf(prefer_css_page_size=True)))
    return [" ".join(sheet.extract_text().split()) for sheet in printed.pages]


async def _is_guided(page: Page) -> None:
    """Keys alone: the offer, each step, back to the first and on to the last; the focus is never lost on the way."""
    offer, card = page.locator("#tour-offer"), page.locator("#tour")
    await page.locator("#main").focus()
    await page.keyboard.press("Tab")
    await expect(offer.locator("[data-tour-begin]")).to_be_focused()
    await page.keyboard.press("Enter")
    following, before, last = (card.locator(f"[data-tour-{name}]") for name in ("next", "back", "done"))
    await expect(following).to_be_focused()
    await expect(before).to_be_disabled()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Shift+Tab")
    await expect(before).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(before).to_be_disabled()
    await expect(following).to_be_focused()
    steps = 0
    while await following.is_visible():
        await expect(page.locator(".toured")).to_have_count(1)
        await expect(following).to_be_focused()
        await page.keyboard.press("Enter")
        steps += 1
    assert steps >= 3
    await expect(last).to_be_focused()
    async with page.expect_response("**/account/preferences/toured"):
        await page.keyboard.press("Enter")
    await expect(card).to_be_hidden()
    await expect(page.locator("#main")).to_be_focused()
    await page.goto(page.url.replace("/home", "/interactions"))
    await page.locator("#tour-offer [data-tour-begin]").press("Enter")
    async with page.expect_response("**/account/preferences/toured"):
        await page.keyboard.press("Escape")
    await expect(card).to_be_hidden()
    await expect(page.locator(".toured")).to_have_count(0)
    await expect(page.locator("#main")).to_be_focused()
    await page.goto(page.url.replace("/interactions", "/home"))
