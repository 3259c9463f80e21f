"""Store what a connection is told, sealed, and what endpoints are owed of it: in the transaction of what happened.

Each event gets its place in the tenant's feed at the transaction's end, under the lock that the journal's numbers are
taken under: places rise in the order of commits, so who has read up to one never misses a smaller one that comes late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from journal.errors import NoJournal
from kit import vault
from kit.db import Scope
from kit.ids import new_id
from webhooks.core.events import place

_EVENT = """
INSERT INTO gf.webhook_event (tenant_id, id, connection, type, subject, sequence, origin, body, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_DELIVERY = """
INSERT INTO gf.webhook_delivery (tenant_id, id, endpoint_id, event_id, subject, sequence)
VALUES ($1, $2, $3, $4, $5, $6)
"""
_PLACES = """
WITH head AS (
  UPDATE gf.journal_head SET feed = feed + cardinality($2::uuid[]) WHERE tenant_id = $1
  RETURNING feed - cardinality($2::uuid[]) AS base
)
UPDATE gf.webhook_event AS v SET position = head.base + n.ord
FROM head, unnest($2::uuid[]) WITH ORDINALITY AS n(id, ord) WHERE v.tenant_id = $1 AND v.id = n.id RETURNING v.id
"""


@dataclass(frozen=True, slots=True)
class Telling:
    """An event before it has an id; ``body`` makes what is told from that id. ``origin``: who caused it."""

    connection: str
    type: str
    subject: UUID
    sequence: int
    body: Callable[[str], Mapping[str, Any]]
    origin: str = "glassfloor"


async def store(scope: Scope, telling: Telling, at: datetime) -> UUID:
    """Store an event and return its id. Raises ``KeysAway``."""
    event_id = new_id()
    told = orjson.dumps(telling.body(str(event_id)))
    sealed = (await vault.sealing(scope)).seal_bytes(told, place(event_id))
    await scope.fetch(
        _EVENT, scope.tenant_id, event_id, telling.connection, telling.type, telling.subject, telling.sequence,
        telling.origin, sealed, at,
    )  # fmt: skip
    _places_of(scope).events.append(event_id)
    return event_id


async def owe(scope: Scope, telling: Telling, endpoints: Sequence[UUID], at: datetime) -> None:
    """Store an event that goes to these endpoints. Raises ``KeysAway``."""
    event_id = await store(scope, telling, at)
    for endpoint in endpoints:
        await scope.fetch(_DELIVERY, scope.tenant_id, new_id(), endpoint, event_id, telling.subject, telling.sequence)


class _Places:
    """The events of a transaction that have no place in the feed yet."""

    def __init__(self) -> None:
        self.events: list[UUID] = []

    async def __call__(self, scope: Scope) -> None:
        events, self.events = self.events, []
        if len(await scope.fetch(_PLACES, scope.tenant_id, events)) != len(events):
            raise NoJournal(str(scope.tenant_id))


def _places_of(scope: Scope) -> _Places:
    """Return those of this transaction; a new one when the last was called already."""
    for hook in scope.before_commit:
        if isinstance(hook, _Places) and hook.events:
            return hook
    places = _Places()
    scope.before_commit.append(places)
    return places
