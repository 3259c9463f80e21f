"""The worker's rounds over exports and keys: beside the others, as one of them may take hours."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from app.wiring import Services
from exits.searched.tasks import SearchBuilder
from exits.service import reseal
from exits.service.spent import Places, destroy_spent
from exits.tasks import Builder, Tenant
from interactions import tags
from kit import vault
from kit.away import MAYBE_AWAY
from kit.clock import now
from kit.errors import Problem
from tenants.access import for_system
from tenants.service.floors import list_tenants

SPENT_EVERY = timedelta(hours=1)

log = structlog.get_logger()


async def leave_rounds(services: Services, every: timedelta) -> None:
    """Build approved exports, delete old ones, seal anew after a rotation, until cancelled."""
    builder = Builder(services.plane, services.signer, services.settings.data_folder, services.recordings)
    looked: datetime | None = None
    while True:
        at = now()
        spent = looked is None or at - looked >= SPENT_EVERY
        try:
            for tenant in await list_tenants(services.control):
                await _one(services, builder, Tenant(for_system(tenant.id, "worker"), tenant.code, tenant.name),
                           spent=spent)  # fmt: skip
            looked = at if spent else looked
        except MAYBE_AWAY as error:
            log.warning("database_away", during="leave_rounds", error=repr(error))
        await asyncio.sleep(every.total_seconds())


async def search_rounds(services: Services, every: timedelta) -> None:
    """Build what was asked for of searches, until cancelled; beside the rest, as a whole client may take hours."""
    builder = SearchBuilder(services.plane, services.signer, services.settings.data_folder, services.recordings)
    while True:
        try:
            for tenant in await list_tenants(services.control):
                try:
                    await builder.visit(Tenant(for_system(tenant.id, "worker"), tenant.code, tenant.name))
                except (*MAYBE_AWAY, Problem) as error:
                    log.warning("search_round_failed", tenant_id=str(tenant.id), error=repr(error))
        except MAYBE_AWAY as error:
            log.warning("database_away", during="search_rounds", error=repr(error))
        await asyncio.sleep(every.total_seconds())


async def _one(services: Services, builder: Builder, tenant: Tenant, *, spent: bool) -> None:
    """Visit one tenant; what fails there is tried again in the next round, and stops no other."""
    keys, plane, settings = vault.vault(), services.plane, services.settings
    try:
        await builder.visit(tenant)
        if tagged := await tags.visit(plane, tenant.id):
            log.info("interactions_tagged", tenant_id=str(tenant.id), count=tagged)
        if await reseal.visit(keys, plane, tenant.id, services.recordings):
            log.info("sealed_anew", tenant_id=str(tenant.id))
        if spent:
            await destroy_spent(keys, plane, tenant.id, Places(settings.data_folder, services.recordings), now())
    except (*MAYBE_AWAY, Problem) as error:
        log.warning("leave_round_failed", tenant_id=str(tenant.id), error=repr(error))
