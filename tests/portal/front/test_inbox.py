"""The list of work orders by keyboard: rows are ticked and acted on, and a change elsewhere leaves what is typed."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.portal import telling
from tests.portal.front.test_site import sees
from tests.portal.test_inbox import moved, raised
from tests.support.axe import violations
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_rows_are_ticked_by_keys_and_a_change_elsewhere_leaves_what_is_typed(
    browser: Browser, front_site: Site
) -> None:
    site, at = front_site, await telling.place(front_site)
    await raised(site, at, "order kept", "order gone", "order seen", type="inbox")
    page, complaints = await sees(browser, site, "wang@galaxy.example", "galaxy", "en", "light")
    await page.goto(f"{site.url}/work-orders?lang=en&group=yours&sort=newest&type=inbox")
    rows, ticked = page.locator("[data-row]"), page.locator("[data-ticked]")
    for key in ("j", "x", "j", "j", "x"):  # the first and the last
        await page.keyboard.press(key)
    await expect(ticked).to_have_text("Ticked: 2")
    await page.locator(".bulk details").nth(1).locator("summary").click()
    await page.locator("#bulk-comment").fill("typed meanwhile")
    gone = (await rows.nth(1).locator("a").get_attribute("href") or "").rpartition("/")[2]
    await moved(site, at, gone, "rejected", reason="not ours")
    await expect(rows).to_have_count(2, timeout=15_000)
    await expect(page.locator("#bulk-comment")).to_have_value("typed meanwhile")
    await expect(ticked).to_have_text("Ticked: 2")
    assert await violations(page) == []
    send = page.locator('button[value="comment"]')
    painted = await send.evaluate("node => getComputedStyle(node).backgroundColor")
    assert painted != "rgba(0, 0, 0, 0)", "white on white, which axe does not call a fault"
    await send.click()
    await expect(page.locator("#bulk-told")).to_contain_text("2 done")
    await expect(page.locator('[data-outcome="done"]')).to_have_count(2)
    assert complaints == []
    await page.context.close()
