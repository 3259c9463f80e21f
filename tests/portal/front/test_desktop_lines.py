"""A desk that is watched and kept while its page, its line and its server come and go; two servers, one desk."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from playwright.async_api import Browser, Page

from interactions.desktop import service as desktop
from kit.embedded.machine import free_port
from tests.portal import telling
from tests.portal.front.desks import accessible, contract, stands
from tests.portal.front.test_site import sees
from tests.support.house import KEYS
from tests.support.site import Settled, Site, open_site

pytestmark = pytest.mark.asyncio(loop_scope="session")
Eventually = Callable[..., Awaitable[Any]]
ROOT = Path(__file__).resolve().parents[3]
JOIN = 20_000
"""Bytes until a watcher sees the whole desk."""
SOON_MS = 30_000


@asynccontextmanager
async def another(site: Site, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A web process of its own beside the site's, on the same database and bell, as it is started in production."""
    given = site.settings
    environment = {
        **os.environ, **KEYS, "GF_APP_DSN": given.app_dsn.get_secret_value(),
        "GF_CONTROL_DSN": given.control_dsn.get_secret_value(), "REDIS_URL": given.redis_url.get_secret_value(),
        "GF_CONTEXT_KEY": given.context_key.get_secret_value(), "GF_DATA_FOLDER": str(given.data_folder),
        "GF_KEYS_FOLDER": str(given.keys_folder), "GF_PUBLIC_URL": f"http://127.0.0.1:{port}", "GF_PORT": str(port),
        "GF_SECURE_COOKIES": "false", "GF_PHONE_WS_URL": given.phone_ws_url,
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.start", "web", cwd=ROOT, env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_desk_s_picture_outlives_its_page_its_line_and_its_server(
    browser: Browser, front_site: Site, settled: Settled, redis: str, eventually: Eventually
) -> None:
    site, port = front_site, free_port()
    async with another(site, port) as server:
        at = await telling.place(site)
        call = await telling.tell(site, at.tenant, telling.answered(at, recording=UUID(int=1))[:-3])
        await stands(site, at, "talking", call)
        await contract(site, view="live_and_stored", viewers=["client_manager"], consent=True, told=True)
        async with site.house.app.transaction(at.tenant) as scope:
            await desktop.give_consent(scope, at.agents[1], given=True)
        people = await site.people("galaxy")
        email = next(address for agent, address in await site.agents("galaxy") if agent == at.agents[1])
        watcher, watched = await sees(browser, site, people["client_manager"], "galaxy", "en", "dark")
        desk, complaints = await sees(browser, site, email, None, "en", "light")
        await eventually(lambda: _answers(port), 30)
        await desk.goto(f"http://127.0.0.1:{port}/desk")
        await watcher.goto(f"{site.url}/live/seats/S1/desktop")
        note = watcher.frame_locator(".desktop-stage iframe").locator("textarea")
        await note.wait_for(timeout=SOON_MS)
        assert int(await watcher.get_attribute("#desktop", "data-bytes") or "") < JOIN
        await accessible(watcher)
        await _writes(desk, watcher, "accepted by a server that dies", eventually)
        await desk.reload()
        await _writes(desk, watcher, "after the reload", eventually)
        await _slow(desk)
        await _writes(desk, watcher, "after the slow line", eventually)
        server.kill()
        await server.wait()
        async with open_site(site.house, redis, site.settings.data_folder, settled, port=port):
            await desk.locator('[data-part="viewed"]').wait_for(state="hidden")
            await desk.locator('[data-part="viewed"]').wait_for(timeout=SOON_MS)
            await _writes(desk, watcher, "after the server died", eventually)
            await stands(site, at, "available", None)
            await desk.locator('[data-part="viewed"]').wait_for(state="hidden")
        await _whole(site, call, people["client_manager"])
        await _says_what_is_missing(site, call, watcher)
        assert (complaints, watched) == ([], [])
        await watcher.context.close()
        await desk.context.close()


async def _answers(port: int) -> bool:
    try:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


async def _writes(desk: Page, watcher: Page, words: str, eventually: Eventually) -> None:
    """Let the agent write a note; its client reads it while it watches."""
    await desk.locator('[data-part="viewed"]').wait_for(timeout=SOON_MS)
    note = watcher.frame_locator(".desktop-stage iframe").locator("textarea")
    await desk.fill("#note", words)

    async def read() -> bool:
        return await note.input_value(timeout=SOON_MS) == words

    await eventually(read, 30)


async def _slow(desk: Page) -> None:
    """While nothing goes out the agent writes as before; what it wrote then is left out, and nothing is queued."""
    await desk.evaluate("""() => {
      window.sends = 0;
      Object.defineProperty(WebSocket.prototype, 'bufferedAmount', { get: () => 1e9, configurable: true });
      const send = WebSocket.prototype.send;
      WebSocket.prototype.send = function (said) {
        window.sends += this.url.includes('/desk/view') ? 1 : 0;
        return send.call(this, said);
      };
    }""")
    for number in range(5):
        await desk.fill("#note", f"lost to the line {number}")
        await desk.wait_for_timeout(60)
    assert await desk.input_value("#note") == "lost to the line 4"
    assert await desk.evaluate("window.sends") <= 1  # what was under way
    await desk.evaluate("delete WebSocket.prototype.bufferedAmount")


async def _whole(site: Site, call: UUID, email: str) -> None:
    """What any server accepted is kept, once; what was not there to accept is a gap with its reason."""
    reader = await site.person(email, "galaxy")
    async with reader.get(f"/interactions/{call}/desktop") as answer:
        assert answer.status == 200
        events = [event for line in (await answer.text()).splitlines() for event in json.loads(line)]
    written = json.dumps(events)
    for words in ("accepted by a server that dies", "after the reload", "after the slow line", "after the server died"):
        assert words in written
    assert "lost to the line 2" not in written
    assert len({json.dumps(event) for event in events}) == len(events), "once"
    notes = [(event["data"]["tag"], event["data"]["payload"]["reason"]) for event in events if event["type"] == 5]
    assert sorted(notes) == sorted((tag, why) for why in ("slow_line", "line_lost") for tag in ("pause", "resume"))


async def _says_what_is_missing(site: Site, call: UUID, page: Page) -> None:
    await page.goto(f"{site.url}/interactions/{call}")
    await page.get_by_role("button", name="Show what was on the desk").press("Enter")
    line = page.get_by_role("slider", name="Place in the picture")
    await line.focus()
    said = page.locator('#desktop-replay [data-part="said"]')
    heard = set[str]()
    for _ in range(60):
        await page.keyboard.press("PageUp")
        heard.add(await said.inner_text())
        if await line.evaluate("(line) => line.value === line.max"):
            break
    assert {"Missing here: the agent's browser had no connection."} <= heard
    await accessible(page)
