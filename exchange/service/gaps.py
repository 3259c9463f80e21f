"""Gaps of maps that messages wait for: when a client's developers are told of one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from exchange.service.inbox import place
from kit import vault
from kit.db import Scope
from kit.ids import new_id

AGAIN_AFTER: Final = timedelta(hours=24)
"""So long nobody is told again of a gap of the same kind, however many messages come."""
_WAITS = """
SELECT connection, needs FROM gf.exchange_inbox WHERE tenant_id = $1 AND id = $2 AND state = 'needs_mapping'
"""
_TELL = """
INSERT INTO gf.exchange_told AS t (tenant_id, id, connection, kind, told_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, connection, kind) DO UPDATE SET told_at = excluded.told_at WHERE t.told_at <= $6 RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Gap:
    """What a connection's map lacks: ``status``, or ``field`` and its path; never the value that came."""

    connection: str
    kind: str


async def to_tell(scope: Scope, inbox_id: UUID, now: datetime) -> Gap | None:
    """Return the gap that a message waits for, if it is to be told of now; None: it was, or does not wait any more."""
    found = await scope.fetch(_WAITS, scope.tenant_id, inbox_id)
    if not found or not found[0]["needs"]:
        return None
    needs = await vault.opened(scope, lambda keys: keys.open(found[0]["needs"], place("needs", inbox_id)))
    gap = Gap(found[0]["connection"], needs.partition(":")[0][:200])
    told = (scope.tenant_id, new_id(), gap.connection, gap.kind, now, now - AGAIN_AFTER)
    return gap if await scope.fetch(_TELL, *told) else None
