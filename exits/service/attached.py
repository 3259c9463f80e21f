"""The files on work orders in an export: each as it came, and an index that says how each is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

from exits.service.order import Work, fetch
from exits.service.recorded import copy, keys_of
from exits.service.tables import csv_line
from kit import sealedfile, vault
from kit.objects import Kept
from kit.tenantkeys import Tampered, TenantKeys

_ATTACHED = """
SELECT id, work_order_id, name, mime_type, key, sha256, scan_state, created_at FROM gf.work_order_attachment
WHERE tenant_id = $1 AND id > $2 AND stored_at IS NOT NULL AND visibility <> 'internal' ORDER BY id LIMIT 500
"""
_COLUMNS = ["file", "attachment", "work_order", "name", "mime_type", "created_at", "sha256", "scan_state", "state"]
_THERE = frozenset({"whole", "changed"})


def where(attachment: UUID | str, column: str = "content") -> str:
    """Return where a file's content, or another part of its row, is sealed for."""
    return f"work_order_attachment|{column}|{attachment}"


async def write(work: Work) -> None:
    """Write every file that is kept, then the index: one that was not scanned is there, and the index says so."""
    lines: list[list[Any]] = [_COLUMNS]
    async for row in _stored(work):
        file = f"attachments/{row['created_at']:%Y-%m-%d}_{row['id']}"
        state = "deleted" if row["key"] is None else await _file(work, row, file)
        told = [file if state in _THERE else "", row["id"], row["work_order_id"], await _name(work, row)]
        at = row["created_at"].isoformat()
        lines.append([*told, row["mime_type"], at, row["sha256"], row["scan_state"], state])
    with work.sink.file("attachments/index.csv") as index:
        for line in lines:
            index.write(csv_line(line))


async def _stored(work: Work) -> AsyncIterator[Mapping[str, Any]]:
    after = UUID(int=0)
    while found := await fetch(work.scope, _ATTACHED, after):
        for row in found:
            yield row
        after = found[-1]["id"]


async def _name(work: Work, row: Mapping[str, Any]) -> str:
    await work.scope.stay()

    def opened(keys: TenantKeys) -> str:
        return keys.open(row["name"], where(row["id"], "name"))

    return await vault.opened(work.scope, opened)


async def _file(work: Work, row: Mapping[str, Any], name: str) -> str:
    kept = Kept(work.order.recordings, row["key"])
    try:
        told = await asyncio.to_thread(sealedfile.look, kept)
    except FileNotFoundError:
        return "missing"
    except Tampered:
        return "unreadable"
    keys = await keys_of(work.scope, told)
    return await asyncio.to_thread(copy, work.sink, kept, keys, (where(row["id"]), row["sha256"]), name)
