"""Append to and read a tenant's journal, inside the caller's transaction.

``seq`` is gapless: it is taken from the tenant's head row in the last statement before COMMIT, so the row lock is held
as briefly as can be. A floor's writer passes its fencing number and a rising batch number: one statement checks both,
so a writer that lost its floor is refused and a batch that was replayed after an unclear commit is stored once.

Personal texts (``Payload.PERSONAL``) are sealed by the tenant's key on their way in and opened on their way out. The
hash chain is over what is stored, so it holds when the keys are destroyed: :func:`stored` reads that.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import orjson

from journal.core import personal
from journal.core.facts import KINDS, Actor, Fact, NewFact, Payload
from journal.errors import FencedOut, NoJournal
from kit import cause, vault
from kit.db import Scope
from kit.tenantkeys import PREFIX, TenantKeys

BESIDE = 10
"""The number of the first parameter of what is stored beside facts (:class:`Beside`)."""
_HEAD = """
WITH head AS (
  UPDATE gf.journal_head SET seq = seq + cardinality($2::text[]), batch = CASE WHEN $9 = 0 THEN batch ELSE $9 END{moved}
  WHERE tenant_id = $1 AND ($8 = 0 OR (fence = $8 AND batch < $9))
  RETURNING seq - cardinality($2::text[]) AS base{feed}
)"""
_FACTS = """
INSERT INTO gf.journal (tenant_id, seq, kind, version, subject, at, actor, data)
SELECT $1, head.base + n.ord, n.kind, n.version, n.subject, n.at, n.actor::jsonb, n.data::jsonb
FROM head, unnest($2::text[], $3::int[], $4::uuid[], $5::timestamptz[], $6::text[], $7::text[])
  WITH ORDINALITY AS n(kind, version, subject, at, actor, data, ord)
