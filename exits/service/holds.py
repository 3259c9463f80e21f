"""Legal holds: conversations that stay, with their recordings, whatever the retention says, until a hold is lifted.

While anything is held, the journal is not shortened beyond the oldest held conversation, and the client is not erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from exits.errors import HeldStill, HoldTooWide
from exits.facts import HoldLifted, HoldSet
from journal import service as journal
from journal.core.facts import Actor
from kit.db import Scope
from kit.errors import NotFound
from kit.ids import new_id
from tenants.core.grants import clean_reason
from tenants.errors import ReasonNotClear

MOST = 1000
"""So many conversations are held at once."""

_SET = """
INSERT INTO gf.legal_hold (tenant_id, id, interaction_id, reason, set_by, set_name, set_at)
SELECT $1, $2, $3, $4, $5, $6, $7 WHERE EXISTS (SELECT FROM gf.interaction WHERE tenant_id = $1 AND id = $3)
ON CONFLICT (tenant_id, interaction_id) WHERE lifted_at IS NULL DO NOTHING RETURNING id
"""
_LIFT = """
UPDATE gf.legal_hold SET lifted_by = $3, lifted_name = $4, lifted_why = $5, lifted_at = $6
WHERE tenant_id = $1 AND interaction_id = $2 AND lifted_at IS NULL RETURNING id
"""
_IN_FORCE = """
SELECT id::text AS id, interaction_id::text AS interaction_id, reason, set_name, set_at FROM gf.legal_hold
WHERE tenant_id = $1 AND lifted_at IS NULL ORDER BY set_at DESC, interaction_id LIMIT $2
"""
_PAGE = """
SELECT id::text AS id, interaction_id::text AS interaction_id, reason, set_name, set_at FROM gf.legal_hold
WHERE tenant_id = $1 AND lifted_at IS NULL AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Who sets or lifts a hold. ``kind``: a user, or a client's system (key)."""

    id: str
    name: str
    kind: str = "user"


async def hold(scope: Scope, interactions: Sequence[UUID], who: Person, why: str, now: datetime) -> int:
    """Hold conversations; return how many were not held before. Raises ``ReasonNotClear``, :class:`HoldTooWide`."""
    reason = clean_reason(why)
    if reason is None:
        raise ReasonNotClear
    if not 1 <= len(interactions) <= MOST:
        raise HoldTooWide
    held = 0
    for interaction in interactions:
        made = await scope.fetch(_SET, scope.tenant_id, new_id(), interaction, reason, who.id, who.name, now)
        for row in made:
            fact = HoldSet(str(row["id"]), who.id, who.name, reason)
            journal.append(scope, fact, subject=interaction, at=now, actor=Actor(who.kind, who.id))
            held += 1
    return held


async def lift(scope: Scope, interaction: UUID, who: Person, why: str, now: datetime) -> None:
    """Let a conversation be deleted when its time is over. Raises ``ReasonNotClear`` and ``NotFound``."""
    reason = clean_reason(why)
    if reason is None:
        raise ReasonNotClear
    rows = await scope.fetch(_LIFT, scope.tenant_id, interaction, who.id, who.name, reason, now)
    if not rows:
        raise NotFound
    fact = HoldLifted(str(rows[0]["id"]), who.id, who.name, reason)
    journal.append(scope, fact, subject=interaction, at=now, actor=Actor(who.kind, who.id))


async def of(scope: Scope, interaction: UUID) -> dict[str, Any] | None:
    """Return the hold on a conversation, if there is one."""
    rows = await scope.fetch(
        "SELECT reason, set_name, set_at FROM gf.legal_hold"
        " WHERE tenant_id = $1 AND interaction_id = $2 AND lifted_at IS NULL",
        scope.tenant_id, interaction,
    )  # fmt: skip
    return dict(rows[0]) if rows else None


async def in_force(scope: Scope, limit: int = MOST) -> list[dict[str, Any]]:
    """Return the holds that are not lifted, newest first."""
    return [dict(row) for row in await scope.fetch(_IN_FORCE, scope.tenant_id, limit)]


async def page(scope: Scope, after: UUID | None, limit: int) -> list[dict[str, Any]]:
    """Return holds that are not lifted, newest first, those that were set before ``after`` (a hold's id)."""
    return [dict(row) for row in await scope.fetch(_PAGE, scope.tenant_id, after, limit)]


async def oldest(scope: Scope) -> datetime | None:
    """Return when the oldest held conversation began: from then on the journal is kept."""
    rows = await scope.fetch(
        "SELECT min(i.started_at) AS at FROM gf.legal_hold h JOIN gf.interaction i ON i.tenant_id = h.tenant_id"
        " AND i.id = h.interaction_id WHERE h.tenant_id = $1 AND h.lifted_at IS NULL",
        scope.tenant_id,
    )  # fmt: skip
    found: datetime | None = rows[0]["at"]
    return found


async def refuse_while_held(scope: Scope) -> None:
    """Raise :class:`HeldStill` while anything of the tenant is held."""
    found = await in_force(scope)
    if found:
        shown = ", ".join(row["interaction_id"] for row in found[:5])
        raise HeldStill(f"{len(found)} conversations are held: {shown}{' ...' if len(found) > 5 else ''}")  # noqa: PLR2004
