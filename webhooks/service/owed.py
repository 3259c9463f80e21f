"""Store what a connection is told, sealed, and what endpoints are owed of it: in the transaction of what happened.

The rows are written at the transaction's end, by the statement of its facts if it has any, each event with its place in
the tenant's feed. That is taken under the lock that the journal's numbers are taken under: places rise in the order of
commits, so who has read up to one never misses a smaller one that comes late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from journal.errors import NoJournal
from journal.service import BESIDE, Beside
from kit import vault
from kit.db import Scope
from kit.ids import new_id
from webhooks.core.events import place

_ALONE = 2
"""The number of the first parameter where no fact is stored with the events."""


def _events(first: int) -> str:
    """Return what stores events and what is owed of them, behind a ``head``; their parameters begin at ``first``."""
    (ids, connections, types, subjects, sequences, origins, bodies, at, events, endpoints) = (
        f"${number}" for number in range(first, first + 10)
    )
    return f""", events AS (
  INSERT INTO gf.webhook_event
    (tenant_id, id, connection, type, subject, sequence, origin, body, created_at, position)
  SELECT $1, n.id, n.connection, n.type, n.subject, n.sequence, n.origin, n.body, n.created_at, head.feed + n.ord
  FROM head, unnest({ids}::uuid[], {connections}::text[], {types}::text[], {subjects}::uuid[], {sequences}::bigint[],
    {origins}::text[], {bodies}::bytea[], {at}::timestamptz[])
    WITH ORDINALITY AS n(id, connection, type, subject, sequence, origin, body, created_at, ord)
  RETURNING id, subject, sequence
), owed AS (
  INSERT INTO gf.webhook_delivery (tenant_id, endpoint_id, event_id, subject, sequence)
  SELECT $1, o.endpoint, events.id, events.subject, events.sequence
  FROM unnest({events}::uuid[], {endpoints}::uuid[]) AS o(event, endpoint) JOIN events ON events.id = o.event
)"""  # noqa: S608 - our own constants


_STORE = f"""
WITH head AS (
  UPDATE gf.journal_head SET feed = feed + cardinality(${_ALONE}::uuid[]) WHERE tenant_id = $1
  RETURNING feed - cardinality(${_ALONE}::uuid[]) AS feed
){_events(_ALONE)}
SELECT count(*) AS n FROM events
"""  # noqa: S608 - our own constants


@dataclass(frozen=True, slots=True)
class Telling:
    """An event before it has an id; ``body`` makes what is told from that id. ``origin``: who caused it."""

    connection: str
    type: str
    subject: UUID
    sequence: int
    body: Callable[[str], Mapping[str, Any]]
    origin: str = "glassfloor"


@dataclass(frozen=True, slots=True)
class _Event:
    """One that waits for the end of its transaction; ``body`` is sealed."""

    id: UUID
    telling: Telling
    body: bytes
    at: datetime
    endpoints: Sequence[UUID]


async def owe(scope: Scope, telling: Telling, endpoints: Sequence[UUID], at: datetime) -> None:
    """Store an event that goes to these endpoints, or to none and into the feed only. Raises ``KeysAway``."""
    event_id = new_id()
    body = telling.body(str(event_id))
    cause = _cause(scope, telling.subject, at)
    told = orjson.dumps(body if cause is None else {**body, "causationid": str(cause)})
    sealed = (await vault.sealing(scope)).seal_bytes(told, place(event_id))
    _waiting(scope).events.append(_Event(event_id, telling, sealed, at, endpoints))


def waiting(scope: Scope, subject: UUID, connection: str) -> int:
    """Return how many events of a subject this transaction is about to store."""
    tellings = [each.telling for hook in scope.before_commit if isinstance(hook, _Waiting) for each in hook.events]
    return sum(told.subject == subject and told.connection == connection for told in tellings)


def _cause(scope: Scope, subject: UUID, at: datetime) -> UUID | None:
    """Return the event that this one follows from: the first about the same thing at the same instant, if any."""
    waiting = (each for hook in scope.before_commit if isinstance(hook, _Waiting) for each in hook.events)
    return next((each.id for each in waiting if each.telling.subject == subject and each.at == at), None)


class _Waiting(Beside):
    """The events of a transaction that are not stored yet: with its facts, or by themselves."""

    SQL = _events(BESIDE)

    def __init__(self) -> None:
        self.events: list[_Event] = []

    def values(self) -> Sequence[object]:
        events = self.events
        told = [each.telling for each in events]
        owed = [(each.id, endpoint) for each in events for endpoint in each.endpoints]
        return [
            [each.id for each in events], [t.connection for t in told], [t.type for t in told],
            [t.subject for t in told], [t.sequence for t in told], [t.origin for t in told],
            [each.body for each in events], [each.at for each in events], [event for event, _ in owed],
            [endpoint for _, endpoint in owed],
        ] if events else []  # fmt: skip

    def stored(self) -> None:
        self.events = []

    async def __call__(self, scope: Scope) -> None:
        if not self.events:
            return
        stored = await scope.fetch(_STORE, scope.tenant_id, *self.values())
        if stored[0]["n"] != len(self.events):
            raise NoJournal(str(scope.tenant_id))
        self.stored()


def _waiting(scope: Scope) -> _Waiting:
    """Return those of this transaction; a new one when the last was called already."""
    for hook in scope.before_commit:
        if isinstance(hook, _Waiting) and hook.events:
            return hook
    made = _Waiting()
    scope.before_commit.append(made)
    return made
