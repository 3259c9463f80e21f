"""Every reading of personal data is a fact, once for each reader, thing and ten minutes.

A mark in the tenant's own database says when the reader last read it, so several processes agree. A process that knows
the mark asks no more: refreshing a page is no fact and costs nothing. The fact stands in the transaction that reads:
what cannot be written is not shown.
"""

from __future__ import annotations

import hashlib
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
  SELECT reader, at FROM gf.read_mark
  WHERE tenant_id = $1 AND reader = ANY($2::text[]) AND what = $3 AND at > $4::timestamptz - $5::interval
), marked AS (
  INSERT INTO gf.read_mark AS m (tenant_id, reader, what, at)
  SELECT $1, n.reader, $3, $4 FROM unnest($2::text[]) AS n(reader) WHERE n.reader NOT IN (SELECT reader FROM known)
  ON CONFLICT (tenant_id, reader, what) DO UPDATE SET at = excluded.at WHERE m.at <= excluded.at - $5::interval
  RETURNING reader, at
)
SELECT reader, at, false AS new FROM known UNION ALL SELECT reader, at, true FROM marked
"""
"""A mark that is fresh is looked at, not locked: a page that is read again and again writes nothing."""
_ONCE = """
INSERT INTO gf.read_mark (tenant_id, reader, what, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING 1
"""
_FORGET = "DELETE FROM gf.read_mark WHERE tenant_id = $1 AND at < $2"

_REMEMBERED = 50_000
"""So many marks a process knows to be written down in a database, and since when."""


async def note(scope: Scope, reader: Actor, payload: Payload, subject: UUID) -> None:
    """Append the fact of a reading, if this reader's last one of the same is old enough."""
    now = clock.now()
    what = f"{payload.KIND} {subject} {_digest(payload.data())}"
    if await _first(scope, [f"{reader.kind}:{reader.id}"], what, now):
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
    if _is_known(scope, who, what, now - KEPT):
        return
    if await scope.fetch(_ONCE, scope.tenant_id, who, what, now):
        journal.append(scope, payload, subject=subject, at=now, actor=reader)
    _remember(scope, what, {who: now})


async def _first(scope: Scope, readers: Iterable[str], what: str, now: datetime) -> list[str]:
    """Mark that these read something, and return those who have not for a while."""
    asked = [who for who in readers if not _is_known(scope, who, what, now - AGAIN)]
    if not asked:
        return []
    rows = await scope.fetch(_MARKS, scope.tenant_id, asked, what, now, AGAIN)
    _remember(scope, what, {row["reader"]: row["at"] for row in rows})
    return [row["reader"] for row in rows if row["new"]]


def _is_known(scope: Scope, reader: str, what: str, since: datetime) -> bool:
    at = scope.kept.get((scope.tenant_id, reader, what))
    return at is not None and at > since


def _remember(scope: Scope, what: str, marks: Mapping[str, datetime]) -> None:
    """Know these marks from the commit on, which may not come."""

    async def remember() -> None:
        scope.kept.update({(scope.tenant_id, reader, what): at for reader, at in marks.items()})
        while len(scope.kept) > _REMEMBERED:
            scope.kept.popitem(last=False)

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
    for who in await _first(scope, sorted(known), mark, now):
        fact = ContactsListed(list=what, count=count, filter=digest)
        journal.append(scope, fact, subject=scope.tenant_id, at=now, actor=known[who])


async def forget(scope: Scope) -> None:
    """Remove marks that no reading needs any more."""
    await scope.fetch(_FORGET, scope.tenant_id, clock.now() - KEPT)


def _digest(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()[:16]
