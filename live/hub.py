"""Every feed of a process: one per watched tenant (:mod:`live.feed`), while somebody watches and a little longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from kit.bus import Bus
from kit.db import Plane
from live import metrics
from live.core.backlog import Seen
from live.feed import TICK_S, Feed, Watching, channel, narrowed
from live.service import Watched

__all__ = ["TICK_S", "Feed", "Hub", "Watching", "channel", "narrowed"]

LINGER_S = 30.0
"""So long a feed goes on without watchers, so that screens that come back find it where they left it."""


class Hub:
    """Every feed of this process: one per watched tenant, however many watch. It outlives its watchers a little."""

    def __init__(self, plane: Plane, bus: Bus) -> None:
        """Take the tenant plane's login and the bell."""
        self._plane, self._bus = plane, bus
        self._feeds: dict[UUID, tuple[Feed, asyncio.Task[None]]] = {}
        self._ending: dict[UUID, asyncio.TimerHandle] = {}
        metrics.BOARDS.set_function(lambda: len(self._feeds))

    @asynccontextmanager
    async def watch(self, watched: Watched, watcher: Watching, seen: Seen | None = None) -> AsyncIterator[Feed]:
        """Let a socket watch a tenant while the block runs; it gets what it lacks at once, or as soon as there is it.

        ``seen``: where it was when it watched before.
        """
        feed = self._feed(watched)
        feed.watchers.add(watcher)
        feed.welcome(watcher, seen)
        try:
            yield feed
        finally:
            feed.watchers.discard(watcher)
            if not feed.watchers:
                self._end_soon(watched.tenant_id)

    def _feed(self, watched: Watched) -> Feed:
        if (timer := self._ending.pop(watched.tenant_id, None)) is not None:
            timer.cancel()
        found = self._feeds.get(watched.tenant_id)
        if found is None:
            feed = Feed(self._plane, self._bus, watched)
            found = feed, asyncio.create_task(feed.run(), name=f"feed {watched.tenant_id}")
            self._feeds[watched.tenant_id] = found
        return found[0]

    def _end_soon(self, tenant_id: UUID) -> None:
        def end() -> None:
            self._ending.pop(tenant_id, None)
            _, task = self._feeds.pop(tenant_id)
            task.cancel()

        if tenant_id in self._feeds:
            self._ending[tenant_id] = asyncio.get_running_loop().call_later(LINGER_S, end)

    async def close(self) -> None:
        """End every feed."""
        for timer in self._ending.values():
            timer.cancel()
        feeds, self._feeds = self._feeds, {}
        for _, task in feeds.values():
            task.cancel()
        await asyncio.gather(*(task for _, task in feeds.values()), return_exceptions=True)
