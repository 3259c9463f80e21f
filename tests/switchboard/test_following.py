"""The floor follows what is configured: what could not be read at a ring is read soon after, not minutes later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from app import engine, reactions
from kit.bus import Bus
from switchboard.inbox import inbox_name


async def test_what_could_not_be_read_is_read_again_soon(redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "AGAIN_AFTER", timedelta(milliseconds=50))
    asked: list[Any] = []
    answers = [True, False, False, True, True]
    bus = Bus(redis)

    async def handle(command: Mapping[str, Any]) -> Mapping[str, Any]:
        asked.append(command["tenants"])
        return {"ok": answers[len(asked) - 1]}

    follower = engine.Follower(bus, "main")
    tasks = [asyncio.create_task(each) for each in (
        bus.serve(inbox_name("main"), handle), follower.follow(), follower.look(),
    )]  # fmt: skip
    try:
        await _until(lambda: asked == [None])
        await bus.ring(reactions.CONFIGURED, "a")
        await _until(lambda: asked == [None, ["a"], None, None] and not follower._behind.is_set())
        await bus.ring(reactions.CONFIGURED, "b")
        await _until(lambda: len(asked) == 5)
        assert asked[-1] == ["b"], "all of it only after something failed"
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await bus.close()


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - the follower tells nobody
            await asyncio.sleep(0.01)
