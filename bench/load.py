"""Load over HTTP/1.1: keep-alive connections, one request at a time on each, a given number in all.

A process of its own, so that its CPU is not the server's. The answers' statuses are counted, bodies are read and
thrown away.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections import Counter
from typing import Any

from bench.children import obey
from bench.measure import percentiles
from kit.ids import new_id

_LENGTH = re.compile(rb"\r\n[Cc]ontent-[Ll]ength: (\d+)")
FRESH = b"{fresh}"
"""In a request: an id that no other request has."""
_TURN = re.compile(rb"\{turn:(\d+)\}")
"""In a request: a number that counts up from this one on its connection, written with nine digits."""


class Connection(asyncio.Protocol):
    """One connection that asks again as soon as it was answered."""

    def __init__(self, request: bytes, budget: itertools.count[int], most: int) -> None:
        """``budget`` is shared: the requests of all connections together are at most ``most``."""
        self._request, self._budget, self._most = request, budget, most
        turn = _TURN.search(request)
        self._turn = (turn[0], int(turn[1])) if turn else None
        self._buffer = b""
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None
        self.took: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - asyncio's signature
        """Ask the first time."""
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Take what came; when an answer is whole, ask again."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        found = _LENGTH.search(self._buffer, 0, end + 2)
        if found is None or len(self._buffer) < end + 4 + int(found[1]):
            return
        self.took.append(time.perf_counter() - self._sent_at)
        self.statuses[int(self._buffer[9:12])] += 1
        self._buffer = b""
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        """Be done, however it ended."""
        if not self.done.done():
            if exc is not None:
                self.done.set_exception(exc)
            else:
                self.done.set_result(None)

    def _ask(self) -> None:
        if self._transport is None:
            return
        if next(self._budget) >= self._most:
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        asked = self._request.replace(FRESH, str(new_id()).encode())
        if self._turn is not None:
            token, number = self._turn
            asked, self._turn = asked.replace(token, b"%09d" % number), (token, number + 1)
        self._transport.write(asked)


async def answer(command: dict[str, Any]) -> dict[str, Any]:
    """Send ``count`` requests over one connection for each of ``requests``."""
    budget = itertools.count()
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    opened = [
        await loop.create_connection(
            lambda text=text: Connection(text.encode("latin-1"), budget, command["count"]),  # type: ignore[misc]
            "127.0.0.1", command["port"],
        )
        for text in command["requests"]
    ]  # fmt: skip
    connections = [protocol for _, protocol in opened]
    await asyncio.wait_for(asyncio.gather(*(each.done for each in connections)), 100)
    took = [one for each in connections for one in each.took]
    p50, p99 = percentiles(took, 0.5, 0.99)
    statuses: Counter[int] = sum((each.statuses for each in connections), Counter())
    return {"wall": time.perf_counter() - began, "statuses": dict(statuses), "p50": p50, "p99": p99}


if __name__ == "__main__":
    obey(answer)
