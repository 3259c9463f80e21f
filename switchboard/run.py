"""One engine process: takes the floor, finds what is there, decides until it is told to stop, leaves calls alone."""

from __future__ import annotations

import asyncio
import signal

import structlog

from switchboard import lease
from switchboard.errors import FloorTaken
from switchboard.lease import Lease
from switchboard.owner import is_gone, own_name
from switchboard.services import FloorServices
from switchboard.switchboard import Switchboard

_LOOKS_EVERY_S = 0.25
"""How soon the next owner notices that the lease ran out, or that it is alive."""

log = structlog.get_logger(__name__)


async def run_floor(services: FloorServices, stop: asyncio.Event | None = None) -> bool:
    """Own the floor until ``stop`` is set (default: SIGTERM or SIGINT), or until another one owns it.

    Returns True when the floor should be opened anew at once, with a new engine adapter.

    Raises :class:`FloorTaken` when it has a living owner, and :class:`LeaseLost` when the floor was taken from us.
    """
    ending = stop or _on_signals()
    held = await _take_when_free(services)
    switchboard = Switchboard(services, held)
    try:
        await switchboard.open()
        return await switchboard.run(ending)
    finally:
        await switchboard.close()


def _on_signals() -> asyncio.Event:
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    return ending


async def _take_when_free(services: FloorServices) -> Lease:
    """Take the floor. The lease of an owner that died is waited for; one that is renewed meanwhile has a living owner.

    An owner that we can see to be dead, because it was on this machine, is not waited for. Raises :class:`FloorTaken`.
    """
    owner, gone = own_name(), None
    first: FloorTaken | None = None
    while True:
        try:
            return await lease.take(services.control, services.floor, owner, gone)
        except FloorTaken as taken:
            if first is None:
                first = taken
                log.warning("floor_taken_waiting", owner=taken.owner, until=taken.until.isoformat())
            elif (taken.owner, taken.until) != (first.owner, first.until):
                raise
            if gone is None and is_gone(taken.owner):
                gone = taken.owner
                continue
        await asyncio.sleep(_LOOKS_EVERY_S)
