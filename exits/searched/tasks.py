"""The worker's part: build what was asked for and approved, go on where a killed builder stopped, delete what is over.

An export belongs to its builder by a lease that is renewed while it works. A killed one's runs out; the next builder
takes over the sounds that lie whole in what it left, and writes the rest. What is encrypted to a client's own key
nobody here can open, so that is begun anew.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

from exits.searched import service
from exits.searched.build import Job, heard, is_all_there, write
from exits.searched.facts import RecordingExported, SearchExportBuilt, SearchExportDeleted, SearchExportFailed
from exits.searched.salvage import spared
from exits.service.exports import KEPT, key_of, where
from exits.service.order import Order
from exits.service.sinks import ZipSink
from exits.tasks import ATTEMPTS, LEASE_S, Tenant, reason_of
from journal import service as journal
from journal.core.facts import SYSTEM, Actor
from kit import sealedfile, vault
from kit.away import MAYBE_AWAY
from kit.clock import now
from kit.db import Plane
from kit.errors import Unavailable
from kit.objects import Objects
from kit.signing import DocumentSigner

_TOLD_EVERY = timedelta(seconds=1)
_FACTS_AT_ONCE = 500
_PART = re.compile(r"([0-9a-f-]{36})\.[0-9]+\.part")

_CLAIM = """
UPDATE gf.search_export SET state = 'building', attempts = attempts + 1, done = 0, bytes = 0,
  total = found * cardinality(wants), begun_at = clock_timestamp(),
  lease_until = clock_timestamp() + make_interval(secs => $2)
