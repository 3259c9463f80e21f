"""Settings and the wizard in a real browser: nothing for axe to find, and the whole wizard by keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page

from tests.ivr.test_uploads import tone
from tests.support.axe import BEST, CONTRAST, WCAG, violations
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = (
    "/settings", "/settings/hours", "/settings/hours?entry=office", "/settings/queues", "/settings/queues?entry=care",
    "/settings/queues?add=1", "/settings/skills?entry=orders", "/settings/agents", "/settings/prompts?entry=welcome",
    "/settings/flows", "/settings/flows?entry=main&at=2026-10-01T19:05&keys=2", "/settings/numbers", "/settings/people",
    "/settings/people?entry=sun@galaxy.example", "/settings/connections?add=1", "/settings/changes",
    "/settings/versions?version=1", "/settings/recording", "/settings/masking", "/settings/letting-in",
    "/settings/retention", "/settings/supervision", "/settings/directory", "/settings/directory?entry=zhao",
    "/settings/reports", "/settings/reports?add=1", "/settings/music", "/settings/contract",
)  # fmt: skip
LANGUAGES = ("en", "zh-Hans", "zh-Hant")
WIDTHS = (390, 1360)
STAFF = "onboarding@harbour.example"


async def opened(site: Site, browser: Browser, email: str, tenant: str | None, width: int = 1360) -> Page:
    token, _ = await site.cookie(email, tenant)
    context = await browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    await context.add_cookies([{"name": "gf", "value": token, "url": site.url}])
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
    return page


async def complaints(page: Page) -> list[str]:
    """What axe finds by every rule, in the dark by that of colours, and whether the page is wider than the window."""
    found = [*await violations(page, (*WCAG, BEST), theme="light"), *await violations(page, CONTRAST, theme="dark")]
    return [*found, *await too_wide(page)]


async def too_wide(page: Page) -> list[str]:
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return ["wider than the window"] if wide else []


async def test_no_page_of_settings_keeps_anybody_out(front_site: Site, browser: Browser) -> None:
    page = await opened(front_site, browser, "wang@galaxy.example", "galaxy")
    for changes, width in enumerate(WIDTHS, 1):
        await page.set_viewport_size({"width": width, "height": 900})
        await page.goto(f"{front_site.url}/settings/queues?entry=care&lang=en")
        await page.fill("input[name=name]", f"Orders and parcels {width}")
        await page.click("button[value=save]")
        await page.wait_for_url("**saved=1*")
        assert await page.get_attribute("[data-draft]", "data-draft") == str(changes)
        await page.goto(f"{front_site.url}/settings/music?lang=en")
        await page.fill("input[name=name]", f"Evening rain {width}")
        await page.set_input_files("input[type=file]", {"name": "rain.wav", "mimeType": "audio/wav", "buffer": tone(4)})
        await page.get_by_role("button", name="Upload into the draft").click()
        await page.wait_for_url("**saved=1*")
    found: dict[str, list[str]] = {}
    for number, address in enumerate(PAGES):
        lang = LANGUAGES[number % 3]
        await page.goto(f"{front_site.url}{address}{'&' if '?' in address else '?'}lang={lang}")
        assert await page.get_attribute("html", "lang") == lang
        for turn, width in enumerate(WIDTHS):  # all rules at one of the widths, another for the next page
            await page.set_viewport_size({"width": width, "height": 900})
            judge = complaints if turn == number // 3 % len(WIDTHS) else too_wide
            found |= {f"{address} {width}": told} if (told := await judge(page)) else {}
    assert found == {}
    await page.context.close()


async def press_to(page: Page, name: str) -> None:
    """Tab on until the field or button of this name has the focus."""
    for _ in range(250):
        await page.keyboard.press("Tab")
        at = await page.evaluate("(document.activeElement?.name || '') + '=' + (document.activeElement?.value || '')")
        if re.fullmatch(name, str(at)):
            return
    pytest.fail(f"{name} cannot be reached by keyboard")


async def test_the_whole_wizard_by_keyboard(front_site: Site, browser: Browser) -> None:
    page = await opened(front_site, browser, STAFF, None)
    await page.goto(f"{front_site.url}/centre/clients/new?lang=en")
    assert await complaints(page) == []
    await page.get_by_role("button", name="Begin empty").focus()
    await page.keyboard.press("Enter")
    typed: dict[str, list[tuple[str, str]]] = {
        "company": [("tenant/name=.*", "Acme")],
        "numbers": [("numbers/0/number=", "+85237001234")],
        "hours": [],
        "queues": [("queues/0/name=", "Care")],
        "ivr": [],
        "seats": [("paste=", "8007,Desk A,shared")],
        "people": [("people/0/name=", "Ann"), ("people/0/email=", "ann@acme.example")],
        "policies": [],
    }
    found: dict[str, list[str]] = {}
    for step, fields in typed.items():
        await page.wait_for_url(f"**/{step}*")
        found |= {step: told} if (told := await complaints(page)) else {}
        for name, text in fields:
            await press_to(page, name)
            await page.keyboard.type(text)
        if step == "ivr":
            await press_to(page, "shape=.*")
            await page.keyboard.press("Space")
            await page.keyboard.press("ArrowDown")
        await press_to(page, "go=next")
        await page.keyboard.press("Enter")
    await page.wait_for_url("**/review*")
    assert (found, await complaints(page)) == ({}, [])
    await page.get_by_role("button", name="Apply").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/live*")
    assert await page.inner_text("h1") == "Acme"
    assert await complaints(page) == []
    await page.goto(f"{front_site.url}/centre/clients")
    assert await complaints(page) == []
    await page.context.close()
