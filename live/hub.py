"""Every feed of a process: one per watched tenant (:mod:`live.feed`), while somebody watches and a little longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID

from journal.core.facts import Actor
from kit.bus import Bus
from kit.db import AccessibleTenantId, Plane
from kit.together import Together
from live import metrics
from live.core.backlog import Seen
from live.feed import TICK_S, Feed, channel, narrowed
from live.service import Watched
from live.watching import Watching
from tenants.core.masks import Shown
from tenants.core.permissions import Role
from tenants.service import reading
from tenants.service.policies import shown_to

__all__ = ["TICK_S", "Feed", "Hub", "Watching", "channel", "narrowed"]

_Coming = tuple[Actor, Role]
LINGER_S = 30.0
"""So long a feed goes on without watchers, so that screens that come back find it where they left it."""


class Hub:
    """Every feed of this process: one per watched tenant, however many watch. It outlives its watchers a little."""

    def __init__(self, plane: Plane, bus: Bus) -> None:
        """Take the tenant plane's login and the bell."""
        self._plane, self._bus = plane, bus
        self._feeds: dict[UUID, tuple[Feed, asyncio.Task[None]]] = {}
        self._ending: dict[UUID, asyncio.TimerHandle] = {}
        self._doors: dict[UUID, Together[_Coming, Shown]] = {}
        metrics.BOARDS.set_function(lambda: len(self._feeds))

    async def admit(self, tenant_id: AccessibleTenantId, reader: Actor, role: Role) -> Shown:
        """Write down that somebody reads this board; return how much of contacts' numbers it may show them.

        Those who come at once are written down in one transaction of the tenant.
        """
        door = self._doors.get(tenant_id)
        if door is None:
            door = self._doors[tenant_id] = Together(partial(self._let_in, tenant_id))
        return await door.ask((reader, role))

    async def _let_in(self, tenant_id: AccessibleTenantId, coming: Sequence[_Coming]) -> list[Shown]:
        async with self._plane.transaction(tenant_id) as scope:
            await reading.listed_by(scope, {reader for reader, _ in coming}, "board", 0, {})
            shown = {role: await shown_to(scope, role) for role in {role for _, role in coming}}
        return [shown[role] for _, role in coming]

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
