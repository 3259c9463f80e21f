"""What every page carries, by keyboard alone on real pages: the palette, the keys, a guided first visit; and paper."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, expect

from tests.portal import telling
from tests.portal.front.test_site import AXE, RUN, TAGS, sees
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


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
    await page.evaluate(AXE)
    assert await page.evaluate(RUN, TAGS) == []
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
    await expect(page.locator(".print-foot")).to_contain_text("GMT+8")
    ink, paper = await page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)"), "black on white, whatever the screen's theme"
    assert (await page.pdf(format="A4")).startswith(b"%PDF-")
    await page.context.close()


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
