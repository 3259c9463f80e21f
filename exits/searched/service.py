"""Exports of what a search found: asked for, decided about, fetched, cancelled. The worker builds them.

What is exported is fixed when it is asked for: the conversations that the search finds at that moment, in its order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from exits.errors import ExportNotOpen, NothingToExport, OwnExport, TooManyExports, TooMuchAtOnce
from exits.searched.facts import (
    SearchExportAsked,
    SearchExportDecided,
    SearchExportDeleted,
    SearchExportFetched,
)
from interactions import service as interactions
from interactions.core.query import Filters
from journal import service as journal
from journal.core.facts import Actor, Payload
from kit import vault
from kit.db import Scope
from kit.errors import NotFound
from live.thresholds import notices
from tenants.core.grants import clean_reason
from tenants.core.masks import Shown
from tenants.errors import ReasonNotClear

WANTS = ("recordings", "facts", "csv")
"""What an export may hold, in the order in which it is written."""
MOST = 100_000
"""So many conversations are in one export; who wants more narrows the search, or takes everything along."""
ALONE, ALONE_LIST = 100, 10_000
"""So many conversations, or rows of a list alone, one person takes; more need a second manager (isolation.md, 9)."""
MOST_OPEN = 3
"""So many of one person wait or are built at once."""
OPEN = ("asked", "approved", "building")

_ASK = """
INSERT INTO gf.search_export (tenant_id, id, state, wants, ids, found, upto, told_of, shown, reason, asked_kind,
  asked_by, asked_name, asked_at, recipient)
SELECT $1, $2, $3, $4, $5, cardinality($5::uuid[]), $6, $7, $8, $9, $10, $11, $12, $13,
  (SELECT recipient FROM gf.export_key WHERE tenant_id = $1)
ON CONFLICT (tenant_id, id) DO NOTHING RETURNING id
"""
_SHOWN = """
SELECT tenant_id, id, state, wants, found, upto, told_of, shown, reason, asked_kind, asked_by, asked_name, asked_at,
  decided_name, decided_at, begun_at, done, total, gone, recordings, files, bytes, manifest_sha256, recipient, error,
  built_at, expires_at, fetches, attempts FROM gf.search_export WHERE tenant_id = $1
"""
_PAGE = """
  AND ($2 OR asked_by = $3) AND ($4::uuid IS NULL OR (asked_at, id) < (
    SELECT b.asked_at, b.id FROM gf.search_export b WHERE b.tenant_id = $1 AND b.id = $4))
