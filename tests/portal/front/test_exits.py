"""The pages of leaving on screens: a client's data and its own key, in three languages, both themes, on a phone."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.portal.front.test_trust import entered, looked_at
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
KEY = "age1fmz6gpm7m32xx86eewjx3rg6mypzqcls6x2ajj9g6k03jmnesqrq2avtm5"


async def test_a_client_names_a_key_of_its_own(front_site: Site, browser: Browser) -> None:
    boss = await entered(front_site, browser, "wang@galaxy.example", "galaxy")
    page = await boss.new_page()
    await page.goto(f"{front_site.url}/settings/data?lang=en")
    await page.get_by_label("Public key").fill("age1mistyped")
    await page.get_by_role("button", name="Encrypt exports to this key").click()
    await page.get_by_role("alert").get_by_text("That is no public key of age").wait_for()
    assert await page.get_by_label("Public key").input_value() == "age1mistyped"
    await page.get_by_label("Public key").fill(KEY)
    await page.get_by_role("button", name="Encrypt exports to this key").click()
    await page.get_by_text(KEY).wait_for()
    await page.get_by_role("button", name="Ask for an export").click()
    await page.get_by_text(f"encrypted to {KEY}").wait_for()
    found = await looked_at(page, f"{front_site.url}/settings/data", "data")
    await boss.close()
    assert found == []
