"""Where a journal begins once its oldest part is deleted: after a signed head, told by a signed document.

The document is ``glassfloor/journal-cut/1``: ``tenant``, ``seq`` (the last fact that is gone), ``hash`` (the chain's
value after it, what the next fact is chained to), ``at``, ``before`` (no later fact is gone) and ``days`` (what was
agreed). The cut is made first, in one transaction; the rows before it are deleted afterwards by the sealer's login,
which the database holds to cuts (migrations/journal_cut.sql). Interrupted anywhere, the next round goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from journal import service
from journal.core.facts import SYSTEM
from journal.facts import JournalCut
from kit.db import AccessibleTenantId, Plane, Scope
from kit.signing import BadSignature, DocumentSigner

TYPE = "glassfloor/journal-cut/1"
BATCH = 5000
"""So many facts, or the seals of so many, are deleted in one transaction."""

_NEWEST = """
SELECT seq, hash, at, before, document::text AS document, carried::text AS carried FROM gf.journal_cut
WHERE tenant_id = $1 AND seq > 0 ORDER BY seq DESC LIMIT 1
"""
_HEAD = """
SELECT h.seq, s.hashes[cardinality(s.hashes)] AS hash, h.document -> 'signed' ->> 'hash' AS told
FROM gf.signed_head h JOIN gf.seal s ON s.tenant_id = h.tenant_id AND s.last_seq = h.seq
WHERE h.tenant_id = $1 AND h.at < $2 AND h.seq > $3 ORDER BY h.seq DESC LIMIT 1
"""
_INSERT = """
INSERT INTO gf.journal_cut (tenant_id, seq, hash, at, before, document, carried)
VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb) ON CONFLICT DO NOTHING RETURNING seq
"""
_GONE = {
    "journal": ("seq", "seq"),
    "seal": ("first_seq", "last_seq"),
}
"""What is deleted in batches: the column that rises, and the one that must lie before the cut."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A journal's beginning: facts up to ``seq`` are gone, or going. ``carried``: those that boards still need."""

    seq: int
    hash: bytes
    at: datetime
    before: datetime
    document: dict[str, Any]
    carried: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Point:
    """A signed head at which a journal can be cut."""

    seq: int
    hash: bytes


async def newest(scope: Scope) -> Cut | None:
    """Return where the journal begins, None: at its first fact. Nobody has looked at the signature."""
    rows = await scope.fetch(_NEWEST, scope.tenant_id)
    if not rows:
        return None
    row = rows[0]
    return Cut(row["seq"], bytes(row["hash"]), row["at"], row["before"], orjson.loads(row["document"]),
               orjson.loads(row["carried"]))  # fmt: skip


async def signed(scope: Scope, signer: DocumentSigner) -> Cut | None:
    """Return the same if the signed document says so: a row alone, whoever wrote it, cuts nothing."""
    cut = await newest(scope)
    if cut is None:
        return None
    try:
        told = signer.check(cut.document, TYPE)
    except BadSignature:
        return None
    says = (told.get("tenant"), told.get("seq"), told.get("hash"))
    return cut if says == (str(scope.tenant_id), cut.seq, cut.hash.hex()) else None


async def point(scope: Scope, before: datetime) -> Point | None:
    """Return the newest signed head from before this instant that lies after the last cut, None: there is none.

    A head that does not say what its seal says is none: a journal that was tampered with stays as it is.
    """
    last = await newest(scope)
    rows = await scope.fetch(_HEAD, scope.tenant_id, before, last.seq if last else 0)
    if not rows or bytes(rows[0]["hash"]).hex() != rows[0]["told"]:
        return None
    return Point(int(rows[0]["seq"]), bytes(rows[0]["hash"]))


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a cut carries out: facts from ``before`` are kept, ``days`` of them as of ``now``."""

    days: int
    now: datetime

    @property
    def before(self) -> datetime:
        """Return the instant from which on everything is kept."""
        return self.now - timedelta(days=self.days)


async def cut(
    scope: Scope, signer: DocumentSigner, at: Point, agreed: Agreed, carried: Sequence[dict[str, Any]]
) -> bool:
    """Cut here; say whether it was done, and not by somebody else a moment before."""
    last = await newest(scope)
    document = signer.sign({
        "type": TYPE, "tenant": str(scope.tenant_id), "seq": at.seq, "hash": at.hash.hex(), "days": agreed.days,
        "at": agreed.now.astimezone(UTC).isoformat(), "before": agreed.before.astimezone(UTC).isoformat(),
    })  # fmt: skip
    done = await scope.fetch(
        _INSERT, scope.tenant_id, at.seq, at.hash, agreed.now, agreed.before, orjson.dumps(document).decode(),
        orjson.dumps(list(carried)).decode(),
    )  # fmt: skip
    if done:
        told = JournalCut(
            at.seq, at.hash.hex(), agreed.before.isoformat(), agreed.days, at.seq - (last.seq if last else 0)
        )
        service.append(scope, told, subject=scope.tenant_id, at=agreed.now, actor=SYSTEM)
    return bool(done)


async def delete_before(
    sealer: Plane, tenant_id: AccessibleTenantId, signer: DocumentSigner, told: Callable[[int], None]
) -> int:
    """Delete what lies before the newest cut, with the sealer's login; return how many facts. ``told`` hears it grow.

    The seal in which the cut lies stays: the next one is chained to it.
    """
    async with sealer.transaction(tenant_id) as scope:
        found = await signed(scope, signer)
    if found is None:
        return 0
    gone = await _batches(sealer, tenant_id, "journal", found.seq, told)
    await _batches(sealer, tenant_id, "seal", found.seq - 1, lambda _gone: None)
    async with sealer.transaction(tenant_id) as scope:
        for table in ("signed_head", "journal_cut"):
            await scope.fetch(f"DELETE FROM gf.{table} WHERE tenant_id = $1 AND seq < $2", tenant_id, found.seq)  # noqa: S608 - names of this module
    return gone


async def _batches(
    sealer: Plane, tenant_id: AccessibleTenantId, table: str, upto: int, told: Callable[[int], None]
) -> int:
    rises, ends = _GONE[table]
    lowest = f"SELECT min({rises}) AS seq FROM gf.{table} WHERE tenant_id = $1 AND {ends} <= $2"  # noqa: S608 - as above
    sql = (
        f"WITH gone AS (DELETE FROM gf.{table} WHERE tenant_id = $1 AND {ends} <= $2 RETURNING 1)"  # noqa: S608 - as above
        " SELECT count(*) AS n FROM gone"
    )
    gone = 0
    while True:
        async with sealer.transaction(tenant_id) as scope:
            first = (await scope.fetch(lowest, tenant_id, upto))[0]["seq"]
            if first is None:
                return gone
            gone += int((await scope.fetch(sql, tenant_id, min(upto, first + BATCH - 1)))[0]["n"])
        told(gone)
