"""What every socket of the portal does: several things at once, until one of them ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from starlette.websockets import WebSocketDisconnect


async def until_one_ends(*works: Callable[[], Awaitable[None]]) -> None:
    """Do all at once; when one ends, end the others. An error of the first is raised, unless the browser has gone."""
    tasks = [asyncio.ensure_future(work()) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:  # also when the server goes and this is cancelled: nothing of it goes on alone
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        with suppress(WebSocketDisconnect, RuntimeError):  # the browser has gone
            task.result()
