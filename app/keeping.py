"""The worker's round over what is kept too long: apart from the others, as the first one may take hours."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from app.wiring import Services
from exits.service.retention import Keeping, delete_old
from kit.away import MAYBE_AWAY
from kit.clock import now
from kit.db import AccessibleTenantId
from kit.errors import Problem
from tenants.access import for_system
from tenants.service.floors import list_tenants

log = structlog.get_logger()


async def keeping_rounds(services: Services, every: timedelta) -> None:
    """Delete what clients' retention says is over, now and then ``every`` so often, until cancelled."""
    while True:
        try:
            for tenant in await list_tenants(services.control):
                await _one(services, for_system(tenant.id, "retention"))
        except MAYBE_AWAY as error:
            log.warning("database_away", during="retention", error=repr(error))
        await asyncio.sleep(every.total_seconds())


async def _one(services: Services, tenant_id: AccessibleTenantId) -> None:
    """Do it for one tenant; what fails there, or is away, is done in the next round, and stops no other."""

    def told(section: str, gone: int) -> None:
        log.info("retention", tenant_id=str(tenant_id), section=section, deleted=gone)

    try:
        await delete_old(Keeping(services.plane, tenant_id, services.settings.recordings_folder, told), now())
    except (*MAYBE_AWAY, Problem, OSError) as error:
        log.warning("retention_failed", tenant_id=str(tenant_id), error=repr(error))
