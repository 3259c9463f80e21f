"""Showing one whole number in a live interaction: with a reason, so often an hour, and never without a fact.

It is off unless the tenant's policy allows it. An agent reveals in a conversation that it is in itself, a supervisor in
one that goes on, and the client's own people in any.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from interactions import service
from interactions.core.record import OFFERED, TALKING
from interactions.shown import whole_numbers
from journal import service as journal
from journal.core.facts import Actor
from kit.db import Scope
from kit.errors import NotFound
from tenants.core.grants import clean_reason
from tenants.core.permissions import STAFF, Role
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


async def reveal(
    scope: Scope, interaction_id: UUID, reader: tuple[Role, Actor, UUID | None], reason: str, now: datetime
) -> str:
    """Return the contact's whole number. ``reader``: role, who, and the tenant's own id of the agent that it is.

    Raises :class:`ReasonNotClear`, :class:`RevealOff`, :class:`NotInConversation`, :class:`RevealQuota`, and
    :class:`NotFound`, for a withheld number too.
    """
    role, actor, agent_id = reader
    words = clean_reason(reason)
    if words is None:
        raise ReasonNotClear
    if role in STAFF:
        await _allowed(scope, interaction_id, reader, now)
    number = (await whole_numbers(scope, [interaction_id])).get(str(interaction_id))
    if not number:
        raise NotFound
    fact = ContactRevealed(agent_id=str(agent_id) if agent_id else None, reason=words)
    journal.append(scope, fact, subject=interaction_id, at=now, actor=actor)
    return number


async def _allowed(scope: Scope, interaction_id: UUID, reader: tuple[Role, Actor, UUID | None], now: datetime) -> None:
    role, actor, agent_id = reader
    masking = (await policy_of(scope)).masking
    if not masking.reveal:
        raise RevealOff
    row = await service.brief(scope, interaction_id)
    if row is None or (role is Role.AGENT and (agent_id is None or row["agent_id"] != agent_id)):
        raise NotFound
    if row["state"] not in _LIVE:
        raise NotInConversation
    await scope.fetch(_LOCK, scope.tenant_id, f"{actor.kind}:{actor.id}", now)  # two at once are counted one by one
    rows = await scope.fetch(_RECENT, scope.tenant_id, now - _HOUR, actor.id)
    if rows[0]["n"] >= masking.per_hour:
        raise RevealQuota(headers={"Retry-After": str(int(_HOUR.total_seconds()))})
