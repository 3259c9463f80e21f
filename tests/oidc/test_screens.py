"""Pages of sign-in services, keys and the companies' doors: no violation, readable on a phone, in three languages."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from journal.core.facts import SYSTEM
from kit import clock
from tenants.idp.connections import Change, Idp, fresh_id, save_idp
from tenants.idp.people import invite
from tests.oidc.conftest import Starter
from tests.oidc.test_browser import connect, planes, walk
from tests.support.axe import in_a_language
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def entered(site: Site, browser: Browser) -> BrowserContext:
    """A manager of galaxy, signed in."""
    token, _ = await site.cookie("wang@galaxy.example", "galaxy")
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce"
    )
    await context.add_cookies([{"name": "gf", "value": token, "url": site.url}])
    return context


async def looked_at(page: Page, address: str, name: str) -> list[str]:
    """Return what is wrong with a page: axe in both themes, words, sideways scrolling."""
    found: list[str] = []
    for lang in ("zh-Hans", "zh-Hant", "en"):
        await page.set_viewport_size({"width": 1440, "height": 900})
        await page.goto(f"{address}{'&' if '?' in address else '?'}lang={lang}")
        found += [f"{name} {lang} {one}" for one in await in_a_language(page, lang)]
        assert "undefined" not in await page.inner_text("body")
    for width in (390, 320):
        await page.set_viewport_size({"width": width, "height": 844})
        wide = await page.evaluate("document.documentElement.scrollWidth")
        found += [f"{name}: {wide} px wide on {width}"] if wide > width else []
    return found


async def in_english(page: Page, name: str) -> list[str]:
    assert "undefined" not in await page.inner_text("body")
    return [f"{name} {one}" for one in await in_a_language(page, "en")]


async def test_the_pages_of_settings(front_site: Site, browser: Browser) -> None:
    site = front_site
    change = Change(site.tenants["galaxy"], SYSTEM, clock.now())
    values: dict[str, Any] = {
        "id": fresh_id(), "tenant_id": site.tenants["galaxy"], "name": "Galaxy accounts", "client_id": "glassfloor",
        "issuer": "https://login.galaxy.example/realms/staff", "auth_method": "client_secret_basic",
        "domains": ("galaxy.example",), "roles": {"gf-managers": "client_manager"},
    }  # fmt: skip
    idp = await save_idp(planes(site), change, Idp(**values), "secret")
    context = await entered(site, browser)
    page = await context.new_page()
    found = []
    for path in (
        "/settings",
        "/settings/identity",
        "/settings/identity/new",
        f"/settings/identity/{idp.id}",
        "/settings/keys",
    ):
        found += await looked_at(page, site.url + path, path)
    assert found == []
    await context.close()


async def test_a_key_is_made_copied_once_replaced_and_ended(front_site: Site, browser: Browser) -> None:
    site = front_site
    context = await entered(site, browser)
    page = await context.new_page()
    await page.goto(f"{site.url}/settings/keys?lang=en")
    await page.get_by_text("New key").click()
    await page.locator("form[action='/settings/keys/key'] input[value='work_order.read']").check()
    await page.locator("form[action='/settings/keys/key'] button").click()
    key = await page.locator("[data-made] [data-copy]").get_attribute("data-copy")
    assert key is not None
    assert key.startswith("gf_live_")
    found = await in_english(page, "made")
    await page.goto(f"{site.url}/settings/keys")
    assert key not in await page.content()
    await page.get_by_role("button", name=f"Replace {key.split('_')[2]}").click()
    await page.locator("[data-made]").wait_for()
    assert await page.locator("tbody tr").count() == 2
    await page.get_by_text("New OAuth client").click()
    await page.locator("form[action='/settings/keys/client'] input[value='work_order.read']").check()
    await page.locator("form[action='/settings/keys/client'] button").click()
    await expect(page.locator("[data-made] [data-copy]")).to_have_count(3)
    found += await in_english(page, "client made")
    await page.locator("details.act summary[aria-label^='End ']").first.click()
    await page.locator("details.act input[name=reason]").first.fill("no longer used")
    await page.get_by_role("button", name="End now").first.click()
    await page.get_by_text("no longer used").wait_for()
    found += await in_english(page, "with rows")
    assert found == []
    await context.close()


async def _code(site: Site, key: str) -> str:
    """What a request from elsewhere is told, as a proxy on this machine would pass it on."""
    sent = {"Authorization": f"Bearer {key}", "X-Forwarded-For": "192.0.2.66"}
    async with aiohttp.ClientSession(site.url) as http, http.get("/v1/keys/self", headers=sent) as got:
        return str((await got.json())["code"])


async def test_a_key_is_bound_to_networks_and_bound_anew(front_site: Site, browser: Browser) -> None:
    site = front_site
    context = await entered(site, browser)
    page = await context.new_page()
    await page.goto(f"{site.url}/settings/keys?lang=en")
    await page.get_by_text("New key").click()
    await page.locator("form[action='/settings/keys/key'] input[value='work_order.read']").check()
    await page.fill("#key-networks", "198.51.100.0/24 203.0.113.7/24")
    await page.locator("form[action='/settings/keys/key'] button").click()
    await page.get_by_text("/networks/1").wait_for()
    assert await page.input_value("#key-networks") == "198.51.100.0/24 203.0.113.7/24"
    found = await in_english(page, "wrong network")
    await page.fill("#key-networks", "198.51.100.0/24 203.0.113.7")
    await page.locator("form[action='/settings/keys/key'] button").click()
    key = str(await page.locator("[data-made] [data-copy]").get_attribute("data-copy"))
    assert await _code(site, key) == "credential_elsewhere"
    await page.goto(f"{site.url}/settings/keys?lang=en")
    own = key.split("_")[2]
    await expect(page.get_by_text("tried from 192.0.2.66")).to_have_count(1)
    await page.get_by_label(f"Change from where {own} may be used").click()
    found += await in_english(page, "changing from where")
    assert await page.input_value(f"#b-{own}-networks") == "198.51.100.0/24\n203.0.113.7/32"
    await page.fill(f"#b-{own}-networks", "2001:db8::/32")
    await page.locator(f"form[action$='{own}/bounds'] button").click()
    await page.get_by_text("2001:db8::/32").first.wait_for()
    await expect(page.get_by_text("tried from")).to_have_count(0)
    assert found == []
    await context.close()


async def test_a_wrong_form_keeps_what_was_typed(front_site: Site, browser: Browser) -> None:
    site = front_site
    context = await entered(site, browser)
    page = await context.new_page()
    await page.goto(f"{site.url}/settings/identity/new?lang=en")
    for name, value in (
        ("name", "Mine"),
        ("issuer", "https://x.example/?a=b"),
        ("client_id", "c"),
        ("roles", "staff = agent"),
    ):
        await page.fill(f"#{name}", value)
    await page.get_by_role("button", name="Save").click()
    assert await page.input_value("#issuer") == "https://x.example/?a=b"
    assert await page.locator("[aria-invalid=true]").count() == 2
    assert await in_english(page, "wrong form") == []
    await context.close()


async def test_the_test_sign_in_shows_what_came_and_changes_nothing(
    front_site: Site, browser: Browser, real_provider: Starter
) -> None:
    site = front_site
    _, idp = await connect(site, real_provider)
    context = await entered(site, browser)
    page = await context.new_page()
    await page.goto(f"{site.url}/settings/identity/{idp.id}?lang=en")
    await page.get_by_role("button", name="Test sign-in").click()
    await page.wait_for_selector("#name")
    await page.fill("#name", "viewer")
    await page.fill("#password", "viewer")
    await page.click("button")
    await page.wait_for_selector("text=Nothing was changed")
    assert "gf-viewers" in await page.inner_text("main")
    assert "viewer@galaxy.example" in await page.inner_text("main")
    assert await in_english(page, "test result") == []
    pool = await site.house.control.pool()
    assert await pool.fetchval("SELECT count(*) FROM control.idp_identity") == 0
    await context.close()


async def test_the_doors(front_site: Site, browser: Browser, real_provider: Starter) -> None:
    """Every step of signing in by one's company, the refusals among them."""
    site = front_site
    _, idp = await connect(site, real_provider)
    change = Change(site.tenants["galaxy"], SYSTEM, clock.now())
    pool = await site.house.control.pool()
    user = await pool.fetchval("SELECT id FROM control.\"user\" WHERE email = 'wang@galaxy.example'")
    token = await invite(planes(site), change, idp.id, user)
    context = await browser.new_context(locale="en-GB", reduced_motion="reduce")
    page = await context.new_page()
    found = []
    for path in ("/sign-in", "/sign-in/company", "/sign-in/at/galaxy", f"/sign-in/invited/{token}",
                 "/sign-in/invited/x", f"/sign-in/idp/{idp.id}/callback?state=x"):  # fmt: skip
        found += await looked_at(page, site.url + path, path)
    await walk(page, site, "wang@galaxy.example", "outside")  # an account there whose address is nobody's here
    await page.wait_for_selector("[data-reason=wrong_domain]")
    found += await in_english(page, "refused")
    await save_idp(planes(site), change, Idp(**{f: getattr(idp, f) for f in Idp.__dataclass_fields__} | {
        "issuer": "http://127.0.0.1:1", "id": fresh_id(), "name": "Second"}), "x")  # fmt: skip
    await page.goto(f"{site.url}/sign-in/company?lang=en")
    await page.fill("#email", "wang@galaxy.example")
    await page.click("form button")
    await page.wait_for_selector("text=Which sign-in?")
    found += await in_english(page, "choose")
    await page.get_by_role("button", name="Second").click()
    await page.wait_for_selector("text=does not answer")
    found += await in_english(page, "away")
    assert found == []
    await context.close()
