"""Who of the outsourcer's people is inside a tenant now, written as it happens.

The first request of a session in a tenant is the fact ``StaffEntered``, before anything is answered; when its journal
cannot be written, nobody gets in. Afterwards the visit is only touched. It ends when its grant ends, when the person
signs out or works for another client, or after :data:`QUIET` without a request or a live socket.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from journal import service as journal
from journal.core.facts import SYSTEM, Actor
from kit.db import AccessibleTenantId, Database, Plane, Scope
from kit.ids import new_id
from tenants.access import Principal
from tenants.core.permissions import STAFF, Role
from tenants.facts import StaffEntered, StaffLeft

QUIET = timedelta(minutes=5)
TOUCH_S = 20.0
_MARKS = 10_000

_TOUCH = "UPDATE gf.staff_visit SET seen_at = $3 WHERE tenant_id = $1 AND mark = $2 AND left_at IS NULL RETURNING id"
_ENTER = """
INSERT INTO gf.staff_visit (tenant_id, id, mark, user_id, name, role, grant_id, reason, entered_at, seen_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT DO NOTHING RETURNING id
"""
_OPEN = """
SELECT id, mark, user_id, name, role, grant_id, reason, entered_at, seen_at FROM gf.staff_visit
WHERE tenant_id = $1 AND left_at IS NULL ORDER BY entered_at
"""
_LEAVE = """
UPDATE gf.staff_visit SET left_at = $3, why_left = $4 WHERE tenant_id = $1 AND id = $2 AND left_at IS NULL RETURNING id
"""
_PAST = """
SELECT id, user_id, name, role, grant_id, reason, entered_at, left_at, why_left FROM gf.staff_visit
WHERE tenant_id = $1 AND left_at IS NOT NULL ORDER BY entered_at DESC LIMIT $2
"""
_REASON = "SELECT reason FROM control.staff_grant WHERE id = $1"
_LIVING = """
SELECT sha256(s.token_hash) AS mark FROM control.session s
WHERE (s.tenant_id = $1 OR s.tenant_id IS NULL) AND s.user_id = ANY($2::uuid[])
"""
_IN_FORCE = "SELECT grant_id, user_id FROM control.place WHERE tenant_id = $1 AND user_id = ANY($2::uuid[])"


def is_visitor(principal: Principal, role: Role) -> bool:
    """Say whether this entry is shown to the client: the outsourcer's people, but agents, who sit on its board."""
    return principal.kind == "user" and role in STAFF and role is not Role.AGENT


@dataclass(slots=True)
class Visits:
    """What this process touched lately; losing it costs one statement."""

    _touched: dict[tuple[UUID | None, bytes], float] = field(default_factory=dict)
    """By grant and session: another grant is another visit."""

    async def note(
        self, control: Database, plane: Plane, who: Principal, tenant_id: AccessibleTenantId, now: datetime
    ) -> None:
        """Write that this person's session is inside; at most each :data:`TOUCH_S` seconds."""
        mark = hashlib.sha256(who.session or b"").digest()
        key = (who.memberships[tenant_id].grant_id or tenant_id, mark)
        if time.monotonic() - self._touched.get(key, -TOUCH_S) < TOUCH_S:
            return
        async with plane.transaction(tenant_id) as scope:
            if not await scope.fetch(_TOUCH, tenant_id, mark, now):
                await _enter(scope, control, who, mark, now)
        if len(self._touched) > _MARKS:
            self._touched.clear()
        self._touched[key] = time.monotonic()


async def inside(scope: Scope) -> list[dict[str, Any]]:
    """Return who is inside now, first come first."""
    return [dict(row) for row in await scope.fetch(_OPEN, scope.tenant_id)]


async def past(scope: Scope, limit: int = 100) -> list[dict[str, Any]]:
    """Return the visits that ended, newest first."""
    return [dict(row) for row in await scope.fetch(_PAST, scope.tenant_id, limit)]


async def sweep(control: Database, plane: Plane, tenant_id: AccessibleTenantId, now: datetime) -> int:
    """End the visits of those who are gone; return how many."""
    async with plane.transaction(tenant_id) as scope:
        rows = await scope.fetch(_OPEN, tenant_id)
        gone = await _gone(control, tenant_id, rows, now) if rows else []
        return await _leave(scope, gone, now)


async def _enter(scope: Scope, control: Database, who: Principal, mark: bytes, now: datetime) -> None:
    place = who.memberships[scope.tenant_id]
    reason = await (await control.pool()).fetchval(_REASON, place.grant_id) if place.grant_id else ""
    visit_id, role = new_id(), place.role.value
    made = await scope.fetch(_ENTER, scope.tenant_id, visit_id, mark, UUID(who.id), who.name, role, place.grant_id,
                             reason, now)  # fmt: skip
    if made:
        grant = str(place.grant_id) if place.grant_id else None
        fact = StaffEntered(user_id=who.id, name=who.name, role=role, grant_id=grant, reason=reason)
        journal.append(scope, fact, subject=visit_id, at=now, actor=Actor("user", who.id))


async def _gone(
    control: Database, tenant_id: UUID, rows: Sequence[Mapping[str, Any]], now: datetime
) -> list[tuple[Mapping[str, Any], str]]:
    pool, users = await control.pool(), [row["user_id"] for row in rows]
    living = {bytes(row["mark"]) for row in await pool.fetch(_LIVING, tenant_id, users)}
    places = {(row["user_id"], row["grant_id"]) for row in await pool.fetch(_IN_FORCE, tenant_id, users)}
    found: list[tuple[Mapping[str, Any], str]] = []
    for row in rows:
        if (row["user_id"], row["grant_id"]) not in places:
            found.append((row, "ended"))
        elif row["mark"] not in living:
            found.append((row, "signed_out"))
        elif now - row["seen_at"] > QUIET:
            found.append((row, "idle"))
    return found


async def _leave(scope: Scope, gone: Iterable[tuple[Mapping[str, Any], str]], now: datetime) -> int:
    count = 0
    for row, why in gone:
        if await scope.fetch(_LEAVE, scope.tenant_id, row["id"], now, why):
            fact = StaffLeft(user_id=str(row["user_id"]), name=row["name"], role=row["role"], why=why)
            journal.append(scope, fact, subject=row["id"], at=now, actor=SYSTEM)
            count += 1
    return count
