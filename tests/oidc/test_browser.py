"""A browser signs in at a real provider, works here, loses its group, and signs out in both places."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Page

from journal.core.facts import SYSTEM
from kit import clock
from kit.secretbox import SecretBox
from tenants.idp.connections import Change, Idp, Planes, fresh_id, save_idp
from tests.oidc.conftest import RealProvider, Starter
from tests.support.house import KEYS
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
ROLES = {"gf-managers": "client_manager", "gf-viewers": "client_viewer"}


def planes(site: Site) -> Planes:
    return Planes(site.house.control, site.house.app, SecretBox(bytes.fromhex(KEYS["GF_MASTER_KEY"])))


async def connect(site: Site, start: Starter, tenant: str = "galaxy", **changes: Any) -> tuple[RealProvider, Idp]:
    idp_id = fresh_id()
    real = start(site.url, idp_id)
    more = {"domains": ("galaxy.example",), "roles": ROLES, **changes}
    idp = Idp(id=idp_id, tenant_id=site.tenants[tenant], name="Galaxy accounts", issuer=real.issuer,
              client_id=real.client_id, auth_method="client_secret_basic", **more)  # fmt: skip
    change = Change(site.tenants[tenant], SYSTEM, clock.now())
    return real, await save_idp(planes(site), change, idp, real.client_secret)


async def walk(page: Page, site: Site, email: str, name: str) -> None:
    """Type the address here and the name there."""
    await page.goto(f"{site.url}/sign-in?lang=en")
    await page.fill("#email", email)
    await page.click("button[formaction='/sign-in/company']")
    await page.wait_for_selector("#name")
    await page.fill("#name", name)
    await page.fill("#password", name)
    await page.click("button")


async def test_a_person_signs_in_and_out_at_its_companys_provider(
    front_site: Site, browser: Browser, real_provider: Starter
) -> None:
    site = front_site
    real, idp = await connect(site, real_provider)
    context = await browser.new_context(locale="en-GB")
    page = await context.new_page()
    await walk(page, site, "wang@galaxy.example", "wang")
    await page.wait_for_url(f"{site.url}/**")
    assert "/sign-in" not in page.url
    assert await page.locator("nav .places a").count() >= 3
    pool = await site.house.control.pool()
    identity = await pool.fetchrow("SELECT * FROM control.idp_identity WHERE idp_id = $1", idp.id)
    assert identity is not None
    assert (identity["role"], identity["linked_by"]) == ("client_manager", "email")
    await page.locator("details.menu").last.locator("summary").click()
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url(f"{site.url}/sign-in**")
    assert await pool.fetchval("SELECT count(*) FROM control.session WHERE identity_id IS NOT NULL") == 0
    await page.goto(f"{real.origin}/o/authorize/?response_type=code&client_id={real.client_id}")
    await page.wait_for_selector("#name")  # the provider forgot the browser too
    await context.close()
