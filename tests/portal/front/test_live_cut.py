"""The real board in the browser while its network, its server and its tab come and go."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Page, WebSocketRoute

from interactions.facts import AgentStateChanged
from journal import service as journal
from journal.core.facts import SYSTEM
from kit.embedded.machine import free_port
from kit.embedded.postgres import EmbeddedPostgres
from live import metrics
from tests.portal.front.browsing import Visitor
from tests.support.house import open_house
from tests.support.site import SITE_TEMPLATE, Settled, Site, open_site

pytestmark = pytest.mark.asyncio(loop_scope="session")
Eventually = Callable[..., Awaitable[Any]]


class Place:
    """A site that can be ended and begun again at the same address, with the same database."""

    def __init__(self, begin: Callable[[], Awaitable[Site]], end: Callable[[], Awaitable[None]], site: Site) -> None:
        self._begin, self._end = begin, end
        self.site = site

    async def restart(self, meanwhile: Callable[[], Awaitable[None]]) -> None:
        await self._end()
        await meanwhile()
        self.site = await self._begin()


@pytest_asyncio.fixture(loop_scope="session")
async def place(settled: Settled, house_template: EmbeddedPostgres, redis: str, tmp_path: Path) -> AsyncIterator[Place]:
    port, stack = free_port(), AsyncExitStack()
    async with open_house(house_template, f"house_{free_port()}_cut", SITE_TEMPLATE) as house:

        async def begin() -> Site:
            return await stack.enter_async_context(open_site(house, redis, tmp_path, settled, port=port))

        yield Place(begin, stack.aclose, await begin())
        await stack.aclose()


class Line:
    """The network between page and server: it can lose one frame, or everything."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.frames: list[dict[str, Any]] = []
        self.is_cut = False
        self.loses_next = False
        self.lost_at = 0.0

    def connected(self, page: WebSocketRoute) -> None:
        self.addresses.append(page.url)
        self.frames.append({"t": "connected"})
        if self.is_cut:
            return  # a socket that opens and on which nothing ever comes
        server = page.connect_to_server()

        def to_page(message: str | bytes) -> None:
            frame = json.loads(message)
            if self.is_cut:
                return
            if self.loses_next and frame["t"] == "d":
                self.loses_next, self.lost_at = False, time.monotonic()
                return
            self.frames.append(frame)
            page.send(message)

        server.on_message(to_page)
        page.on_message(lambda message: None if self.is_cut else server.send(message))

    @property
    def last(self) -> list[str]:
        """The kinds of frames since the last connection."""
        kinds = [frame["t"] for frame in self.frames]
        return kinds[len(kinds) - kinds[::-1].index("connected") :]


class Seat:
    """The first rented seat, whose agent goes from one state to another."""

    def __init__(self, place: Place, agent: UUID, seat: str) -> None:
        self._place, self._agent, self.seat = place, agent, seat

    async def goes(self, state: str) -> None:
        site = self._place.site
        async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
            fact = AgentStateChanged(str(self._agent), self.seat, state, None, None)
            journal.append(scope, fact, subject=self._agent, at=datetime.now(UTC), actor=SYSTEM)


