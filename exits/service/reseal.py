"""What older keys sealed, or nobody did, is sealed under the newest; see :mod:`exits.service.spent` for what goes then.

Each page of rows and each file is a step of its own, and what is sealed under the newest key is passed over: however
often the round is interrupted, it goes on. Until it is over both keys open. Facts are never rewritten, as their chain
of hashes is over what was stored: a key that sealed a fact stays as long as the fact does.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog

from exits.service.attached import where as attached
from interactions.audio import where as sound
from kit import sealedfile
from kit.clock import now
from kit.db import AccessibleTenantId, Plane, Scope
from kit.objects import Kept, Objects
from kit.tenantkeys import ERASED, PREFIX, UNREADABLE, Tampered, TenantKeys
from kit.vault import LIFE_S, Vault

TEXTS = {
    "interaction": ("contact_number", "note"),
    "work_order": (
        "title", "description", "status_reason", "resolution_summary", "parties", "related", "custom", "assignment",
    ),
    "work_order_reference": ("external_id",),
    "work_order_comment": ("body", "external_id"),
    "work_order_info_request": ("question", "answer", "fields"),
    "work_order_cancellation": ("reason", "decision_reason"),
    "work_order_seat_task": ("instructions", "outcome"),
    "work_order_attachment": ("name", "found"),
    "do_not_call": ("number",),
    "agent_message": ("text", "answer"),
    "client_ask": ("text", "answer"),
    "interaction_comment": ("text",),
    "search_export": ("told_of",),
    "alert": ("note",),
    "exchange_connection": ("secret", "secret_before", "ask_secret"),
    "exchange_inbox": ("external_id", "outcome", "needs"),
    "exchange_comment": ("external_id",),
    "exchange_mail": ("address", "secret", "secret_before", "bounce"),
    "exchange_drop": ("secret",),
    "webhook_endpoint": ("secret", "old_secret"),
}  # fmt: skip
FILES: dict[str, tuple[Callable[[UUID], str], str]] = {
    "recording": (sound, "deleted_at IS NULL"),
    "work_order_attachment": (attached, "key IS NOT NULL"),
}
"""Tables whose rows name a file by ``key``: where it is sealed for, and of which rows it is there."""
BYTES = {"exchange_inbox": ("body", "fetched"), "webhook_event": ("body",), "recording_peaks": ("peaks",)}
FOUND_BY = {
    ("interaction", "contact_number"): ("contact_bidx", "contact_number"),
    ("exchange_comment", "external_id"): ("external_bidx", "exchange_comment.external_id"),
    ("exchange_inbox", "external_id"): ("lane_bidx", "exchange_inbox.external_id"),
    ("do_not_call", "number"): ("number_bidx", "contact_number"),
    ("work_order", "title"): ("title_bidx", "work_order.title"),
    ("work_order_reference", "external_id"): ("external_bidx", "work_order.external_ref"),
    ("work_order", "status_reason"): ("status_reason_bidx", "work_order.status_reason"),
}
"""Blind indexes: the column, and what it is an index of."""
_PAGE = 200

ASK = """
INSERT INTO gf.reseal (tenant_id, key_id, asked_at) VALUES ($1, $2, $3) ON CONFLICT (tenant_id) DO UPDATE
SET key_id = excluded.key_id, asked_at = excluded.asked_at, lease_until = NULL, finished_at = NULL, looked = 0,
  total = 0, changed = 0, unreadable = 0
"""
_CLAIM = """
UPDATE gf.reseal SET lease_until = clock_timestamp() + make_interval(secs => $2), looked = 0, changed = 0,
  unreadable = 0
WHERE tenant_id = $1 AND finished_at IS NULL AND asked_at < clock_timestamp() - make_interval(secs => $3)
  AND coalesce(lease_until, '-infinity') < clock_timestamp()
RETURNING key_id
"""
_TELL = """
UPDATE gf.reseal SET lease_until = clock_timestamp() + make_interval(secs => $3), looked = $4, total = $5, changed = $6,
  unreadable = $7, finished_at = $8 WHERE tenant_id = $1 AND key_id = $2 AND finished_at IS NULL
"""
LEASE_S = 60

Progress = Callable[["Round"], Awaitable[None]]
"""Told after each page how far it is."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Round:
    """How far a round is: how much was looked at, of how much, and what was sealed anew, by table and ``recording``."""

    total: int = 0
    looked: int = 0
    unreadable: int = 0
    """Files that do not open under any key: left as they are, under the key that they name."""
    changed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Work:
    vault: Vault
    plane: Plane
    tenant_id: AccessibleTenantId
    round: Round
    progress: Progress


async def reseal(
    vault: Vault, plane: Plane, tenant_id: AccessibleTenantId, recordings: Objects, progress: Progress | None = None
) -> Round:
    """Seal under the newest key what was stored before there were keys, or under older ones.

    ``recordings`` is where they are kept. Raises ``OSError``, ``KeysAway``: call it again, it goes on.
    """

    async def nobody(_round: Round) -> None:
        return

    async with plane.transaction(tenant_id) as scope:
        await vault.keys(scope, sealing=True)
    vault.forget(tenant_id)
    work = _Work(vault, plane, tenant_id, Round(), progress or nobody)
    async with plane.transaction(tenant_id) as scope:
        for table in (*TEXTS, *BYTES, *FILES):
            (row,) = await scope.fetch(f"SELECT count(*) AS n FROM gf.{table} WHERE tenant_id = $1", tenant_id)  # noqa: S608 - our own names
            work.round.total += row["n"]
    for table, columns in (*TEXTS.items(), *BYTES.items()):
        await _table(work, table, columns)
    await asyncio.to_thread(recordings.tidy, f"t/{tenant_id}/")
    for table in FILES:
        await _files(work, recordings, table)
    return work.round


