"""A visitor of the harness, and a live feed in the test's hand."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, Page, Route, WebSocketRoute

# The status of a page's own script, asked for once more. No server of ours answers 203.
ASKED = """async () => (await fetch(document.querySelector("script[src]").src, { cache: "no-store" })).status"""


@dataclass
class Visitor:
    """Opens pages of the harness and keeps what the browser complained about."""

    base: str
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    async def page(self) -> Page:
        made = await self.context.new_page()
        made.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        made.on("console", lambda said: self.complaints.append(said.text) if "Content Security" in said.text else None)
        return made

    async def open(self, address: str) -> Page:
        page = await self.page()
        answer = await page.goto(self.base + address)
        assert answer is not None
        return page

    async def forget(self) -> None:
        """Close every page and remove what pages have kept: the profile is as it was, but for its cache of files."""
        first, *others = self.context.pages
        for page in others:
            await page.close()
        browser = await self.context.new_cdp_session(first)
        await browser.send("Storage.clearDataForOrigin", {"origin": self.base, "storageTypes": "all"})
        await self.context.clear_cookies()
        await self.context.clear_permissions()
        await browser.detach()


async def intercept(page: Page, pattern: str, handle: Callable[[Route], Any]) -> None:
    """Take requests of an open page in the test's hand, and return when it is so.

    Chromium says that they are intercepted before the page knows: what it asks meanwhile still goes to the server.
    """
    script = await page.locator("script[src]").first.evaluate("node => node.src")
    await page.route(script, lambda route: route.fulfill(status=203))
    await page.route(pattern, handle)
    async with asyncio.timeout(10):
        while await page.evaluate(ASKED) != 203:
            pass
    await page.unroute(script)


class Hub:
    """A live feed in the test's hand: each connection of the page is kept, frames are sent by the test."""

    def __init__(self, board: dict[str, Any]) -> None:
        self.board = board
        self.sockets: list[WebSocketRoute] = []
        self.asked: list[str] = []
        self.seq = 0
        self.answers = True

    def connected(self, route: WebSocketRoute) -> None:
        self.sockets.append(route)
        route.on_message(self._heard)
        if self.answers:
            self.snap()

    def _heard(self, message: str | bytes) -> None:
        self.asked.append(str(message))
        if self.answers:
            self.snap()

    def _send(self, frame: dict[str, Any]) -> None:
        self.sockets[-1].send(json.dumps({"seq": self.seq, "ts": int(time.time() * 1000), **frame}))

    def snap(self, **more: Any) -> None:
        self._send({"t": "snap", "epoch": "e.2", "board": self.board, **more})

    def delta(self, changes: dict[str, Any], **more: Any) -> None:
        self.seq += 1
        self._send({"t": "d", "d": changes, **more})

    def beat(self) -> None:
        self._send({"t": "hb"})
