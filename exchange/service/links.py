"""Which thing of a client's system a work order is exchanged with, and which comments of theirs are which of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from exchange.core.document import Document
from kit import vault
from kit.db import Scope
from kit.ids import new_id
from workorders.fields import ExternalRef

_FIND = """
SELECT id, work_order_id, external_version, external_updated_at, external_status FROM gf.exchange_link
WHERE tenant_id = $1 AND connection = $2 AND work_order_id = $3
"""
_SHOWN = """
SELECT connection, external_url, external_status, last_in_at, taken FROM gf.exchange_link
WHERE tenant_id = $1 AND work_order_id = $2 ORDER BY connection
"""
_MAKE = """
INSERT INTO gf.exchange_link (tenant_id, id, connection, work_order_id, last_in_at) VALUES ($1, $2, $3, $4, $5)
"""
_HEARD = """
UPDATE gf.exchange_link SET taken = taken + 1, last_in_at = $3, external_url = coalesce($4, external_url),
  external_status = CASE WHEN $8 THEN external_status ELSE coalesce($5, external_status) END,
  external_version = CASE WHEN $8 THEN external_version ELSE coalesce($6, external_version) END,
  external_updated_at = CASE WHEN $8 THEN external_updated_at ELSE coalesce($7, external_updated_at) END
WHERE tenant_id = $1 AND id = $2
"""
_TOLD = """
UPDATE gf.exchange_link SET external_url = coalesce($4, external_url), external_status = coalesce($5, external_status)
WHERE tenant_id = $1 AND connection = $2 AND work_order_id = $3
"""
_OURS = "SELECT 1 FROM gf.webhook_event WHERE tenant_id = $1 AND id = $2"
_KNOWN = """
SELECT external_bidx FROM gf.exchange_comment
WHERE tenant_id = $1 AND connection = $2 AND work_order_id = $3 AND external_bidx = ANY($4::bytea[])
"""
_OWN = "SELECT id FROM gf.work_order_comment WHERE tenant_id = $1 AND work_order_id = $2 AND id = ANY($3::uuid[])"
_SAID = """
INSERT INTO gf.exchange_comment (tenant_id, id, connection, work_order_id, external_id, external_bidx, comment_id)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
COMMENT = "exchange_comment.external_id"
"""What the blind index is of."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link: how new what was applied last is, and the status that the other system had then."""

    id: UUID
    work_order_id: UUID
    version: int | None = None
    updated_at: datetime | None = None
    status: str | None = None


def name_of(connection: str, external_id: str) -> ExternalRef:
    """Return a thing's id as one of the names that a work order has in other systems."""
    return ExternalRef(owner=connection, id=external_id)


async def of(scope: Scope, connection: str, work_order_id: UUID) -> Link | None:
    """Return the link of a work order with something of this system, if there is one."""
    rows = await scope.fetch(_FIND, scope.tenant_id, connection, work_order_id)
    return Link(*rows[0].values()) if rows else None


async def shown(scope: Scope, work_order_id: UUID) -> Sequence[Mapping[str, Any]]:
    """Return the links of a work order for its page: where it stands there, and when that was heard last."""
    return await scope.fetch(_SHOWN, scope.tenant_id, work_order_id)


async def make(scope: Scope, connection: str, work_order_id: UUID, now: datetime) -> Link:
    """Link a work order with what the system calls so in its references."""
    link_id = new_id()
    await scope.fetch(_MAKE, scope.tenant_id, link_id, connection, work_order_id, now)
    return Link(link_id, work_order_id)


async def heard(scope: Scope, link: Link, document: Document, now: datetime, *, outdated: bool) -> None:
    """Keep how new the link is; an outdated message says nothing of that."""
    await scope.fetch(
        _HEARD, scope.tenant_id, link.id, now, document.url, document.status, document.version, document.updated_at,
        outdated,
    )  # fmt: skip


async def told(
    scope: Scope, connection: str, order: UUID, *, url: str | None = None, status: str | None = None
) -> None:  # fmt: skip
    """Keep what we made of the thing: its page, and the status that we gave it."""
    await scope.fetch(_TOLD, scope.tenant_id, connection, order, url, status)


async def is_ours(scope: Scope, event_id: UUID) -> bool:
    """Say whether an event that comes in is one of our own, come back."""
    return bool(await scope.fetch(_OURS, scope.tenant_id, event_id))


async def known_comments(scope: Scope, connection: str, order: UUID, ids: Sequence[str]) -> set[str]:
    """Return which of these are here already: written before, or our own that come back."""
    if not ids:
        return set()
    keys = await vault.sealing(scope)
    marks = {keys.blind(each, COMMENT): each for each in ids}
    rows = await scope.fetch(_KNOWN, scope.tenant_id, connection, order, list(marks))
    own = {str(parsed): each for each in ids if (parsed := _uuid(each)) is not None}
    ours = await scope.fetch(_OWN, scope.tenant_id, order, [UUID(each) for each in own]) if own else []
    return {marks[bytes(row["external_bidx"])] for row in rows} | {own[str(row["id"])] for row in ours}


async def said(scope: Scope, connection: str, order: UUID, external_id: str, comment_id: UUID) -> None:
    """Keep which comment of ours one of theirs became."""
    row_id, keys = new_id(), await vault.sealing(scope)
    await scope.fetch(
        _SAID, scope.tenant_id, row_id, connection, order,
        keys.seal(external_id, f"exchange_comment|external_id|{row_id}"), keys.blind(external_id, COMMENT), comment_id,
    )  # fmt: skip


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
