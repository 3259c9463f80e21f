"""A file on a client's work order, with a link to it, for others to look for."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid5

from interactions.audio import key_of
from kit import sealedfile, vault
from kit.clock import now
from kit.db import Transaction
from kit.ids import new_id
from kit.objects import Folder, Kept
from probe.core.canaries import Canaries
from workorders.attachments.service.rows import TABLE, content_place
from workorders.service.sealing import where

_FIRST = "SELECT id FROM gf.work_order WHERE tenant_id = $1 ORDER BY id LIMIT 1"
_ATTACH = """
INSERT INTO gf.work_order_attachment (tenant_id, id, work_order_id, kind, name, visibility, author_side, author_kind,
  author_id, author_name, origin, mime_type, size, sha256, key, scan_state, scanner, created_at, stored_at, scanned_at,
  announced_at)
VALUES ($1, $2, $3, 'file', $4, 'shared', 'outsourcer', 'user', $5, $6, 'outsourcer', 'text/plain', $7, $8, $9, 'clean',
  'embedded', $10, $10, $10, $10)
"""
_LINK = """
INSERT INTO gf.work_order_link (tenant_id, id, work_order_id, target, target_id, secret_hash, made_by, made_at,
  expires_at) VALUES ($1, $2, $3, 'attachment', $4, $5, $6, $7, $8)
"""


def attachment_of(tenant: UUID) -> UUID:
    """Return the id of a file on one of a client's work orders."""
    return uuid5(tenant, "attachment")


async def attach(scope: Transaction, words: Canaries) -> dict[str, bytes]:
    """Attach a clean file to the client's first work order; return what lies in the store, by key."""
    order = (await scope.fetch(_FIRST, scope.tenant_id))[0]["id"]
    tenant, own, at, keys = scope.tenant_id, attachment_of(scope.tenant_id), now(), await vault.sealing(scope)
    content, key = words.word("attached file").encode() * 9, key_of(tenant, "attachment", new_id(), at)
    name = keys.seal(f"{words.word('name of a file')}.txt", where(TABLE, "name", own))
    digest = hashlib.sha256(content).hexdigest()
    author = words.word("who attached it")
    await scope.fetch(_ATTACH, tenant, own, order, name, str(new_id()), author, len(content), digest, key, at)
    maker = words.word("maker of a file's link")
    await scope.fetch(_LINK, tenant, new_id(), order, own, bytes(32), maker, at, at + timedelta(minutes=15))

    def sealed() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            sealedfile.seal_bytes(content, Kept(Folder(Path(folder)), "sealed"), keys, content_place(own))
            return (Path(folder) / "sealed").read_bytes()

    return {key: await asyncio.to_thread(sealed)}
