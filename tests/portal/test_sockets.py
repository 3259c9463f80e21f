"""What a socket does at once ends together, whoever ends it."""

from __future__ import annotations

import asyncio

import pytest
from starlette.websockets import WebSocketDisconnect

from portal.sockets import until_one_ends


async def test_what_goes_on_ends_with_the_first_and_with_whoever_waits() -> None:
    ended: list[str] = []

    async def lasting() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("lasting")

    async def gone() -> None:
        raise WebSocketDisconnect(1001)

    async def wrong() -> None:
        raise LookupError

    await until_one_ends(lasting, gone)
    with pytest.raises(LookupError):
        await until_one_ends(lasting, wrong)
    waiting = asyncio.ensure_future(until_one_ends(lasting, lasting))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended == ["lasting"] * 4
