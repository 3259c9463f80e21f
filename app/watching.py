"""The worker's rounds over clients' thresholds: what is breached is raised, although nobody watches."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from app.wiring import Services
from kit.away import MAYBE_AWAY, is_away
from kit.errors import Problem
from live.service import Watched
from live.thresholds.rounds import Lookout
from tenants.access import for_system
from tenants.service.floors import list_tenants

AT_ONCE = 4
"""So many clients are looked at at the same time: half of a process's connections (``kit.db.Database``)."""

log = structlog.get_logger()


async def threshold_rounds(services: Services, every: timedelta) -> None:
    """Look at every client's thresholds ``every`` so often, until cancelled; one that is away stops no other."""
    lookout = Lookout(services.control, services.plane, mail=bool(services.settings.smtp_url.get_secret_value()))
    while True:
        try:
            await one_round(lookout)
        except MAYBE_AWAY as error:
            if not is_away(error):
                raise
            log.warning("database_away", during="thresholds", error=repr(error))
        await asyncio.sleep(every.total_seconds())


async def one_round(lookout: Lookout) -> None:
    """Look at every client's thresholds once, at a few at a time: a slow database delays its own clients."""
    tenants = await list_tenants(lookout.control)
    lookout.forget([tenant.id for tenant in tenants])
    places = asyncio.Semaphore(AT_ONCE)

    async def look(watched: Watched) -> None:
        async with places:
            await _one(lookout, watched)

    async with asyncio.TaskGroup() as group:
        for tenant in tenants:
            group.create_task(look(Watched(for_system(tenant.id, "thresholds"), tenant.name, tenant.zone)))


async def _one(lookout: Lookout, watched: Watched) -> None:
    try:
        await lookout.look(watched)
    except (*MAYBE_AWAY, Problem) as error:
        log.warning("thresholds_wait", tenant_id=str(watched.tenant_id), error=repr(error))
