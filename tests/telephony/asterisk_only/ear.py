"""An engine's events, waited for by kind."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from telephony.port import Engine, Event
from tests.telephony.world import SOON

E = TypeVar("E")


class Ear:
    """Starts an engine's connection and keeps what it says."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.said: list[Event] = []
        self._news = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.engine.start()
        self._task = asyncio.create_task(self._listen())

    async def close(self) -> None:
        await self.engine.close()
        if self._task is not None:
            await self._task

    async def next(self, kind: type[E]) -> E:
        """The next event of this kind, which is then forgotten together with those before it."""
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: self._find(kind) is not None), SOON.total_seconds())
        place = self._find(kind)
        assert place is not None
        found = self.said[place]
        assert isinstance(found, kind)
        del self.said[: place + 1]
        return found

    def _find(self, kind: type[E]) -> int | None:
        return next((place for place, event in enumerate(self.said) if isinstance(event, kind)), None)

    async def _listen(self) -> None:
        async for event in self.engine.events():
            async with self._news:
                self.said.append(event)
                self._news.notify_all()
