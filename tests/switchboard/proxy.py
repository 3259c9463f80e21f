"""A TCP proxy before a server that can be cut, hang, be slow, and lose PostgreSQL's answer to a COMMIT."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit


class Proxy:
    """Listens on a loopback port. ``swallow``: so many answers to COMMIT are lost with their connection."""

    def __init__(self, dsn: str) -> None:
        parts = urlsplit(dsn)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 5432)
        self._parts = parts
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.away = False
        self.hangs = False
        self.late_s = 0.0
        self.swallow = 0
        self.dsn = dsn

    @property
    def works(self) -> bool:
        """Whether whoever asks is answered."""
        return not self.away and not self.hangs

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        login = self._parts.netloc.rpartition("@")[0]
        self.dsn = urlunsplit(self._parts._replace(netloc=f"{login}@127.0.0.1:{port}"))

    async def close(self) -> None:
        self.cut()
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """End every connection, and new ones at once."""
        self.away = True
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def mend(self) -> None:
        self.away = False
        self.hangs = False
        self.late_s = 0.0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if self.away:
            writer.transport.abort()
            return
        behind, before = await asyncio.open_connection(*self._target)
        self._writers |= {writer, before}
        asked = asyncio.Event()
        with suppress(OSError, asyncio.CancelledError):
            await asyncio.gather(self._up(reader, before, asked), self._down(behind, writer, asked))
        for each in (writer, before):
            self._writers.discard(each)
            each.transport.abort()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: asyncio.Event) -> None:
        while data := await reader.read(65536):
            while self.hangs:  # noqa: ASYNC110 - a test sets it back
                await asyncio.sleep(0.01)
            await asyncio.sleep(self.late_s)
            if b"COMMIT" in data and self.swallow:
                self.swallow -= 1
                asked.set()
            writer.write(data)
            await writer.drain()
        raise ConnectionResetError

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: asyncio.Event) -> None:
        while data := await reader.read(65536):
            if asked.is_set():
                break
            writer.write(data)
            await writer.drain()
        raise ConnectionResetError
