"""Hand out a file that is clean, opened as it is read."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID

from interactions.endpoints import is_own
from journal.core.facts import Actor
from kit import sealedfile, vault
from kit.db import Scope
from kit.errors import NotFound
from kit.objects import Kept, Objects
from kit.tenantkeys import Tampered, TenantKeys
from tenants.service import reading
from workorders.attachments.core.states import FILE, ScanState
from workorders.attachments.errors import AttachmentAway, AttachmentGone, AttachmentPending
from workorders.attachments.facts import AttachmentDownloaded
from workorders.attachments.service.rows import Row, content_place, open_rows

_ONE = "SELECT * FROM gf.work_order_attachment WHERE tenant_id = $1 AND id = $2"


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that may be read, and what opens it."""

    row: Row
    kept: Kept
    keys: TenantKeys
    place: str


def available(row: Row) -> Row:
    """Return the row of a file that may be handed out.

    Raises :class:`NotFound` for what has no file, :class:`AttachmentPending` and :class:`AttachmentGone`.
    """
    if row["kind"] != FILE:
        raise NotFound
    if row["scan_state"] == ScanState.INFECTED:
        raise AttachmentGone(reason=row["reason"])
    if row["scan_state"] != ScanState.CLEAN or row["key"] is None:
        raise AttachmentPending
    return row


async def by_id(scope: Scope, attachment_id: UUID) -> Row:
    """Return an attachment for whoever shows a link to it. Raises :class:`NotFound`."""
    rows = await scope.fetch(_ONE, scope.tenant_id, attachment_id)
    if not rows:
        raise NotFound
    return (await open_rows(scope, rows))[0]


async def opened(scope: Scope, objects: Objects, row: Row) -> Opened:
    """Open a file. Raises as :func:`available`, and :class:`AttachmentAway`, ``KeysAway``, ``KeysDestroyed``."""
    key = available(row)["key"]
    if not is_own(key, scope.tenant_id):
        raise NotFound
    kept = Kept(objects, key)
    try:
        key_id = (await asyncio.to_thread(sealedfile.look, kept)).key_id
    except (OSError, Tampered) as error:
        raise AttachmentAway from error
    if key_id is None:
        raise AttachmentAway
    keys = await vault.opened(scope, lambda keys: keys.require(key_id))
    return Opened(row, kept, keys, content_place(row["id"]))


async def taken(scope: Scope, row: Row, reader: Actor, link_id: str = "") -> None:
    """Write down that somebody took a file."""
    fact = AttachmentDownloaded(str(row["work_order_id"]), reader.id, link_id)
    await reading.note(scope, reader, fact, row["id"])
