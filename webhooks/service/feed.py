"""The pull feed: every event of a connection, in the order of commits, its own ones too; from any place on, again.

Places are given under the journal's lock (:mod:`webhooks.service.owed`), so a reader that has seen one has seen all
before it, and the events of one work order stand in the order of their ``sequence``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from kit import vault
from kit.db import Scope
from kit.errors import ValidationFailed
from webhooks.core.events import place
from webhooks.service.endpoints_of import WANTED

MOST: Final = 10_000
"""So many events are looked at for one page of some types: it may be short, and says where it goes on."""
_FEED = "FROM gf.webhook_event WHERE tenant_id = $1 AND connection = $2 AND position > $3"
_PAGE = f"""
SELECT v.id, v.position, v.type, v.subject, v.sequence, v.origin, v.body, v.created_at
FROM (SELECT * {_FEED} {{of}} ORDER BY position LIMIT $4) AS v, (SELECT $5::text[] AS types) AS e
WHERE {WANTED.format(type="v.type")} ORDER BY v.position LIMIT $6
"""  # noqa: S608 - our own constants
_EVERY, _OF_ONE = _PAGE.format(of=""), _PAGE.format(of="AND subject = $7")
_LOOKED_AT = f"SELECT position {_FEED} ORDER BY position OFFSET $4 LIMIT 1"
_BYTES = 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is read: the feed of a connection after a cursor, of one work order or of all, of some types or of all."""

    connection: str
    after: str | None = None
    work_order: UUID | None = None
    types: Sequence[str] = ()
    limit: int = 50


def cursor_before(scope: Scope, connection: str, position: int) -> str:
    """Return the cursor from which a place is read next."""
    return _cursor(scope.tenant_id, connection, position - 1)


@dataclass(frozen=True, slots=True)
class Page:
    """Events as they were told, each the very JSON, and the cursor to go on from: also when there is nothing new."""

    events: list[bytes]
    next: str
    has_more: bool


async def read(scope: Scope, wanted: Wanted) -> Page:
    """Return a page of events. Raises ``ValidationFailed`` for a cursor of another feed, and ``KeysAway``."""
    shown, cursor, has_more = await headings(scope, wanted)
    bodies = await vault.opened(scope, lambda keys: [keys.open_bytes(r["body"], place(r["id"])) for r in shown])
    return Page(bodies, cursor, has_more)


async def after(scope: Scope, connection: str, position: int, limit: int) -> list[tuple[int, Mapping[str, Any]]]:
    """Return a connection's next events, each with its place, for a reader of this house that keeps its own place.

    Raises ``KeysAway``.
    """
    found = await scope.fetch(_EVERY, scope.tenant_id, connection, position, limit, [], limit)
    bodies = await vault.opened(scope, lambda keys: [keys.open_bytes(r["body"], place(r["id"])) for r in found])
    return [(row["position"], orjson.loads(body)) for row, body in zip(found, bodies, strict=True)]


async def headings(scope: Scope, wanted: Wanted) -> tuple[list[Mapping[str, Any]], str, bool]:
    """Return what stands on the events without what is in them: rows, the next cursor, and whether there are more."""
    after = 0 if wanted.after is None else _position(scope.tenant_id, wanted.connection, wanted.after)
    asked, types, many = (scope.tenant_id, wanted.connection, after), list(wanted.types), wanted.limit + 1
    if wanted.work_order is None:
        rows = await scope.fetch(_EVERY, *asked, MOST if types else many, types, many)
    else:  # it has few, and an index finds them
        rows = await scope.fetch(_OF_ONE, *asked, None if types else many, types, many, wanted.work_order)
    shown, has_more = list(rows[: wanted.limit]), len(rows) > wanted.limit
    end = shown[-1]["position"] if shown else after
    if types and wanted.work_order is None and not has_more:
        looked_at = await scope.fetch(_LOOKED_AT, *asked, MOST - 1)
        end, has_more = (looked_at[0]["position"], True) if looked_at else (end, False)
    return shown, _cursor(scope.tenant_id, wanted.connection, end), has_more


def _cursor(tenant_id: UUID, connection: str, position: int) -> str:
    return base64.urlsafe_b64encode(position.to_bytes(8) + _mark(tenant_id, connection)).decode().rstrip("=")


def _position(tenant_id: UUID, connection: str, cursor: str) -> int:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValidationFailed("the cursor is not one of ours") from error
    if len(raw) != _BYTES or raw[8:] != _mark(tenant_id, connection) or raw[0] > 127:  # noqa: PLR2004 - a bigint's sign
        raise ValidationFailed("the cursor belongs to another feed")
    return int.from_bytes(raw[:8])


def _mark(tenant_id: UUID, connection: str) -> bytes:
    return hashlib.sha256(f"{tenant_id} events {connection}".encode()).digest()[:8]
