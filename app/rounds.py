"""What the worker does for every tenant by the clock; one whose database is away is left out and taken next time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import datetime, timedelta
from time import monotonic
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from interactions.board_rows import rows_at_head
from journal import heads
from kit.away import MAYBE_AWAY
from kit.clock import now
from kit.db import AccessibleTenantId, Database, Plane
from kit.errors import TenantElsewhere
from kit.signing import DocumentSigner
from live import asks
from live.keyframes import Watched
from live.truth import check, closed_at
from tenants.access import for_system
from tenants.controls import service as controls
from tenants.service import grants, visits
from tenants.service.floors import list_tenants
from webhooks.service import push_head
from workorders.clocks.rounds import batches
from workorders.service.closing import close_resolved

log = structlog.get_logger()
TURN: Final = timedelta(milliseconds=250)
"""So long the clocks of one client are told before the next one's."""


class BoardChecks:
    """Sees after the end of each interval that every client's board is what its journal says (:mod:`live.truth`)."""

    def __init__(self, control: Database, plane: Plane) -> None:
        """Check the interval that closed last as well: the process may have begun after its end."""
        self._control, self._plane = control, plane
        self._closed: datetime | None = None

    async def round(self) -> None:
        """Check every client once an interval has closed."""
        closed = closed_at(now())
        if closed == self._closed:
            return
        for tenant in await list_tenants(self._control):
            async with _spared(tenant.id, "board check"):
                watched = Watched(for_system(tenant.id, "board check"), tenant.name, tenant.zone)
                await check(self._plane, watched, now(), rows_at_head)
        self._closed = closed


async def tell_staff(control: Database, plane: Plane) -> None:
    """Write what journals do not know of staff access, and end the visits of those who are gone."""
    for tenant_id in await grants.untold(control):
        async with _spared(tenant_id, "staff access"):
            await grants.tell(control, plane, tenant_id, now())
    for tenant in await list_tenants(control):
        async with _spared(tenant.id, "staff visits"):
            await visits.sweep(control, plane, for_system(tenant.id, "staff visits"), now())


async def sign_heads(control: Database, plane: Plane, signer: DocumentSigner) -> None:
    """Sign the head of each journal once an hour and at the end of the tenant's day; bring the day's to the client."""
    for tenant in await list_tenants(control):
        async with (
            _spared(tenant.id, "signed heads"),
            plane.transaction(for_system(tenant.id, "signed heads")) as scope,
        ):
            zone, at = ZoneInfo(tenant.zone), now()
            head = await heads.sign_if_due(scope, signer, zone, at)
            if head is not None and heads.ends_a_day(head, zone, at):
                await push_head(scope, head, at)


async def end_acts(control: Database, plane: Plane) -> None:
    """State the end of what clients had changed for a time (on the floor it is over), and of undecided requests."""
    for tenant in await list_tenants(control):
        async with (
            _spared(tenant.id, "ends of acts"),
            plane.transaction(for_system(tenant.id, "ends of acts")) as scope,
        ):
            await controls.sweep(scope, now())
            await asks.sweep(scope, now())


async def close_work_orders(control: Database, plane: Plane) -> None:
    """Close what was resolved as long ago as each client agreed."""
    for tenant in await list_tenants(control):
        async with _spared(tenant.id, "closing work orders"):
            await close_resolved(plane, for_system(tenant.id, "closing work orders"), now())


async def strike_clocks(control: Database, plane: Plane, turn: timedelta = TURN) -> None:
    """Tell what the clocks of work orders have crossed, at the instant or, after a time away, as soon as may be.

    Clients take turns until nothing is left: one with thousands to tell keeps no other one's waiting.
    """
    more = True
    while more:
        more = False
        for tenant in await list_tenants(control):
            async with _spared(tenant.id, "clocks"):
                more |= await _strike_for(plane, for_system(tenant.id, "clocks"), turn)


async def _strike_for(plane: Plane, tenant_id: AccessibleTenantId, turn: timedelta) -> bool:
    """Strike the clocks of a client for so long; say whether something is left."""
    ends = monotonic() + turn.total_seconds()
    async with aclosing(batches(plane, tenant_id, now())) as told:
        async for _, again in told:
            if again and monotonic() >= ends:
                return True
    return False


@asynccontextmanager
async def _spared(tenant_id: UUID, during: str) -> AsyncIterator[None]:
    try:
        yield
    except (*MAYBE_AWAY, TenantElsewhere) as error:
        log.warning("database_away", during=during, tenant_id=str(tenant_id), error=repr(error))
