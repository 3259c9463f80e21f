"""What dies is started again: each process and server of the demo is looked after, with a line on the terminal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from app.demo.steps import Say

log = structlog.get_logger()

LOOKS_EVERY_S = 0.5
FIRST_PAUSE_S, LAST_PAUSE_S = 0.5, 30.0
LIVED_S = 60.0
"""Who has lived so long begins with a short pause again."""


@dataclass(frozen=True, slots=True)
class Ward:
    """Something that has to live."""

    name: str
    lives: Callable[[], bool]
    revive: Callable[[], Awaitable[None]]
    log: str
    """Where it says why it died."""


async def look_after(ward: Ward, say: Say) -> None:
    """Start it again whenever it has ended, after longer and longer pauses, until cancelled."""
    pause, born = FIRST_PAUSE_S, time.monotonic()
    while True:
        await asyncio.sleep(LOOKS_EVERY_S)
        if ward.lives():
            continue
        pause = FIRST_PAUSE_S if time.monotonic() - born > LIVED_S else min(2 * pause, LAST_PAUSE_S)
        say(f"{ward.name} has ended; it is started again in {pause:g} s ({ward.log})")
        await asyncio.sleep(pause)
        born = time.monotonic()
        try:
            await ward.revive()
        except Exception as error:  # noqa: BLE001 - whatever it died of, the next attempt follows
            log.warning("not_revived", ward=ward.name, error=str(error))
        else:
            say(f"{ward.name} is back")
