"""Signed heads: what the last seal says, signed, so that whoever holds one notices a cut or rewritten journal.

The document is ``glassfloor/journal-head/1``: ``tenant``, ``seq``, ``hash`` (the chain's value after that fact) and
``at``. Heads are only added to. A journal that has not grown but by its own heads is not signed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import orjson

from journal import service
from journal.core.facts import SYSTEM, Actor
from journal.facts import JournalHeadSigned
from kit.db import Scope
from kit.ids import new_id
from kit.signing import DocumentSigner

TYPE = "glassfloor/journal-head/1"
HOURLY, DAY_END, EXPORT, REQUEST = "hourly", "day_end", "export", "request"

_SEALED = """
SELECT last_seq, hashes[cardinality(hashes)] AS hash FROM gf.seal WHERE tenant_id = $1 ORDER BY first_seq DESC LIMIT 1
"""
_GREW = """
SELECT 1 FROM gf.journal WHERE tenant_id = $1 AND seq > $2 AND seq <= $3 AND kind <> 'JournalHeadSigned' LIMIT 1
"""
_INSERT = """
INSERT INTO gf.signed_head (tenant_id, id, seq, at, why, document) VALUES ($1, $2, $3, $4, $5, $6::jsonb)
"""
_LIST = """
SELECT seq, at, why, document::text AS document FROM gf.signed_head
WHERE tenant_id = $1 AND ($2::bigint IS NULL OR seq < $2) ORDER BY seq DESC LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Head:
    """One signed head; ``document`` is the whole signed document."""

    seq: int
    at: datetime
    why: str
    document: dict[str, Any]


async def sign(scope: Scope, signer: DocumentSigner, why: str, now: datetime, actor: Actor = SYSTEM) -> Head | None:
    """Sign the newest sealed fact's hash; return the head, the last one if nothing is new, None for an empty journal.

    Facts that are not sealed yet, for about a second, are not covered.
    """
    sealed, last = await scope.fetch(_SEALED, scope.tenant_id), await newest(scope)
    if not sealed:
        return None
    seq = int(sealed[0]["last_seq"])
    if last is not None and not (seq > last.seq and await scope.fetch(_GREW, scope.tenant_id, last.seq, seq)):
        return last
    value, head_id = bytes(sealed[0]["hash"]).hex(), new_id()
    document = signer.sign(
        {"type": TYPE, "tenant": str(scope.tenant_id), "seq": seq, "hash": value, "at": now.astimezone(UTC).isoformat()}
    )
    await scope.fetch(_INSERT, scope.tenant_id, head_id, seq, now, why, orjson.dumps(document).decode())
    service.append(scope, JournalHeadSigned(seq=seq, hash=value, why=why), subject=head_id, at=now, actor=actor)
    return Head(seq, now, why, document)


async def sign_if_due(scope: Scope, signer: DocumentSigner, zone: tzinfo, now: datetime) -> Head | None:
    """Sign once in each clock hour, and when the tenant's day has ended; None when it is not time."""
    last = await newest(scope)
    hour = now.replace(minute=0, second=0, microsecond=0)
    if last is not None and last.at >= hour:
        return None
    day_ended = last is not None and last.at.astimezone(zone).date() < now.astimezone(zone).date()
    return await sign(scope, signer, DAY_END if day_ended else HOURLY, now)


def ends_a_day(head: Head, zone: tzinfo, now: datetime) -> bool:
    """Say whether this is the head to keep of a day that has ended: the one signed after its end, or its last."""
    return head.why == DAY_END or head.at.astimezone(zone).date() < now.astimezone(zone).date()


async def newest(scope: Scope) -> Head | None:
    """Return the newest signed head, None when there is none."""
    found = await listed(scope, limit=1)
    return found[0] if found else None


async def listed(scope: Scope, before: int | None = None, limit: int = 50) -> list[Head]:
    """Return signed heads, newest first, below fact ``before``."""
    rows = await scope.fetch(_LIST, scope.tenant_id, before, limit)
    return [Head(row["seq"], row["at"], row["why"], orjson.loads(row["document"])) for row in rows]


async def around(scope: Scope, since: datetime | None, until: datetime | None) -> Sequence[Head]:
    """Return the heads that a proof of this time needs: the last one before ``since``, and all to the first after it.

    A proof begins after its first head, or at the journal's beginning; it ends at its last head. There is none from
    before the beginning of a journal that was cut.
    """
    every = await scope.fetch(
        "SELECT seq, at, why, document::text AS document FROM gf.signed_head WHERE tenant_id = $1"
        " AND seq >= coalesce((SELECT max(seq) FROM gf.journal_cut WHERE tenant_id = $1), 0)"
        " AND at >= coalesce((SELECT max(at) FROM gf.signed_head WHERE tenant_id = $1 AND at <= $2),"
        "   '-infinity'::timestamptz) ORDER BY seq",
        scope.tenant_id, since or datetime.min.replace(tzinfo=UTC) + timedelta(days=1),
    )  # fmt: skip
    heads = [Head(row["seq"], row["at"], row["why"], orjson.loads(row["document"])) for row in every]
    if until is None:
        return heads
    after = next((n for n, head in enumerate(heads) if head.at >= until), len(heads) - 1)
    return heads[: after + 1]
