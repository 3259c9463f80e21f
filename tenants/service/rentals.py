"""Seats that tenants rent, with dates, and what each tenant calls the agents behind them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from journal import service as journal
from journal.core.facts import SYSTEM
from kit.db import Database, Plane
from kit.errors import TenantElsewhere
from kit.scoping import ScopedSession
from tenants.access import for_system
from tenants.core.agent_names import AgentNames
from tenants.facts import SeatsChanged
from tenants.models import AgentProfile, Rental

IN_FORCE = (
    "(:now AT TIME ZONE t.zone)::date BETWEEN coalesce(r.from_on, '-infinity') AND coalesce(r.until_on, 'infinity')"
)
"""SQL: rental ``r`` of tenant ``t`` is in force at ``:now``; its days are the tenant's."""

DESK = (
    "coalesce(a.desk_id, CASE WHEN EXISTS (SELECT FROM control.agent o WHERE o.desk_id = a.seat_id)"
    " THEN NULL ELSE a.seat_id END)"
)
"""SQL: where agent ``a`` sits: where it sat down, else at its own seat, unless somebody else sits there."""

_DATED = f"""
SELECT r.tenant_id, array_agg(x.id) FILTER (WHERE {IN_FORCE}) AS in_force
FROM control.rental r JOIN control.tenant t ON t.id = r.tenant_id AND t.state = 'active'
JOIN control.agent_alias x ON x.tenant_id = r.tenant_id AND x.agent_id = r.agent_id
GROUP BY r.tenant_id HAVING bool_or(r.from_on IS NOT NULL OR r.until_on IS NOT NULL)
"""  # noqa: S608 - our own constant
_TOLD = ("BlueprintApplied", "SeatsChanged")
_LAST_TOLD = """
SELECT data->'seats' AS seats FROM (SELECT data FROM gf.journal
  WHERE tenant_id = $1 AND kind = ANY($2) ORDER BY seq DESC LIMIT 1) last
"""


async def turn_rents(control: Database, plane: Plane, now: datetime) -> None:
    """State the seats of every tenant whose rents began or ended by their dates since its journal last told them."""
    async with control.plain() as session:
        dated = (await session.execute(text(_DATED), {"now": now})).all()
    for tenant_id, in_force in dated:
        with suppress(TenantElsewhere):  # told when its database is there again
            await _turn(plane, tenant_id, in_force or (), now)


async def _turn(plane: Plane, tenant_id: UUID, in_force: Collection[UUID], now: datetime) -> None:
    async with plane.session(for_system(tenant_id, "rents")) as scope:
        # One at a time, so that two workers do not both find it untold.
        await scope.fetch("SELECT seq FROM gf.journal_head WHERE tenant_id = $1 FOR UPDATE", scope.tenant_id)
        told = await scope.fetch(_LAST_TOLD, scope.tenant_id, list(_TOLD))
        if {seat["agent_id"] for seat in told[0]["seats"]} != {str(each) for each in in_force}:
            fact = SeatsChanged(seats=await seats_as_told(scope, in_force))
            journal.append(scope, fact, subject=scope.tenant_id, at=now, actor=SYSTEM)


async def seats_as_told(scope: ScopedSession, in_force: Collection[UUID]) -> list[dict[str, str]]:
    """Return the tenant's seats as its facts name them: those of the agents ``in_force``, by its own ids."""
    by_number = (func.length(col(AgentProfile.seat)), col(AgentProfile.seat))
    live = select(AgentProfile).where(col(AgentProfile.retired_at).is_(None)).order_by(*by_number)
    return [
        {"seat": p.seat, "agent_id": str(p.agent_id), "alias": p.alias, "kind": p.kind}
        for p in (await scope.execute(live)).scalars()
        if p.agent_id in in_force
    ]


async def write_rentals(
    session: AsyncSession, tenant_id: UUID, seats: Iterable[Mapping[str, Any]], names: AgentNames
) -> dict[str, UUID]:
    """Make the tenant's rentals what its blueprint says in own names; return its id of each seat's agent."""
    await session.execute(delete(Rental).where(col(Rental.tenant_id) == tenant_id))
    ids: dict[str, UUID] = {}
    for seat in seats:
        name = names.by_own(seat["seat"])
        if name is None or name.agent_id is None or name.id is None:
            raise LookupError(f"seat {seat['seat']} was checked and named before")
        ids[name.own] = name.id
        session.add(
            Rental(
                tenant_id=tenant_id, seat_id=name.seat, agent_id=name.agent_id, kind=seat["kind"], alias=seat["alias"],
                from_on=_day(seat["from_on"]), until_on=_day(seat["until_on"]),
            )
        )  # fmt: skip
    return ids


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
