"""The worker's rounds over exports and over what is kept too long: beside the others, as one of them may take hours."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from app.wiring import Services
from exits.service.retention import delete_old
from exits.tasks import Builder, Tenant
from kit.away import MAYBE_AWAY
from kit.clock import now
from kit.errors import Problem
from tenants.access import for_system
from tenants.service.floors import list_tenants

RETENTION_EVERY = timedelta(hours=1)

log = structlog.get_logger()


async def leave_rounds(services: Services, every: timedelta) -> None:
    """Build approved exports, delete old ones and old recordings, until cancelled."""
    builder = Builder(services.plane, services.signer, services.settings.data_folder)
    looked: datetime | None = None
    while True:
        at = now()
        retention = looked is None or at - looked >= RETENTION_EVERY
        try:
            for tenant in await list_tenants(services.control):
                await _one(services, builder, Tenant(for_system(tenant.id, "worker"), tenant.code, tenant.name),
                           retention=retention)  # fmt: skip
            looked = at if retention else looked
        except MAYBE_AWAY as error:
            log.warning("database_away", during="leave_rounds", error=repr(error))
        await asyncio.sleep(every.total_seconds())


async def _one(services: Services, builder: Builder, tenant: Tenant, *, retention: bool) -> None:
    """Visit one tenant; what fails there is tried again in the next round, and stops no other."""
    try:
        await builder.visit(tenant)
        if retention:
            folder = services.settings.recordings_folder
            deleted = await delete_old(services.plane, tenant.id, folder, now())
            if deleted:
                log.info("recordings_deleted", tenant_id=str(tenant.id), count=deleted)
    except (*MAYBE_AWAY, Problem) as error:
        log.warning("leave_round_failed", tenant_id=str(tenant.id), error=repr(error))
