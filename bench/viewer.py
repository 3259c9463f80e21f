"""A page of the portal in headless Chromium, as somebody of a client; what it costs is asked of the browser itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from playwright.async_api import CDPSession, Page, async_playwright

from bench.ground import Client, Ground
from kit.clock import now
from kit.ids import new_id
from tenants.service import sessions

_CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


@asynccontextmanager
async def viewer(ground: Ground, port: int, client: Client) -> AsyncIterator[tuple[Page, CDPSession]]:
    """Sign somebody of the client in and open its live board; yield the page and what the browser tells of it."""
    connection = await asyncpg.connect(ground.prepared.dsns["gf_control"])
    user = new_id()
    await connection.execute(
        'INSERT INTO control."user" (id, email, name) VALUES ($1, $2, $3)', user, "bench@client.example", "Bench"
    )
    await connection.execute(
        "INSERT INTO control.membership (user_id, tenant_id, role) VALUES ($1, $2, 'client_manager')", user, client.id
    )
    await connection.close()
    token = await sessions.open_session(ground.control, user, now(), tenant_id=client.id)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(_CHROMIUM))
        context = await browser.new_context(viewport={"width": 1440, "height": 900})
        url = f"http://127.0.0.1:{port}"
        await context.add_cookies([{"name": "gf", "value": token, "url": url}])
        page = await context.new_page()
        await page.goto(f"{url}/live?lang=en")
        await page.wait_for_selector("[data-feed=live]")
        session = await context.new_cdp_session(page)
        await session.send("Performance.enable")
        yield page, session
        await browser.close()


async def spent(session: CDPSession) -> dict[str, float]:
    """Return what the page's main thread has done since it was opened, in seconds by name (Chromium's own count)."""
    told = await session.send("Performance.getMetrics")
    return {str(each["name"]): float(each["value"]) for each in told["metrics"]}


class Tasks:
    """Takes down the tasks of the page's main thread by the processor's time: what a neighbour takes is not in it."""

    def __init__(self, session: CDPSession) -> None:
        self._session, self._events, self._over = session, list[dict[str, Any]](), asyncio.Event()
        session.on("Tracing.dataCollected", lambda told: self._events.extend(told["value"]))
        session.on("Tracing.tracingComplete", lambda _: self._over.set())

    async def begin(self) -> None:
        """Take down from now on."""
        self._events.clear()
        self._over.clear()
        await self._session.send("Tracing.start", {"categories": "toplevel", "transferMode": "ReportEvents"})

    async def longest_ms(self) -> float:
        """Stop, and return the longest of them."""
        await self._session.send("Tracing.end")
        await asyncio.wait_for(self._over.wait(), 30)
        main = {
            (each["pid"], each["tid"]) for each in self._events
            if each["name"] == "thread_name" and each["args"]["name"] == "CrRendererMain"
        }  # fmt: skip
        took: list[float] = [
            each["tdur"] for each in self._events if "tdur" in each and (each["pid"], each["tid"]) in main
        ]
        return max(took) / 1000
