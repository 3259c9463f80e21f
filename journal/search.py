"""Looking for facts of a journal: by kind, by who did it, by subject, by time; newest first, page by page."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from journal import service
from journal.core.chain import canonical
from journal.core.facts import Fact
from kit.db import Scope

PAGE = 50

_WHERE = """
WHERE tenant_id = $1 AND ($2::text[] IS NULL OR kind = ANY($2)) AND ($3::text IS NULL OR actor ->> 'id' = $3)
  AND ($4::uuid IS NULL OR subject = $4) AND ($5::timestamptz IS NULL OR at >= $5)
  AND ($6::timestamptz IS NULL OR at < $6)
"""
_FIND = f"""
SELECT tenant_id, seq, at, kind, version, subject, actor::text AS actor, data::text AS data FROM gf.journal {_WHERE}
  AND ($7::bigint IS NULL OR seq < $7) ORDER BY seq DESC LIMIT $8
"""  # noqa: S608 - our own constant
_COUNT = f"SELECT count(*) AS n FROM (SELECT 1 FROM gf.journal {_WHERE} LIMIT $7) AS few"  # noqa: S608 - as above
_SEALS = """
SELECT first_seq, last_seq, prev, hashes FROM gf.seal WHERE tenant_id = $1 AND last_seq >= $2 AND first_seq <= $3
ORDER BY first_seq LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None: everything. ``actor`` is an actor's id; ``until`` is not included."""

    kinds: tuple[str, ...] | None = None
    actor: str | None = None
    subject: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None

    def digest(self) -> str:
        """Return a short digest: two readings of one filter have the same, and it tells nobody what was looked for."""
        return hashlib.sha256(orjson.dumps(asdict(self))).hexdigest()[:16]

    def _values(self) -> tuple[Any, ...]:
        kinds = None if self.kinds is None else list(self.kinds)
        return kinds, self.actor, self.subject, self.since, self.until


async def find(scope: Scope, wanted: Wanted, before: int | None = None, limit: int = PAGE) -> list[Fact]:
    """Return facts below number ``before``, newest first, personal texts open. Raises ``KeysAway``."""
    rows = await scope.fetch(_FIND, scope.tenant_id, *wanted._values(), before, limit)  # noqa: SLF001 - our own
    return await service.opened(scope, rows)


async def count(scope: Scope, wanted: Wanted, most: int) -> int:
    """Return how many facts there are, and not more than ``most``."""
    rows = await scope.fetch(_COUNT, scope.tenant_id, *wanted._values(), most)  # noqa: SLF001 - our own
    return int(rows[0]["n"])


async def fact_lines(scope: Scope, first: int, last: int, page: int = 1000) -> AsyncIterator[bytes]:
    """Yield the stored facts from ``first`` to ``last`` as lines of NDJSON, in the form that was hashed."""
    after = first - 1
    while after < last:
        facts = [fact for fact in await service.stored(scope, after=after, limit=page) if fact.seq <= last]
        if not facts:
            return
        for fact in facts:
            yield canonical(fact) + b"\n"
        after = facts[-1].seq


async def seal_lines(scope: Scope, first: int, last: int, page: int = 50) -> AsyncIterator[bytes]:
    """Yield the seals that cover these facts as lines of NDJSON; hashes are hex."""
    while True:
        rows: Sequence[Any] = await scope.fetch(_SEALS, scope.tenant_id, first, last, page)
        for row in rows:
            seal = {"first_seq": row["first_seq"], "last_seq": row["last_seq"], "prev": bytes(row["prev"]).hex(),
                    "hashes": [bytes(value).hex() for value in row["hashes"]]}  # fmt: skip
            yield orjson.dumps(seal) + b"\n"
        if len(rows) < page:
            return
        first = rows[-1]["last_seq"] + 1