ORDER BY asked_at DESC, id DESC LIMIT $5
"""
_DECIDE = """
UPDATE gf.search_export SET state = $3, decided_by = $4, decided_name = $5, decided_at = $6
WHERE tenant_id = $1 AND id = $2 AND state = 'asked' RETURNING id
"""
_END = """
UPDATE gf.search_export SET state = $3, ids = '{}' WHERE tenant_id = $1 AND id = $2 AND state = ANY($4) RETURNING id
"""
_FETCH = """
UPDATE gf.search_export SET fetches = fetches + 1, fetched_at = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'built'
"""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: a person of the client (user), or one of its systems (key). ``every``: may see all of the client's."""

    kind: str
    id: str
    name: str
    every: bool = True


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants: parts of :data:`WANTS`, of what filters find, why; ``shown``: how much of numbers.

    ``told_of``: what the file says of itself: ``filters``, ``zone``, ``locale``, ``columns`` (keys), ``head`` and
    ``titles`` (cells of the list's first lines).
    """

    id: UUID
    wants: Sequence[str]
    filters: Filters
    shown: Shown
    why: str
    told_of: Mapping[str, Any]
    deciders: Sequence[str] = ()
    """The managers (ids) who are told when the export waits for one of them."""


def where(export_id: UUID | str) -> str:
    """Return where the description of an export is sealed for."""
    return f"search_export|told_of|{export_id}"


def needs_second(wants: Sequence[str], found: int) -> bool:
    """Say whether a second manager has to approve an export."""
    return found > (ALONE_LIST if set(wants) == {"csv"} else ALONE)


async def ask(scope: Scope, wish: Wish, who: Asker, now: datetime) -> UUID:
    """Ask for an export; the same one (by its id) twice is one.

    Raises ``ReasonNotClear``, ``ValidationFailed``, :class:`NothingToExport`, :class:`TooMuchAtOnce`,
    :class:`TooManyExports`.
    """
    reason = clean_reason(wish.why)
    if reason is None:
        raise ReasonNotClear
    await scope.fetch("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"{scope.tenant_id} export {who.id}")
    known = await scope.fetch(_SHOWN + " AND id = $2", scope.tenant_id, wish.id)
    if known:
        if known[0]["asked_by"] != who.id:
            raise NotFound
        return wish.id
    wants = [each for each in WANTS if each in wish.wants]
    ids = await interactions.ids_of(scope, wish.filters, wish.shown, MOST)
    if ids is None:
        raise TooMuchAtOnce
    if not wants or not ids:
        raise NothingToExport
    await _not_too_many(scope, who)
    second = needs_second(wants, len(ids))
    content = orjson.dumps(dict(wish.told_of)).decode()
    told_of = (await vault.sealing(scope)).seal(content, where(wish.id))
    state, upto = "asked" if second else "approved", await journal.head(scope)
    await scope.fetch(
        _ASK, scope.tenant_id, wish.id, state, wants, ids, upto, told_of,
        wish.shown.name.lower(), reason, who.kind, who.id, who.name, now,
    )  # fmt: skip
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    fact = SearchExportAsked(who.id, who.name, len(ids), wants, digest, reason, second)
    _tell(scope, wish.id, fact, who, now)
    for each in wish.deciders if second else ():
        await notices.hand(scope, each, ("export_waits", wish.id), {"found": len(ids)}, now)
    return wish.id


async def _not_too_many(scope: Scope, who: Asker) -> None:
    rows = await scope.fetch(
        "SELECT count(*) AS n FROM gf.search_export WHERE tenant_id = $1 AND asked_by = $2"
        " AND state IN ('asked', 'approved', 'building')",
        scope.tenant_id, who.id,
    )  # fmt: skip
    if rows[0]["n"] >= MOST_OPEN:
        raise TooManyExports


async def decide(scope: Scope, export_id: UUID, who: Asker, now: datetime, *, yes: bool) -> None:
    """Approve or refuse what somebody else asked for.

    Raises ``NotFound``, :class:`OwnExport` and :class:`ExportNotOpen`.
    """
    row = await one(scope, export_id, who)
    if row["asked_by"] == who.id:
        raise OwnExport
    state = "approved" if yes else "refused"
    try:
        decided = await scope.fetch(_DECIDE, scope.tenant_id, export_id, state, who.id, who.name, now)
    except asyncpg.CheckViolationError as error:
        raise OwnExport from error
    if not decided:
        raise ExportNotOpen
    _tell(scope, export_id, SearchExportDecided(state, who.id, who.name), who, now)
    if not yes:
        await bell(scope, row, "export_refused", now)


async def cancel(scope: Scope, export_id: UUID, who: Asker, now: datetime) -> str:
    """Stop an export that waits or is built, or discard a built one; return its new state, the same for a second time.

    Raises ``NotFound`` and :class:`ExportNotOpen`.
    """
    row = await one(scope, export_id, who)
    if row["state"] in {"cancelled", "deleted"}:
        return str(row["state"])
    for state, before in (("cancelled", OPEN), ("deleted", ("built",))):
        if await scope.fetch(_END, scope.tenant_id, export_id, state, list(before)):
            fact = (
                SearchExportDecided(state, who.id, who.name)
                if state == "cancelled"
                else SearchExportDeleted("discarded", who.id)
            )
            _tell(scope, export_id, fact, who, now)
            return state
    raise ExportNotOpen


async def fetch(
    scope: Scope, export_id: UUID, reader: tuple[Asker, Shown], now: datetime, *, begins: bool
) -> Mapping[str, Any]:
    """Let a built export be fetched; its beginning is a fact. Raises ``NotFound`` and :class:`ExportNotOpen`.

    Nobody gets more of numbers than it may see now, whatever whoever asked might see.
    """
    who, shown = reader
    row = await one(scope, export_id, who)
    if row["state"] != "built" or row["expires_at"] <= now or Shown[row["shown"].upper()] > shown:
        raise ExportNotOpen
    if begins:
        await scope.fetch(_FETCH, scope.tenant_id, export_id, now)
        _tell(scope, export_id, SearchExportFetched(who.id, who.name), who, now)
    return row


async def one(scope: Scope, export_id: UUID, who: Asker) -> Mapping[str, Any]:
    """Return one export: who does not see all sees its own. Raises ``NotFound``."""
    rows = await scope.fetch(_SHOWN + " AND id = $2", scope.tenant_id, export_id)
    if not rows or not (who.every or rows[0]["asked_by"] == who.id):
        raise NotFound
    return rows[0]


async def page(scope: Scope, who: Asker, *, after: UUID | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Return exports, newest first, each with its open description (``told_of``)."""
    rows = await scope.fetch(_SHOWN + _PAGE, scope.tenant_id, who.every, who.id, after, limit)
    return await described(scope, rows)


async def described(scope: Scope, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return exports with what they say of themselves. Raises ``KeysAway``."""
    if not rows:
        return []
    return await vault.opened(
        scope,
        lambda keys: [
            {**row, "id": str(row["id"]), "told_of": orjson.loads(keys.open(row["told_of"], where(row["id"])))}
            for row in rows
        ],
    )


async def bell(scope: Scope, row: Mapping[str, Any], kind: str, now: datetime) -> None:
    """Tell whoever asked, if it is a person: ``export_ready``, ``export_failed`` or ``export_refused``."""
    if row["asked_kind"] == "user":
        await notices.hand(scope, row["asked_by"], (kind, UUID(str(row["id"]))), {"found": row["found"]}, now)


def _tell(scope: Scope, export_id: UUID, fact: Payload, who: Asker, now: datetime) -> None:
    journal.append(scope, fact, subject=export_id, at=now, actor=Actor(who.kind, who.id))
