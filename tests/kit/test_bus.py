from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from kit import bus as bells
from kit.bus import Bus
from kit.embedded.machine import LOOPBACK, free_port
from kit.embedded.redis import EmbeddedRedis
from kit.errors import Unavailable

SECOND = timedelta(seconds=1)


@pytest.fixture
async def bus(redis: str) -> AsyncIterator[Bus]:
    made = Bus(redis)
    yield made
    await made.close()


async def test_a_listener_looks_at_once_and_at_each_ring(bus: Bus) -> None:
    heard = bus.listen("t:a")
    assert await asyncio.wait_for(anext(heard), 2) == "t:a"
    await bus.ring("t:a")
    assert await asyncio.wait_for(anext(heard), 2) == "t:a"
    await heard.aclose()  # type: ignore[attr-defined]


async def test_a_listener_that_is_cancelled_ends_at_whatever_step_it_was(bus: Bus) -> None:
    """Also where it has just sent something: a page that is closed as soon as it is opened leaves nothing behind."""

    async def listen() -> None:
        async for _ in bus.listen("t:a"):
            pass

    listening = [asyncio.create_task(listen()) for _ in range(100)]
    for each in listening:  # one after the other, each as many steps further
        each.cancel()
        await asyncio.sleep(0)
    _, still = await asyncio.wait(listening, timeout=3)
    for each in still:
        each.cancel()
    assert not still


async def test_a_question_is_answered(bus: Bus) -> None:
    async def double(command: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"n": command["n"] * 2}

    server = asyncio.create_task(bus.serve("floor", double))
    assert await bus.ask("floor", {"n": 21}, SECOND * 2) == {"n": 42}
    server.cancel()


async def test_a_question_that_nobody_took_in_time_is_never_carried_out(bus: Bus) -> None:
    done = []

    async def note(command: Mapping[str, Any]) -> Mapping[str, Any]:
        done.append(command)
        return {}

    with pytest.raises(Unavailable):
        await bus.ask("late", {"n": 1}, SECOND / 10)
    await asyncio.sleep(0.2)
    server = asyncio.create_task(bus.serve("late", note))
    await bus.ask("late", {"n": 2}, SECOND * 2)
    server.cancel()
    assert done == [{"n": 2}]


async def test_a_restarted_server_makes_the_listener_look_again(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path, port=free_port())
    await asyncio.to_thread(server.start)
    bus = Bus(server.url)
    try:
        heard = bus.listen("t:a")
        await anext(heard)
        await asyncio.to_thread(server.stop)
        await bus.ring("t:a")
        with pytest.raises(Unavailable):
            await bus.ask("floor", {}, SECOND / 5)
        await asyncio.to_thread(server.start)
        assert await asyncio.wait_for(anext(heard), 10) == "t:a"
        await heard.aclose()  # type: ignore[attr-defined]
    finally:
        await bus.close()
        await asyncio.to_thread(server.stop)


class Hangs:
    """In front of a server: connections are taken; from :meth:`freeze` to :meth:`thaw` nothing comes of them."""

    def __init__(self, url: str) -> None:
        self._far, self._moves = urlsplit(url), asyncio.Event()
        self._moves.set()
        self._server: asyncio.Server
        self._writers: list[asyncio.StreamWriter] = []

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._carry, LOOPBACK)
        port = self._server.sockets[0].getsockname()[1]
        return self._far._replace(netloc=f":{self._far.password}@{LOOPBACK}:{port}").geturl()

    def freeze(self) -> None:
        self._moves.clear()

    def thaw(self) -> None:
        self._moves.set()

    def close(self) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(LOOPBACK, self._far.port)
        self._writers += [writer, far_writer]
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self._moves.wait()
            writer.write(data)
        writer.close()


async def test_who_rings_a_bell_that_hangs_waits_a_bounded_moment_whoever_rang_before(
    redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bells, "RINGS_WITHIN_S", 0.5)
    monkeypatch.setattr(bells, "_ON_THE_WAY_S", 0.2)
    wall = Hangs(redis)
    bus, ear = Bus(await wall.start()), Bus(redis)
    heard = ear.heard("t:b")
    assert await asyncio.wait_for(anext(heard), 2) == ""
    await bus.ring("t:a")  # its connection is open
    wall.freeze()

    async def ring(channel: str, after_s: float) -> float:
        await asyncio.sleep(after_s)
        asked = time.monotonic()
        await bus.ring(channel, "one")
        return time.monotonic() - asked

    waited = await asyncio.gather(*(ring("t:a", n / 20) for n in range(10)), ring("t:b", 0.2))
    assert max(waited) < 1, "nobody's time-out is added to another's"
    asked = time.monotonic()
    with pytest.raises(Unavailable):
        await bus.ask("floor", {}, SECOND / 5)
    assert time.monotonic() - asked < 1
    wall.thaw()
    await bus.ring("t:b", "two")
    while await asyncio.wait_for(anext(heard), 2) != "two":
        pass
    await heard.aclose()  # type: ignore[attr-defined]
    await bus.close()
    await ear.close()
    wall.close()
