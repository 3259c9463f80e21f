"""The desks that are watched through this process: heard once, opened once, the same bytes for each watcher."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Protocol
from uuid import UUID

import structlog

from kit.bus import Bus
from kit.db import AccessibleTenantId
from kit.errors import KeysDestroyed
from kit.tenantkeys import Tampered, TenantKeys, UnknownKey
from portal.desk_share import frames_channel, place

log = structlog.get_logger()


class Ear(Protocol):
    """Who watches a desk."""

    keys: TenantKeys | None
    """Of its client, as it read them last."""

    def take(self, frame: bytes) -> None:
        """Get a frame."""

    def begin(self) -> None:
        """Frames come from here on: the whole page is to be asked for."""


class _Picture:
    """One desk during one interaction."""

    def __init__(self) -> None:
        self.ears: set[Ear] = set()
        self.connected = False
        self.task: asyncio.Task[None] | None = None

    async def hear(self, bus: Bus, tenant: AccessibleTenantId, interaction: UUID) -> None:
        where = place(interaction, "frame")
        async with aclosing(bus.heard_bytes(frames_channel(tenant, interaction))) as rings:
            async for sealed in rings:
                if not sealed:
                    self.connected = True
                    for ear in tuple(self.ears):
                        ear.begin()
                elif (frame := self._opened(sealed, where)) is not None:
                    for ear in tuple(self.ears):
                        ear.take(frame)

    def _opened(self, sealed: bytes, where: str) -> bytes | None:
        """Return the frame; None: under a key that these do not know yet, or not from us."""
        keys = next((ear.keys for ear in self.ears if ear.keys is not None), None)
        if keys is None:
            return None
        try:
            frame = keys.open_bytes(sealed, where)
        except (UnknownKey, KeysDestroyed):
            return None
        except Tampered:
            log.warning("desktop_frame_unreadable", tenant_id=str(keys.tenant_id))
            return None
        return None if frame is sealed else frame


class Pictures:
    """Every desk that somebody watches through this process."""

    def __init__(self, bus: Bus) -> None:
        """Take the bell."""
        self._bus = bus
        self._pictures: dict[tuple[UUID, UUID], _Picture] = {}

    @asynccontextmanager
    async def watched(self, tenant: AccessibleTenantId, interaction: UUID, ear: Ear) -> AsyncIterator[None]:
        """Give a watcher the frames of a desk while the block runs."""
        name = (tenant, interaction)
        picture = self._pictures.setdefault(name, _Picture())
        picture.ears.add(ear)
        if picture.task is None:
            picture.task = asyncio.create_task(picture.hear(self._bus, tenant, interaction), name=f"desk {interaction}")
        elif picture.connected:
            ear.begin()
        try:
            yield
        finally:
            picture.ears.discard(ear)
            if not picture.ears:
                del self._pictures[name]
                picture.task.cancel()
