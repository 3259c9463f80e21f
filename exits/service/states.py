"""Suspend, resume and leave: nobody enters a client that is not active, and its numbers are not answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import text

from exits.errors import Erasing
from exits.facts import TenantStateChanged
from journal import service as journal
from journal.core.facts import Actor
from kit.db import AccessibleTenantId, Database, Plane
from kit.errors import Conflict

State = Literal["active", "suspended", "left"]
_FROM: Mapping[str, tuple[str, ...]] = {
    "active": ("suspended", "left"),
    "suspended": ("active",),
    "left": ("active", "suspended"),
}


_MOVE = text("UPDATE control.tenant SET state = :state WHERE id = :id AND state = :before RETURNING id")


@dataclass(frozen=True, slots=True)
class Change:
    """To which state, by whom, why, when."""

    state: State
    by: str
    why: str
    at: datetime


async def change_state(control: Database, plane: Plane, tenant_id: AccessibleTenantId, change: Change) -> bool:
    """Change a tenant's state; False when it has it already. Raises :class:`Conflict` and :class:`Erasing`."""
    before = await state_of(control, tenant_id)
    if before == change.state:
        return False
    if before in {"erasing", "erased"}:
        raise Erasing
    if before not in _FROM[change.state]:
        raise Conflict(f"the client is {before}: it cannot become {change.state}")
    async with control.plain() as session:
        moved = await session.execute(_MOVE, {"state": change.state, "id": tenant_id, "before": before})
        if moved.scalar() is None:
            raise Conflict(f"the client is not {before} any more: somebody else changed it at this moment")
        async with plane.transaction(tenant_id) as scope:
            scope.after_commit.append(session.commit)  # ahead of the bells
            fact = TenantStateChanged(change.state, change.by, change.why)
            journal.append(scope, fact, subject=tenant_id, at=change.at, actor=Actor("command", change.by))
    return True


async def state_of(control: Database, tenant_id: UUID) -> str:
    """Return a tenant's state as the control plane has it."""
    async with control.plain() as session:
        found = await session.execute(text("SELECT state FROM control.tenant WHERE id = :id"), {"id": tenant_id})
    return str(found.scalar_one())
