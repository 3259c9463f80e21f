"""The worker's part: build approved exports, one tenant after the other, and delete those whose time is over.

An export belongs to its builder by a lease that is renewed while it works. A killed one's lease runs out, and the next
builder begins anew: what lies there under the export's name is thrown away first.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from exits.facts import ExportBuilt, ExportDeleted, ExportFailed
from exits.service.build import build
from exits.service.exports import KEPT, key_of, where
from exits.service.order import Order
from exits.service.sinks import ZipSink
from journal import service as journal
from journal.core.facts import SYSTEM
from kit import sealedfile, vault
from kit.away import MAYBE_AWAY
from kit.clock import now
from kit.db import AccessibleTenantId, Plane
from kit.errors import Problem, Unavailable
from kit.objects import Objects
from kit.signing import DocumentSigner

LEASE_S = 60
ATTEMPTS = 5
_TOLD_EVERY = timedelta(seconds=2)

_CLAIM = """
UPDATE gf.export SET state = 'building', attempts = attempts + 1, done = 0, total = 0,
  lease_until = clock_timestamp() + make_interval(secs => $2)
WHERE tenant_id = $1 AND (state = 'approved' OR state = 'building' AND lease_until < clock_timestamp())
RETURNING id, attempts, asked_at, recipient
"""
_RENEW = """
UPDATE gf.export SET done = $3, total = $4, lease_until = clock_timestamp() + make_interval(secs => $5)
WHERE tenant_id = $1 AND id = $2 AND state = 'building' AND attempts = $6 RETURNING id
"""
_BUILT = """
UPDATE gf.export SET state = 'built', built_at = $3, expires_at = $4, files = $5, bytes = $6, manifest_sha256 = $7,
  lease_until = NULL, error = NULL, done = total
