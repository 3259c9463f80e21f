"""A client adds an endpoint on the page, it answers its challenge; nothing for axe to find, the keyboard will do."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page

from tests.portal.front.test_settings import complaints, opened
from tests.portal.test_endpoint_pages import EVENTS, HOME, plant
from tests.support.site import Site
from tests.webhooks.test_endpoints import willing

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _looked_at(page: Page, url: str, *addresses: str) -> dict[str, list[str]]:
    """Return what is wrong with these pages, with everything unfolded, in three languages and two widths."""
    found: dict[str, list[str]] = {}
    for lang, width in (("en", 1360), ("zh-Hans", 390), ("zh-Hant", 1360)):
        await page.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            answer = await page.goto(f"{url}{address}{'&' if '?' in address else '?'}lang={lang}")
            assert answer is not None
            assert answer.status == 200
            for each in await page.query_selector_all("details.panel > summary"):
                await each.click()
            await page.evaluate("scrollTo(0, 0)")  # nothing stays under the head of the page
            if told := await complaints(page):
                found[f"{address} {lang} {width}"] = told
    return found


async def test_an_endpoint_is_added_and_asked_and_what_happened_is_looked_at(
    front_site: Site, browser: Browser
) -> None:
    endpoint, delivery = await plant(front_site)
    page = await opened(front_site, browser, "wang@galaxy.example", "galaxy")
    async with willing() as receiver:
        await page.goto(f"{front_site.url}{HOME}?lang=en")
        await page.focus("#new > summary")
        await page.keyboard.press("Enter")
        await page.fill("input[name=url]", receiver.url)
        await page.select_option("select[name=signature]", "v1a")
        await page.check("input[value='work_order.*']")
        await page.keyboard.press("Tab")
        await page.click("text=Add it and show its key")
        await page.wait_for_selector("text=Does this address want events?")
        assert "whpk_" in await page.inner_text("#h-keys >> xpath=../..")
        assert await complaints(page) == []
        receiver.agrees, receiver.status, receiver.page = False, 500, "no such page"
        await page.click("text=Ask it now")
        assert "500: no such page" in await page.inner_text("[role=alert]")
        receiver.agrees, receiver.status = True, 204
        await page.click("text=Ask it now")
        await page.wait_for_selector("text=Send a test")
        await page.focus("#change > summary")
        await page.keyboard.press("Enter")
        assert await page.is_checked("#change input[value='work_order.*']")
        await page.fill("#change input[name=url]", f"{receiver.url}?to=another")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("text=Does this address want events?")
        await page.click("text=Ask it now")
        await page.wait_for_selector("text=Send a test")
    async with front_site.house.app.transaction(front_site.tenants["galaxy"]) as scope:
        (told,) = await scope.fetch("SELECT event_id FROM gf.webhook_delivery WHERE id = $1", delivery)
    one, event = f"{HOME}/{endpoint}?delivery_id={delivery}", f"{EVENTS}/{told['event_id']}"
    assert await _looked_at(page, front_site.url, HOME, one, EVENTS, event) == {}
    await page.goto(f"{front_site.url}{HOME}/{endpoint}?lang=en")
    await page.check("input[name=event]")
    await page.click("text=Send the chosen ones again")
    await page.wait_for_selector("text=1 event is on its way again.")
    await page.context.close()
