"""The search of interactions in a browser, by keys: no result, one, 10,000; wrong filters; a search that hangs."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import asyncpg
import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.portal import telling
from tests.portal.front.browsing import intercept
from tests.portal.front.test_site import sees
from tests.portal.test_search_exports import MORE
from tests.support.axe import violations
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
HERE = "document.activeElement.id || document.activeElement.type || document.activeElement.localName"


async def accessible(page: Page, lang: str, theme: str) -> None:
    await page.goto(f"{page.url.partition('lang=')[0]}{'&' if '?' in page.url else '?'}lang={lang}")
    await page.evaluate("(theme) => window.gfTheme(theme)", theme)
    assert await violations(page) == [], page.url


async def stops(page: Page, first: str, last: str) -> list[str]:
    """Return where the tab key leads from one element to another, each once."""
    await page.locator(first).focus()
    found = [await page.evaluate(HERE)]
    while found[-1] != last and len(found) < 40:
        await page.keyboard.press("Tab")
        if (here := await page.evaluate(HERE)) != found[-1]:  # a field for a day has several parts
            found.append(here)
    return found


async def test_a_search_is_made_narrowed_and_opened_by_keys(browser: Browser, front_site: Site) -> None:
    site = front_site
    page, complaints = await sees(browser, site, "wang@galaxy.example", "galaxy", "en", "light")
    await page.goto(f"{site.url}/interactions")
    await expect(page.locator(".blank")).to_contain_text("Calls appear here from the first ring on")
    at = await telling.place(site)
    call = await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4()))
    await accessible(page, "zh-Hant", "dark")
    await page.goto(f"{site.url}/interactions?lang=en")
    fields = ["q", "from", "to", "queue", "agent", "outcome", "submit", "summary"]
    assert await stops(page, "#q", "summary") == fields
    await page.locator("h1").click()
    await page.keyboard.press("/")
    await expect(page.locator("#q")).to_be_focused()
    await page.keyboard.type("1234")
    await expect(page.locator("#found")).to_have_text("1 interaction")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.resource_type == "xhr" else None)
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("tbody a").first).to_be_focused()
    assert asked == [], "leaving the field asks nothing that was answered"
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/interactions/{call}")
    await page.go_back()
    await wrong_filters(page)
    await slow_and_lost(page)
    await late_answers(page)
    await many(page, site, at)
    assert complaints == []
    await page.context.close()


async def wrong_filters(page: Page) -> None:
    """What cannot be read says so at its field while the page stays; then nothing is found, and a filter is let go."""
    await page.select_option("#outcome", "answered")
    await page.locator(".more summary").press("Enter")
    await page.fill("#wait_min", "soon")
    await page.keyboard.press("Enter")
    await expect(page.locator("#w-wait_min")).to_contain_text("1:30")
    await expect(page.locator("#wait_min")).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#found")).to_have_text("This filter cannot be read")
    assert (await page.input_value("#wait_min"), await page.input_value("#outcome")) == ("soon", "answered")
    await accessible(page, "en", "light")
    await page.locator(".wrong-filters a").press("Enter")
    await expect(page.locator("#wait_min")).to_be_focused()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("1:30")
    await page.keyboard.press("Enter")
    await expect(page.locator("#found")).to_have_text("0 interactions")
    await expect(page.locator("#w-wait_min")).to_be_empty()
    assert await page.get_attribute("#wait_min", "aria-invalid") is None
    await page.locator(".asked a", has_text="1:30").press("Enter")
    await expect(page.locator("[data-found]")).to_have_text("1 interaction")
    await expect(page.locator("#outcome")).to_have_value("answered")


async def slow_and_lost(page: Page) -> None:
    """A search that is under way is seen to be; one that is lost says so, keeps what stood there, and is made again."""
    goes_on, lost = asyncio.Event(), True

    async def hold(route: Route) -> None:
        if lost:
            await goes_on.wait()
            await route.abort()
        else:
            await route.continue_()

    await intercept(page, "**/interactions?*", hold)
    await page.select_option("#outcome", "abandoned")
    await expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    goes_on.set()
    await expect(page.locator("#search-failed")).to_be_visible()
    assert await page.locator("#results tbody tr").count() == 1
    lost = False
    await page.locator("[data-again]").press("Enter")
    await expect(page.locator("#found")).to_have_text("0 interactions")
    await expect(page.locator("#search-failed")).to_be_hidden()
    await page.unroute("**/interactions?*")


async def late_answers(page: Page) -> None:
    """What the reader has in the list outlives a late answer; the one before it never comes; and one goes back."""
    goes_on = asyncio.Event()

    async def hold(route: Route) -> None:
        await goes_on.wait()
        await route.continue_()

    await page.goto(f"{page.url.partition('?')[0]}?lang=en")
    await intercept(page, "**/interactions?*", hold)
    async with page.expect_event("requestfailed"):  # given up: its answer never comes
        await page.select_option("#outcome", "answered")
        await page.select_option("#outcome", "abandoned")
    async with page.expect_event("requestfailed"):
        await page.select_option("#outcome", "")
    await page.locator("#columns-menu").press("Enter")
    await page.locator("#column-wrap").check()
    await page.locator("tbody a").first.focus()
    await page.locator("#results").evaluate("results => { results.dataset.old = 1; }")
    goes_on.set()
    await page.locator("#results:not([data-old])").wait_for()
    await expect(page.locator("tbody a").first).to_be_focused()
    assert await page.locator("#columns[open] #column-wrap").is_checked()
    await page.unroute("**/interactions?*")
    await page.select_option("#outcome", "abandoned")
    await expect(page.locator("#found")).to_have_text("0 interactions")
    await page.go_back()
    await expect(page.locator("[data-found]")).to_have_text("1 interaction")
    assert await page.locator("h1").count() == 1, "a page, and not the part that a search is answered with"


async def many(page: Page, site: Site, at: telling.Place) -> None:
    """10,000 are counted, and one more is more than that: then there is no file, but an export."""
    admin = await asyncpg.connect(site.house.admin_dsn)
    await admin.execute(MORE, at.tenant, 9_999)
    await page.goto(f"{site.url}/interactions?lang=en&columns=contact,queue")
    await expect(page.locator("[data-found]")).to_have_text("10,000 interactions")
    assert await page.get_by_role("link", name="CSV").count() == 1
    await admin.execute(MORE, at.tenant, 1)
    await admin.close()
    await page.locator("nav.pager a").press("Enter")
    await expect(page.locator("[data-found]")).to_have_text("More than 10,000 interactions")
    assert await page.get_by_role("link", name="CSV").count() == 0
    await page.locator("nav.pager a[rel=next]").wait_for()
    await page.get_by_role("link", name="First page").press("Enter")
    await page.wait_for_url(lambda url: "after=" not in url)
    await page.locator("#q").press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    assert await page.evaluate("document.activeElement.closest('tr').rowIndex") == 2
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    await expect(page.locator("#q")).to_be_focused()
    await accessible(page, "zh-Hans", "light")


async def test_an_export_is_asked_for_by_keys(browser: Browser, front_site: Site) -> None:
    site = front_site
    at = await telling.place(site)
    await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4()))
    page, complaints = await sees(browser, site, "wang@galaxy.example", "galaxy", "en", "light")
    await page.goto(f"{site.url}/interactions?outcome=answered&lang=en")
    await page.get_by_role("link", name="Export…").press("Enter")
    await page.wait_for_url("**/exports/new?**")
    boxes = page.locator("input[name=wants]")
    await boxes.first.focus()
    await page.keyboard.press("Tab")
    await page.keyboard.press(" ")
    assert [await box.is_checked() for box in await boxes.all()] == [True, True, False]
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.type("short")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#reason")).to_have_attribute("aria-invalid", "true")
    assert [await box.is_checked() for box in await boxes.all()] == [True, True, False], "kept"
    assert await violations(page) == []
    await page.locator("#reason").press("End")
    await page.keyboard.type(", but long enough now")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.locator("[data-export-state]").wait_for()
    await accessible(page, "zh-Hant", "dark")
    await expect(page.locator(".taken-filter")).to_contain_text("結果")
    await page.locator("[data-export] button").press("Enter")
    await page.locator('[data-export-state="cancelled"]').wait_for()
    assert complaints == []
    await page.context.close()
