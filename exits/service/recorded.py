"""The recordings of an export: each file as it is kept, opened, and an index that says how each is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

from exits.service.order import Work, fetch
from exits.service.sinks import Sink
from exits.service.tables import csv_line
from interactions.audio import where
from kit import sealedfile, vault
from kit.db import Transaction
from kit.objects import Kept
from kit.sealedfile import Told
from kit.tenantkeys import Tampered, TenantKeys

_RECORDINGS = """
SELECT id, interaction_id, key, kind, media, sha256, content_sha256, duration_ms, stored_at, deleted_at
FROM gf.recording WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT 500
"""


async def write(work: Work) -> None:
    """Write every recording, then the index: how each is stands in it."""
    odd: dict[Any, str] = {}
    async for row in _stored(work):
        state = await _recording(work, row, name_of(row))
        if state != "whole":
            odd[row["id"]] = state
        await work.step()
    with work.sink.file("recordings/index.csv") as file:
        columns = [
            "file",
            "recording",
            "interaction",
            "kind",
            "stored_at",
            "duration_ms",
            "sha256",
            "captured",
            "state",
        ]
        file.write(csv_line(columns))
        async for row in _stored(work):
            state = odd.get(row["id"], "whole")
            name = "" if state in {"missing", "deleted", "unreadable"} else name_of(row)
            told = [name, row["id"], row["interaction_id"], row["kind"], row["stored_at"].isoformat()]
            file.write(csv_line([*told, row["duration_ms"], digest_of(row), row["sha256"], state]))


def name_of(row: Mapping[str, Any]) -> str:
    """Return the name of a recording's file in an export."""
    return f"recordings/{row['stored_at']:%Y-%m-%d}_{row['kind']}_{row['id']}.{row['media'].rpartition('/')[2]}"


def digest_of(row: Mapping[str, Any]) -> str:
    """Return the digest of the file that is written; in ``captured`` stands that of what the phone engine wrote."""
    return str(row["content_sha256"] or row["sha256"])


async def _stored(work: Work) -> AsyncIterator[Mapping[str, Any]]:
    after = UUID(int=0)
    while True:
        found = await fetch(work.scope, _RECORDINGS, after)
        if not found:
            return
        for row in found:
            yield row
        after = found[-1]["id"]


async def _recording(work: Work, row: Mapping[str, Any], name: str) -> str:
    """Write one recording and say how it is: whole, changed (another digest), deleted, missing or unreadable."""
    kept = Kept(work.order.recordings, row["key"])
    try:
        told = await asyncio.to_thread(sealedfile.look, kept)
    except FileNotFoundError:
        return "missing" if row["deleted_at"] is None else "deleted"
    except Tampered:
        return "unreadable"
    own = (where(row["id"]), digest_of(row))
    return await asyncio.to_thread(copy, work.sink, kept, await keys_of(work.scope, told), own, name)


async def keys_of(scope: Transaction, told: Told) -> TenantKeys | None:
    """Return the keys that open a file; none for one that is not sealed."""
    key_id = told.key_id
    if key_id is None:
        return None
    await scope.stay()
    return await vault.opened(scope, lambda keys: keys.require(key_id))


def copy(sink: Sink, kept: Kept, keys: TenantKeys | None, own: tuple[str, str], name: str) -> str:
    """Write one file and say how it is: whole, changed or unreadable (blocks). Raises ``OSError``.

    ``own``: where it is sealed for, and its digest.
    """
    chunks = sealedfile.read(kept, keys, own[0])
    try:
        first = next(chunks, b"")
    except Tampered:
        return "unreadable"
    with sink.file(name) as file:
        file.write(first)
        try:
            for chunk in chunks:
                file.write(chunk)
        except Tampered:  # what could be read of it is kept
            return "changed"
        return "whole" if file.sha256 == own[1] else "changed"
