"""The worker's round over what is kept too long: apart from the others, as the first one may take hours."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import structlog

from app.wiring import Services
from exits.service.old_facts import Shortening, shorten
from exits.service.retention import Keeping, delete_old
from kit.away import MAYBE_AWAY
from kit.clock import now
from kit.db import AccessibleTenantId, Plane
from kit.errors import Problem
from tenants.access import for_system
from tenants.service.floors import list_tenants
from workorders.attachments.service.tidying import tidy

log = structlog.get_logger()


_MOVING = "SELECT tenant_id FROM control.move WHERE outcome IS NULL"
"""A move compares both sides row by row: nothing is deleted on one of them meanwhile."""


async def keeping_rounds(services: Services, sealer: Plane, every: timedelta) -> None:
    """Delete what clients' retention says is over, at once and then ``every`` so often, until cancelled."""
    while True:
        try:
            moving = {row["tenant_id"] for row in await (await services.control.pool()).fetch(_MOVING)}
            for tenant in await list_tenants(services.control):
                if tenant.id not in moving:
                    await _one(services, sealer, for_system(tenant.id, "retention"))
        except MAYBE_AWAY as error:
            log.warning("database_away", during="retention", error=repr(error))
        await asyncio.sleep(every.total_seconds())


async def _one(services: Services, sealer: Plane, tenant_id: AccessibleTenantId) -> None:
    """Do it for one tenant; what fails there, or is away, is done in the next round, and stops no other."""

    def told(section: str, gone: int) -> None:
        log.info("retention", tenant_id=str(tenant_id), section=section, deleted=gone)

    try:
        if left := await tidy(services.plane, tenant_id, services.recordings, now()):
            told("files that came to nothing", left)
        await delete_old(Keeping(services.plane, tenant_id, services.recordings, told), now())
        facts = Shortening(services.plane, sealer, services.signer, tenant_id, partial(told, "journal"))
        await shorten(facts, now())
    except (*MAYBE_AWAY, Problem, OSError) as error:
        log.warning("retention_failed", tenant_id=str(tenant_id), error=repr(error))
