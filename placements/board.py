"""What the back office shows of places and moves, read under the control plane's login: no address, no secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from kit.db import Database
from migrations.run import head
from placements.core.steps import ORDER, Step
from tenants.access import INSTALLATION
from tenants.models import Move, Placement, Tenant


@dataclass(frozen=True, slots=True)
class Row:
    """One tenant. ``step`` and ``done`` (0 to 1): of a move under way; ``stopped``: its last attempt ended in an error.

    ``remembered_at``: its calls follow the configuration of that moment, as its database is away.
    """

    tenant_id: UUID
    code: str
    name: str
    kind: str
    server: str
    state: str
    head: str
    moved_at: datetime | None
    remembered_at: datetime | None = None
    step: str | None = None
    to: str = ""
    done: float = 0.0
    stopped: bool = False


async def rows(control: Database) -> list[Row]:
    """Return every tenant by name."""
    async with control.plain() as session:
        tenants = await session.execute(
            select(Tenant)
            .where(col(Tenant.id) != INSTALLATION, col(Tenant.synthetic).is_(False))
            .order_by(col(Tenant.name))
        )
        places = {p.tenant_id: p for p in (await session.execute(select(Placement))).scalars()}
        moves = {
            m.tenant_id: m for m in (await session.execute(select(Move).where(col(Move.outcome).is_(None)))).scalars()
        }
        return [_row(tenant, places.get(tenant.id), moves.get(tenant.id)) for tenant in tenants.scalars()]


def _row(tenant: Tenant, place: Placement | None, move: Move | None) -> Row:
    here = place or Placement(tenant_id=tenant.id)
    step = None if move is None else Step(move.step)
    return Row(
        tenant.id, tenant.code, tenant.name, here.kind, here.server, here.state, here.head or head(), here.moved_at,
        here.remembered_at, step, "" if move is None else move.server,
        0.0 if step is None else ORDER.index(step) / (len(ORDER) - 1), move is not None and move.error is not None,
    )  # fmt: skip
