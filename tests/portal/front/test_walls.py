"""A screen on a wall in Chromium: goes on by itself and goes dark when ended; a tile in pages of two origins."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, WebSocketRoute

from tests.portal import telling
from tests.portal.front.test_settings import complaints
from tests.portal.test_walls import SCREEN, TILE, address_in, manager_of, post
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
Eventually = Callable[..., Awaitable[Any]]


class Line:
    """The line of the page's socket: it goes to the server, and can be cut."""

    def __init__(self) -> None:
        self.routes: list[WebSocketRoute] = []

    def connect(self, route: WebSocketRoute) -> None:
        route.connect_to_server()
        self.routes.append(route)


async def value(page: Page, name: str) -> str:
    return await page.locator(f".wall-card:has(h2:text-is('{name}')) .wall-value").inner_text(timeout=3000)


async def test_a_screen_goes_on_by_itself_and_goes_dark_when_it_is_ended(
    front_site: Site, browser: Browser, eventually: Eventually
) -> None:
    at, line = await telling.place(front_site), Line()
    manager = await manager_of(front_site)
    context = await browser.new_context(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce")
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
    await page.route_web_socket("**/wall/s/*/feed", line.connect)
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
    await page.wait_for_selector("[data-part=body][data-page=tallies]", timeout=8000)
    await post(manager, f"/settings/wall/{view}/end", {})
    await page.get_by_text("This view of the board was ended").wait_for(timeout=12_000)
    assert found == []
    await context.close()


@asynccontextmanager
async def somebodys_site(front_site: Site) -> AsyncIterator[str]:
    """Serve pages of somebody's own, which frame one of ours, on a port of their own."""

    async def page(request: web.Request) -> web.Response:
        frame = f"<iframe width=800 height=300 src='{front_site.url}{request.query['of']}'></iframe>"
        return web.Response(text=f"<!doctype html><title>x</title>{frame}", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


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
