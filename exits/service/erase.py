"""Erase a client: its keys first, which ends everything at once, then every row, file and key, then a certificate.

Each step may be interrupted and done again. What is found is counted after the keys are gone and before anything is
deleted, so the certificate says what there was, however often the process died. There is no way back after the first
step: from then on the only thing that can be done with the client is to erase it to the end.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from redis.asyncio import Redis

from exits.facts import KeyDestroyed, TenantErased
from exits.service import rows
from journal.core.facts import Payload
from kit.db import Database
from kit.signing import DocumentSigner, canonical
from kit.vault import Vault

KIND = "glassfloor/erase-certificate/1"
STEPS = ("keys", "count", "rows", "people", "files", "redis", "done")
"""In this order; ``control.erasure.step`` names the one that comes next."""

_BEGIN = """
INSERT INTO control.erasure (tenant_id, step, begun_at, found) VALUES ($1, 'keys', $2, '{}')
ON CONFLICT (tenant_id) DO NOTHING
"""
_TOMBSTONE = """
UPDATE control.tenant SET code = $2, name = 'erased', zone = 'UTC', languages = '{}', floor_id = NULL, state = 'erased'
WHERE id = $1
"""


Announce = Callable[[UUID, Payload], Awaitable[None]]
"""Writes a fact about the tenant into the installation's journal, once for each kind."""


@dataclass(frozen=True, slots=True)
class Means:
    """What an erasure is carried out with. ``control`` and ``plane`` are connections of the migrators' logins."""

    control: asyncpg.Connection[Any]
    plane: asyncpg.Connection[Any]
    vault: Vault
    folder: Path
    redis: Redis | None
    signer: DocumentSigner
    announce: Announce


Told = Callable[[str], None]
"""Hears each step before it is done."""


async def erase(means: Means, tenant_id: UUID, now: Callable[[], datetime], told: Told) -> dict[str, Any]:
    """Erase the tenant, from wherever an earlier attempt was interrupted, and return the signed certificate.

    The caller has made sure that it may be erased. Raises ``OSError`` and what the databases raise: call it again.
    """
    await means.control.execute(_BEGIN, tenant_id, now())
    await means.control.execute("UPDATE control.tenant SET state = 'erasing' WHERE id = $1", tenant_id)
    doing = {
        "keys": _keys, "count": _count, "rows": _rows, "people": _people, "files": _files, "redis": _redis,
        "done": _certify,
    }  # fmt: skip
    while (step := await _step(means, tenant_id)) != "":
        told(step)
        await doing[step](means, tenant_id, now)
        following = STEPS[STEPS.index(step) + 1] if step != STEPS[-1] else ""
        await means.control.execute("UPDATE control.erasure SET step = $2 WHERE tenant_id = $1", tenant_id, following)
    certificate = await means.control.fetchval(
        "SELECT certificate::text FROM control.erasure WHERE tenant_id = $1", tenant_id
    )
    return dict(orjson.loads(certificate))


async def _step(means: Means, tenant_id: UUID) -> str:
    return str(await means.control.fetchval("SELECT step FROM control.erasure WHERE tenant_id = $1", tenant_id))


async def _keys(means: Means, tenant_id: UUID, now: Callable[[], datetime]) -> None:
    """Destroy the keys: from here on nothing that they sealed can be opened, in no copy."""
    key_ids = await means.vault.destroy(tenant_id, now())
    await _note(means, tenant_id, key_ids=key_ids)
    await means.announce(tenant_id, KeyDestroyed(key_ids))
    await means.control.execute(
        "UPDATE control.erasure SET destroyed_at = coalesce(destroyed_at, $2) WHERE tenant_id = $1", tenant_id, now()
    )


async def _count(means: Means, tenant_id: UUID, _now: Callable[[], datetime]) -> None:
    head = await means.plane.fetchrow(
        "SELECT h.seq, s.last_seq AS sealed, s.hashes[cardinality(s.hashes)] AS hash FROM gf.journal_head h"
        " LEFT JOIN gf.seal s ON s.tenant_id = h.tenant_id WHERE h.tenant_id = $1 ORDER BY s.last_seq DESC LIMIT 1",
        tenant_id,
    )
    journal = {"seq": head["seq"], "sealed": head["sealed"] or 0, "hash": (head["hash"] or b"").hex()} if head else None
    files, size = await asyncio.to_thread(_found, means.folder, tenant_id)
    await _note(
        means, tenant_id, journal=journal, tables=await rows.count(means.plane, "gf", tenant_id),
        control=_but_this(await rows.count(means.control, "control", tenant_id)), files=files, bytes=size,
        data_keys=[str(r["id"]) for r in await means.plane.fetch("SELECT id FROM gf.tenant_key WHERE tenant_id = $1",
                                                                 tenant_id)],
    )  # fmt: skip