async def visit(vault: Vault, plane: Plane, tenant_id: AccessibleTenantId, recordings: Objects) -> bool:
    """Carry out the round that a rotation asked for, if there is one and nobody is at it; say whether it was done.

    It begins when every process has heard of the new key, ``LIFE_S`` after the rotation.
    """
    async with plane.transaction(tenant_id) as scope:
        claimed = await scope.fetch(_CLAIM, tenant_id, LEASE_S, LIFE_S)
    if not claimed:
        return False
    key_id = claimed[0]["key_id"]

    async def tell(told: Round, finished: Any = None) -> None:  # noqa: ANN401 - an instant, or none yet
        async with plane.transaction(tenant_id) as scope:
            await scope.fetch(_TELL, tenant_id, key_id, LEASE_S, told.looked, told.total, told.changed.total(),
                              told.unreadable, finished)  # fmt: skip

    done = await reseal(vault, plane, tenant_id, recordings, tell)
    await tell(done, now())
    return True


async def under_way(scope: Scope) -> Mapping[str, Any] | None:
    """Return the newest round that was asked for; None: none ever was."""
    rows = await scope.fetch("SELECT * FROM gf.reseal WHERE tenant_id = $1", scope.tenant_id)
    return rows[0] if rows else None


# --------------------------------------------------------------------------------------------------------------- rows


async def _table(work: _Work, table: str, columns: tuple[str, ...]) -> None:
    after = UUID(int=0)
    page = f"SELECT id, {', '.join(columns)} FROM gf.{table} WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT {_PAGE}"  # noqa: S608 - our own names
    while True:
        async with work.plane.transaction(work.tenant_id) as scope:
            rows = await scope.fetch(page, work.tenant_id, after)
            if not rows:
                return
            after = rows[-1]["id"]
            for row in rows:
                for column in columns:
                    work.round.changed[table] += await _value(work.vault, scope, (table, column), row)
        work.round.looked += len(rows)
        await work.progress(work.round)


async def _value(vault: Vault, scope: Scope, what: tuple[str, str], row: Any) -> int:  # noqa: ANN401 - a row
    """Seal one value anew and store it, unless it was changed meanwhile; return how many were."""
    table, column = what
    sealed = await vault.opened(scope, lambda keys: _sealed(keys, what, row))
    if sealed is None:
        return 0
    more, args = "", [scope.tenant_id, row["id"], row[column], sealed]
    if what in FOUND_BY:
        index, name = FOUND_BY[what]
        more, where = f", {index} = $5", f"{table}|{column}|{row['id']}"
        args.append(await vault.opened(scope, lambda keys: keys.blind(keys.open(row[column], where), name)))
    sql = f"UPDATE gf.{table} SET {column} = $4{more} WHERE tenant_id = $1 AND id = $2 AND {column} = $3 RETURNING id"  # noqa: S608 - our own names
    return len(await scope.fetch(sql, *args))


def _sealed(keys: TenantKeys, what: tuple[str, str], row: Any) -> str | bytes | None:  # noqa: ANN401 - a row
    """Return the value sealed anew; None when there is nothing to do, or nothing that could be opened."""
    value, where = row[what[1]], f"{what[0]}|{what[1]}|{row['id']}"
    if not value or keys.is_newest(value):
        return None
    if isinstance(value, bytes):
        return keys.seal_bytes(keys.open_bytes(value, where), where)
    plain = keys.open(value, where)
    return None if plain in {ERASED, UNREADABLE} and value.startswith(PREFIX) else keys.seal(plain, where)


# -------------------------------------------------------------------------------------------------------------- files


async def _files(work: _Work, recordings: Objects, table: str) -> None:
    after = UUID(int=0)
    sql = f"SELECT id, key FROM gf.{table} WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT {_PAGE}"  # noqa: S608 - our own names
    while True:
        async with work.plane.transaction(work.tenant_id) as scope:
            rows, keys = await scope.fetch(sql, work.tenant_id, after), await work.vault.keys(scope)
        if not rows:
            return
        after = rows[-1]["id"]
        for row in rows:
            try:
                if row["key"] is not None:
                    kept = Kept(recordings, row["key"])
                    work.round.changed[table] += await _file(work, keys, kept, (table, row["id"]))
            except Tampered:
                work.round.unreadable += 1
                log.warning("sealed_file_unreadable", tenant_id=str(work.tenant_id), table=table, id=str(row["id"]))
            work.round.looked += 1
            await work.progress(work.round)


async def _file(work: _Work, keys: TenantKeys, kept: Kept, whose: tuple[str, UUID]) -> int:
    """Seal one file anew, unless it was deleted: its row is held until the file has taken its place."""
    where, there = FILES[whose[0]]
    async with work.plane.transaction(work.tenant_id) as scope:
        present = await scope.fetch(
            f"SELECT id FROM gf.{whose[0]} WHERE tenant_id = $1 AND id = $2 AND {there} AND key = $3 FOR UPDATE",  # noqa: S608 - our own names
            work.tenant_id, whose[1], kept.key,
        )  # fmt: skip
        try:
            return int(bool(present) and await asyncio.to_thread(sealedfile.reseal, kept, keys, where(whose[1])))
        except FileNotFoundError:
            return 0
