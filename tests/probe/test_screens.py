"""The probe's pages in a browser: three languages, both themes, a phone's width, nothing that axe complains about."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial

import pytest
from playwright.async_api import Browser, Page, async_playwright

from probe.core.oracles import Finding
from probe.service import alarms
from tests.probe.conftest import Field
from tests.probe.test_page import MANAGER, PAGE, _english, _finish
from tests.story.browser import FLAGS
from tests.support.axe import BEST, WCAG, violations

SHOTS = os.environ.get("PROBE_SHOTS")
"""A folder for pictures of the pages, for people who look at them."""
Kind = tuple[str, str, int]
KINDS: tuple[Kind, ...] = (
    ("en", "light", 1280),
    ("zh-Hans", "dark", 1280),
    ("zh-Hant", "light", 1280),
    ("en", "dark", 390),
)


async def _seen(page: Page, url: str, name: str) -> list[str]:
    await page.goto(url)
    wide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
    found = await violations(page, (*WCAG, BEST))
    return [*found, "too wide"] if wide else found


async def test_the_pages_are_clean_in_every_language_theme_and_width(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = await _english(field, MANAGER)
    token, csrf = await field.site.cookie(MANAGER)
    monkeypatch.setattr(alarms, "FRESH_S", 0.0)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        look = partial(_look, browser, field)
        await look(token, {"empty": PAGE}, KINDS[::3])
        await manager.post(PAGE + "/runs", data={"csrf_token": csrf})
        await look(token, {"waiting": PAGE}, KINDS[1:3])
        await _finish(field, monkeypatch, Finding("canary", "GET /v1/orders/{order_id}", "key", "order title"))
        (alarm,) = await alarms.open_alarms(field.site.house.control)
        await look(token, {"red": PAGE, "run": f"{PAGE}/runs/{alarm.run_id}"}, KINDS)
        staff = (await field.site.cookie("onboarding@harbour.example"))[0]
        await look(staff, {"centre": "/centre/isolation"}, KINDS[1:])
        await browser.close()


async def _look(browser: Browser, field: Field, token: str, addresses: dict[str, str], kinds: Sequence[Kind]) -> None:
    for language, theme, width in kinds:
        context = await browser.new_context(viewport={"width": width, "height": 900})
        cookies = {"gf": token, "lang": language, "theme": theme}
        await context.add_cookies([{"name": k, "value": v, "url": field.site.url} for k, v in cookies.items()])
        page = await context.new_page()
        for name, address in addresses.items():
            kind = f"{name}-{language}-{theme}-{width}"
            assert await _seen(page, field.site.url + address, kind) == [], kind
        await context.close()
