"""Attachments that go with comments: named when the comment is written, listed when it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kit.db import Scope
from workorders.attachments.errors import AttachmentNotClear
from workorders.core.doer import Doer

_ENCLOSE = """
UPDATE gf.work_order_attachment SET comment_id = $4, visibility = CASE WHEN $5 = 'internal' THEN $5 ELSE visibility END
WHERE tenant_id = $1 AND work_order_id = $2 AND id = ANY($3::uuid[]) AND comment_id IS NULL AND author_side = $6
  AND (visibility = $5 OR $5 = 'internal' AND announced_at IS NULL)
RETURNING id::text AS id, announced_at IS NOT NULL AS announced
"""
_ENCLOSED = """
SELECT id::text AS id, comment_id FROM gf.work_order_attachment WHERE tenant_id = $1 AND comment_id = ANY($2::uuid[])
  AND (visibility = 'shared' OR $4) AND (scan_state <> 'pending' OR author_side = $3) ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What goes with a comment: everything, and what the other side has been told of."""

    every: tuple[str, ...] = ()
    announced: tuple[str, ...] = ()


async def enclose(
    scope: Scope, work_order_id: UUID, comment_id: UUID, ids: Sequence[UUID], *, visibility: str, doer: Doer
) -> Enclosed:
    """Let these go with a comment. What goes with an internal one is internal.

    Raises :class:`AttachmentNotClear` for another side's, one that goes with another comment, one that the other side
    was told of and would be hidden, and an internal one that would be shown.
    """
    if not ids:
        return Enclosed()
    rows = await scope.fetch(
        _ENCLOSE, scope.tenant_id, work_order_id, list(ids), comment_id, visibility, doer.side.value
    )
    if len(rows) != len(set(ids)):
        raise AttachmentNotClear("a comment names attachments of its own side that go with no other comment")
    return Enclosed(
        tuple(sorted(row["id"] for row in rows)), tuple(sorted(row["id"] for row in rows if row["announced"]))
    )


async def enclosed(scope: Scope, comments: Sequence[UUID], doer: Doer) -> dict[UUID, list[str]]:
    """Return the ids of the attachments that go with each of these comments, as far as the doer sees them."""
    found: dict[UUID, list[str]] = {}
    if comments:
        rows = await scope.fetch(_ENCLOSED, scope.tenant_id, list(comments), doer.side.value, doer.sees_internal)
        for row in rows:
            found.setdefault(row["comment_id"], []).append(row["id"])
    return found
