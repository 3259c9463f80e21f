"""The mover: takes up moves of clients that nobody is carrying out (``placements.care``). Several at once are safe.

A process of its own, because it has the migrator's login, which reads and writes every client's rows: no process that
serves anybody may have it, the worker included.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from app import wiring
from app.wiring import SettingMissing
from kit import clock
from kit.away import MAYBE_AWAY
from kit.bus import Bus
from kit.db import Database
from kit.settings import Settings
from placements.care import take_up
from placements.service import House
from tenants.placements import BELL

LOOKS_EVERY_S = 2.0

log = structlog.get_logger()


@asynccontextmanager
async def open_house(chosen: Settings) -> AsyncIterator[tuple[House, Database]]:
    """Open what moves need, and the control plane. Raises :class:`SettingMissing`."""
    migrator = chosen.migrator_dsn.get_secret_value()
    if not migrator:
        raise SettingMissing("GF_MIGRATOR_DSN")
    control = wiring.database(chosen, "control")
    plane = wiring.planes(chosen, control, "app")
    redis_url = chosen.redis_url.get_secret_value()
    bus = Bus(redis_url) if redis_url else None

    async def ring() -> None:
        plane.look_again()
        if bus is not None:  # without it every process looks by itself within two seconds
            await bus.ring(BELL)

    wiring.install_vault(chosen)
    try:
        yield House(migrator, wiring.secret_box(chosen), plane, ring, clock.now().date()), control
    finally:
        if bus is not None:
            await bus.close()
        await plane.close()
        await control.close()


async def run_mover(settings: Settings) -> None:
    """Look every two seconds until SIGTERM or SIGINT; a step that is under way then is taken up by the next one."""
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    async with open_house(settings) as (house, _):
        looking = asyncio.create_task(_look(house))
        await asyncio.wait([looking, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def _look(house: House) -> None:
    log.info("mover_ready")
    while True:
        try:
            await take_up(house)
        except (*MAYBE_AWAY, TimeoutError) as error:
            log.warning("database_away", during="moves", error=repr(error))
        await asyncio.sleep(LOOKS_EVERY_S)
