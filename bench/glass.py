"""The glass at its size: the real portal with thousands of watchers, one of them a browser.

A change from its transaction to 1 000 watchers of one client and to a pixel in Chromium; memory of a watcher; a
browser's work for an update; and thousands who come at once, the first time and back after their connection was cut.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import UUID

from playwright.async_api import CDPSession

from bench.boards import changed, configured
from bench.children import Child
from bench.ground import Client, Ground, grounded
from bench.machine import pressure
from bench.measure import Meter, percentiles
from bench.run import Run
from bench.viewer import spent, viewer
from journal import service as journal
from journal.core.facts import NewFact
from kit.bus import Bus
from kit.clock import now
from live.hub import channel

SEATS, TENANTS = 100, 10
UPDATE_S = 0.2
AT_ONCE = 500
"""So many pages are under way at a time: those that come at once do not wait for each other."""
_WATCH = """() => {
  window.seen = [];
  const grid = document.querySelector('[data-part="seats"]');
  new MutationObserver((changes) => {
    const at = performance.timeOrigin + performance.now();
    for (const { target } of changes) {
      const mark = /\\bm\\d{10,}\\b/.exec(target.textContent ?? "");
      if (mark) window.seen.push([mark[0], at]);
    }
  }).observe(grid, { subtree: true, childList: true, characterData: true });
}"""


class Hall:
    """The portal, the crowd before it, and what happens behind it."""

    def __init__(self, given: Run, ground: Ground, portal: Child, crowd: Child, port: int) -> None:
        self.given, self.ground, self.portal, self.crowd, self.port = given, ground, portal, crowd, port
        self.bus = Bus(ground.redis.url)

    async def fill(self, each: dict[str, int], *, marks: bool = False, back: bool = False) -> float:
        """Connect so many watchers of each client, by its code; return how long it took, in seconds."""
        sockets = [
            ["/live/feed", f"Authorization: Bearer {client.key}\r\n"]
            for client in self.ground.clients for _ in range(each.get(client.code, 0))
        ]  # fmt: skip
        began = time.perf_counter()
        await self.crowd.ask("open", port=self.port, sockets=sockets, marks=marks, back=back, at_once=AT_ONCE)
        await self.crowd.ask("wait", frames=len(sockets), within_s=90)
        return time.perf_counter() - began

    async def change(self, client: Client, seats: list[int], mark: str) -> float:
        """Let seats change in one transaction; return when it had committed, by the machine's clock."""
        facts = [NewFact(changed(seat, "on_break", mark), UUID(int=1000 + seat), now()) for seat in seats]
        async with self.ground.plane.transaction(client.id) as scope:
            await journal.append_now(scope, facts)
        committed = time.time()
        await self.bus.ring(channel(client.id))
        return committed


async def run(given: Run) -> None:
    """Print a line for each figure."""
    async with grounded(given.folder, TENANTS, given.say) as ground:
        for client in ground.clients:
            async with ground.plane.transaction(client.id) as scope:
                await journal.append_now(scope, [NewFact(configured(SEATS), client.id, now())])
        async with Child("bench.portal") as portal, Child("bench.watchers") as crowd:
            port = (await portal.ask("start", wiring=ground.wiring()))["port"]
            hall = Hall(given, ground, portal, crowd, port)
            await _memory(hall)
            await _to_the_screen(hall)
            await _storm(hall)
            await hall.bus.close()
            await portal.ask("stop")


