"""The page about a call on a phone: nothing for axe to find, opened and answered by keyboard, in three languages."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.portal.front.test_settings import complaints
from tests.portal.test_handed import running, sent
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_page_keeps_nobody_out_on_a_phone(front_site: Site, browser: Browser) -> None:
    path, *_ = await sent(front_site, story=running)
    context = await browser.new_context(viewport={"width": 390, "height": 800}, reduced_motion="reduce")
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
    await page.goto(f"{front_site.url}{path}?lang=zh-Hant")
    found = await complaints(page)
    await page.keyboard.press("Enter")  # the one button has the focus
    await page.wait_for_selector("main.handed")
    for lang in ("en", "zh-Hant", "zh-Hans"):
        await page.goto(f"{front_site.url}{path}?lang={lang}")
        found += [f"{lang}: {each}" for each in await complaints(page)]
    await page.fill("#text", "明早九點回電")
    await page.click("button[value=call_back]")
    await page.wait_for_url("**said=call_back*")
    assert found == []
    await context.close()