IMPATIENT = """new MutationObserver((_, observer) => {
  const board = document.getElementById('board');
  if (board) { Object.assign(board.dataset, { staleMs: 1500, lostMs: 3000 }); observer.disconnect(); }
}).observe(document, { childList: true, subtree: true })"""
HIDE = """(on) => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => on });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


async def shows(page: Page, seat: Seat, state: str, within_s: float = 15) -> None:
    await page.locator(f'[data-seat="{seat.seat}"][data-show="{state}"]').wait_for(timeout=within_s * 1000)


async def state(page: Page, seat: Seat) -> str | None:
    return await page.locator(f'[data-seat="{seat.seat}"]').get_attribute("data-show")


async def test_the_board_through_everything_that_happens_to_its_connection(
    visitor: Visitor, place: Place, eventually: Eventually
) -> None:
    site = place.site
    token, _ = await site.cookie((await site.people("galaxy"))["client_manager"], "galaxy")
    await visitor.context.add_cookies([{"name": "gf", "value": token, "url": site.url}])
    agent, _ = (await site.agents("galaxy"))[0]
    page, line = await visitor.page(), Line()
    await page.add_init_script(IMPATIENT)
    await page.route_web_socket("**/live/feed*", line.connected)
    await page.goto(f"{site.url}/live?lang=en")
    await page.wait_for_selector("[data-feed=live]")
    row = next(each for each in line.frames[1]["board"]["seats"] if each["agent_id"] == str(agent))
    seat = Seat(place, agent, row["seat"])
    await seat.goes("on_break")
    await shows(page, seat, "on_break")
    await one_change_is_lost(page, line, seat)
    await the_network_is_cut(page, line, seat)
    await the_server_is_replaced(page, line, seat, place)
    await nobody_looks(page, line, seat, eventually)
    await paused_and_connected_anew(page, seat)


async def one_change_is_lost(page: Page, line: Line, seat: Seat) -> None:
    """The next frame betrays it, and a snapshot heals within two seconds."""
    line.loses_next = True
    await seat.goes("wrapping_up")
    await shows(page, seat, "wrapping_up")
    assert time.monotonic() - line.lost_at < 2
    assert "snap" in line.last[1:]


async def the_network_is_cut(page: Page, line: Line, seat: Seat) -> None:
    """Amber, red, and every clock stands still; back, and only what changed comes."""
    line.is_cut = True
    await page.wait_for_selector("[data-feed=stale]")
    await page.wait_for_selector("[data-feed=disconnected]")
    clocks = await page.locator("[data-f=timer]").all_text_contents()
    await seat.goes("talking")
    await page.wait_for_timeout(1200)
    assert await page.locator("[data-f=timer]").all_text_contents() == clocks
    assert await state(page, seat) == "wrapping_up"
    assert await page.locator("[data-fresh=note]").is_visible()
    line.is_cut = False
    await page.get_by_role("button", name="Reconnect now").click()
    await shows(page, seat, "talking")
    await page.wait_for_selector("[data-feed=live]")
    assert "epoch=" in line.addresses[-1]
    assert line.last[0] == "d", "the changes since, no snapshot"


async def the_server_is_replaced(page: Page, line: Line, seat: Seat, place: Place) -> None:
    """Another process has other numbers: a snapshot, by itself."""

    async def meanwhile() -> None:
        await seat.goes("offline")

    before = len(line.addresses)
    await place.restart(meanwhile)
    await shows(page, seat, "offline", 25)
    await page.wait_for_selector("[data-feed=live]")
    assert len(line.addresses) > before
    assert line.last[0] == "snap"


async def nobody_looks(page: Page, line: Line, seat: Seat, eventually: Eventually) -> None:
    """No socket, no work; seen again it gets what it missed."""
    watchers = metrics.WATCHERS._value.get()
    await page.evaluate(HIDE, True)

    async def is_gone() -> bool:
        return bool(metrics.WATCHERS._value.get() < watchers)

    await eventually(is_gone, 10)
    await seat.goes("on_break")
    before = len(line.addresses)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await page.wait_for_timeout(500)
    assert len(line.addresses) == before, "a hidden page does not connect"
    assert await state(page, seat) == "offline"
    await page.evaluate(HIDE, False)
    await shows(page, seat, "on_break")
    assert line.last[0] == "d"


async def paused_and_connected_anew(page: Page, seat: Seat) -> None:
    """What came meanwhile was not kept: resumed, it is what is true now."""
    await page.keyboard.press("p")
    await page.wait_for_selector("[data-feed=paused]")
    await seat.goes("wrapping_up")
    await page.get_by_text("held back").wait_for()
    assert await state(page, seat) == "on_break"
    await page.evaluate("dispatchEvent(new Event('online'))")
    await page.keyboard.press("p")
    await shows(page, seat, "wrapping_up")
    await page.wait_for_selector("[data-feed=live]")
