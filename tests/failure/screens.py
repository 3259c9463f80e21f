"""What the browser's feeds show, to a client that reconnects as the pages do (after a second)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, ClassVar

import aiohttp

from tests.failure.plant import until

RECONNECT_S = 0.5
GREY_AFTER_S = 3.5
"""The page turns grey when it has heard no heartbeat for so long."""


class Screen:
    """One feed, followed and reconnected in the background."""

    path: ClassVar[str]

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._task: asyncio.Task[None] | None = None
        self.frames: list[dict[str, Any]] = []
        self.connects = 0
        self.heard_at = 0.0

    async def open(self) -> None:
        self._task = asyncio.create_task(self._follow())
        await until(lambda: self.heard_at, 10, f"{self.path} speaks")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    @property
    def is_grey(self) -> bool:
        return time.monotonic() - self.heard_at > GREY_AFTER_S

    async def turns_grey(self, within_s: float) -> float:
        return await until(lambda: self.is_grey, within_s, f"{self.path} turns grey")

    async def speaks_again(self, within_s: float) -> float:
        """Wait for a frame from now on."""
        now = time.monotonic()
        return await until(lambda: self.heard_at > now, within_s, f"{self.path} speaks again")

    async def _follow(self) -> None:
        while True:
            with suppress(aiohttp.ClientError, OSError, TimeoutError):
                async with self._http.ws_connect(self.path) as socket:
                    self.connects += 1
                    async for message in socket:
                        if message.type is aiohttp.WSMsgType.TEXT:
                            self.heard_at = time.monotonic()
                            self.take(message.json())
            await asyncio.sleep(RECONNECT_S)

    def take(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)


class Board(Screen):
    """The client's live board, assembled as the page does; ``seats`` are called here as the centre calls them."""

    path = "/live/feed"

    def __init__(self, http: aiohttp.ClientSession, own_names: Mapping[str, str]) -> None:
        super().__init__(http)
        self._own_names = own_names
        self.seats: dict[str, dict[str, Any]] = {}
        self.calls: dict[str, dict[str, Any]] = {}

    def take(self, frame: dict[str, Any]) -> None:
        super().take(frame)
        if frame["t"] == "snap":
            self.seats, self.calls = {}, {}
        rows = frame.get("board") or frame.get("d") or {}
        self.seats |= {self._own_names[row["seat"]]: row for row in rows.get("seats", [])}
        self.calls |= {row["id"]: row for row in rows.get("calls", [])}

    async def shows(self, seat: str, state: str, within_s: float = 10) -> float:
        return await until(lambda: self.seats.get(seat, {}).get("state") == state, within_s, f"board: {seat} {state}")


class Tile(Screen):
    """What stands in another page; ``epoch``: of the server that gave it its last snapshot."""

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        super().__init__(http)
        self.path = f"{address}/feed"  # type: ignore[misc] # each has its own
        self.epoch = ""

    def take(self, frame: dict[str, Any]) -> None:
        super().take(frame)
        self.epoch = frame.get("epoch", self.epoch)


class Desk(Screen):
    """The agent's desk."""

    path = "/desk/feed"

    @property
    def state(self) -> str:
        shown = [frame["desk"]["state"] for frame in self.frames if frame["t"] == "desk"]
        return shown[-1] if shown else ""

    async def shows(self, state: str, within_s: float = 10) -> float:
        return await until(lambda: self.state == state, within_s, f"the desk shows {state}")
