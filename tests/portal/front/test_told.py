"""How an agent learns that somebody takes part: by a sign, by a tone as well, or not at all, as its client says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from playwright.async_api import Browser, Page, expect

from interactions.core.agent_record import AgentRecord
from interactions.facts import InteractionConnected
from interactions.records import save_agents
from journal import service as journal
from journal.core.facts import SYSTEM
from switchboard.facts import SupervisionStarted
from tenants.service import policies
from tests.portal import telling
from tests.portal.front.test_site import sees
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
Eventually = Callable[..., Awaitable[Any]]

TONE_HZ, SILENCE_DB = 440, -60
TAP = """
window.loud = {};
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...more) {
  if (to instanceof AudioDestinationNode) {
    const tap = to.context.createAnalyser(), bins = new Float32Array(tap.frequencyBinCount);
    connect.call(this, tap);
    setInterval(() => {
      tap.getFloatFrequencyData(bins);
      const best = bins.indexOf(Math.max(...bins)), hertz = Math.round(best * to.context.sampleRate / tap.fftSize);
      if (bins[best] > (window.loud.level ?? -200)) window.loud = { hertz, level: bins[best] };
    }, 20);
  }
  return connect.call(this, to, ...more);
};
"""


async def _talks(site: Site, at: telling.Place) -> UUID:
    who = str(at.agents[1])
    story = [*telling.arrival(at), *telling.offered(at, 1, "answered")]
    call = await telling.tell(site, at.tenant, [*story, InteractionConnected(who, str(at.queue), str(uuid4()), 900)])
    async with site.house.app.transaction(at.tenant) as scope:
        await save_agents(
            scope, [AgentRecord(at.agents[1], "S2", "talking", None, datetime.now(UTC), call, phone=True)]
        )
    return call


async def _tells(site: Site, at: telling.Place, how: str) -> None:
    admin = await asyncpg.connect(site.house.admin_dsn)
    await admin.execute(
        "UPDATE gf.blueprint SET content = jsonb_set(content, '{supervision,told}', to_jsonb($2::text))"
        " WHERE tenant_id = $1",
        at.tenant, how,
    )  # fmt: skip
    await admin.close()
    policies._kept.clear()


async def _loud(page: Page) -> dict[str, float]:
    told: dict[str, float] = await page.evaluate("window.loud")
    return told


async def test_an_agent_is_told_of_a_listener_as_its_client_says(
    browser: Browser, front_site: Site, eventually: Eventually
) -> None:
    site = front_site
    at = await telling.place(site)
    call = await _talks(site, at)

    async def takes_part(name: str, mode: str) -> None:
        who = str(uuid4())
        fact = SupervisionStarted(str(uuid4()), who, name, "supervisor", str(at.agents[1]), mode, "", 2000)
        async with site.house.app.transaction(at.tenant) as scope:
            journal.append(scope, fact, subject=call, at=datetime.now(UTC), actor=SYSTEM)

    await _tells(site, at, "sign")
    page, complaints = await sees(browser, site, dict(await site.agents("galaxy"))[at.agents[1]], None, "en", "light")
    await page.add_init_script(TAP)
    await page.goto(f"{site.url}/desk")
    await page.wait_for_selector("[data-feed=live]")
    chips = page.locator("[data-part=chips]")
    await takes_part("Ada Wu", "listen")
    await expect(chips).to_contain_text("Ada Wu")
    assert await _loud(page) == {}
    await _tells(site, at, "tone")
    await takes_part("Bo Li", "listen")
    await expect(chips).to_contain_text("Bo Li")

    async def a_tone() -> bool:
        heard = await _loud(page)
        return bool(heard) and heard["level"] > SILENCE_DB and abs(heard["hertz"] - TONE_HZ) <= 12

    await eventually(a_tone)
    await _tells(site, at, "nothing")
    await expect(chips).not_to_contain_text("Ada Wu")

    async def quiet() -> bool:
        await page.evaluate("window.loud = {}")
        await page.wait_for_timeout(100)
        return bool((await _loud(page)).get("level", -200) < SILENCE_DB)

    await eventually(quiet)
    await takes_part("Cy Ng", "whisper")  # who speaks to the agent is always shown
    await expect(chips).to_contain_text("Cy Ng")
    assert "Bo Li" not in await chips.inner_text()
    assert (await _loud(page)).get("level", -200) < SILENCE_DB
    assert complaints == []
    await page.context.close()
