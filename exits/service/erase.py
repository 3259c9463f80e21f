"""Erase a client: its keys first, which ends everything at once, then every row, file and key, then a certificate.

Each step may be interrupted and done again. What is found is counted after the keys are gone and before anything is
deleted, so the certificate says what there was, however often the process died. There is no way back after the first
step: from then on the only thing that can be done with the client is to erase it to the end.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from redis.asyncio import Redis

from exits.facts import KeyDestroyed, TenantErased
from exits.service import plain_facts, rows
from exits.service.remains import Disks, delete_from
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
_ORDER = """
SELECT json_build_object('asked', asked_name, 'asked_at', asked_at, 'confirmed', confirmed_name,
  'confirmed_at', confirmed_at)::text AS told FROM control.erasure_order WHERE tenant_id = $1
"""
_DATA_KEYS = "SELECT id FROM gf.tenant_key WHERE tenant_id = $1"
_MEANING = (
    "The keys named here were destroyed first: recordings and personal texts cannot be opened any more, in no copy or"
    " backup. Then every row, file and key of the client was deleted here. Copies of the databases from before then"
    " still hold what was never sealed, until they are deleted by their own dates."
)
_NOT_REACHED = (
    " The client's own database, named here, was not reached: its rows were neither counted nor deleted. What was"
    " sealed in them cannot be opened by anybody; what was never sealed is in the hands of whoever holds that database."
)

Announce = Callable[[UUID, Payload], Awaitable[None]]
"""Writes a fact about the tenant into the installation's journal, once for each kind."""


@dataclass(slots=True)
class Home:
    """Where the client's rows are: ``enter`` opens it by a migrator's login when it is first needed.

    ``enter`` is None for a database that the client took back or that is gone: nothing in it can be reached.
    """

    kind: str
    server: str
    enter: Callable[[], Awaitable[asyncpg.Connection[Any]]] | None
    _open: asyncpg.Connection[Any] | None = None

    async def plane(self) -> asyncpg.Connection[Any] | None:
        """Return the connection. Raises ``OSError`` and what the database raises."""
        if self._open is None and self.enter is not None:
            self._open = await self.enter()
        return self._open


@dataclass(frozen=True, slots=True)
class Means:
    """What an erasure is carried out with. ``control`` is a connection of the migrator's login."""

    control: asyncpg.Connection[Any]
    home: Home
    vault: Vault
    disks: Disks
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
    order = await means.control.fetchrow(_ORDER, tenant_id)
    key_ids = await means.vault.destroy(tenant_id, now())
    await _note(means, tenant_id, key_ids=key_ids, order=orjson.loads(order["told"]) if order else None)
    await means.announce(tenant_id, KeyDestroyed(key_ids))
    await means.control.execute(
        "UPDATE control.erasure SET destroyed_at = coalesce(destroyed_at, $2) WHERE tenant_id = $1", tenant_id, now()
    )


async def _count(means: Means, tenant_id: UUID, _now: Callable[[], datetime]) -> None:
    plane = await means.home.plane()
    files, size = await asyncio.to_thread(means.disks.count, tenant_id)
    found: dict[str, Any] = {"tables": {}, "data_keys": [], "journal": None, "plain_facts": None}
    if plane is not None:
        found = {
            "journal": await _head(plane, tenant_id), "tables": await rows.count(plane, "gf", tenant_id),
            "plain_facts": await plain_facts.count(plane.fetch, tenant_id),
            "data_keys": [str(row["id"]) for row in await plane.fetch(_DATA_KEYS, tenant_id)],
        }  # fmt: skip
    await _note(
        means, tenant_id, **found, files=files, bytes=size, places=means.disks.told(),
        control=_but_this(await rows.count(means.control, "control", tenant_id)),
        database={"kind": means.home.kind, "server": means.home.server,
                  "rows": "not_reached" if plane is None else "deleted"},
    )  # fmt: skip


async def _head(plane: asyncpg.Connection[Any], tenant_id: UUID) -> dict[str, Any] | None:
    head = await plane.fetchrow(
        "SELECT h.seq, s.last_seq AS sealed, s.hashes[cardinality(s.hashes)] AS hash FROM gf.journal_head h"
        " LEFT JOIN gf.seal s ON s.tenant_id = h.tenant_id WHERE h.tenant_id = $1 ORDER BY s.last_seq DESC LIMIT 1",
        tenant_id,
    )
    return {"seq": head["seq"], "sealed": head["sealed"] or 0, "hash": (head["hash"] or b"").hex()} if head else None


