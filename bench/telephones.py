"""The outside world of ``bench.calls``, a process of its own: callers and agents of two engines.

``offer`` sends calls at a rate for some seconds, lets each talk for a second after the agent answered, and tells for
each caller how long it took from its INVITE to the agent's. ``hold`` sends calls that talk until ``release``; with
``speak`` everybody in them sends sound for some seconds (G.711, a packet each 20 ms), and it tells what was heard.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Any

from bench.children import obey, until
from bench.sip import DIGITS, Agents, Callers

CARRIER, PHONES = "127.0.0.2", "127.0.0.3"
TALK_S = 1.0
TAIL_S = 2.0
"""So long after the last call the last ones may take."""
PACKET_S = 0.02
IMPATIENT_S = 0.02
"""Whoever is impatient hangs up none to nine times so long after calling."""


class Outside:
    """The parties towards one engine."""

    def __init__(self, callers: Callers, agents: Agents) -> None:
        self.callers, self.agents = callers, agents
        self._next = 0
        self._held: set[str] = set()
        self._hanging = asyncio.create_task(self._hang_up_later())

    async def offer(self, rate: float, seconds: float, numbers: list[str], impatient: int = 0) -> dict[str, Any]:
        """Offer calls evenly and wait for their ends; each so many-th contact hangs up as soon as it is answered."""
        loop = asyncio.get_running_loop()
        began, count = loop.time(), int(rate * seconds)
        self.agents.rang.clear()
        self.callers.calls.clear()
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / rate - loop.time()))
            self._next = (self._next + 1) % 10**DIGITS
            digits = f"{self._next:0{DIGITS}}"
            self.callers.call(digits, numbers[number % len(numbers)])
            if impatient and number % impatient == 0:
                loop.call_later(number % 10 * IMPATIENT_S, self.callers.hang_up, digits)
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

    async def hold(self, count: int, rate: float, numbers: list[str]) -> dict[str, Any]:
        """Begin calls and leave them up; tells how many an agent answered."""
        for number in range(count):
            self._next = (self._next + 1) % 10**DIGITS
            digits = f"{self._next:0{DIGITS}}"
            self._held.add(digits)
            self.callers.call(digits, numbers[number % len(numbers)])
            await asyncio.sleep(1 / rate)
        await until(lambda: len(self._held & set(self.agents.rang)) >= count, TAIL_S * 5, 0.05)
        await asyncio.sleep(0.5)
        return {"up": len(self._held & set(self.agents.rang))}

    def up(self) -> int:
        """How many of the held calls nobody has ended."""
        return sum(not self.callers.calls[digits].over for digits in self._held)

    async def release(self) -> int:
        """End the held calls; tells how many nobody had ended."""
        up = self.up()
        for digits in sorted(self._held):
            self.callers.hang_up(digits)
        await until(lambda: not self.up(), TAIL_S * 5, 0.05)
        self._held.clear()
        return up

    def rang(self) -> dict[str, float]:
        """Return and forget when agents were called for each caller, by its digits (``time.perf_counter``)."""
        found = dict(self.agents.rang)
        self.agents.rang.clear()
        return found

    async def speak(self, seconds: float, sinks: list[socket.socket]) -> dict[str, Any]:
        """Let everybody in the held calls send sound; tells the packets sent and heard."""
        lines = [(sinks[0], call.media) for call in self.callers.calls.values() if call.digits in self._held]
        lines += [(sinks[1], media) for media in self.agents.media_of.values()]
        loop = asyncio.get_running_loop()
        began, sent, heard = loop.time(), 0, 0
        for tick in range(int(seconds / PACKET_S)):
            for sink, address in lines:
                sink.sendto(_packet(tick), address)
            sent += len(lines)
            heard += sum(_drained(sink) for sink in sinks)
            await asyncio.sleep(max(0.0, began + (tick + 1) * PACKET_S - loop.time()))
        return {"lines": len(lines), "sent": sent, "heard": heard, "took": loop.time() - began}

    async def _hang_up_later(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            digits = await self.agents.answered.get()
            if digits not in self._held:
                loop.call_later(TALK_S, self.callers.hang_up, digits)


def _packet(tick: int) -> bytes:
    """Return 20 ms of G.711 mu-law silence in RTP (RFC 3550); every line is a stream of its own by its address."""
    return struct.pack("!BBHII", 0x80, 0, tick % 65536, tick * 160 % 2**32, 7) + b"\xff" * 160


def _drained(sink: socket.socket) -> int:
    count = 0
    with suppress(BlockingIOError):
        while True:
            sink.recv(2048)
            count += 1
    return count


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
        if command["do"] == "hold":
            return await outside.hold(command["count"], command["rate"], command["numbers"])
        if command["do"] == "speak":
            return await outside.speak(command["seconds"], self._sinks[-2:])
        if command["do"] in {"rang", "release"}:
            return {"rang": outside.rang()} if command["do"] == "rang" else {"up": await outside.release()}
        given = (command["rate"], command["seconds"], command["numbers"], command.get("impatient", 0))
        return await outside.offer(*given)

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
        sink.setblocking(False)
        self._sinks.append(sink)
        found: tuple[str, int] = sink.getsockname()
        return found


if __name__ == "__main__":
    obey(World())
