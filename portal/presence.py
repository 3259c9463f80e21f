"""Which agents' desk pages this web process hears: written down every two seconds, for the floor's process to read."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from uuid import UUID

import structlog

from kit.away import MAYBE_AWAY, is_away
from kit.db import Database
from kit.ids import new_id
from tenants.desks import service as desk_pages

log = structlog.get_logger()


class Presence:
    """One web process's ear for desk pages."""

    def __init__(self, control: Database) -> None:
        """Listen from :meth:`start` on."""
        self._control, self._id = control, new_id()
        self._heard: dict[UUID, float] = {}
        """The agents who were heard since the last beat that was written down, and when, by the process's clock."""
        self._beats: asyncio.Task[None] | None = None

    def heard(self, agent_id: UUID) -> None:
        """Note that a page of this agent is there now."""
        self._heard[agent_id] = time.monotonic()

    def start(self) -> None:
        """Write down who is heard, until :meth:`close`."""
        self._beats = asyncio.create_task(self._beat())

    async def close(self) -> None:
        """Say that this process listens no more: its pages have their time to find another."""
        if self._beats is not None:
            self._beats.cancel()
            with suppress(asyncio.CancelledError):
                await self._beats
        with suppress(*MAYBE_AWAY):  # it is known by its silence too
            await desk_pages.leave(self._control, self._id)

    async def _beat(self) -> None:
        while True:
            try:
                await self.write()
            except Exception as error:  # noqa: BLE001 - beats that ended would make every desk look gone
                known = isinstance(error, MAYBE_AWAY) and is_away(error)
                (log.warning if known else log.exception)("desks_not_noted", error=type(error).__name__)
            await asyncio.sleep(desk_pages.BEATS_EVERY.total_seconds())

    async def write(self) -> None:
        """Write down whom this process heard since the last time. Raises what the database raises."""
        heard, self._heard = self._heard, {}
        now = time.monotonic()
        try:
            await desk_pages.beat(self._control, self._id, {agent: now - at for agent, at in heard.items()})
        except BaseException:
            self._heard = heard | self._heard
            raise
