"""The page of the outsourcer's own people, and being asked who one is before a key: the pages are looked at."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser

from kit.ids import new_id
from tenants.service import standing
from tenants.service.new_password import set_password
from tests.portal.front.test_account import PASSWORD, browsing, in_every_language, looked_at, of, type_password
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
PLATFORM, LOCKED = "platform@harbour.example", "quality@harbour.example"
_IDP = """
INSERT INTO control.idp (id, tenant_id, name, issuer, client_id, auth_method, domains, groups_claim, roles, origins,
  enabled, created_at, changed_at)
VALUES ($1, $2, 'Galaxy accounts', 'https://login.galaxy.example', 'x', 'none', '{}', 'groups', '{}', '{}', true, now(),
  now())
"""
_IDENTITY = """
INSERT INTO control.idp_identity (id, idp_id, tenant_id, issuer, subject, user_id, role, linked_by, linked_at, seen_at)
VALUES ($1, $1, $2, 'https://login.galaxy.example', 's', $3, 'client_viewer', 'email', now(), now())
"""


async def test_a_colleague_looks_after_the_others(browser: Browser, front_site: Site) -> None:
    site = front_site
    await set_password(site.house.control, PLATFORM, PASSWORD)
    locked = await set_password(site.house.control, LOCKED, PASSWORD)
    for _ in range(standing.MOST_WRONG):
        await standing.claim_try(site.house.control, locked, datetime.now(UTC))
    pool = await site.house.control.pool()
    await pool.execute("UPDATE control.standing SET locked_at = now() WHERE user_id = $1", locked)
    async with browsing(browser) as (_, page):
        await type_password(page, site, PLATFORM)
        await page.goto(of(site, "/centre/people?lang=en"))
        await page.locator("#add summary").focus()
        await page.keyboard.press("Enter")
        await page.fill("#email", "sup@harbour.example")
        await page.fill("#name", "陳大文")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#add-error")
        await looked_at(page, "colleagues-refused")
        await page.fill("#email", "chan.taiman@harbour.example")
        await page.keyboard.press("Enter")
        await page.wait_for_selector(".link-once")
        await looked_at(page, "colleagues-link")
        row = page.locator("[data-person='chan.taiman@harbour.example']")
        await row.locator("details summary").click()
        await row.locator("select").select_option("quality")
        await row.locator("form[action$='/role'] button").click()
        await page.wait_for_url("**told=role")
        await in_every_language(page, "colleagues")
        await page.locator(f"[data-person='{LOCKED}'] form[action$='/unlock'] button").click()
        await page.wait_for_url("**told=unlocked")


async def test_a_key_asks_who_one_is_and_leads_back(browser: Browser, front_site: Site) -> None:
    site = front_site
    email = (await site.people("galaxy"))["client_manager"]
    user = await set_password(site.house.control, email, PASSWORD)
    pool, idp = await site.house.control.pool(), new_id()
    async with browsing(browser) as (_, page):
        await type_password(page, site, email)
        await pool.execute("UPDATE control.session SET confirmed_at = now() - interval '11 minutes'")
        await page.goto(of(site, "/settings/keys"))
        await in_every_language(page, "keys-stale")
        await page.locator("[data-confirm-first] a").click()
        await page.wait_for_url("**/account/confirm?next=*")
        await page.fill("#password", PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_url(lambda url: urlsplit(url).path == "/settings/keys")
        assert await page.locator("[data-confirm-first]").count() == 0
        await page.locator("details", has=page.locator("form[action$='/keys/key']")).locator("summary").first.click()
        await page.locator("form[action='/settings/keys/key'] input[value='work_order.read']").check()
        await page.locator("form[action='/settings/keys/key'] button").click()
        await page.wait_for_selector("[data-made]")
        for statement in (_IDP, _IDENTITY):
            await pool.execute(statement, idp, site.tenants["galaxy"], *([user] if statement is _IDENTITY else []))
        await page.goto(of(site, "/settings/people"))
        await in_every_language(page, "people-vouched")
        await page.locator(f".entry-card a[href*='{email.partition('@')[0]}']").click()
        await page.wait_for_selector("[data-vouched]")
        await in_every_language(page, "person-vouched")
        await pool.execute("UPDATE control.session SET identity_id = (SELECT id FROM control.idp_identity)")
        await page.goto(of(site, "/account/confirm?next=/settings/keys"))
        await in_every_language(page, "confirm-company")
