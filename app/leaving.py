"""The worker's rounds over exports and keys: beside the others, as one of them may take hours."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

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
    plane = services.plane
    places = Places(services.settings.data_folder, services.recordings)
    looked: dict[UUID, datetime] = {}

    async def visit(tenant: Tenant) -> None:
        keys = vault.vault()
        await builder.visit(tenant)
        if tagged := await tags.visit(plane, tenant.id):
            log.info("interactions_tagged", tenant_id=str(tenant.id), count=tagged)
        if await reseal.visit(keys, plane, tenant.id, services.recordings):
            log.info("sealed_anew", tenant_id=str(tenant.id))
        at = now()
        if tenant.id not in looked or at - looked[tenant.id] >= SPENT_EVERY:
            await destroy_spent(keys, plane, tenant.id, places, at)
            looked[tenant.id] = at

    await _rounds(services, "leave_rounds", visit, every)


async def search_rounds(services: Services, every: timedelta) -> None:
    """Build what was asked for of searches, until cancelled; beside the rest, as a whole client may take hours."""
    builder = SearchBuilder(services.plane, services.signer, services.settings.data_folder, services.recordings)
    await _rounds(services, "search_rounds", builder.visit, every)


async def _rounds(services: Services, name: str, visit: Callable[[Tenant], Awaitable[None]], every: timedelta) -> None:
    """Visit every tenant, again and again; what fails at one is tried in the next round, and stops no other."""
    while True:
        try:
            for each in await list_tenants(services.control):
                try:
                    await visit(Tenant(for_system(each.id, "worker"), each.code, each.name))
                except (*MAYBE_AWAY, Problem) as error:
                    log.warning("round_failed", during=name, tenant_id=str(each.id), error=repr(error))
        except MAYBE_AWAY as error:
            log.warning("database_away", during=name, error=repr(error))
        await asyncio.sleep(every.total_seconds())
