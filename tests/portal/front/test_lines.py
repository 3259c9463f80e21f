"""The page of lines in a real browser: nothing for axe to find, a secret is kept, a state is never invented."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from app.flows import check_flow
from kit.bus import Bus
from switchboard.inbox import inbox_name
from tenants.service.blueprints import Order, apply_blueprint
from tests.portal.front.test_settings import STAFF, complaints, opened
from tests.support.site import EXAMPLES, NOW, Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

LINES = """
trunks:
  - {code: pbx, name: Office, address: "pbx.galaxy.example:5061",
     others: ["pbx2.galaxy.example:5061", pbx3.galaxy.example], transport: tls, encrypted: true, codecs: [opus, G722],
     username: galaxy-7, register_s: 600, known_by: registration, priority: 10, max_calls: 30}
  - {code: sbc, name: Carrier, address: 203.0.113.9, priority: 20}
"""
FAILED = "2026-11-22T09:14:00+00:00"


def condition(**more: object) -> dict[str, object]:
    fine = {"reachable": True, "registered": None, "rests_until": None, "calls": 0, "most_calls": None}
    return {**fine, "failed_at": None, "cause": None, "sip": 0, **more}


WAYS = [
    {"silent": silent, "rests_until": rests}
    for silent, rests in ((False, FAILED), (True, None), (False, "2199-01-01T00:00:00+00:00"))
]
CONDITIONS = {
    "o-carrier": condition(calls=4),
    "t-galaxy.pbx": condition(registered=True, calls=12, failed_at=FAILED, cause="congestion", sip=503, ways=WAYS),
    "t-galaxy.sbc": condition(reachable=False),
}


async def each_address_is_told_of(page: Page) -> None:
    shown = (await page.locator("#lines td", has_text="pbx2").inner_text()).splitlines()
    assert [line.strip() for line in shown[:3]] == [
        "pbx.galaxy.example:5061", "pbx2.galaxy.example:5061 无应答", "pbx3.galaxy.example 失败后暂停",
    ]  # fmt: skip


async def test_lines_are_shown_as_they_are(front_site: Site, browser: Browser) -> None:
    source = (EXAMPLES / "galaxy.yaml").read_text(encoding="utf-8") + LINES
    order = Order(by="test", at=NOW, check_flow=check_flow)
    await apply_blueprint(front_site.house.control, front_site.house.app, source, order)
    page = await opened(front_site, browser, STAFF, None)
    await page.goto(f"{front_site.url}/centre/lines?lang=en")
    assert "A floor does not answer" in await page.inner_text("#lines")
    assert await page.locator("#lines .tag", has_text="Needs its secret").count() == 1
    assert await page.locator("#lines .tag", has_text="Unknown").count() == 2

    async def answer(_command: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"ok": True, "lines": CONDITIONS}

    floor = asyncio.create_task(Bus(front_site.settings.redis_url.get_secret_value()).serve(inbox_name("main"), answer))
    await page.click("#lines summary")
    await page.fill("#lines input[type=password]", "correct horse")
    await page.click("#lines button.btn-accent")
    await page.wait_for_url("**told=kept*")
    assert "correct horse" not in await page.content()
    await page.click("#lines summary")
    await page.evaluate("document.querySelector('#lines input[type=password]').value = '\\u0007'")
    await page.click("#lines button.btn-accent")
    await page.wait_for_selector("#lines .field-error")
    await page.set_viewport_size({"width": 390, "height": 900})
    await page.goto(f"{front_site.url}/centre/lines?lang=zh-Hans")
    assert [await page.locator(f"#lines .tag-{kind}").count() for kind in ("ok", "bad")] == [2, 1]
    await each_address_is_told_of(page)
    found = {"centre": told} if (told := await complaints(page)) else {}
    client = await opened(front_site, browser, "wang@galaxy.example", "galaxy")
    await client.goto(f"{front_site.url}/settings/lines?entry=pbx&lang=zh-Hant")
    assert "galaxy-7" in await client.content()
    assert "correct horse" not in await client.content()
    staff = await opened(front_site, browser, STAFF, "galaxy", 390)
    await staff.goto(f"{front_site.url}/settings/lines?entry=pbx&lang=zh-Hant")
    found |= {"form": told} if (told := await complaints(staff)) else {}
    await staff.fill("input[name=priority]", "0")
    await staff.click("button[value=save]")
    await staff.wait_for_selector(".field-error")
    await staff.fill("input[name=priority]", "5")
    await staff.click("button[value=save]")
    await staff.wait_for_url("**saved=1*")
    assert found == {}
    floor.cancel()
    for each in (client, staff, page):
        await each.context.close()
