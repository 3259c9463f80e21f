from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kit.bus import Bus
from kit.embedded.machine import free_port
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
