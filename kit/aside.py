"""Threads for work that may hang, as a slow network makes it: the few of the event loop are for all the rest."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

_T = TypeVar("_T")


class Aside:
    """So many pieces of work at once, each in a thread of its own; the others wait for their turn.

    A process that ends does not wait for a thread that hangs.
    """

    def __init__(self, at_once: int) -> None:
        """Begin with none."""
        self._free = asyncio.Semaphore(at_once)

    async def run(self, work: Callable[..., _T], *args: Any) -> _T:  # noqa: ANN401 - whatever the work takes
        """Return what ``work`` returns, or raise what it raises."""
        loop = asyncio.get_running_loop()
        async with self._free:
            done: asyncio.Future[_T] = loop.create_future()
            called = partial(copy_context().run, work, *args)
            threading.Thread(target=_do, args=(loop, done, called), name="aside", daemon=True).start()
            return await done


def _do(loop: asyncio.AbstractEventLoop, done: asyncio.Future[_T], work: Callable[[], _T]) -> None:
    try:
        tell = partial(_give, done, work())
    except BaseException as error:  # noqa: BLE001 - raised where it is waited for
        tell = partial(_fail, done, error)
    with suppress(RuntimeError):  # the loop has ended meanwhile
        loop.call_soon_threadsafe(tell)


def _give(done: asyncio.Future[_T], came: _T) -> None:
    if not done.done():
        done.set_result(came)


def _fail(done: asyncio.Future[_T], error: BaseException) -> None:
    if not done.done():
        done.set_exception(error)
