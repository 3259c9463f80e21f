"""A screen on a wall in Chromium: its pages, limits and clocks, until it is ended; a tile in pages of two origins."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, WebSocketRoute, expect

from tests.portal import telling
from tests.portal.front.test_settings import complaints
from tests.portal.front.test_site import sees
from tests.portal.test_walls import SCREEN, TILE, address_in, manager_of, post
from tests.support.site import Site

DOCS = Path(__file__).resolve().parents[3] / "docs" / "live-api.md"
pytestmark = pytest.mark.asyncio(loop_scope="session")
Eventually = Callable[..., Awaitable[Any]]


class Line:
    """The line of the page's socket: it goes to the server, can be cut, and can be taken in the test's own hand."""

    def __init__(self) -> None:
        self.routes: list[WebSocketRoute] = []
        self.in_hand = False
        self._last: dict[str, Any] = {}

    async def connect(self, route: WebSocketRoute) -> None:
        if self.in_hand:
            await route.close()
            return
        route.connect_to_server().on_message(lambda said: self._comes(route, said))
        self.routes.append(route)

    def _comes(self, route: WebSocketRoute, said: str | bytes) -> None:
        if not self.in_hand:
            self._last = json.loads(said)
            route.send(said)

    def beat(self, later_ms: int) -> None:
        """Say what the server says when nothing happened, so much later than the last frame of its own."""
        self.routes[-1].send(json.dumps({"t": "hb", "seq": self._last["seq"], "ts": self._last["ts"] + later_ms}))


async def value(page: Page, name: str) -> str:
    return await page.locator(f".wall-card:has(h2 span:text-is('{name}')) .wall-value").inner_text(timeout=3000)


async def test_a_screen_goes_on_by_itself_and_goes_dark_when_it_is_ended(
    front_site: Site, browser: Browser, eventually: Eventually
) -> None:
    at, line = await telling.place(front_site), Line()
    manager = await manager_of(front_site)
    context = await browser.new_context(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce")
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
    await page.route_web_socket("**/wall/s/*/feed*", line.connect)
    made = await post(manager, "/settings/wall/screen", {**SCREEN, "seconds": "600"}, 200)
    await page.goto(front_site.url + address_in(made))
    await page.wait_for_selector(".wall[data-feed=live][data-state=ready]")
    assert re.fullmatch(r".*/wall/s/[0-9a-f-]{36}", page.url), "no secret stays in the address"
    assert await value(page, "Waiting") == "0"
    await telling.tell(front_site, at.tenant, telling.arrival(at))
    await page.locator(".wall-value", has_text=re.compile("^1$")).wait_for()
    found = await complaints(page)
    await line.routes[-1].close()
    await telling.tell(front_site, at.tenant, telling.arrival(at))
    await page.locator(".wall-value", has_text=re.compile("^2$")).wait_for()
    assert len(line.routes) == 2
    view = page.url.rpartition("/")[2]
    await post(manager, f"/settings/wall/{view}", {**SCREEN, "page1": "tallies", "page4": "", "page2": ""})
    await page.wait_for_selector("[data-part=body][data-page=tallies]")
    await post(manager, f"/settings/wall/{view}/end", {})
    await page.get_by_text("This view of the board was ended").wait_for()
    found += await complaints(page)
    settings, _ = await sees(browser, front_site, "wang@galaxy.example", "galaxy", "en", "light")
    await settings.goto(f"{front_site.url}/settings/wall?lang=en")
    found += await complaints(settings)
    await settings.context.close()
    assert found == [], "the screen, the page of one that was ended, and the page where it was"
    await context.close()


class Time:
    """The page's time in the test's hand: a second passes at once, and the server is heard in it or not."""

    def __init__(self, page: Page, line: Line) -> None:
        self._page, self._line, self._passed_ms = page, line, 0

    async def stops(self) -> None:
        await self._page.clock.pause_at(await self._page.evaluate("Date.now()") / 1000 + 0.1)
        self._line.in_hand = True

    async def passes(self, seconds: float, *, each: float = 1, heard: bool = True) -> None:
        for _ in range(round(seconds / each)):
            await self._page.clock.run_for(round(each * 1000))
            self._passed_ms += round(each * 1000)
            if heard:
                self._line.beat(self._passed_ms)
                await self._page.evaluate("0")  # what is asked of the page after the frame is answered after it


async def test_a_screen_turns_its_pages_moves_reddens_and_stands_still_with_the_news(
    front_site: Site, browser: Browser
) -> None:
    at, line = await telling.place(front_site), Line()
    late = datetime.now(UTC) - timedelta(seconds=150)
    await telling.tell(front_site, at.tenant, telling.arrival(at), late)
    await telling.tell(front_site, at.tenant, telling.abandoned(at))
    look = {**SCREEN, "page3": "", "page4": "", "theme": "light", "figure": ["service_level", "answered"]}
    made = await post(await manager_of(front_site), "/settings/wall/screen", look, 200)
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
    await page.route_web_socket("**/wall/s/*/feed*", line.connect)
    await page.clock.install()
    await page.goto(front_site.url + address_in(made))
    await page.wait_for_selector(".wall[data-feed=live][data-state=ready]")
    time = Time(page, line)
    await time.stops()
    await it_reddens(page, time, at.queue_name)
    await it_moves(page, time)
    await it_stands_still(page, time)
    line.in_hand = False
    await page.clock.resume()
    await page.wait_for_selector(".wall[data-feed=live]")
    await expect(page.locator("[data-part=note]")).to_be_hidden()
    await context.close()


async def it_reddens(page: Page, time: Time, queue: str) -> None:
    """Pages take turns after five seconds each; what passed a limit is red, marked and says why, the rest is not."""
    body, red = page.locator("[data-part=body]"), "rgb(180, 35, 35)"
    level = page.locator(".wall-card", has=page.get_by_text("Service level", exact=True))
    await expect(level.locator(".wall-note")).to_have_text("below 60 %")
    await expect(level.locator("h2 svg")).to_be_visible()
    await expect(level.locator(".wall-value")).to_have_css("color", red)
    answered = page.locator(".wall-card", has=page.get_by_text("Answered", exact=True))
    await expect(answered.locator("h2 svg")).to_have_count(0)
    await expect(answered.locator(".wall-value")).not_to_have_css("color", red)
    assert await body.get_attribute("data-page") == "figures"
    await time.passes(5)
    await expect(body).to_have_attribute("data-page", "queues")
    bad = page.locator(".wall-queue[data-tone=bad]")
    await expect(bad.locator("h2")).to_have_text(queue)
    await expect(bad.locator("h2 svg")).to_be_visible()
    await expect(bad.locator(".wall-alarm")).to_have_text("waits too long · below 60 %")
    await expect(bad.locator(".wall-value")).to_have_css("color", red)
    assert await page.locator(".wall-queue:not([data-tone=bad])").count() >= 1
    await time.passes(5)
    await expect(body).to_have_attribute("data-page", "figures")


async def it_moves(page: Page, time: Time) -> None:
    """The picture glides to another place each minute; where less motion is wanted it is there at once."""
    wall = page.locator(".wall")
    await expect(wall).to_have_css("transform", "matrix(1, 0, 0, 1, 0, 0)")
    await expect(wall).to_have_css("transition-duration", "2s")
    await page.emulate_media(reduced_motion="reduce")
    await expect(wall).to_have_css("transition-duration", "0s")
    await time.passes(50, each=2)
    await expect(wall).to_have_attribute("data-moved", "1")
    assert await wall.evaluate("node => new DOMMatrix(getComputedStyle(node).transform).e") == pytest.approx(2.56)
    assert await page.evaluate("document.getAnimations().length") == 0


async def it_stands_still(page: Page, time: Time) -> None:
    """Without news the picture is grey and says since when, its clocks and pages stay; later the frame is red."""
    wall, note, body = page.locator(".wall"), page.locator("[data-part=note]"), page.locator("[data-part=body]")
    while await body.get_attribute("data-page") != "queues":
        await time.passes(0.5, each=0.5)  # found at once: in five seconds it goes on, if it is heard till then
    timer = page.locator(".wall-queue[data-tone=bad] .wall-note")
    running = await timer.inner_text()
    await time.passes(1)
    assert await timer.inner_text() != running, "its clocks run while it is heard"
    await time.passes(4, heard=False)
    await expect(wall).to_have_attribute("data-feed", "stale")
    await expect(note).to_contain_text("Not up to date: as of")
    await expect(body).to_have_css("filter", "grayscale(1)")
    stands = await timer.inner_text()
    await time.passes(12, heard=False)
    await expect(wall).to_have_attribute("data-feed", "disconnected")
    await expect(note).to_contain_text("No connection. What you see is of")
    await expect(note).to_have_attribute("data-tone", "bad")
    assert (await timer.inner_text(), await body.get_attribute("data-page")) == (stands, "queues")


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    """Serve somebody's own site on a port of its own."""
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@asynccontextmanager
async def somebodys_site(front_site: Site) -> AsyncIterator[str]:
    """Serve pages of somebody's own, which frame one of ours."""

    async def page(request: web.Request) -> web.Response:
        frame = f"<iframe width=800 height=300 src='{front_site.url}{request.query['of']}'></iframe>"
        return web.Response(text=f"<!doctype html><title>x</title>{frame}", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    async with served(app) as origin:
        yield origin


async def test_a_tile_stands_in_pages_of_its_own_origins_only(front_site: Site, browser: Browser) -> None:
    manager = await manager_of(front_site)
    async with somebodys_site(front_site) as own, somebodys_site(front_site) as foreign:
        made = await post(manager, "/settings/wall/tile", {**TILE, "origins": own, "locale": "en"}, 200)
        tile = address_in(made)
        context = await browser.new_context(viewport={"width": 900, "height": 400})
        shown = {}
        for origin, of in ((own, tile), (foreign, tile), (own, "/sign-in")):
            page = await context.new_page()
            await page.goto(f"{origin}/?of={of}")
            shown[origin, of] = page.frames[1].url
            if (origin, of) == (own, tile):
                await page.frame_locator("iframe").locator(".wall-value").first.wait_for()
        assert shown[own, tile] == front_site.url + tile
        assert {shown[foreign, tile], shown[own, "/sign-in"]} == {"chrome-error://chromewebdata/"}
        assert await context.cookies() == []
        await context.close()
        alone = await browser.new_page()
        await alone.goto(front_site.url + tile)
        await alone.wait_for_selector(".wall[data-state=ready]")
        assert await complaints(alone) == [], "axe looks at a tile by itself: it cannot reach into a frame"
        await alone.close()


async def test_the_example_of_the_api_follows_the_board_from_a_page_of_the_clients(
    front_site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_of_docs = re.search(r"```html\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert page_of_docs
    at, machine, asked = await telling.place(front_site), await front_site.machine("galaxy"), []
    came_back = asyncio.Event()

    async def page_of_theirs(_: web.Request) -> web.Response:
        return web.Response(text=page_of_docs[1], content_type="text/html")

    async def ticket(_: web.Request) -> web.Response:
        async with machine.post("/v1/live/tickets") as answer:
            asked.append(answer.status)
            if len(asked) > 1:
                came_back.set()
            return web.json_response(await answer.json())

    app = web.Application()
    app.router.add_get("/", page_of_theirs)
    app.router.add_post("/ticket", ticket)
    monkeypatch.setattr(front_site.settings, "feed_max_age_s", 2)  # the server ends each socket, and they come back
    async with served(app) as origin:
        context = await browser.new_context()
        page = await context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
        await page.goto(f"{origin}/?of={front_site.url.replace('http', 'ws')}")
        waiting = page.locator("#waiting")
        await waiting.get_by_text(f"{at.queue_name}: 0").wait_for()
        await telling.tell(front_site, at.tenant, telling.arrival(at))
        await waiting.get_by_text(f"{at.queue_name}: 1").wait_for()
        await asyncio.wait_for(came_back.wait(), 10)
        await telling.tell(front_site, at.tenant, telling.arrival(at))
        await waiting.get_by_text(f"{at.queue_name}: 2").wait_for()
        assert set(asked) == {201}, "each connection has a ticket of its own"
        await context.close()
