"""The page of phone engines in a real browser, with a floor that answers as a running one does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page

from journal import service as journal
from journal.core.facts import SYSTEM
from kit.bus import Bus
from switchboard.facts import PhoneEngineChanged
from switchboard.inbox import inbox_name
from tenants.access import INSTALLATION, for_system
from tests.portal.front.test_settings import complaints, opened
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLATFORM = "platform@harbour.example"
LOST = "2026-11-22T09:14:00+00:00"


def engine(name: str, **more: object) -> dict[str, object]:
    fine = {"name": name, "here": True, "drained": False, "gone": False, "away_since": None}
    return {**fine, "calls": 0, "calls_per_minute": 2400, "limit": 2400, **more}


class Centre:
    """A floor's answers."""

    def __init__(self) -> None:
        self.engines = {
            "a": engine("a", calls=12, calls_per_minute=1800),
            "b": engine("b", here=False, away_since=LOST, calls=3),
            "c": engine("c", drained=True, calls=2),
        }
        self.reloaded = 0

    async def answer(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        if command["command"] == "engines":
            return {"ok": True, "engines": list(self.engines.values())}
        self.reloaded += command["command"] == "reload"
        return {"ok": True}


async def row(site: Site, name: str) -> dict[str, Any]:
    pool = await site.house.control.pool()
    query = "SELECT * FROM control.phone_engine WHERE floor_id = 'main' AND name = $1"
    return dict(await pool.fetchrow(query, name) or {})


async def ask_to_give_up(page: Page, why: str) -> None:
    await page.fill("tr[data-engine=b] input[name=why]", why)
    await page.click("tr[data-engine=b] .btn-danger")


async def refused(site: Site, page: Page, centre: Centre) -> None:
    """Without a reason, and while the engine answers; what was typed stays."""
    await page.click("tr[data-engine=b] details:last-of-type summary")
    await ask_to_give_up(page, "no")
    await page.wait_for_selector("#engine-error")
    assert await page.input_value("tr[data-engine=b] input[name=why]") == "no"
    assert await complaints(page) == []
    centre.engines["b"]["here"] = True
    await ask_to_give_up(page, "its rack burnt down")
    await page.wait_for_selector("text=This engine answers")
    assert await row(site, "b") == {}
    centre.engines["b"]["here"] = False


async def taken_care_of(site: Site, page: Page) -> None:
    """A lost engine is an alert of the centre, of which one takes care here."""
    own, at = for_system(INSTALLATION, "test"), uuid4()
    for change in ("lost", "back"):
        async with site.house.app.transaction(own) as scope:
            journal.append(scope, PhoneEngineChanged("b", change), subject=at, at=datetime.now(UTC), actor=SYSTEM)
        await page.goto(f"{site.url}/centre/engines?lang=en")
        if change == "lost":
            assert "The telephone system b cannot be reached" in await page.inner_text("#centre-alerts")
            assert await complaints(page) == []
            await page.click("#centre-alerts button")
            await page.wait_for_selector("text=takes care of it since")
    assert await page.locator("#centre-alerts li").count() == 0
    async with site.house.app.transaction(own) as scope:
        taken = [f.data for f in await journal.read(scope, limit=10_000) if f.kind == "AlertAcknowledged"]
    assert (taken[-1]["kind"], taken[-1]["role"]) == ("engine_lost", "platform")


async def test_an_engine_is_emptied_and_given_up_on_its_page(front_site: Site, browser: Browser) -> None:
    page = await opened(front_site, browser, PLATFORM, None)
    await page.goto(f"{front_site.url}/centre/engines?lang=en")
    assert "No answer from the floor main" in await page.inner_text("#engines")
    centre, bus = Centre(), Bus(front_site.settings.redis_url.get_secret_value())
    floor = asyncio.create_task(bus.serve(inbox_name("main"), centre.answer))
    await page.reload()
    tags = await page.locator("#engines .tag").all_inner_texts()
    assert [tag.strip() for tag in tags] == ["Takes calls", "Not reached", "Is being emptied"]
    await page.click("tr[data-engine=a] summary")
    await page.click("tr[data-engine=a] .btn-accent")
    await page.wait_for_url("**told=drained*")
    pool = await front_site.house.control.pool()
    user = await pool.fetchval('SELECT id FROM control."user" WHERE email = $1', PLATFORM)
    drained = await row(front_site, "a")
    assert (drained["drained_by"], drained["drained_at"] is None) == (f"user:{user}", False)
    await refused(front_site, page, centre)
    await page.goto(f"{front_site.url}/centre/engines")
    await page.click("tr[data-engine=b] details:last-of-type summary")
    await ask_to_give_up(page, "its rack burnt down")
    await page.wait_for_url("**told=given_up*")
    given = await row(front_site, "b")
    assert (given["gone_by"], given["gone_why"]) == (f"user:{user}", "its rack burnt down")
    centre.engines["b"]["gone"] = True
    await page.set_viewport_size({"width": 390, "height": 900})
    await page.goto(f"{front_site.url}/centre/engines?lang=zh-Hant")
    assert await complaints(page) == []
    await page.click("tr[data-engine=b] .btn-plain")
    await page.wait_for_url("**told=undrained*")
    taken_back = await row(front_site, "b")
    assert (taken_back["gone_at"], taken_back["drained_at"], centre.reloaded) == (None, None, 3)
    await taken_care_of(front_site, page)
    floor.cancel()
    supervisor = await front_site.person("sup@harbour.example")
    answer = await supervisor.post("/centre/engines/drain", data={"floor": "main", "engine": "a"})
    assert answer.status == 403
    await bus.close()
    await page.context.close()
