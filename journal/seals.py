"""Seal new facts into the hash chain, and verify the chain. The sealer is a login of its own that may only insert."""

from __future__ import annotations

from collections.abc import Callable

from journal import cuts, service
from journal.core.chain import GENESIS, BrokenLink, Seal, chain, first_break
from kit.db import AccessibleTenantId, Plane, Scope
from kit.signing import DocumentSigner

_BATCH = 1000
_WALK = 50
"""How many seals one step of the verification reads."""


async def seal_new(database: Plane, tenant_id: AccessibleTenantId) -> int:
    """Seal every fact that is not sealed yet; return how many. Of two sealers at once, one insert fails."""
    sealed = 0
    while True:
        async with database.transaction(tenant_id) as scope:
            last, head = await _head(scope)
            facts = await service.stored(scope, after=last, limit=_BATCH)
            if not facts:
                return sealed
            hashes = chain(head, facts)
            await scope.fetch(
                "INSERT INTO gf.seal (tenant_id, first_seq, last_seq, prev, hashes)"
                " VALUES ($1, $2, $3, $4, $5::bytea[])",
                tenant_id, facts[0].seq, facts[-1].seq, head, hashes,
            )  # fmt: skip
            sealed += len(facts)


async def verify(
    database: Plane,
    tenant_id: AccessibleTenantId,
    progress: Callable[[int], None] = lambda _seq: None,
    signer: DocumentSigner | None = None,
) -> tuple[int, int, BrokenLink | None]:
    """Walk facts and seals; return (last fact walked, facts not yet sealed, first broken link or None).

    A journal whose oldest part is deleted begins at a signed cut; without ``signer`` it begins at its first fact only.
    """
    async with database.transaction(tenant_id) as scope:
        begin = None if signer is None else await cuts.signed(scope, signer)
    after, head_hash = (begin.seq, begin.hash) if begin is not None else (0, GENESIS)
    while True:
        async with database.transaction(tenant_id) as scope:
            seals = await _seals(scope, after)
            newest = await service.head(scope)
            if not seals:
                return after, newest - after, await _gap_in_tail(scope, after, newest)
            last = seals[-1].last_seq
            facts = [f for f in await service.stored(scope, after=after, limit=last - after) if f.seq <= last]
        broken = first_break(seals, facts, after=after, head=head_hash)
        if broken is not None:
            return after, newest - after, broken
        after, head_hash = last, seals[-1].hashes[-1]
        progress(after)


async def _gap_in_tail(scope: Scope, after: int, newest: int) -> BrokenLink | None:
    found = {fact.seq for fact in await service.stored(scope, after=after, limit=newest - after + 1)}
    missing = next((seq for seq in range(after + 1, newest + 1) if seq not in found), None)
    return None if missing is None else BrokenLink(missing, "the fact is missing (not sealed yet)")


async def _head(scope: Scope) -> tuple[int, bytes]:
    rows = await scope.fetch(
        "SELECT last_seq, hashes[cardinality(hashes)] AS head FROM gf.seal"
        " WHERE tenant_id = $1 ORDER BY first_seq DESC LIMIT 1",
        scope.tenant_id,
    )
    return (int(rows[0]["last_seq"]), bytes(rows[0]["head"])) if rows else (0, GENESIS)


async def _seals(scope: Scope, after: int) -> list[Seal]:
    rows = await scope.fetch(
        "SELECT first_seq, last_seq, prev, hashes FROM gf.seal"
        " WHERE tenant_id = $1 AND first_seq > $2 ORDER BY first_seq LIMIT $3",
        scope.tenant_id, after, _WALK,
    )  # fmt: skip
    return [Seal(r["first_seq"], r["last_seq"], bytes(r["prev"]), tuple(bytes(h) for h in r["hashes"])) for r in rows]
