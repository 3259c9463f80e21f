"""Watchers: raw WebSocket clients that count frames and bytes, in a process of their own.

Frames of servers are unmasked and unfragmented (RFC 6455, 5.2), so counting needs their heads only. With ``marks`` the
frames are read, and the first sight of each mark (an agent's ``reason``) is timed by the machine's clock.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import time
from typing import Any

from bench.broker import connect, subscribe
from bench.children import obey, until

_MARK = re.compile(rb'"reason":"(m[0-9]+)"')
AT_ONCE = 50
"""So many are under way at a time, unless it is said otherwise."""
MQTT = "/mqtt/"
_GREETINGS = 2
_HEAD = 200
_SEEN = re.compile(rb'"seq":([0-9]+),.*"epoch":"([^"]+)"')


class Watching(asyncio.Protocol):
    """One socket."""

    def __init__(self, path: str, headers: str, seen: dict[str, float] | None) -> None:
        self.frames = self.bytes = 0
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request = path, headers
        self._seen = seen
        self._buffer = b""
        self._first = b""
        self._is_open = False
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - asyncio's signature
        """Ask for the upgrade."""
        self._transport = transport
        path, headers = self._request
        if path.startswith(MQTT):
            path, headers = "/mqtt", "Sec-WebSocket-Protocol: mqtt\r\n"
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{headers}\r\n".encode("latin-1")
        )

    def data_received(self, data: bytes) -> None:
        """Count the frames that are whole."""
        data = self._buffer + data
        if not self._is_open:
            head, parted, data = data.partition(b"\r\n\r\n")
            if not parted:
                self._buffer = head
                return
            if b" 101 " not in head[:20]:
                self.opened.set_exception(ConnectionError(head[:200].decode("latin-1")))
                return
            self._begin()
        at = 0
        while len(data) - at >= 2:
            length, start = data[at + 1], at + 2
            if length == 126:
                length, start = int.from_bytes(data[at + 2 : at + 4]), at + 4
            elif length == 127:
                length, start = int.from_bytes(data[at + 2 : at + 10]), at + 10
            if len(data) < start + length:
                break
            self.frames += 1
            self.bytes += length
            self._first = self._first or data[start : start + _HEAD]
            if self._seen is not None:
                self._look(data[start : start + length])
            at = start + length
        self._buffer = data[at:]
        if self.frames == _GREETINGS and not self.opened.done():  # the broker's CONNACK and SUBACK
            self.frames = 0
            self.opened.set_result(None)

    @property
    def seen(self) -> str:
        """What it says when it comes back, as if nothing but the first frame had come."""
        told = _SEEN.search(self._first)
        return f"?epoch={told[2].decode()}&seq={told[1].decode()}" if told else ""

    def _begin(self) -> None:
        """Go on after the upgrade: a broker has to be told what is watched."""
        topic = self._request[0].removeprefix(MQTT)
        self._is_open = True
        if topic == self._request[0]:
            self.opened.set_result(None)
            return
        for message in (connect(base64.b64encode(os.urandom(9)).decode()), subscribe(f"t/{topic}")):
            self._transport.write(bytes([0x82, 0x80 | len(message)]) + bytes(4) + message)  # masked by zeros

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits for the upgrade."""
        if not self.opened.done():
            self.opened.set_exception(ConnectionError(f"closed before the upgrade: {exc}"))

    def close(self) -> None:
        """Go."""
        self._transport.abort()

    def _look(self, payload: bytes) -> None:
        now = time.time()
        for mark in _MARK.findall(payload) if self._seen is not None else ():
            if self._seen is not None:
                self._seen.setdefault(mark.decode(), now)


class Crowd:
    """All sockets of one side at a time."""

    def __init__(self) -> None:
        self._sockets: list[Watching] = []
        self._seen: list[dict[str, float]] = []
        self._left: list[str] = []

    async def __call__(self, command: dict[str, Any]) -> dict[str, Any]:
        """Open, count, or close."""
        if command["do"] == "open":
            await self._open(command)
        elif command["do"] == "close":
            self._left = [socket.seen for socket in self._sockets]
            for socket in self._sockets:
                socket.close()
            self._sockets, self._seen = [], []
            await asyncio.sleep(0.1)
            return {}
        elif command["do"] == "wait":
            await self._until(command["frames"], command["within_s"])
        return {
            "frames": sum(socket.frames for socket in self._sockets),
            "bytes": sum(socket.bytes for socket in self._sockets),
            "seen": self._seen if command.get("marks") else [],
        }

    async def _open(self, command: dict[str, Any]) -> None:
        loop = asyncio.get_running_loop()
        paths: list[list[str]] = command["sockets"]
        if command.get("back"):
            paths = [[f"{path}{left}", headers] for (path, headers), left in zip(paths, self._left, strict=True)]
        self._seen = [{} for _ in paths] if command["marks"] else []
        at_once = command.get("at_once", AT_ONCE)
        for first in range(0, len(paths), at_once):
            made = []
            for number, (path, headers) in enumerate(paths[first : first + at_once], first):
                seen = self._seen[number] if command["marks"] else None
                _, socket = await loop.create_connection(
                    lambda path=path, headers=headers, seen=seen: Watching(path, headers, seen),  # type: ignore[misc]
                    "127.0.0.1", command["port"],
                )  # fmt: skip
                made.append(socket)
            self._sockets += made
            await asyncio.wait_for(asyncio.gather(*(socket.opened for socket in made)), 30)

    async def _until(self, frames: int, within_s: float) -> None:
        await until(lambda: sum(socket.frames for socket in self._sockets) >= frames, within_s)


if __name__ == "__main__":
    obey(Crowd())
