"""A client's developer connects a system on the page: address, trial, map, suspension; nothing for axe to find."""

from __future__ import annotations

import json

import asyncssh
import pytest
from playwright.async_api import Browser, Page

from tests.exchange.stubs.zammad import ZammadStub
from tests.portal.front.test_settings import complaints, opened
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
HOME = "/settings/exchange/oms"
DEVELOPERS = "/settings/developers"


async def _try(page: Page, message: dict[str, object], button: str) -> None:
    await page.fill("#payload", json.dumps(message, indent=1))
    await page.get_by_role("button", name=button).click()
    await page.wait_for_load_state()


async def _looked_at(page: Page, url: str) -> dict[str, list[str]]:
    """Return what is wrong with these pages, with everything unfolded, in three languages and two widths."""
    found: dict[str, list[str]] = {}
    for lang, width in (("en", 1360), ("zh-Hans", 390), ("zh-Hant", 1360)):
        await page.set_viewport_size({"width": width, "height": 900})
        for address in (HOME, "/settings/exchange", DEVELOPERS):
            answer = await page.goto(f"{url}{address}?lang={lang}")
            assert answer is not None
            assert answer.status == 200
            for each in await page.query_selector_all("details.panel > summary"):
                await each.click()
            if told := await complaints(page):
                found[f"{address} {lang} {width}"] = told
    return found


async def _copied_by_keys(page: Page, url: str) -> None:
    """Copy a command of the developers' page without a mouse: the one beside it, whole, and it says so."""
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.goto(f"{url}{DEVELOPERS}?lang=en")
    await page.focus("[data-command=check]")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-command=check] + button [data-copied]:visible")
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied == await page.inner_text("[data-command=check]")
    assert copied.startswith('curl -fsS "$GLASSFLOOR_URL/v1/keys/self"')


async def _goes_by_files(page: Page) -> None:
    """Let the connection go by files: a key that is none is told beside what was typed, the secret is never shown."""
    await page.click("#drop > summary")
    key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    typed = {"#drop-host": "sftp.galaxy.example", "#drop-login": "centre", "#drop-secret": "a password"}
    for field, text in {**typed, "#drop-key": "ssh-ed25519 AAAA"}.items():
        await page.fill(field, text)
    await page.click("text=Go by files")
    assert "/host_key" in await page.inner_text("[data-state=error]")
    shown = [await page.input_value(field) for field in typed]
    assert shown == ["sftp.galaxy.example", "centre", ""]
    await page.fill("#drop-key", key)
    await page.fill("#drop-secret", "a password")
    await page.click("text=Go by files")
    await page.wait_for_selector("#drop summary:has-text('sftp.galaxy.example')")
    assert "a password" not in await page.content()


async def _goes_by_mail(page: Page) -> None:
    """Let the connection go by mail, and give out addresses by a new key."""
    await page.click("#mail > summary")
    await page.fill("#mail-address", "ops@galaxy.example")
    await page.fill("#mail-senders", "galaxy.example  group.example")
    await page.click("text=Go by e-mail")
    await page.wait_for_selector("#mail summary:has-text('ops@galaxy.example')")
    await page.click("#mail > summary")
    assert await page.input_value("#mail-senders") == "galaxy.example group.example"
    await page.click("text=New key for reply addresses")
    await page.wait_for_selector("#mail summary:has-text('ops@galaxy.example')")


async def _called(page: Page, url: str) -> None:
    """Set how a system is called by its own API, find out that the token is wrong, mend it, and try it."""
    async with ZammadStub().open() as stub:
        for secret, said in (("wrong", "it answered 401"), (stub.secret, "It works.")):
            await page.goto(f"{url}{HOME}?lang=en")
            panel = page.locator("#connector")
            if await panel.get_attribute("open") is None:
                await panel.locator("summary").click()
            await page.select_option("#kind", "zammad")
            for field, value in (("#system-url", stub.url), ("#system-secret", secret), ("#every", "0"),
                                 ("#system-settings", "group = Users\ncustomer = centre@example.com")):  # fmt: skip
                await page.fill(field, value)
            await page.uncheck("input[name=tells]")
            await panel.get_by_role("button", name="Save").click()
            await page.wait_for_url("**#connector")
            if await panel.get_attribute("open") is None:
                await panel.locator("summary").click()
            await page.get_by_role("button", name="Try it").click()
            await page.wait_for_selector(f"[data-called]:has-text('{said}')")
    made: list[str] = []
    for act in ("Make a new address", "Make a new secret"):
        await page.click("summary:has-text('Address for messages')")
        await page.click(f"text={act}")
        await page.wait_for_selector(f"[data-made]:has-text('{'inbound' if not made else 'Secret that signs'}')")
        made.append(await page.inner_text("[data-made]"))
    assert all("whsec_" in each for each in made), "Zammad signs by the secret that we make"
    assert "/v1/inbound/" not in made[1], "the address stays"


async def test_a_system_is_connected_tried_and_mapped(front_site: Site, browser: Browser) -> None:
    page = await opened(front_site, browser, "it@galaxy.example", "galaxy")
    await page.goto(f"{front_site.url}{HOME}?lang=en")
    await page.click("summary:has-text('Address for messages')")
    await page.click("text=Make a new address")
    made = await page.inner_text("[data-made]")
    assert "/v1/inbound/" in made
    assert "whsec_" in made
    message = {"type": "work_order.state", "external_id": "INC-7", "external_version": 1, "status": "Storno",
               "fields": {"type": "refund", "title": "退款未到账"}}  # fmt: skip
    await _try(page, message, "What would it do?")
    assert "status: Storno" in await page.inner_text("[data-tried]")
    await _try(page, message, "Sign it, send it, do it")
    assert "waits for the map" in await page.inner_text("#messages")
    await page.goto(f"{front_site.url}/home?lang=en")
    await page.click("text=Messages of oms that the map does not know: 1")
    rows = page.locator("input[name^='status/']")
    await rows.nth(await rows.count() - 1).fill("Storno")
    places = page.locator("select[name^='to/']")
    await places.nth(await places.count() - 1).select_option("cancelled")
    page.set_default_timeout(15_000)
    await page.click("text=Put in force")
    await page.wait_for_selector("text=version 1")
    await _try(page, {**message, "external_version": 2}, "What would it do?")
    await page.wait_for_selector("[data-tried]")
    await _called(page, front_site.url)
    await page.goto(f"{front_site.url}{HOME}?lang=en")
    await _goes_by_mail(page)
    await _goes_by_files(page)
    await page.click("summary:has-text('Suspend')")
    await page.fill("#reason-suspend", "maintenance")
    await page.click("form button:has-text('Suspend')")
    await page.wait_for_selector("text=maintenance")
    assert await _looked_at(page, front_site.url) == {}
    await _copied_by_keys(page, front_site.url)
    await page.goto(f"{front_site.url}{HOME}?lang=en")
    await page.click("summary:has-text('Resume')")
    await page.click("form button:has-text('Resume')")
    await page.wait_for_selector("summary:has-text('Suspend')")
    await page.context.close()
