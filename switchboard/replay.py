"""After a start: store what older processes left in the spools."""

from __future__ import annotations

import asyncio
from uuid import UUID

import structlog

from journal import service as journal
from journal.errors import FencedOut
from kit.db import Plane
from kit.errors import KeysAway, KeysDestroyed, TenantElsewhere
from kit.tenantkeys import Tampered
from switchboard.commit import Known, store
from switchboard.spool import Batch, Spool, Spools
from tenants.access import INSTALLATION, for_system

log = structlog.get_logger(__name__)


async def replay(plane: Plane, spools: Spools) -> int:
    """Store what older processes of this folder left behind, under their own fences; return the number of batches.

    When another process has owned the floor since, its story stands: the file is set aside for people to look at, and
    so is one that was changed. What belongs to a tenant whose database is elsewhere, or whose keys are, stays where it
    is; the floor is opened without that tenant.
    """
    stored = 0
    for spool in spools.left():
        try:
            stored += await _replay_one(plane, spool)
        except (TenantElsewhere, KeysAway) as error:
            log.warning("spool_waits", place=str(spool.path), code=error.code)
        except KeysDestroyed:
            log.warning("spool_of_an_erased_tenant", place=str(spool.path))
            spool.clear()
        except Tampered:
            log.error("spool_unreadable", place=str(spool.set_aside("unreadable")))  # noqa: TRY400 - the reason is known
    return stored


async def _replay_one(plane: Plane, spool: Spool) -> int:
    batches = await asyncio.to_thread(spool.read)
    known: dict[UUID, Known] = {}
    fences: dict[UUID, int] = {}
    try:
        for batch in batches:
            if fences.get(batch.tenant) != batch.fence:
                fences[batch.tenant] = batch.fence
                await _raise(plane, batch)
            await store(plane, known.setdefault(batch.tenant, Known()), batch, again=True)
    except FencedOut:
        place = spool.set_aside(f"refused-{batches[0].fence}")
        log.error("spool_refused", place=str(place), batches=len(batches))  # noqa: TRY400 - the reason is known
        return 0
    spool.clear()
    return len(batches)


async def _raise(plane: Plane, batch: Batch) -> None:
    """Let the batch's owner write: it may have had the floor only while this tenant's database was away."""
    if batch.tenant != INSTALLATION:
        async with plane.transaction(for_system(batch.tenant, "spool")) as scope:
            await journal.raise_fence(scope, batch.fence)
