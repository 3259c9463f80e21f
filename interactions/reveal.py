"""Showing one whole number in a live interaction: with a reason, so often an hour, and never without a fact.

It is off unless the tenant's policy allows it. An agent reveals in a conversation that it is in itself, a supervisor in
one that goes on, and the client's own people in any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from interactions import service
from interactions.core.record import OFFERED, TALKING
from interactions.shown import whole_numbers
from journal import service as journal
from journal.core.facts import Actor
from kit.db import Scope
from kit.errors import NotFound
from tenants.core.grants import clean_reason
from tenants.core.masks import Shown
from tenants.core.permissions import STAFF, Role, decide
from tenants.errors import NotInConversation, ReasonNotClear, RevealOff, RevealQuota
from tenants.facts import ContactRevealed
from tenants.service.policies import policy_of

SHOWN_S = 30
"""So long a screen shows the number."""
_HOUR = timedelta(hours=1)
_LIVE = frozenset({OFFERED, TALKING})

_LOCK = """
INSERT INTO gf.read_mark AS m (tenant_id, reader, what, at) VALUES ($1, $2, 'reveal', $3)
ON CONFLICT (tenant_id, reader, what) DO UPDATE SET at = excluded.at
"""
_RECENT = """
SELECT count(*) AS n FROM gf.journal WHERE tenant_id = $1 AND kind = 'ContactRevealed' AND at > $2
  AND actor ->> 'id' = $3
"""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks for a whole number: its role, who it is in the journal, and the tenant's own id of the agent it is."""

    role: Role
    actor: Actor
    agent_id: UUID | None


@dataclass(frozen=True, slots=True)
class Revealed:
    """A whole number, and how many more this reader may see within the hour; None: the client's own are not counted."""

    number: str
    left: int | None


async def offered(scope: Scope, row: Mapping[str, Any], reader: Reader, shown: Shown) -> bool:
    """Say whether a screen shows the button: the number is masked, known, and the reader may ask for it now."""
    if shown is Shown.FULL or not row["contact"] or decide(reader.role, "contact.reveal") is None:
        return False
    if reader.role not in STAFF:
        return True
    own = reader.role is not Role.AGENT or (reader.agent_id is not None and row["agent_id"] == reader.agent_id)
    return own and row["state"] in _LIVE and (await policy_of(scope)).masking.reveal


async def reveal(scope: Scope, interaction_id: UUID, reader: Reader, reason: str, now: datetime) -> Revealed:
    """Return the contact's whole number, and write down who saw it and why.

    Raises :class:`ReasonNotClear`, :class:`RevealOff`, :class:`NotInConversation`, :class:`RevealQuota`, and
    :class:`NotFound`, for a withheld number too.
    """
    words = clean_reason(reason)
    if words is None:
        raise ReasonNotClear
    actor, agent_id = reader.actor, reader.agent_id
    await scope.fetch(_LOCK, scope.tenant_id, f"{actor.kind}:{actor.id}", now)  # two at once are counted one by one
    left = await remaining(scope, interaction_id, reader, now)
    if left == 0:
        raise RevealQuota(headers={"Retry-After": str(int(_HOUR.total_seconds()))})
    number = (await whole_numbers(scope, [interaction_id])).get(str(interaction_id))
    if not number:
        raise NotFound
    fact = ContactRevealed(agent_id=str(agent_id) if agent_id else None, reason=words)
    journal.append(scope, fact, subject=interaction_id, at=now, actor=actor)
    return Revealed(number, None if left is None else left - 1)


async def remaining(scope: Scope, interaction_id: UUID, reader: Reader, now: datetime) -> int | None:
    """Return how many whole numbers this reader may still see within the hour; None: it is not counted.

    Raises as :func:`reveal` does, but for the quota.
    """
    if reader.role not in STAFF:
        return None
    masking = (await policy_of(scope)).masking
    if not masking.reveal:
        raise RevealOff
    row = await service.brief(scope, interaction_id)
    if row is None or (reader.role is Role.AGENT and (reader.agent_id is None or row["agent_id"] != reader.agent_id)):
        raise NotFound
    if row["state"] not in _LIVE:
        raise NotInConversation
    rows = await scope.fetch(_RECENT, scope.tenant_id, now - _HOUR, reader.actor.id)
    return max(0, masking.per_hour - int(rows[0]["n"]))
