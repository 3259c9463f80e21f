"""A receiver of webhooks that answers 204 to whatever comes, and counts: a process of its own, as cheap as can be."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from bench.children import obey
from kit.embedded.machine import LOOPBACK, free_port

_LENGTH = re.compile(rb"\r\n[Cc]ontent-[Ll]ength: (\d+)")
_TAKEN = b"HTTP/1.1 204 No Content\r\n\r\n"


class Receiver:
    """What it took so far."""

    def __init__(self) -> None:
        self.taken = 0
        self._server: asyncio.Server | None = None

    async def __call__(self, command: dict[str, Any]) -> dict[str, Any]:
        """Start, or say how much was taken."""
        if command["do"] == "start":
            port = free_port()
            self._server = await asyncio.get_running_loop().create_server(lambda: _Line(self), LOOPBACK, port)
            return {"port": port}
        return {"taken": self.taken}


class _Line(asyncio.Protocol):
    """One kept connection."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver, self._buffer = receiver, b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - asyncio's signature
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        found = _LENGTH.search(self._buffer, 0, end + 2) if end >= 0 else None
        if found is None or len(self._buffer) < end + 4 + int(found[1]):
            return
        self._buffer = b""
        self._receiver.taken += 1
        if self._transport is not None:
            self._transport.write(_TAKEN)


if __name__ == "__main__":
    obey(Receiver())