RETURNING seq
"""
_TAKEN = f"cardinality(${BESIDE}::uuid[])"
_APPEND = _HEAD.format(moved="", feed="") + _FACTS
_HEAD_FED = _HEAD.format(moved=f", feed = feed + {_TAKEN}", feed=f", feed - {_TAKEN} AS feed")

_READ = """
SELECT tenant_id, seq, at, kind, version, subject, actor::text AS actor, data::text AS data
FROM gf.journal WHERE tenant_id = $1 AND seq > $2 AND ($4::text[] IS NULL OR kind = ANY($4)) ORDER BY seq LIMIT $3
"""

_READ_SUBJECT = """
SELECT tenant_id, seq, at, kind, version, subject, actor::text AS actor, data::text AS data
FROM gf.journal WHERE tenant_id = $1 AND subject = $2 ORDER BY seq LIMIT $3
"""

_READ_UPTO = """
SELECT tenant_id, seq, at, kind, version, subject, actor::text AS actor, data::text AS data
FROM gf.journal WHERE tenant_id = $1 AND subject = ANY($2::uuid[]) AND seq <= $3 ORDER BY seq
"""

_SEALED = f'"{PREFIX}'
"""How a sealed text begins in stored JSON."""


@dataclass(frozen=True, slots=True)
class Fence:
    """A floor's right to write: its fencing number, and this batch's number (rising per tenant under one fence)."""

    number: int
    batch: int


class Beside(ABC):
    """A hook of ``before_commit`` whose rows the statement that stores facts can store as well, under the head's lock.

    They take places in the tenant's feed, one for each element of the first value, a ``uuid[]``.
    """

    SQL: ClassVar[str]
    """Common table expressions, each after a comma; they read ``head.feed``, the last place that was taken before."""

    @abstractmethod
    def values(self) -> Sequence[object]:
        """Return their parameters, from ``$10`` on; none when nothing waits."""

    @abstractmethod
    def stored(self) -> None:
        """Know that nothing waits any more."""


Observer = Callable[[Scope, Sequence[NewFact]], Awaitable[None]]

_observers: list[Observer] = []


def observe(observer: Observer) -> None:
    """Call ``observer`` in every transaction that appends facts, before they are stored (app's reactions, bells)."""
    if observer not in _observers:
        _observers.append(observer)


async def open_journal(scope: Scope) -> None:
    """Make the tenant's head row; harmless when it exists."""
    await scope.fetch("INSERT INTO gf.journal_head (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING", scope.tenant_id)


def append(scope: Scope, payload: Payload, *, subject: UUID, at: datetime, actor: Actor) -> None:
    """Append one fact when the transaction commits; several are stored together, in the order of the calls."""
    for hook in scope.before_commit:
        if isinstance(hook, _Pending):
            hook.facts.append(NewFact(payload, subject, at, actor))
            return
    scope.before_commit.append(_Pending([NewFact(payload, subject, at, actor)]))


def waiting(scope: Scope, subject: UUID) -> list[NewFact]:
    """Return the facts about a subject that this transaction has appended: they are stored when it commits."""
    pending = [hook for hook in scope.before_commit if isinstance(hook, _Pending)]
    return [fact for hook in pending for fact in hook.facts if fact.subject == subject]


class _Pending:
    """The facts that wait for the end of a transaction."""

    def __init__(self, facts: list[NewFact]) -> None:
        self.facts = facts

    async def __call__(self, scope: Scope) -> None:
        await append_now(scope, self.facts)


async def append_now(scope: Scope, facts: Sequence[NewFact], fence: Fence | None = None) -> list[int]:
    """Append facts as the transaction's last statement and return their numbers.

    With a fence: an empty list means that this batch was stored before. Raises :class:`FencedOut`.
    """
    for observer in _observers:
        await observer(scope, facts)
    values = [scope.tenant_id, *await _columns(scope, facts), fence.number if fence else 0, fence.batch if fence else 0]
    if rows := await _store(scope, values):
        return [row["seq"] for row in rows]
    head = await scope.fetch("SELECT fence, batch FROM gf.journal_head WHERE tenant_id = $1", scope.tenant_id)
    if not head:
        raise NoJournal(str(scope.tenant_id))
    if fence is not None and head[0]["fence"] == fence.number and head[0]["batch"] >= fence.batch:
        return []
    raise FencedOut(f"fence {fence.number if fence else 0}, the head has {head[0]['fence']}")


async def _store(scope: Scope, values: Sequence[object]) -> Sequence[Mapping[str, Any]]:
    for hook in scope.before_commit:
        if isinstance(hook, Beside) and (theirs := hook.values()):
            rows = await scope.fetch(_HEAD_FED + hook.SQL + _FACTS, *values, *theirs)
            if rows:
                hook.stored()
            return rows
    return await scope.fetch(_APPEND, *values)


async def raise_fence(scope: Scope, number: int) -> None:
    """Let only the writer with this fencing number append in groups from now on. Raises :class:`FencedOut`."""
    rows = await scope.fetch(
        "UPDATE gf.journal_head SET fence = $2, batch = CASE WHEN fence = $2 THEN batch ELSE 0 END"
        " WHERE tenant_id = $1 AND fence <= $2 RETURNING fence",
        scope.tenant_id,
        number,
    )
    if not rows:
        raise FencedOut(f"fence {number} is not the newest")


async def last_batch(scope: Scope) -> int:
    """Return the newest batch number stored under the present fence."""
    rows = await scope.fetch("SELECT batch FROM gf.journal_head WHERE tenant_id = $1", scope.tenant_id)
    return int(rows[0]["batch"]) if rows else 0


async def read(scope: Scope, after: int = 0, limit: int = 1000, kinds: Iterable[str] | None = None) -> list[Fact]:
    """Return the facts with ``seq > after``, oldest first, at most ``limit``, of the given kinds or of all.

    Personal texts are open. Raises ``KeysAway``.
    """
    return await opened(scope, await _rows(scope, after, limit, kinds))


async def stored(scope: Scope, after: int = 0, limit: int = 1000, kinds: Iterable[str] | None = None) -> list[Fact]:
    """Return the same facts as they are stored and hashed, personal texts sealed; needs no key."""
    return [_fact(row) for row in await _rows(scope, after, limit, kinds)]


async def history(scope: Scope, subject: UUID, limit: int = 1000) -> list[Fact]:
    """Return the facts about one subject (an interaction, an agent, a work order), oldest first, open."""
    return await opened(scope, await scope.fetch(_READ_SUBJECT, scope.tenant_id, subject, limit))


async def stored_of(scope: Scope, subjects: Sequence[UUID], upto: int) -> list[Fact]:
    """Return the facts about these subjects up to a number, oldest first, as they are stored; needs no key."""
    return [_fact(row) for row in await scope.fetch(_READ_UPTO, scope.tenant_id, list(subjects), upto)]


async def head(scope: Scope) -> int:
    """Return the number of the newest fact, 0 in an empty journal."""
    rows = await scope.fetch("SELECT seq FROM gf.journal_head WHERE tenant_id = $1", scope.tenant_id)
    return int(rows[0]["seq"]) if rows else 0


async def _columns(scope: Scope, facts: Sequence[NewFact]) -> tuple[list[Any], ...]:
    data, asked = [fact.payload.data() for fact in facts], cause.current()
    if any(fact.payload.PERSONAL for fact in facts):
        data = await _sealed(scope, facts, data)
    return (
        [f.kind for f in facts],
        [f.payload.VERSION for f in facts],
        [f.subject for f in facts],
        [f.at for f in facts],
        [orjson.dumps(_actor(scope, f.actor, asked)).decode() for f in facts],
        [orjson.dumps(each).decode() for each in data],
    )


def _actor(scope: Scope, actor: Actor, asked: cause.Cause | None) -> dict[str, str]:
    """Return an actor as it is stored, with what its request said of itself."""
    return {**actor.data(), **asked.of(scope.tenant_id, actor.kind, actor.id)} if asked else actor.data()


async def _sealed(scope: Scope, facts: Sequence[NewFact], data: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not any(personal.has_texts(each, fact.payload.PERSONAL) for fact, each in zip(facts, data, strict=True)):
        return data
    keys = await vault.sealing(scope)

    def sealed(fact: NewFact, each: dict[str, Any]) -> dict[str, Any]:
        at = personal.place(fact.kind, fact.subject, fact.at)
        changed: dict[str, Any] = personal.change(
            each, fact.payload.PERSONAL, lambda text, path: keys.seal(text, f"{at}|{path}")
        )
        return changed

    return [sealed(fact, each) for fact, each in zip(facts, data, strict=True)]


async def _rows(scope: Scope, after: int, limit: int, kinds: Iterable[str] | None) -> Sequence[Mapping[str, Any]]:
    return await scope.fetch(_READ, scope.tenant_id, after, limit, None if kinds is None else list(kinds))


async def opened(scope: Scope, rows: Sequence[Mapping[str, Any]]) -> list[Fact]:
    """Return rows of the journal as facts, personal texts open. Raises ``KeysAway``."""
    facts = [_fact(row) for row in rows]
    sealed = [_SEALED in row["data"] for row in rows]
    if not any(sealed):
        return facts
    pairs = list(zip(facts, sealed, strict=True))
    return await vault.opened(scope, lambda keys: [open_fact(keys, fact) if has else fact for fact, has in pairs])


def open_fact(keys: TenantKeys, fact: Fact) -> Fact:
    """Return the fact with its personal texts open. Raises :class:`kit.tenantkeys.UnknownKey`."""
    at = personal.place(fact.kind, fact.subject, fact.at)

    def opened(text: str, path: str) -> str:
        return keys.open(text, f"{at}|{path}")

    kind = KINDS.get(fact.kind)
    data = personal.every(fact.data, opened) if kind is None else personal.change(fact.data, kind.PERSONAL, opened)
    return replace(fact, data=data)


def _fact(row: Mapping[str, Any]) -> Fact:
    return Fact(
        tenant_id=UUID(str(row["tenant_id"])), seq=row["seq"], at=row["at"], kind=row["kind"], version=row["version"],
        subject=UUID(str(row["subject"])), actor=orjson.loads(row["actor"]), data=orjson.loads(row["data"]),
    )  # fmt: skip
