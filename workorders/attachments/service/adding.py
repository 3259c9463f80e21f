"""Attach a file, or a place in a recording; take one away again before anybody else was told of it.

A file's content is sealed in the store before its row names it: a transaction that fails leaves a file that no row
names, which :func:`workorders.attachments.service.tidying.tidy` deletes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from interactions import service as interactions
from interactions.audio import key_of
from journal import service as journal
from journal.core.facts import Actor
from kit import outbox, sealedfile, vault
from kit.db import Scope
from kit.errors import NotFound
from kit.held import Held
from kit.ids import new_id
from kit.objects import Kept, Objects
from kit.sniff import media_type
from workorders.attachments import schemas
from workorders.attachments.core import names
from workorders.attachments.core.states import FILE, MOMENT, ScanState, is_own
from workorders.attachments.core.types import ALLOWED
from workorders.attachments.errors import (
    AttachmentAnnounced,
    AttachmentFilled,
    AttachmentNotClear,
    AttachmentTypeRefused,
    TooManyAttachments,
)
from workorders.attachments.facts import AttachmentReceived, AttachmentRemoved, WorkOrderAttached
from workorders.attachments.schemas import NewAttachment, PlacedMoment
from workorders.attachments.service import rows
from workorders.attachments.service.rows import TABLE, Row, content_place, find, open_rows
from workorders.core.doer import Doer
from workorders.service import rows as orders
from workorders.service.sealing import sealer
from workorders.service.telling import counted, tell

MOST = 100
"""So many attachments a work order has at most."""

_COUNT = "SELECT count(*) AS n FROM gf.work_order_attachment WHERE tenant_id = $1 AND work_order_id = $2"
_COMMENT = (
    "SELECT visibility, author_side FROM gf.work_order_comment WHERE tenant_id = $1 AND work_order_id = $2 AND id = $3"
)
_ADD = """
INSERT INTO gf.work_order_attachment (tenant_id, id, work_order_id, comment_id, kind, name, visibility, author_side,
  author_kind, author_id, author_name, origin, interaction_id, from_s, to_s, scan_state, created_at, announced_at,
  recording_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) RETURNING *
"""
_FILL = """
UPDATE gf.work_order_attachment SET mime_type = $3, size = $4, sha256 = $5, key = $6, stored_at = $7
WHERE tenant_id = $1 AND id = $2 AND stored_at IS NULL RETURNING *
"""
_REMOVE = "DELETE FROM gf.work_order_attachment WHERE tenant_id = $1 AND id = $2"
_LINKS = "DELETE FROM gf.work_order_link WHERE tenant_id = $1 AND work_order_id = $2 AND target_id = $3"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file's content in the store, sealed for the attachment ``id``."""

    id: UUID
    key: str
    mime_type: str
    size: int
    sha256: str


def type_of(held: Held) -> str:
    """Return what a file is by its own bytes. Raises :class:`AttachmentTypeRefused`, and for an empty one."""
    if not held.size:
        raise AttachmentNotClear("the file is empty")
    found = media_type(held.head)
    if found not in ALLOWED:
        raise AttachmentTypeRefused(f"this was taken for {found}", found=found)
    return found


async def store(scope: Scope, objects: Objects, held: Held, attachment_id: UUID, now: datetime) -> Stored:
    """Seal a file that came into the store, under a key that no other has. Raises ``OSError``, ``KeysAway``."""
    kind, keys = type_of(held), await vault.sealing(scope)
    kept = Kept(objects, key_of(scope.tenant_id, "attachment", new_id(), now))
    place = content_place(attachment_id)
    plain = await asyncio.to_thread(sealedfile.seal_chunks, held.chunks(), held.size, kept, keys, place)
    return Stored(attachment_id, kept.key, kind, plain.size, plain.sha256)


async def expect(
    scope: Scope, work_order_id: UUID, wanted: NewAttachment, doer: Doer, now: datetime, *, as_id: UUID | None = None
) -> Row:
    """Attach a file whose content comes later. Raises :class:`NotFound`, ``AttachmentNotClear`` and others."""
    await orders.find(scope, work_order_id, doer, lock=True)
    if (await scope.fetch(_COUNT, scope.tenant_id, work_order_id))[0]["n"] >= MOST:
        raise TooManyAttachments
    visibility = await _visibility(scope, work_order_id, wanted, doer)
    own = as_id or new_id()
    seal, _ = await sealer(scope, TABLE, own)
    moment = wanted.kind == MOMENT
    state = ScanState.CLEAN if moment else ScanState.PENDING
    told_at = now if moment and visibility == "shared" else None
    name = wanted.name.strip() if moment else names.cleaned(wanted.name)
    added = await scope.fetch(
        _ADD, scope.tenant_id, own, work_order_id, wanted.comment_id, wanted.kind, seal("name", name), visibility,
        doer.side.value, doer.kind, doer.id, doer.name, doer.origin, wanted.interaction_id, wanted.from_s, wanted.to_s,
        state.value, now, told_at, _recording(wanted),
    )  # fmt: skip
    return (await open_rows(scope, added))[0]