WHERE tenant_id = $1 AND id = $2 AND state = 'building' AND attempts = $8 RETURNING id
"""
_GIVEN_BACK = """
UPDATE gf.export SET state = CASE WHEN $3 THEN 'failed' ELSE 'approved' END, error = $4, lease_until = NULL
WHERE tenant_id = $1 AND id = $2 AND state = 'building' AND attempts = $5 RETURNING state
"""
_OVER = """
UPDATE gf.export SET state = 'deleted' WHERE tenant_id = $1 AND state = 'built' AND expires_at <= $2 RETURNING id
"""

log = structlog.get_logger(__name__)


class _LeaseLost(Exception):
    """Another builder has taken over."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """Whose export it is."""

    id: AccessibleTenantId
    code: str
    name: str


class Builder:
    """Builds the exports of the tenants that it is told to visit. ``folder`` holds ``exports``."""

    def __init__(self, plane: Plane, signer: DocumentSigner, folder: Path, recordings: Objects) -> None:
        """Take the tenant plane, what signs manifests, the data folder, and where recordings are kept."""
        self._plane, self._signer, self._folder, self._recordings = plane, signer, folder, recordings

    async def visit(self, tenant: Tenant) -> None:
        """Delete what is over, then build what is approved."""
        async with self._plane.transaction(tenant.id) as scope:
            for row in await scope.fetch(_OVER, tenant.id, now()):
                (self._folder / "exports" / key_of(tenant.id, row["id"])).unlink(missing_ok=True)
                journal.append(scope, ExportDeleted(str(row["id"])), subject=row["id"], at=now(), actor=SYSTEM)
        async with self._plane.transaction(tenant.id) as scope:
            claimed = await scope.fetch(_CLAIM, tenant.id, LEASE_S)
        for row in claimed:
            await self._build(tenant, row)

    async def _build(self, tenant: Tenant, row: Mapping[str, Any]) -> None:
        place = self._folder / "exports" / key_of(tenant.id, row["id"])
        try:
            await self._built(tenant, row, place)
        except _LeaseLost:
            log.warning("export_taken_over", tenant_id=str(tenant.id), export_id=str(row["id"]))
        except Exception as error:  # noqa: BLE001 - the client is told, and it is tried again
            log.warning("export_failed", tenant_id=str(tenant.id), export_id=str(row["id"]), error=repr(error))
            with suppress(*MAYBE_AWAY, Unavailable):  # then the lease runs out
                await self._give_back(tenant, row, reason_of(error))

    async def _built(self, tenant: Tenant, row: Mapping[str, Any], place: Path) -> None:
        part = await asyncio.to_thread(_cleared, place)
        sink = ZipSink(part, row["recipient"])
        order = Order(tenant.id, tenant.code, tenant.name, now(), self._recordings, self._signer)
        told_at = [now()]

        async def progress(done: int, total: int) -> None:
            if done in {0, total} or now() - told_at[0] >= _TOLD_EVERY:
                told_at[0] = now()
                await self._renew(tenant, row, done, total)

        beating = asyncio.create_task(self._beat(tenant, row))
        try:
            manifest = await build(self._plane, order, sink, progress)
            async with self._plane.transaction(tenant.id) as scope:
                keys = await vault.sealing(scope)
            plain = await asyncio.to_thread(sealedfile.seal, part, place, keys, where(row["id"]))
        finally:
            beating.cancel()
            sink.drop()
            part.unlink(missing_ok=True)
        await self._tell(tenant, row, (len(sink.files) + 1, plain.size, hashlib.sha256(manifest).hexdigest()))

    async def _tell(self, tenant: Tenant, row: Mapping[str, Any], made: tuple[int, int, str]) -> None:
        at, until = now(), now() + KEPT
        async with self._plane.transaction(tenant.id) as scope:
            if not await scope.fetch(_BUILT, tenant.id, row["id"], at, until, *made, row["attempts"]):
                raise _LeaseLost
            fact = ExportBuilt(str(row["id"]), *made, until.isoformat())
            journal.append(scope, fact, subject=row["id"], at=at, actor=SYSTEM)

    async def _beat(self, tenant: Tenant, row: Mapping[str, Any]) -> None:
        """Keep the lease while one long file is written."""
        while True:
            await asyncio.sleep(LEASE_S / 3)
            with suppress(*MAYBE_AWAY, Unavailable):
                async with self._plane.transaction(tenant.id) as scope:
                    await scope.fetch(
                        "UPDATE gf.export SET lease_until = clock_timestamp() + make_interval(secs => $3)"
                        " WHERE tenant_id = $1 AND id = $2 AND state = 'building' AND attempts = $4",
                        tenant.id, row["id"], LEASE_S, row["attempts"],
                    )  # fmt: skip

    async def _renew(self, tenant: Tenant, row: Mapping[str, Any], done: int, total: int) -> None:
        async with self._plane.transaction(tenant.id) as scope:
            if not await scope.fetch(_RENEW, tenant.id, row["id"], done, total, LEASE_S, row["attempts"]):
                raise _LeaseLost

    async def _give_back(self, tenant: Tenant, row: Mapping[str, Any], reason: str) -> None:
        last = row["attempts"] >= ATTEMPTS
        async with self._plane.transaction(tenant.id) as scope:
            given = await scope.fetch(_GIVEN_BACK, tenant.id, row["id"], last, reason, row["attempts"])
            if given and last:
                fact = ExportFailed(str(row["id"]), reason)
                journal.append(scope, fact, subject=row["id"], at=now(), actor=SYSTEM)


def _cleared(place: Path) -> Path:
    """Throw away what an interrupted builder left, and return where the archive is written before it is sealed."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in (*place.parent.glob(f"{place.stem}.*part*"), *place.parent.glob(f".{place.name}.*.part"), place):
        left.unlink(missing_ok=True)
    return place.with_suffix(".part")


def reason_of(error: Exception) -> str:
    """Return a short code for what went wrong."""
    if isinstance(error, Problem):
        return error.code
    if isinstance(error, OSError) and error.errno is not None:
        return f"os_{error.errno}"
    return type(error).__name__
