"""Every reading of personal data is a fact, once for each reader, thing and ten minutes.

A mark in the tenant's own database says when the reader last read it, so several processes agree, and refreshing a page
costs one statement and no fact. The fact stands in the transaction that reads: what cannot be written is not shown.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from journal import service as journal
from journal.core.facts import Actor, Payload
from kit import clock
from kit.db import Scope
from tenants.access import Principal
from tenants.facts import ContactsListed, InteractionOpened, InteractionShownAtDesk, StaffLookedIn, WorkOrderOpened

AGAIN = timedelta(minutes=10)
KEPT = timedelta(days=1)

_MARK = """
INSERT INTO gf.read_mark AS m (tenant_id, reader, what, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, reader, what) DO UPDATE SET at = excluded.at WHERE m.at <= excluded.at - $5::interval
RETURNING 1
"""
_MARKS = """
WITH known AS (
  SELECT reader FROM gf.read_mark
  WHERE tenant_id = $1 AND reader = ANY($2::text[]) AND what = $3 AND at > $4::timestamptz - $5::interval
)
INSERT INTO gf.read_mark AS m (tenant_id, reader, what, at)
SELECT $1, n.reader, $3, $4 FROM unnest($2::text[]) AS n(reader) WHERE n.reader NOT IN (SELECT reader FROM known)
ON CONFLICT (tenant_id, reader, what) DO UPDATE SET at = excluded.at WHERE m.at <= excluded.at - $5::interval
RETURNING reader
"""
"""A mark that is fresh is looked at, not locked: a page that is read again and again writes nothing."""
_ONCE = """
INSERT INTO gf.read_mark (tenant_id, reader, what, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING 1
"""
_FORGET = "DELETE FROM gf.read_mark WHERE tenant_id = $1 AND at < $2"

_REMEMBERED = 50_000
_told: OrderedDict[tuple[UUID, str, str], datetime] = OrderedDict()
"""What this process knows to be written down, and since when."""


async def note(scope: Scope, reader: Actor, payload: Payload, subject: UUID) -> None:
    """Append the fact of a reading, if this reader's last one of the same is old enough."""
    now = clock.now()
    what = f"{payload.KIND} {subject} {_digest(payload.data())}"
    if await scope.fetch(_MARKS, scope.tenant_id, [f"{reader.kind}:{reader.id}"], what, now, AGAIN):
        journal.append(scope, payload, subject=subject, at=now, actor=reader)


async def heard(scope: Scope, reader: Actor, payload: Payload, subject: UUID, *, begins: bool) -> bool:
    """Note that somebody listens to a sound; return whether that was new.

    It is where the listening ``begins``, and where parts are asked for that nobody has begun to hear for a while.
    """
    now = clock.now()
    what, who = f"{payload.KIND} {subject} {_digest(payload.data())}", f"{reader.kind}:{reader.id}"
    unless = timedelta() if begins else AGAIN
    if not await scope.fetch(_MARK, scope.tenant_id, who, what, now, unless) and not begins:
        return False
    journal.append(scope, payload, subject=subject, at=now, actor=reader)
    return True


async def interaction_opened(scope: Scope, reader: Actor, interaction_id: UUID) -> None:
    """One interaction was shown."""
    await note(scope, reader, InteractionOpened(), interaction_id)


async def shown_at_desk(scope: Scope, agent: Actor, interaction_id: UUID | None, orders: Iterable[UUID]) -> None:
    """Note that an agent's desk showed an interaction and work orders: each once for this agent, and once a day.

    A desk is looked at every second, so what this process has written down already is not asked for again.
    """
    if interaction_id is not None:
        await _once(scope, agent, InteractionShownAtDesk(), interaction_id)
    for order in orders:
        await _once(scope, agent, WorkOrderOpened(), order)


async def looked_in(scope: Scope, person: Principal, page: str) -> None:
    """Note that one of the outsourcer's people saw this client's settings or people from the back office."""
    fact = StaffLookedIn(user_id=person.id, name=person.name, role=str(person.staff_role), page=page)
    await note(scope, Actor("user", person.id), fact, scope.tenant_id)


async def work_order_opened(scope: Scope, reader: Actor, work_order_id: UUID) -> None:
    """One work order, its comments or its history was shown."""
    await note(scope, reader, WorkOrderOpened(), work_order_id)


async def _once(scope: Scope, reader: Actor, payload: Payload, subject: UUID) -> None:
    now, who = clock.now(), f"{reader.kind}:{reader.id}"
    what = f"{payload.KIND} {subject} once"
    known = (scope.tenant_id, who, what)
    if now - _told.get(known, now - KEPT) < KEPT:
        return
    if await scope.fetch(_ONCE, scope.tenant_id, who, what, now):
        journal.append(scope, payload, subject=subject, at=now, actor=reader)

    async def remember() -> None:
        _told[known] = now
        while len(_told) > _REMEMBERED:
            _told.popitem(last=False)

    scope.after_commit.append(remember)


async def listed(scope: Scope, reader: Actor, what: str, count: int, filters: Mapping[str, Any]) -> None:
    """Rows about contacts were shown: ``what`` is interactions, work_orders or board.

    The count is that of the first page within ten minutes; the digest does not tell what was looked for.
    """
    await listed_by(scope, [reader], what, count, filters)


async def listed_by(scope: Scope, readers: Iterable[Actor], what: str, count: int, filters: Mapping[str, Any]) -> None:
    """Note the same of several readers, each as :func:`listed`, in one statement."""
    now, digest = clock.now(), _digest(filters)
    mark = f"{ContactsListed.KIND} {what} {digest}"
    known = {f"{reader.kind}:{reader.id}": reader for reader in readers}
    for row in await scope.fetch(_MARKS, scope.tenant_id, sorted(known), mark, now, AGAIN):
        fact = ContactsListed(list=what, count=count, filter=digest)
        journal.append(scope, fact, subject=scope.tenant_id, at=now, actor=known[row["reader"]])


async def forget(scope: Scope) -> None:
    """Remove marks that no reading needs any more."""
    await scope.fetch(_FORGET, scope.tenant_id, clock.now() - KEPT)


def _digest(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()[:16]