async def attach(
    scope: Scope, work_order_id: UUID, wanted: NewAttachment, stored: Stored, doer: Doer, now: datetime
) -> dict[str, Any]:
    """Attach a file whose content is in the store, and have it scanned; return its document."""
    await expect(scope, work_order_id, wanted, doer, now, as_id=stored.id)
    return await _filled(scope, work_order_id, stored, doer, now)


async def fill(
    scope: Scope, work_order_id: UUID, stored: Stored, doer: Doer, now: datetime
) -> tuple[dict[str, Any], bool]:
    """Give an attachment its content; return its document, and whether that changed: the same again does not.

    Only the side that announced it does. Raises :class:`AttachmentFilled` and ``NotFound``.
    """
    row = await find(scope, work_order_id, stored.id, doer, lock=True)
    if row["author_side"] != doer.side or row["kind"] != FILE:
        raise NotFound
    if row["stored_at"] is None:
        return await _filled(scope, work_order_id, stored, doer, now), True
    if row["sha256"] != stored.sha256:
        raise AttachmentFilled
    return schemas.attachment(row), False


async def name_moment(
    scope: Scope, work_order_id: UUID, wanted: NewAttachment, doer: Doer, now: datetime
) -> dict[str, Any]:
    """Attach a place in a recording of the order's own conversation: a reference, no copy.

    Raises :class:`AttachmentNotClear` for another conversation, or one without so long a recording.
    """
    order = await orders.find(scope, work_order_id, doer)
    recordings = await interactions.recordings(scope, order["interaction_id"]) if order["interaction_id"] else []
    meant = [each for each in recordings if _recording(wanted) in (None, UUID(str(each["id"])))]
    if not any(each["duration_ms"] >= 1000 * (wanted.to_s or 0) for each in meant):
        raise AttachmentNotClear("that conversation has no recording as long as this")
    return await note_moment(scope, work_order_id, wanted, doer, now)


async def note_moment(
    scope: Scope, work_order_id: UUID, wanted: NewAttachment, doer: Doer, now: datetime
) -> dict[str, Any]:
    """Attach a place in a recording that is still being made: the caller knows that it is.

    Raises :class:`AttachmentNotClear` for another conversation than the order's own.
    """
    order = await orders.find(scope, work_order_id, doer)
    interaction = wanted.interaction_id or order["interaction_id"]
    if interaction is None or interaction != order["interaction_id"]:
        raise AttachmentNotClear("a recording moment is one of the conversation that the work order came out of")
    full = wanted.model_copy(update={"interaction_id": interaction})
    row = await expect(scope, work_order_id, full, doer, now)
    document = schemas.attachment(row)
    shared = row["visibility"] == "shared"
    told = await counted(scope, work_order_id, now) if shared else await orders.find(scope, work_order_id, doer)
    tell(scope, WorkOrderAttached, told, doer, now, attachment=document)
    return document


async def remove(scope: Scope, work_order_id: UUID, attachment_id: UUID, doer: Doer, now: datetime) -> None:
    """Take an attachment away. Raises :class:`NotFound`, and :class:`AttachmentAnnounced` once the others know."""
    row = await rows.find(scope, work_order_id, attachment_id, doer, lock=True)
    if not is_own(row, doer):
        raise AttachmentAnnounced
    await scope.fetch(_LINKS, scope.tenant_id, work_order_id, attachment_id)
    await scope.fetch(_REMOVE, scope.tenant_id, attachment_id)
    if row["key"] is not None:
        await outbox.add(scope, "attachments.erase", {"key": row["key"]})
    fact = AttachmentRemoved(str(work_order_id), doer.side.value, doer.name)
    journal.append(scope, fact, subject=attachment_id, at=now, actor=Actor(doer.kind, doer.id))


async def _filled(scope: Scope, work_order_id: UUID, stored: Stored, doer: Doer, now: datetime) -> dict[str, Any]:
    filled = await scope.fetch(
        _FILL, scope.tenant_id, stored.id, stored.mime_type, stored.size, stored.sha256, stored.key, now
    )
    row: Mapping[str, Any] = (await open_rows(scope, filled))[0]
    fact = AttachmentReceived(
        str(work_order_id), row["visibility"], doer.side.value, doer.name, stored.mime_type, stored.size, stored.sha256
    )
    journal.append(scope, fact, subject=stored.id, at=now, actor=Actor(doer.kind, doer.id))
    return schemas.attachment(row)


def _recording(wanted: NewAttachment) -> UUID | None:
    return wanted.recording_id if isinstance(wanted, PlacedMoment) else None


async def _visibility(scope: Scope, work_order_id: UUID, wanted: NewAttachment, doer: Doer) -> str:
    """Return how visible it is: what goes with a comment is as visible as the comment."""
    if wanted.visibility == "internal" and not doer.sees_internal:
        raise AttachmentNotClear("only the centre's own people attach what is internal")
    if wanted.comment_id is None:
        return wanted.visibility or "shared"
    found = await scope.fetch(_COMMENT, scope.tenant_id, work_order_id, wanted.comment_id)
    seen = [row for row in found if row["visibility"] == "shared" or doer.sees_internal]
    if not seen or seen[0]["author_side"] != doer.side or wanted.visibility not in (None, seen[0]["visibility"]):
        raise AttachmentNotClear("comment_id names a comment of the same side, as visible as what goes with it")
    return str(seen[0]["visibility"])