WHERE tenant_id = $1 AND id = (
  SELECT id FROM gf.search_export WHERE tenant_id = $1
    AND (state = 'approved' OR state = 'building' AND lease_until < clock_timestamp())
  ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING *
"""
_RENEW = """
UPDATE gf.search_export SET done = coalesce($5, done), bytes = coalesce($6, bytes),
  lease_until = clock_timestamp() + make_interval(secs => $4)
WHERE tenant_id = $1 AND id = $2 AND state = 'building' AND attempts = $3 RETURNING id
"""
_HEARD = """
UPDATE gf.search_export SET heard = $4 WHERE tenant_id = $1 AND id = $2 AND state = 'building' AND attempts = $3
RETURNING id
"""
_BUILT = """
UPDATE gf.search_export SET state = 'built', built_at = $4, expires_at = $5, files = $6, bytes = $7,
  manifest_sha256 = $8, gone = $9, recordings = $10, lease_until = NULL, error = NULL, done = total, ids = '{}'
WHERE tenant_id = $1 AND id = $2 AND state = 'building' AND attempts = $3 RETURNING *
"""
_GIVEN_BACK = """
UPDATE gf.search_export SET state = CASE WHEN $4 THEN 'failed' ELSE 'approved' END, error = $5, lease_until = NULL
WHERE tenant_id = $1 AND id = $2 AND state = 'building' AND attempts = $3 RETURNING *
"""
_OVER = """
UPDATE gf.search_export SET state = 'deleted' WHERE tenant_id = $1 AND state = 'built' AND expires_at <= $2 RETURNING id
"""
_ENDED = """
SELECT id::text AS id FROM gf.search_export WHERE tenant_id = $1 AND id = ANY($2::uuid[])
  AND state IN ('refused', 'cancelled', 'failed', 'deleted')
"""

log = structlog.get_logger(__name__)


class _Stopped(Exception):
    """Another builder has taken over, or somebody cancelled it."""


class SearchBuilder:
    """Builds the exports of searches of the tenants that it is told to visit. ``folder`` holds ``exports``."""

    def __init__(self, plane: Plane, signer: DocumentSigner, folder: Path, recordings: Objects) -> None:
        """Take the tenant plane, what signs manifests, the data folder, and where recordings are kept."""
        self._plane, self._signer, self._folder, self._recordings = plane, signer, folder / "exports", recordings

    async def visit(self, tenant: Tenant) -> None:
        """Delete what is over or was stopped, then build one that waits; say nothing of what failed, but note it."""
        async with self._plane.transaction(tenant.id) as scope:
            for row in await scope.fetch(_OVER, tenant.id, now()):
                fact = SearchExportDeleted("over", "")
                journal.append(scope, fact, subject=row["id"], at=now(), actor=SYSTEM)
        await self._tidy(tenant)
        async with self._plane.transaction(tenant.id) as scope:
            claimed = await scope.fetch(_CLAIM, tenant.id, LEASE_S)
        for row in claimed:
            await self._build(tenant, row)

    async def _tidy(self, tenant: Tenant) -> None:
        """Remove the files of what ended."""
        folder = self._folder / "t" / str(tenant.id)
        found = await asyncio.to_thread(_files, folder)
        if not found:
            return
        async with self._plane.transaction(tenant.id) as scope:
            ended = {row["id"] for row in await scope.fetch(_ENDED, tenant.id, [UUID(each) for each in found])}
        for each in ended:
            for path in found[each]:
                path.unlink(missing_ok=True)

    async def _build(self, tenant: Tenant, row: Mapping[str, Any]) -> None:
        try:
            while not await self._built(tenant, {**row, "heard": await self._heard(tenant, row)}):
                log.info("search_export_again", tenant_id=str(tenant.id), export_id=str(row["id"]))
        except _Stopped:
            log.info("search_export_stopped", tenant_id=str(tenant.id), export_id=str(row["id"]))
        except Exception as error:  # noqa: BLE001 - whoever asked is told, and it is tried again
            log.warning("search_export_failed", tenant_id=str(tenant.id), export_id=str(row["id"]), error=repr(error))
            with suppress(*MAYBE_AWAY, Unavailable):  # then the lease runs out
                await self._give_back(tenant, row, reason_of(error))

    async def _built(self, tenant: Tenant, row: Mapping[str, Any]) -> bool:
        """Build it once; false: something in it was deleted while it was built, so it has to be built again."""
        place = self._folder / key_of(tenant.id, row["id"])
        left, part = await asyncio.to_thread(_taken_over, place, row["attempts"])
        sink = ZipSink(part, row["recipient"])
        async with self._plane.transaction(tenant.id) as scope:
            keys = await vault.sealing(scope)
            (described,) = await service.described(scope, [row])
        order = Order(tenant.id, tenant.code, tenant.name, now(), self._recordings, self._signer)
        spare = await asyncio.to_thread(spared, left) if left else {}
        job = Job(self._plane, order, row, described["told_of"], sink, spare, self._progress(tenant, row))
        beating = asyncio.create_task(self._beat(tenant, row))
        try:
            manifest = await write(job)
            if left is not None:
                left.unlink(missing_ok=True)
            if not await self._is_whole(tenant, job):
                return False
            await self._note_heard(tenant, job)
            await self._renew(tenant, row, None, None)
            sealed = await asyncio.to_thread(sealedfile.seal, part, place, keys, where(row["id"]))
            built = await self._finish(tenant, job, (sealed.size, hashlib.sha256(manifest).hexdigest()))
        except _Stopped:
            part.unlink(missing_ok=True)
            raise
        finally:
            beating.cancel()
            sink.drop()
        part.unlink(missing_ok=True)
        return built

    async def _heard(self, tenant: Tenant, row: Mapping[str, Any]) -> int:
        async with self._plane.transaction(tenant.id) as scope:
            rows = await scope.fetch(
                "SELECT heard FROM gf.search_export WHERE tenant_id = $1 AND id = $2", tenant.id, row["id"]
            )
        return int(rows[0]["heard"])

    async def _is_whole(self, tenant: Tenant, job: Job) -> bool:
        async with self._plane.transaction(tenant.id) as scope:
            return await is_all_there(scope, job)

    def _progress(self, tenant: Tenant, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a function
        told_at: list[datetime] = []

        async def progress(done: int, written: int) -> None:
            if not told_at or now() - told_at[-1] >= _TOLD_EVERY or done == row["total"]:
                told_at[:] = [now()]
                await self._renew(tenant, row, done, written)

        return progress

    async def _renew(self, tenant: Tenant, row: Mapping[str, Any], done: int | None, written: int | None) -> None:
        async with self._plane.transaction(tenant.id) as scope:
            if not await scope.fetch(_RENEW, tenant.id, row["id"], row["attempts"], LEASE_S, done, written):
                raise _Stopped

    async def _beat(self, tenant: Tenant, row: Mapping[str, Any]) -> None:
        """Keep the lease while one long sound is written, or the file is sealed."""
        while True:
            await asyncio.sleep(LEASE_S / 3)
            with suppress(*MAYBE_AWAY, Unavailable, _Stopped):
                await self._renew(tenant, row, None, None)

    async def _note_heard(self, tenant: Tenant, job: Job) -> None:
        """Append the fact of each recording that is in the file, once, however often a builder is killed here."""
        row, begin = job.row, int(job.row["heard"])
        actor = Actor(row["asked_kind"], row["asked_by"])
        for upto in range(begin + _FACTS_AT_ONCE, row["found"] + _FACTS_AT_ONCE, _FACTS_AT_ONCE):
            async with self._plane.transaction(tenant.id) as scope:
                if not await scope.fetch(_HEARD, tenant.id, row["id"], row["attempts"], min(upto, row["found"])):
                    raise _Stopped
                for sound, of in heard(job, upto - _FACTS_AT_ONCE, upto):
                    fact = RecordingExported(str(row["id"]), str(sound), row["asked_by"])
                    journal.append(scope, fact, subject=of, at=now(), actor=actor)

    async def _finish(self, tenant: Tenant, job: Job, made: tuple[int, str]) -> bool:
        at, ends, row = now(), now() + KEPT, job.row
        counted = (len(job.sink.files) + 1, *made)
        async with self._plane.transaction(tenant.id) as scope:
            if not await is_all_there(scope, job):
                return False
            if not await scope.fetch(
                _BUILT, tenant.id, row["id"], row["attempts"], at, ends, *counted, len(job.gone), len(job.sounds)
            ):
                raise _Stopped
            fact = SearchExportBuilt(row["found"], len(job.gone), len(job.sounds), *counted, ends.isoformat())
            journal.append(scope, fact, subject=row["id"], at=at, actor=SYSTEM)
            await service.bell(scope, row, "export_ready", at)
        return True

    async def _give_back(self, tenant: Tenant, row: Mapping[str, Any], reason: str) -> None:
        last = row["attempts"] >= ATTEMPTS
        async with self._plane.transaction(tenant.id) as scope:
            given = await scope.fetch(_GIVEN_BACK, tenant.id, row["id"], row["attempts"], last, reason)
            if given and last:
                fact = SearchExportFailed(reason)
                journal.append(scope, fact, subject=row["id"], at=now(), actor=SYSTEM)
                await service.bell(scope, row, "export_failed", now())


def _taken_over(place: Path, attempt: int) -> tuple[Path | None, Path]:
    """Return what an earlier builder left, if it did, and where this one writes; the rest is thrown away.

    What is left is moved aside: an earlier builder that is alive after all writes on into a file without a name.
    """
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    parts = sorted(place.parent.glob(f"{place.stem}.*.part"), key=lambda path: path.stat().st_size)
    for left in (*parts[:-1], *place.parent.glob(f".{place.name}.*.part"), place):
        left.unlink(missing_ok=True)
    aside = parts[-1].rename(place.with_name(f"{place.stem}.0.part")) if parts else None
    return aside, place.with_name(f"{place.stem}.{attempt}.part")


def _files(folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in folder.glob("*") if folder.is_dir() else ():
        name = path.stem if path.suffix == ".enc" else (_PART.fullmatch(path.name) or [None, ""])[1]
        with suppress(ValueError):
            found.setdefault(str(UUID(str(name))), []).append(path)
    return found
