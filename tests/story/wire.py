"""A browser's network that can be cut: what is under way then goes nowhere, and nobody is told."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path


class Wire:
    """Carries TCP to ``target`` (host, port). What was open when it was cut stays dead after it is mended."""

    def __init__(self, target: tuple[str, int]) -> None:
        """Lead to a server."""
        self._target = target
        self._whole = True
        self._open: set[asyncio.Event] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    def cut(self) -> None:
        """Carry nothing any more; new connections are taken and stay silent."""
        self._whole = False
        for alive in self._open:
            alive.clear()

    def mend(self) -> None:
        """Carry what is opened from now on."""
        self._whole = True
        self._open.clear()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until either end closes it."""
        alive = asyncio.Event()
        if self._whole:
            alive.set()
        self._open.add(alive)
        try:
            there, back = await asyncio.open_connection(*self._target)
            ways = [asyncio.ensure_future(_carry(*way, alive)) for way in ((reader, back), (there, writer))]
            self._tasks.update(ways)
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for each in (back, writer):
                each.close()
        except OSError:
            writer.close()

    async def close(self) -> None:
        """End everything."""
        for task in self._tasks:
            task.cancel()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, alive: asyncio.Event) -> None:
    with suppress(OSError, asyncio.CancelledError):
        while data := await reader.read(65_536):
            await alive.wait()
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def wire_to(host: str, port: int) -> AsyncIterator[Wire]:
    """Lay a wire on a free port of this machine."""
    wire = Wire((host, port))
    server = await asyncio.start_server(wire.take, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        await wire.close()


@contextmanager
def network(microphone: Path, *wires: Wire) -> Iterator[None]:
    """Cut everything between the Chromium with this microphone and its servers, sound too, until the block is left.

    Chromium's network lives in a process of its own, which stands still meanwhile; its connections are dead afterwards.
    """
    standing = _network_process(microphone)
    for wire in wires:
        wire.cut()
    os.kill(standing, signal.SIGSTOP)
    try:
        yield
    finally:
        for wire in wires:
            wire.mend()
        os.kill(standing, signal.SIGCONT)


def _network_process(microphone: Path) -> int:
    (only,) = (
        int(each.name)
        for each in Path("/proc").glob("[0-9]*")
        if "network.mojom.NetworkService" in _read(each / "cmdline") and _is_below(str(microphone), int(each.name))
    )
    return only


def _is_below(named: str, process: int) -> bool:
    """Whether the process, or one that it comes from, was started with this word."""
    while process > 1:
        if named in _read(Path(f"/proc/{process}/cmdline")):
            return True
        told = _read(Path(f"/proc/{process}/stat")).rpartition(")")[2].split()
        process = int(told[1]) if told else 0
    return False


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
