"""The worker's rounds over exports: beside the others, as one of them may take hours."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from app.wiring import Services
from exits.tasks import Builder, Tenant
from kit.away import MAYBE_AWAY
from kit.errors import Problem
from tenants.access import for_system
from tenants.service.floors import list_tenants

log = structlog.get_logger()


async def leave_rounds(services: Services, every: timedelta) -> None:
    """Build approved exports and delete old ones, until cancelled."""
    builder = Builder(services.plane, services.signer, services.settings.data_folder)
    while True:
        try:
            for tenant in await list_tenants(services.control):
                await _one(builder, Tenant(for_system(tenant.id, "worker"), tenant.code, tenant.name))
        except MAYBE_AWAY as error:
            log.warning("database_away", during="leave_rounds", error=repr(error))
        await asyncio.sleep(every.total_seconds())


async def _one(builder: Builder, tenant: Tenant) -> None:
    """Visit one tenant; what fails there is tried again in the next round, and stops no other."""
    try:
        await builder.visit(tenant)
    except (*MAYBE_AWAY, Problem) as error:
        log.warning("leave_round_failed", tenant_id=str(tenant.id), error=repr(error))
