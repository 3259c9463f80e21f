"""A data key that seals no more is destroyed when nothing is under it: counted, in every table and every file."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from exits.facts import DataKeyDestroyed
from exits.service.tables import tables
from journal import service as journal
from journal.core.facts import SYSTEM
from kit import sealedfile, sealedlines
from kit.db import AccessibleTenantId, Plane, Transaction
from kit.objects import Kept, Objects
from kit.tenantkeys import PREFIX, Tampered
from kit.vault import DATA, Vault

GRACE = timedelta(hours=1)
"""So long after its retirement a key is kept whatever is under it: a transaction that began before may still commit."""
_LARGEST = 1024 * 1024
_RETIRED = """
SELECT id FROM gf.tenant_key WHERE tenant_id = $1 AND purpose = $2 AND retired_at < $3 ORDER BY id FOR UPDATE
"""
RECORDINGS = "recordings"
"""The folder of recordings in the data folder, if they are kept in one."""
_NEVER = frozenset({"tenant_key", "reseal"})
"""They name keys, and nothing in them is sealed by one of those."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a tenant's files lie: in the data folder, and where recordings are kept."""

    data: Path
    recordings: Objects


async def counted(scope: Transaction, places: Places, key_ids: list[UUID]) -> dict[UUID, dict[str, int]]:
    """Return for each data key what is sealed under it: rows by table, and ``files``.

    Reads every row of the tenant once: seconds for a hundred thousand facts.
    """
    found: dict[UUID, dict[str, int]] = {key_id: {} for key_id in key_ids}
    marks = [_marks(key_id) for key_id in key_ids]
    for table in [each.name for each in await tables(scope) if each.name not in _NEVER]:
        picked = ", ".join(
            f"count(*) FILTER (WHERE strpos(line, ${2 * n + 2}) > 0 OR strpos(line, ${2 * n + 3}) > 0) AS n{n}"
            for n in range(len(marks))
        )
        sql = f"SELECT {picked} FROM (SELECT r::text AS line FROM gf.{table} r WHERE tenant_id = $1 OFFSET 0) AS lines"  # noqa: S608 - the catalogue's own names
        await scope.stay()
        (row,) = await scope.fetch(sql, scope.tenant_id, *(mark for pair in marks for mark in pair))
        for n, key_id in enumerate(key_ids):
            if row[f"n{n}"]:
                found[key_id][table] = row[f"n{n}"]
    for key_id, number in (await asyncio.to_thread(_in_files, places, scope.tenant_id, key_ids)).items():
        if number:
            found[key_id]["files"] = number
    return found


async def destroy_spent(
    vault: Vault, plane: Plane, tenant_id: AccessibleTenantId, places: Places, now: datetime
) -> Mapping[UUID, Mapping[str, int]]:
    """Destroy every retired data key under which nothing is; return what is under each of them."""
    async with plane.transaction(tenant_id) as scope:
        retired = [row["id"] for row in await scope.fetch(_RETIRED, tenant_id, DATA, now - GRACE)]
        if not retired:
            return {}
        found = await counted(scope, places, [UUID(str(each)) for each in retired])
        for key_id in [each for each, holds in found.items() if not holds]:
            await scope.fetch("DELETE FROM gf.tenant_key WHERE tenant_id = $1 AND id = $2", tenant_id, key_id)
            journal.append(scope, DataKeyDestroyed(str(key_id)), subject=tenant_id, at=now, actor=SYSTEM)
    vault.forget(tenant_id)
    return found


def waiting_under(data: Path, tenant_id: UUID) -> set[str]:
    """Return the ids of the tenant's own keys that lines in its files wait under: a spool, a configuration."""
    found: set[str] = set()
    for path in _files_of(data, tenant_id):
        with suppress(FileNotFoundError):
            found |= sealedlines.keys_of(path)
    return found


def _marks(key_id: UUID) -> tuple[str, str]:
    """Return how a sealed text begins (without the id's last byte), and sealed bytes as PostgreSQL shows them."""
    return PREFIX + base64.urlsafe_b64encode(key_id.bytes[:15]).decode(), f"00676631{key_id.hex}"


def _in_files(places: Places, tenant_id: UUID, key_ids: list[UUID]) -> dict[UUID, int]:
    """Count the files of the tenant that a key sealed, wholly or in parts: in the data folder, and all recordings."""
    found = dict.fromkeys(key_ids, 0)
    for key, _ in places.recordings.keys(f"t/{tenant_id}/"):
        with suppress(FileNotFoundError, Tampered):
            told = sealedfile.look(Kept(places.recordings, key)).key_id
            if told in found:
                found[told] += 1
    for path in _files_of(places.data, tenant_id):
        if path.is_relative_to(places.data / RECORDINGS):
            continue
        try:
            told = sealedfile.look(path).key_id
            content = b"" if told is not None or path.stat().st_size > _LARGEST else path.read_bytes()
        except (FileNotFoundError, Tampered):
            continue
        for key_id in key_ids:
            found[key_id] += told == key_id or _marks(key_id)[0].encode() in content
    return found


def _files_of(data: Path, tenant_id: UUID) -> Iterator[Path]:
    name = str(tenant_id)
    for path in data.rglob("*"):
        if name in str(path.relative_to(data)) and path.is_file():
            yield path
