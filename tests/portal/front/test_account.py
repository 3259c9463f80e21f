"""Signing in as people do: two steps, a passkey of a virtual device, confirming, links; the pages are looked at."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize
from pyotp.totp import TOTP

from tenants.service import standing
from tenants.service.new_password import set_password
from tests.support.axe import in_a_language
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
PASSWORD = "three green bottles"
SHOTS = os.environ.get("ACCOUNT_SHOTS")
PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=900)


def of(site: Site, path: str) -> str:
    """Passkeys are bound to a name: the site is asked as localhost, not by its address."""
    return site.url.replace("127.0.0.1", "localhost") + path


@asynccontextmanager
async def browsing(browser: Browser, lang: str = "en", **more: Any) -> AsyncIterator[tuple[BrowserContext, Page]]:
    context = await browser.new_context(viewport=DESK, locale=lang, **more)
    page, complaints = await context.new_page(), []
    await page.emulate_media(reduced_motion="reduce")
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    yield context, page
    await context.close()
    assert complaints == []


async def looked_at(page: Page, name: str, lang: str = "en") -> None:
    """No accessibility violation, no sideways scrolling on a phone; pictures where they are asked."""
    assert await in_a_language(page, lang) == [], name
    assert "undefined" not in await page.inner_text("body")
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
    await page.set_viewport_size(PHONE)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}-phone.png", full_page=True)
    await page.set_viewport_size(DESK)
    await page.evaluate("() => window.gfTheme('light')")


async def in_every_language(page: Page, name: str) -> None:
    address = page.url.partition("?")[0]
    for lang in ("zh-Hans", "zh-Hant", "en"):
        query = page.url.partition("?")[2].split("&lang=")[0].split("lang=")[0]
        await page.goto(f"{address}?{query + '&' if query else ''}lang={lang}")
        await looked_at(page, f"{name}-{lang}", lang)


async def type_password(page: Page, site: Site, email: str) -> None:
    await page.goto(of(site, "/sign-in?next=/account/security"))
    await page.fill("#email", email)
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")


async def with_password(site: Site, role: str) -> tuple[str, UUID]:
    email = (await site.people("galaxy"))[role]
    return email, await set_password(site.house.control, email, PASSWORD)


async def set_up_app(page: Page) -> tuple[TOTP, list[str]]:
    """By keyboard alone, as somebody without a mouse would."""
    await page.click("a[href='/account/second-factor']")
    await page.wait_for_load_state()
    await page.focus("form[action='/account/second-factor/begin'] button")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".scan-picture svg")
    assert await page.evaluate("document.activeElement.id") == "code"
    app = TOTP((await page.inner_text(".secret")).replace("-", ""))
    await page.keyboard.type(app.now())
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".codes")
    return app, [await item.inner_text() for item in await page.locator(".codes li").all()]


async def test_two_steps_by_keyboard_and_every_page_looked_at(browser: Browser, front_site: Site) -> None:
    site = front_site
    email, _ = await with_password(site, "client_viewer")
    async with browsing(browser) as (_, page):
        await page.goto(of(site, "/sign-in"))
        await in_every_language(page, "sign-in")
        await page.goto(of(site, "/forgot"))
        await in_every_language(page, "forgot")
        await type_password(page, site, email)
        await in_every_language(page, "security-off")
        _, codes = await set_up_app(page)
        assert len(set(codes)) == 10
        assert all(re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}", code) for code in codes)
        await looked_at(page, "codes")
        await page.click(".row-acts .btn-accent")
        await in_every_language(page, "security-on")
        await page.goto(of(site, "/account/sessions"))
        await in_every_language(page, "sessions")
        await page.goto(of(site, "/account/confirm?next=//evil.example"))
        await in_every_language(page, "confirm")
        assert await page.input_value("input[name=next]") == "/"
    async with browsing(browser) as (_, page):
        await type_password(page, site, email)
        assert "/sign-in/second" in page.url
        await in_every_language(page, "second-step")
        await page.fill("#code", "000000")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#code-error")
        await looked_at(page, "second-step-wrong")
        await page.fill("#code", codes[0])
        await page.keyboard.press("Enter")
        await page.wait_for_url(lambda url: urlsplit(url).path == "/account/security")
        assert "9 codes left" in await page.inner_text("main")


REPLAY = """async ({ body, fresh }) => {
  const headers = { "Content-Type": "application/json" };
  const post = (address, body) => fetch(address, { method: "POST", headers, body });
  if (fresh) await post("/sign-in/passkey/options", "{}");
  const answer = await post("/sign-in/passkey", body);
  return [answer.status, (await answer.json()).code];
}"""


async def replayed(page: Page, body: str) -> None:
    """An answer that was heard on the way is worth nothing: not again, and not for another challenge."""
    assert await page.evaluate(REPLAY, {"body": body, "fresh": False}) == [401, "sign_in_expired"]
    assert await page.evaluate(REPLAY, {"body": body, "fresh": True}) == [401, "wrong_code"]
    for forged in ('{"credential": "{}"}', '{"credential": "[]"}', '{"credential": "\\u0000"}'):
        assert await page.evaluate(REPLAY, {"body": forged, "fresh": True}) == [401, "wrong_code"]


async def test_a_passkey_is_made_signs_in_alone_confirms_and_is_removed(browser: Browser, front_site: Site) -> None:
    site = front_site
    email, user = await with_password(site, "client_manager")
    pool = await site.house.control.pool()
    async with browsing(browser) as (context, page):
        device = await context.new_cdp_session(page)
        await device.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        made = await device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        await type_password(page, site, email)
        await page.click("[data-passkey-add]")
        await page.wait_for_url("**/account/security?told=passkey")
        await in_every_language(page, "security-passkey")
        await context.clear_cookies()
        await page.goto(of(site, "/sign-in?next=/account/sessions"))
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.post_data or ""))
        await page.click("[data-passkey-sign-in]")
        await page.wait_for_url(lambda url: urlsplit(url).path == "/account/sessions")
        assert (
            await pool.fetchval("SELECT method FROM control.session WHERE user_id = $1 ORDER BY created_at DESC", user)
            == "passkey"
        )
        await replayed(page, next(body for body in sent if "credential" in body))
        await context.clear_cookies()
        await type_password(page, site, email)  # the password alone is half of it now
        await page.click("[data-passkey-sign-in]")
        await page.wait_for_url(lambda url: urlsplit(url).path == "/account/security")
        await pool.execute("UPDATE control.session SET confirmed_at = now() - interval '11 minutes'")
        await page.click("form[action='/account/passkeys/remove'] button")
        await page.wait_for_url("**/account/confirm?next=*")
        await page.click("[data-passkey-sign-in]")
        await page.wait_for_url("**/account/security*")
        await page.click("form[action='/account/passkeys/remove'] button")
        await page.wait_for_url("**/account/security?told=removed")
        assert await pool.fetchval("SELECT count(*) FROM control.passkey") == 0
        await context.clear_cookies()
        await page.goto(of(site, "/sign-in"))
        await page.click("[data-passkey-sign-in]")  # the device still has it, the house does not
        await page.wait_for_selector("[data-passkey-error]:not([hidden])")
        await device.send("WebAuthn.setUserVerified", {**made, "isUserVerified": False})
        await page.click("[data-passkey-sign-in]")
        await page.wait_for_selector("[data-passkey-error]:not([hidden])")
        assert await pool.fetchval("SELECT count(*) FROM control.session WHERE user_id = $1", user) <= 3


async def test_a_manager_looks_after_its_people(browser: Browser, front_site: Site) -> None:
    site = front_site
    people = await site.people("galaxy")
    manager, _ = await with_password(site, "client_manager")
    viewer, user = await with_password(site, "client_viewer")
    for _ in range(standing.MOST_WRONG):
        await standing.claim_try(site.house.control, user, datetime.now(UTC))
    pool = await site.house.control.pool()
    await pool.execute("UPDATE control.standing SET locked_at = now()")
    async with browsing(browser) as (_, page):
        await type_password(page, site, manager)
        await page.goto(of(site, "/settings/people-access"))
        await in_every_language(page, "people")
        row = page.locator(f"[data-person='{viewer}']")
        assert "Locked" in await row.inner_text()
        await row.locator("form[action$='/unlock'] button").click()
        await page.wait_for_url("**told=unlocked")
        await page.locator(f"[data-person='{people['client_developer']}'] form[action$='/link'] button").click()
        await page.wait_for_selector(".link-once")
        await looked_at(page, "people-link")
        link = await page.get_attribute(".link-once [data-copy]", "data-copy") or ""
        await page.goto(of(site, "/settings/people-access"))
        assert await page.locator(".link-once").count() == 0  # shown once
        await page.click("form[action$='/policy'] button")
        await page.wait_for_url("**/account/second-factor?*")  # the manager has none either: it goes first
        await in_every_language(page, "second-factor-asked")
    async with browsing(browser) as (_, page):
        await page.goto(of(site, link.partition(site.url)[2]))
        await in_every_language(page, "set-password")
        await page.fill("#password", "password1234")
        await page.click("button[type=submit]")
        await page.wait_for_selector("#password-error")
        await looked_at(page, "set-password-weak")
        await page.fill("#password", PASSWORD)
        await page.click("button[type=submit]")
        await page.wait_for_url("**/sign-in?told=password_set")
        await page.goto(of(site, link.partition(site.url)[2]))
        assert "no longer works" in await page.inner_text("main")
        await looked_at(page, "link-spent")
