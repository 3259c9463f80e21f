"""mosquitto, a broker in C, as the other side of a fan-out: the same bytes to the same watchers, over WebSocket.

Only what that takes of MQTT 3.1.1 (OASIS): CONNECT, SUBSCRIBE and PUBLISH with QoS 0.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.children import Child
from bench.measure import Sample, Side, cpu_of
from kit.embedded.child import dies_with_parent
from kit.embedded.machine import LOOPBACK, free_port

PROGRAM = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
MISSING = "no mosquitto on this machine: scripts/system-packages installs it"


@dataclass(frozen=True, slots=True)
class Broker:
    """A running mosquitto: where publishers connect, where watchers do, its process id."""

    port: int
    ws_port: int
    pid: int


@asynccontextmanager
async def mosquitto(folder: Path) -> AsyncIterator[Broker]:
    """Run one on loopback, without persistence, logs or limits on what waits for a watcher."""
    port, ws_port = free_port(), free_port()
    config = folder / "mosquitto.conf"
    _write(
        config,
        f"persistence false\nlog_type error\nallow_anonymous true\nmax_queued_messages 0\nset_tcp_nodelay true\n"
        f"listener {port} {LOOPBACK}\nlistener {ws_port} {LOOPBACK}\nprotocol websockets\n",
    )
    command = dies_with_parent([str(PROGRAM), "-c", str(config)], signal.SIGKILL)
    process = await asyncio.create_subprocess_exec(*command)
    try:
        for each in (port, ws_port):
            await _listens(each)
        yield Broker(port, ws_port, process.pid)
    finally:
        process.terminate()
        await process.wait()


async def _listens(port: int) -> None:
    """Wait until somebody does. Raises :class:`ConnectionError`."""
    for _ in range(1500):
        try:
            _, writer = await asyncio.open_connection(LOOPBACK, port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
    raise ConnectionError("mosquitto does not listen")


def _write(config: Path, content: str) -> None:
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(content, encoding="ascii")


def packet(kind: int, body: bytes) -> bytes:
    """Return an MQTT packet: type and flags, remaining length (2.2.3), body."""
    length, rest = b"", len(body)
    while True:
        rest, digit = divmod(rest, 128)
        length += bytes([digit | (0x80 if rest else 0)])
        if not rest:
            return bytes([kind]) + length + body


def text(value: str) -> bytes:
    """Return a string with its length before it (1.5.3)."""
    return len(value).to_bytes(2) + value.encode()


def connect(name: str) -> bytes:
    """Return CONNECT, clean session, no keep-alive."""
    return packet(0x10, text("MQTT") + b"\x04\x02\x00\x00" + text(name))


def subscribe(topic: str) -> bytes:
    """Return SUBSCRIBE with QoS 0."""
    return packet(0x82, b"\x00\x01" + text(topic) + b"\x00")


async def publisher(broker: Broker) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect one."""
    reader, writer = await asyncio.open_connection(LOOPBACK, broker.port)
    writer.write(connect("bench"))
    await reader.readexactly(4)
    return reader, writer


def side(broker: Broker, crowd: Child, payload: bytes, ticks: int, tenants: Sequence[int], each: int) -> Side:
    """Return the side: so many ticks to every tenant's topic, with the CPU of the broker's process."""

    async def once() -> Sample:
        sockets = [[f"/mqtt/{n}", ""] for n in tenants for _ in range(each)]
        await crowd.ask("open", port=broker.ws_port, sockets=sockets, marks=False)
        _, writer = await publisher(broker)
        frames = len(sockets) * ticks
        cpu, wall = cpu_of(broker.pid), time.perf_counter()
        for _ in range(ticks):
            for number in tenants:
                writer.write(packet(0x30, text(f"t/{number}") + payload))
            await writer.drain()
        got = (await crowd.ask("wait", frames=frames, within_s=60))["frames"]
        sample = Sample(frames, time.perf_counter() - wall, {"server": cpu_of(broker.pid) - cpu})
        writer.close()
        await crowd.ask("close")
        if got < frames:
            raise ConnectionError(f"mosquitto: {got} of {frames} frames arrived")
        return sample

    return Side("mosquitto", once)