async def _to_the_screen(hall: Hall) -> None:
    """G1, G2: one change at a time, 1 000 watchers of its client; then 20 seats in each update, five times a second."""
    given, client = hall.given, hall.ground.clients[0]
    many = given.count(999, 20)
    await hall.fill({client.code: many}, marks=True)
    async with viewer(hall.ground, hall.port, client) as (page, session):
        await page.evaluate(_WATCH)
        first, sent = int(time.time() * 1000), dict[str, float]()
        for number in range(given.count(300, 10)):
            mark = f"m{first + number}"
            sent[mark] = await hall.change(client, [number % SEATS], mark)
            await asyncio.sleep(0.05)
        await asyncio.sleep(1)
        seen: list[dict[str, float]] = (await hall.crowd.ask("count", marks=True))["seen"]
        screen: list[list[Any]] = await page.evaluate("window.seen")
        took = [at - sent[mark] for watcher in seen for mark, at in watcher.items() if mark in sent]
        shown = dict[str, float]()
        for mark, at in screen:
            shown.setdefault(mark, at / 1000)
        painted = [at - sent[mark] for mark, at in shown.items() if mark in sent]
        p50, p99, b50, b99 = (ms * 1000 for ms in (*percentiles(took, 0.5, 0.99), *percentiles(painted, 0.5, 0.99)))
        given.tell(
            f"G1  commit to bytes at {many} watchers of one client, 20 changes/s offered: p50 {p50:.0f} ms, p99"
            f" {p99:.0f} ms, {len(took)} of {len(sent) * many} sightings (the rest were replaced by newer ones); to the"
            f" DOM of Chromium: p50 {b50:.0f} ms, p99 {b99:.0f} ms, {len(painted)} of {len(sent)} | {pressure()}"
        )
        await _updates(hall, client, session)
    await hall.crowd.ask("close")


async def _updates(hall: Hall, client: Client, session: CDPSession) -> None:
    idle = await _busy(session, lambda: asyncio.sleep(hall.given.count(5, 1)))
    rounds = hall.given.count(50, 5)

    async def work() -> None:
        for number in range(rounds):
            began = time.monotonic()
            seats = [(number * 20 + seat) % SEATS for seat in range(20)]
            await hall.change(client, seats, f"m{int(time.time() * 1000)}")
            await asyncio.sleep(max(0.0, UPDATE_S - (time.monotonic() - began)))

    busy = await _busy(session, work)
    seconds = rounds * UPDATE_S
    per_update = (busy - idle / hall.given.count(5, 1) * seconds) / rounds * 1000
    hall.given.tell(
        f"G2  browser, {SEATS} seats, 20 of them in each update, 5 updates/s: {per_update:.1f} ms of the page's main"
        f" thread for an update, net of idle ({idle / hall.given.count(5, 1) * 100:.1f} % of a core) | {pressure()}"
    )


async def _busy(session: CDPSession, work: Any) -> float:  # noqa: ANN401 - a coroutine function
    before = await spent(session)
    await work()
    return (await spent(session))["TaskDuration"] - before["TaskDuration"]


async def _memory(hall: Hall) -> None:
    """G3: what the server's process holds more with its watchers than without."""
    many = hall.given.count(1000, 20)
    await hall.fill({client.code: 2 for client in hall.ground.clients})  # every board is open, every module loaded
    await hall.crowd.ask("close")
    before = (await hall.portal.ask("figures"))["rss"]
    await hall.fill({client.code: many // TENANTS for client in hall.ground.clients})
    after = (await hall.portal.ask("figures"))["rss"]
    await hall.crowd.ask("close")
    hall.given.tell(
        f"G3  memory of a watcher, {many} of {TENANTS} clients, in the portal's process:"
        f" {(after - before) / many / 1024:.0f} KiB"
    )


async def _storm(hall: Hall) -> None:
    """G4: thousands come at once; cut, and back with what they have seen; and what that is for the database."""
    given = hall.given
    many = given.count(5000, 50)
    each = {client.code: many // TENANTS for client in hall.ground.clients}
    for what, back in (("come", False), ("come back after a cut", True)):
        before = await hall.portal.ask("figures")
        meter = Meter(portal=lambda: [hall.portal.pid], postgres=hall.ground.backends)
        took = await hall.fill(each, back=back)
        sample = meter.sample(many, took)
        after = await hall.portal.ask("figures")
        written = sum(after.get(key, 0) - before.get(key, 0) for key in ("encoded_totalsnap", "encoded_totalback"))
        given.tell(
            f"G4  {many} watchers of {TENANTS} clients {what}, as fast as they can: all have their first frame after"
            f" {took:.1f} s, {sample.per_operation('portal') * 1e6:,.0f} us of the portal and"
            f" {sample.per_operation('postgres') * 1e6:,.0f} us of PostgreSQL each; {after['boards']:.0f} boards,"
            f" {written:.0f} first frames written | {pressure()}"
        )
        await hall.crowd.ask("close")
