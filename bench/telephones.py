"""The outside world of ``bench.calls``, a process of its own: callers and agents of two engines.

``offer`` sends calls at a rate for some seconds, lets each talk for a second after the agent answered, and tells for
each caller how long it took from its INVITE to the agent's.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from bench.children import obey, until
from bench.sip import DIGITS, Agents, Callers

CARRIER, PHONES = "127.0.0.2", "127.0.0.3"
TALK_S = 1.0
TAIL_S = 2.0
"""So long after the last call the last ones may take."""


class Outside:
    """The parties towards one engine."""

    def __init__(self, callers: Callers, agents: Agents) -> None:
        self.callers, self.agents = callers, agents
        self._next = 0
        self._hanging = asyncio.create_task(self._hang_up_later())

    async def offer(self, rate: float, seconds: float, numbers: list[str]) -> dict[str, Any]:
        """Offer calls evenly and wait for their ends."""
        loop = asyncio.get_running_loop()
        began, count = loop.time(), int(rate * seconds)
        self.agents.rang.clear()
        self.callers.calls.clear()
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / rate - loop.time()))
            self._next = (self._next + 1) % 10**DIGITS
            self.callers.call(f"{self._next:0{DIGITS}}", numbers[number % len(numbers)])
        calls = dict(self.callers.calls)
        await until(lambda: all(call.over for call in calls.values()), TALK_S + TAIL_S, 0.05)
        for digits in calls:
            self.callers.hang_up(digits)
        await asyncio.sleep(0.2)
        rang = self.agents.rang
        took = [rang[digits] - call.sent_at for digits, call in calls.items() if digits in rang]
        refused = sum(call.status >= 300 for call in calls.values())
        late = sum(not call.over for call in calls.values())
        return {"offered": count, "took": took, "refused": refused, "unfinished": late}

    async def _hang_up_later(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            digits = await self.agents.answered.get()
            loop.call_later(TALK_S, self.callers.hang_up, digits)


class World:
    """Both engines' outsides."""

    def __init__(self) -> None:
        self._outsides: dict[str, Outside] = {}
        self._sinks: list[socket.socket] = []

    async def __call__(self, command: dict[str, Any]) -> dict[str, Any]:
        """Open the parties of an engine, register phones, or offer calls."""
        if command["do"] == "open":
            self._outsides[command["engine"]] = await self._open(tuple(command["server"]))
            return {}
        outside = self._outsides[command["engine"]]
        if command["do"] == "register":
            phones: list[list[str]] = command["phones"]
            for first in range(0, len(phones), 20):
                await asyncio.gather(*(outside.agents.register(*phone) for phone in phones[first : first + 20]))
            return {"registered": len(phones)}
        return await outside.offer(command["rate"], command["seconds"], command["numbers"])

    async def _open(self, server: Any) -> Outside:  # noqa: ANN401 - an address
        loop = asyncio.get_running_loop()
        _, callers = await loop.create_datagram_endpoint(lambda: Callers(server), (CARRIER, 0))
        _, agents = await loop.create_datagram_endpoint(lambda: Agents(server), (PHONES, 0))
        callers.media, agents.media = self._sink(CARRIER), self._sink(PHONES)
        return Outside(callers, agents)

    def _sink(self, address: str) -> tuple[str, int]:
        """Bind a place for sound that nobody listens to."""
        sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sink.bind((address, 0))
        self._sinks.append(sink)
        found: tuple[str, int] = sink.getsockname()
        return found


if __name__ == "__main__":
    obey(World())
