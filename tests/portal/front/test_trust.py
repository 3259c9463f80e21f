"""Staff access and audit on screens: three languages, both themes, a phone; a visit shows while the page is open."""

from __future__ import annotations

import os
from uuid import UUID

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from journal import heads, seals
from kit import clock
from kit.ids import new_id
from kit.signing import DocumentSigner
from tenants.access import for_system
from tests.support.axe import in_a_language
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
SHOTS = os.environ.get("TRUST_SHOTS")
WHY = "Checks why callers wait so long on Monday mornings"


async def entered(site: Site, browser: Browser, email: str, client: str | None) -> BrowserContext:
    token, _ = await site.cookie(email, client)
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce"
    )
    await context.add_cookies([{"name": "gf", "value": token, "url": site.url}])
    return context


async def looked_at(page: Page, address: str, name: str) -> list[str]:
    """Return what is wrong with a page in every language and theme, and on a phone."""
    found: list[str] = []
    for lang in ("zh-Hans", "zh-Hant", "en"):
        await page.set_viewport_size({"width": 1440, "height": 900})
        await page.goto(f"{address}{'&' if '?' in address else '?'}lang={lang}")
        found += [f"{name} {lang} {one}" for one in await in_a_language(page, lang)]
        if SHOTS:
            await page.screenshot(path=f"{SHOTS}/{name}-{lang}.png", full_page=True)
        assert "undefined" not in await page.inner_text("body")
    for width in (390, 320):
        await page.set_viewport_size({"width": width, "height": 844})
        wide = await page.evaluate("document.documentElement.scrollWidth")
        found += [f"{name}: {wide} px wide on {width}"] if wide > width else []
    if SHOTS:
        await page.set_viewport_size({"width": 390, "height": 844})
        await page.screenshot(path=f"{SHOTS}/{name}-phone.png", full_page=True)
    return found


async def ask(site: Site, email: str, code: str) -> UUID:
    grant = new_id()
    await (await site.house.control.pool()).execute(
        "INSERT INTO control.staff_grant (id, user_id, tenant_id, code, role, kind, reason, minutes, asked_at)"
        " SELECT $1, u.id, t.id, t.code, u.staff_role, 'asked', $4, 240, $5"
        ' FROM control."user" u, control.tenant t WHERE u.email = $2 AND t.code = $3',
        grant, email, code, WHY, clock.now(),
    )  # fmt: skip
    return grant


async def test_a_visit_shows_on_the_open_page_and_everything_is_readable(front_site: Site, browser: Browser) -> None:
    site, tenant = front_site, for_system(front_site.tenants["galaxy"], "tests")
    boss = await entered(site, browser, "wang@galaxy.example", "galaxy")
    page = await boss.new_page()
    await page.goto(f"{site.url}/settings/staff-access?lang=en")
    grant = await ask(site, "quality@harbour.example", "galaxy")
    await page.get_by_role("button", name="Let in for 4 hours").wait_for(timeout=8000)  # without a reload
    sup = await entered(site, browser, "sup@harbour.example", "galaxy")
    visitor = await sup.new_page()
    await visitor.goto(f"{site.url}/interactions")
    await page.locator("#staff-live .tag-warn", has_text="Grace Ho").wait_for(timeout=8000)
    await page.locator("#staff-inside").wait_for(state="visible")
    found = await looked_at(page, f"{site.url}/settings/staff-access", "staff-access")
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.goto(f"{site.url}/settings/staff-access?lang=en")
    await page.get_by_role("button", name="Let in for 4 hours").click()
    await page.locator("#h-may").wait_for()
    assert await page.get_by_role("button", name="Let in for 4 hours").count() == 0
    assert grant in {
        row["id"]
        for row in await (await site.house.control.pool()).fetch(
            "SELECT id FROM control.staff_grant WHERE from_at IS NOT NULL"
        )
    }
    await seals.seal_new(site.house.sealer, tenant)
    signer = DocumentSigner(bytes.fromhex(site.settings.signing_key.get_secret_value()))
    async with site.house.worker.transaction(tenant) as scope:
        await heads.sign(scope, signer, heads.HOURLY, clock.now())
    await page.goto(f"{site.url}/settings/audit?lang=en")
    await page.locator("summary", has_text="came in").first.click()
    found += await looked_at(page, f"{site.url}/settings/audit", "audit")
    await visitor.goto(f"{site.url}/centre/access?lang=en")
    found += await looked_at(visitor, f"{site.url}/centre/access", "ask")
    assert found == []
    await boss.close()
    await sup.close()
