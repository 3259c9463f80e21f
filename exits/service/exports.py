"""Exports that the client asks for itself: one manager asks, another one approves, the worker builds, they fetch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from exits.errors import ExportNotOpen, ExportUnderWay, OwnExport
from exits.facts import ExportApproved, ExportAsked, ExportFetched, ExportRefused
from journal import service as journal
from journal.core.facts import Actor, Payload
from kit.db import Scope
from kit.errors import NotFound
from kit.ids import new_id

KEPT = timedelta(days=7)
"""So long an export that was built can be fetched."""

_ASK = """
INSERT INTO gf.export (tenant_id, id, state, asked_by, asked_name, asked_at, recipient)
VALUES ($1, $2, 'asked', $3, $4, $5, (SELECT recipient FROM gf.export_key WHERE tenant_id = $1))
ON CONFLICT (tenant_id) WHERE state IN ('asked', 'approved', 'building') DO NOTHING RETURNING id
"""
_DECIDE = """
UPDATE gf.export SET state = $3, decided_by = $4, decided_name = $5, decided_at = $6
WHERE tenant_id = $1 AND id = $2 AND state = 'asked' RETURNING id
"""
_FETCH = """
UPDATE gf.export SET fetches = fetches + 1, fetched_at = $3
WHERE tenant_id = $1 AND id = $2 AND state = 'built' AND expires_at > $3 RETURNING id, bytes
"""


@dataclass(frozen=True, slots=True)
class Manager:
    """One of the client's managers: id and name."""

    id: str
    name: str


async def ask(scope: Scope, manager: Manager, now: datetime) -> UUID:
    """Ask for an export of everything, encrypted to the key that the client named. Raises :class:`ExportUnderWay`."""
    export_id = new_id()
    if not await scope.fetch(_ASK, scope.tenant_id, export_id, manager.id, manager.name, now):
        raise ExportUnderWay
    _tell(scope, export_id, ExportAsked(str(export_id), manager.id, manager.name), manager, now)
    return export_id


async def approve(scope: Scope, export_id: UUID, manager: Manager, now: datetime) -> None:
    """Let an export be built. Raises :class:`NotFound`, :class:`OwnExport` and :class:`ExportNotOpen`."""
    row = await one(scope, export_id)
    if row["asked_by"] == manager.id:
        raise OwnExport
    try:
        decided = await scope.fetch(_DECIDE, scope.tenant_id, export_id, "approved", manager.id, manager.name, now)
    except asyncpg.CheckViolationError as error:
        raise OwnExport from error
    if not decided:
        raise ExportNotOpen
    _tell(scope, export_id, ExportApproved(str(export_id), manager.id, manager.name), manager, now)


async def refuse(scope: Scope, export_id: UUID, manager: Manager, now: datetime) -> None:
    """Refuse an export, or take back one's own. Raises :class:`NotFound` and :class:`ExportNotOpen`."""
    await one(scope, export_id)
    if not await scope.fetch(_DECIDE, scope.tenant_id, export_id, "refused", manager.id, manager.name, now):
        raise ExportNotOpen
    _tell(scope, export_id, ExportRefused(str(export_id), manager.id, manager.name), manager, now)


async def fetch(scope: Scope, export_id: UUID, manager: Manager, now: datetime, *, begins: bool) -> Mapping[str, Any]:
    """Let a built export be fetched; its beginning is a fact. Raises :class:`NotFound`, :class:`ExportNotOpen`."""
    row = await one(scope, export_id)
    if row["state"] != "built" or row["expires_at"] <= now:
        raise ExportNotOpen
    if begins:
        await scope.fetch(_FETCH, scope.tenant_id, export_id, now)
        _tell(scope, export_id, ExportFetched(str(export_id), manager.id, manager.name), manager, now)
    return row


async def one(scope: Scope, export_id: UUID) -> Mapping[str, Any]:
    """Return one export. Raises :class:`NotFound`."""
    rows = await scope.fetch("SELECT * FROM gf.export WHERE tenant_id = $1 AND id = $2", scope.tenant_id, export_id)
    if not rows:
        raise NotFound
    return rows[0]


async def newest(scope: Scope, limit: int = 10) -> list[dict[str, Any]]:
    """Return the newest exports."""
    rows = await scope.fetch(
        "SELECT * FROM gf.export WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2", scope.tenant_id, limit
    )
    return [dict(row) for row in rows]


def key_of(tenant_id: UUID, export_id: UUID) -> str:
    """Return where a built export lies below the exports folder."""
    return f"t/{tenant_id}/{export_id}.enc"


def where(export_id: UUID | str) -> str:
    """Return where a built export is sealed for."""
    return f"export|archive|{export_id}"


def _tell(scope: Scope, export_id: UUID, fact: Payload, manager: Manager, now: datetime) -> None:
    journal.append(scope, fact, subject=export_id, at=now, actor=Actor("user", manager.id))