def _but_this(counted: dict[str, int]) -> dict[str, int]:
    return {name: number for name, number in counted.items() if name != "erasure"}


async def _rows(means: Means, tenant_id: UUID, _now: Callable[[], datetime]) -> None:
    plane = await means.home.plane()
    await rows.delete(means.control, "gf", tenant_id)  # of an own database's tenant: what a move may have left here
    if plane is not None and plane is not means.control:
        await rows.delete(plane, "gf", tenant_id)


async def _people(means: Means, tenant_id: UUID, _now: Callable[[], datetime]) -> None:
    people = await rows.delete_people(means.control, tenant_id)
    await rows.delete(means.control, "control", tenant_id, keep=("tenant", "erasure", "placement", "move"))
    await rows.delete_orphans(means.control, people)


async def _files(means: Means, tenant_id: UUID, _now: Callable[[], datetime]) -> None:
    await asyncio.to_thread(means.disks.delete, tenant_id)


async def _redis(means: Means, tenant_id: UUID, _now: Callable[[], datetime]) -> None:
    if means.redis is not None:
        await delete_from(means.redis, tenant_id)


async def _certify(means: Means, tenant_id: UUID, now: Callable[[], datetime]) -> None:
    row = await means.control.fetchrow(
        "SELECT begun_at, destroyed_at, found::text AS found FROM control.erasure WHERE tenant_id = $1", tenant_id
    )
    left = await _left(means, tenant_id)
    if row is None or left:
        raise RuntimeError(f"something came in meanwhile: {left}")
    at, found = now(), orjson.loads(row["found"])
    found["people"] = len(found.get("people", []))
    document = {
        "type": KIND, "tenant": str(tenant_id), "begun_at": row["begun_at"].isoformat(),
        "keys_destroyed_at": row["destroyed_at"].isoformat(), "done_at": at.isoformat(), "destroyed": found,
        "meaning": _MEANING + ("" if found["database"]["rows"] == "deleted" else _NOT_REACHED),
    }  # fmt: skip
    signed = means.signer.sign(document)
    digest = hashlib.sha256(canonical(document)).hexdigest()
    await means.announce(tenant_id, TenantErased(sum(found["tables"].values()), found["files"], digest))
    async with means.control.transaction():
        await means.control.execute(
            "UPDATE control.erasure SET certificate = $2::jsonb, done_at = $3 WHERE tenant_id = $1",
            tenant_id, orjson.dumps(signed).decode(), at,
        )  # fmt: skip
        for table in ("deploy.placement", "control.placement", "control.move"):
            await means.control.execute(f"DELETE FROM {table} WHERE tenant_id = $1", tenant_id)  # noqa: S608 - our own names
        await means.control.execute(_TOMBSTONE, tenant_id, f"erased-{tenant_id}")


async def _note(means: Means, tenant_id: UUID, **found: Any) -> None:  # noqa: ANN401 - JSON values
    """Remember what was found; what an interrupted attempt found before stays."""
    await means.control.execute(
        "UPDATE control.erasure SET found = $2::jsonb || found WHERE tenant_id = $1",
        tenant_id, orjson.dumps(found).decode(),
    )  # fmt: skip


async def _left(means: Means, tenant_id: UUID) -> dict[str, int]:
    """Return what is there although it was deleted: somebody wrote while the client was being erased."""
    plane = await means.home.plane()
    left = await rows.count(means.control, "gf", tenant_id)
    if plane is not None and plane is not means.control:
        left |= await rows.count(plane, "gf", tenant_id)
    files, _ = await asyncio.to_thread(means.disks.count, tenant_id)
    return left | ({"files": files} if files else {})


async def unfinished(control: Database) -> list[UUID]:
    """Return the tenants whose erasure was begun and not ended."""
    async with control.plain() as session:
        found = await session.connection()
        result = await found.exec_driver_sql("SELECT tenant_id FROM control.erasure WHERE done_at IS NULL")
        return [UUID(str(row[0])) for row in result.all()]
