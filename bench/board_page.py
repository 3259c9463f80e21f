"""A live board of 500 seats in Chromium, 20 of them in each update, five updates a second: as tiles and as a table.

The facts are stored in PostgreSQL, the feed is the portal's, the socket is real. Targets: docs/benchmarks.md.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from uuid import UUID

from playwright.async_api import CDPSession, Page

from bench.boards import STATES, changed, configured
from bench.children import Child
from bench.ground import Client, Ground, grounded
from bench.machine import pressure
from bench.run import Run
from bench.viewer import Tasks, spent, viewer
from journal import service as journal
from journal.core.facts import NewFact
from kit.bus import Bus
from kit.clock import now
from live.hub import channel

SEATS, EACH, UPDATE_S = 500, 20, 0.2
FRAME_MS, TASK_MS = 34, 50
_WATCH = """() => {
  const gaps = window.gaps = [];
  let before = performance.now();
  const frame = (at) => {
    if (gaps !== window.gaps) return;
    gaps.push(at - before); before = at; requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""


async def run(given: Run) -> None:
    """Print a line for each way to show the seats."""
    async with grounded(given.folder, 1, given.say) as ground:
        client = ground.clients[0]
        async with ground.plane.transaction(client.id) as scope:
            await journal.append_now(scope, [NewFact(configured(SEATS), client.id, now())])
        async with Child("bench.portal") as portal:
            port = (await portal.ask("start", wiring=ground.wiring()))["port"]
            bus = Bus(ground.redis.url)
            async with viewer(ground, port, client) as (page, session):
                seen = Seen(page, session, _bytes(session))
                await session.send("Network.enable")
                for number, way in enumerate(("tiles", "table")):
                    await _shown(page, way)
                    await _measured(given, Changing(ground, bus, client, number), seen, way)
            await bus.close()
            await portal.ask("stop")


@dataclass(frozen=True, slots=True)
class Seen:
    """The page, and the sizes of the frames that its socket received."""

    page: Page
    session: CDPSession
    received: list[int]


class Changing:
    """Lets seats change, as the floor would."""

    def __init__(self, ground: Ground, bus: Bus, client: Client, number: int) -> None:
        self._ground, self._bus, self._client = ground, bus, client
        self._dice = random.Random(number)

    async def once(self) -> None:
        """Change some seats in one transaction and ring."""
        seats = self._dice.sample(range(SEATS), EACH)
        facts = [NewFact(changed(seat, self._dice.choice(STATES)), UUID(int=1000 + seat), now()) for seat in seats]
        async with self._ground.plane.transaction(self._client.id) as scope:
            await journal.append_now(scope, facts)
        await self._bus.ring(channel(self._client.id))

    async def rounds(self, count: int) -> None:
        """Do it at a steady pace, so many times."""
        for _ in range(count):
            began = time.monotonic()
            await self.once()
            await asyncio.sleep(max(0.0, UPDATE_S - (time.monotonic() - began)))


def _bytes(session: CDPSession) -> list[int]:
    received: list[int] = []
    session.on(
        "Network.webSocketFrameReceived",
        lambda told: received.append(len(str(told["response"]["payloadData"]).encode())),
    )
    return received


async def _shown(page: Page, way: str) -> None:
    """Show the seats this way, with as many of them in sight as the window has room for; all are on the page."""
    place = {"tiles": '[data-part="seats"]', "table": '[data-part="seat-table"]'}[way]
    if way == "table":
        await page.keyboard.press("t")
    await page.locator(place).wait_for()
    await page.evaluate("place => document.querySelector(place).scrollIntoView()", place)
    count = await page.locator(f"{place} [data-seat]").count()
    if count != SEATS:
        raise RuntimeError(f"{count} seats are on the page, not {SEATS}")
    await page.wait_for_timeout(1500)


async def _measured(given: Run, changing: Changing, seen: Seen, way: str) -> None:
    rounds, tasks = given.count(100, 10), Tasks(seen.session)
    await seen.page.evaluate(_WATCH)
    await tasks.begin()
    seen.received.clear()
    before, began = await spent(seen.session), time.monotonic()
    await changing.rounds(rounds)
    after, took, gaps = await spent(seen.session), time.monotonic() - began, sorted(await seen.page.evaluate("gaps"))
    longest = await tasks.longest_ms()
    p50, p95 = (gaps[len(gaps) * share // 100] for share in (50, 95))
    script, all_ = ((after[name] - before[name]) * 1000 / rounds for name in ("ScriptDuration", "TaskDuration"))
    verdict = "reached" if p95 < FRAME_MS and longest <= TASK_MS else "MISSED"
    given.tell(
        f"B1  {way:<5}  {SEATS} seats, {EACH} changes per update, 5 updates/s: frame gap p50 {p50:.1f}, p95 {p95:.1f}"
        f" ms, longest task {longest:.0f} ms of the processor (targets {FRAME_MS}, {TASK_MS}: {verdict});"
        f" {sum(seen.received) / took / 1000:.1f} kB/s in {len(seen.received)} frames; for an update {script:.1f} ms of"
        f" script, {all_:.1f} ms of the page's main thread | {pressure()}"
    )