def _but_this(counted: dict[str, int]) -> dict[str, int]:
    return {name: number for name, number in counted.items() if name != "erasure"}


async def _rows(means: Means, tenant_id: UUID, _now: Callable[[], datetime]) -> None:
    await rows.delete(means.plane, "gf", tenant_id)


async def _people(means: Means, tenant_id: UUID, _now: Callable[[], datetime]) -> None:
    people = await rows.delete_people(means.control, tenant_id)
    await rows.delete(means.control, "control", tenant_id, keep=("tenant", "erasure"))
    await rows.delete_orphans(means.control, people)


async def _files(means: Means, tenant_id: UUID, _now: Callable[[], datetime]) -> None:
    for folder in _folders(means.folder, tenant_id):
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=False) if folder.exists() else None


async def _redis(means: Means, tenant_id: UUID, _now: Callable[[], datetime]) -> None:
    if means.redis is None:
        return
    async for key in means.redis.scan_iter(match=f"*{tenant_id}*", count=1000):
        await means.redis.delete(key)


async def _certify(means: Means, tenant_id: UUID, now: Callable[[], datetime]) -> None:
    row = await means.control.fetchrow(
        "SELECT begun_at, destroyed_at, found::text AS found FROM control.erasure WHERE tenant_id = $1", tenant_id
    )
    left = await rows.count(means.plane, "gf", tenant_id)
    if row is None or left:
        raise RuntimeError(f"rows are left: {left}")
    at, found = now(), orjson.loads(row["found"])
    found["people"] = len(found.get("people", []))
    document = {
        "type": KIND, "tenant": str(tenant_id), "begun_at": row["begun_at"].isoformat(),
        "keys_destroyed_at": row["destroyed_at"].isoformat(), "done_at": at.isoformat(), "destroyed": found,
        "meaning": (
            "The keys named here were destroyed first: recordings and personal texts cannot be opened any more, in no"
            " copy or backup. Then every row, file and key of the client was deleted here. Copies of the databases that"
            " were made before still hold what was never sealed, until they are deleted by their own dates."
        ),
    }  # fmt: skip
    signed = means.signer.sign(document)
    digest = hashlib.sha256(canonical(document)).hexdigest()
    await means.announce(tenant_id, TenantErased(sum(found["tables"].values()), found["files"], digest))
    async with means.control.transaction():
        await means.control.execute(
            "UPDATE control.erasure SET certificate = $2::jsonb, done_at = $3 WHERE tenant_id = $1",
            tenant_id, orjson.dumps(signed).decode(), at,
        )  # fmt: skip
        await means.control.execute(_TOMBSTONE, tenant_id, f"erased-{tenant_id}")


async def _note(means: Means, tenant_id: UUID, **found: Any) -> None:  # noqa: ANN401 - JSON values
    """Remember what was found; what an interrupted attempt found before stays."""
    await means.control.execute(
        "UPDATE control.erasure SET found = $2::jsonb || found WHERE tenant_id = $1",
        tenant_id, orjson.dumps(found).decode(),
    )  # fmt: skip


def _folders(folder: Path, tenant_id: UUID) -> tuple[Path, ...]:
    return tuple(folder / kind / "t" / str(tenant_id) for kind in ("recordings", "exports"))


def _found(folder: Path, tenant_id: UUID) -> tuple[int, int]:
    sizes = [p.stat().st_size for each in _folders(folder, tenant_id) for p in each.rglob("*") if p.is_file()]
    return len(sizes), sum(sizes)


async def unfinished(control: Database) -> list[UUID]:
    """Return the tenants whose erasure was begun and not ended."""
    async with control.plain() as session:
        found = await session.connection()
        result = await found.exec_driver_sql("SELECT tenant_id FROM control.erasure WHERE done_at IS NULL")
        return [UUID(str(row[0])) for row in result.all()]
