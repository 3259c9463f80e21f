"""The maps of connections: versioned, total, and what waited for one goes on when it is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from exchange.adapters.chosen import ADAPTERS, STARTING
from exchange.core.maps import TOLD, Map, gaps, gaps_outward
from exchange.core.outgoing import Words
from exchange.errors import MapNotTotal
from exchange.facts import ConnectionMapped
from exchange.schemas import MapBody, MappedField, MappedStatus, OutWord
from exchange.service import rows
from exchange.service.agreements import By
from exchange.service.rows import Row
from journal import service as journal
from kit import outbox
from kit.db import Scope
from kit.errors import Detail
from kit.ids import new_id

_NEWEST = """
SELECT version, content::text AS content, made_name, made_at FROM gf.exchange_map
WHERE tenant_id = $1 AND connection = $2 ORDER BY version DESC LIMIT 1
"""
_MAKE = """
INSERT INTO gf.exchange_map (tenant_id, id, connection, version, content, made_by, made_name, made_at)
VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8)
"""
_GO_ON = """
UPDATE gf.exchange_inbox SET state = 'received', needs = NULL
WHERE tenant_id = $1 AND connection = $2 AND state = 'needs_mapping' RETURNING id
"""


async def in_force(scope: Scope, row: Row) -> Map:
    """Return the map that a connection's messages are read by: its newest, or what its kind of system begins with."""
    found = await scope.fetch(_NEWEST, scope.tenant_id, row["code"])
    starting = STARTING[row["adapter"]]
    if not found:
        return starting
    chosen = MapBody.model_validate_json(found[0]["content"]).map(found[0]["version"])
    return chosen if chosen.outward is not None else replace(chosen, outward=starting.outward)


def shown(chosen: Map) -> dict[str, Any]:
    """Return a map as the API shows it."""
    statuses = [
        {"status": name, "to": row.to, "pending_on": row.pending_on, "resolution_code": row.code}
        for name, row in chosen.statuses.items()
    ]
    fields = [
        {"to": row.to, "path": row.path, "constant": row.constant, "values": dict(row.values) if row.values else None}
        for row in chosen.fields
    ]
    return {"version": chosen.version, "status_map": statuses, "field_map": fields, "out_map": _out(chosen.outward)}


def _out(words: Words | None) -> list[dict[str, str]] | None:
    if words is None:
        return None
    theirs = {"status": words.statuses, "priority": words.priorities}
    return [
        {"of": what, "ours": ours, "theirs": theirs[what].get(ours, "")}
        for what, known in TOLD.items()
        for ours in known
    ]


def check(body: MapBody, adapter: str) -> Map:
    """Return the map as version 0. Raises :class:`MapNotTotal` with each gap."""
    known: Iterable[str] = ADAPTERS[adapter].statuses
    statuses = [(each.status, each.row()) for each in body.status_map]
    found = gaps(statuses, [each.row() for each in body.field_map], known)
    if body.out_map is not None:
        found += gaps_outward((each.of, each.ours) for each in body.out_map)
    if found:
        raise MapNotTotal(errors=tuple(Detail(gap.pointer, gap.code, gap.what) for gap in found))
    return body.map(0)


async def put(scope: Scope, code: str, body: MapBody, by: By, name: str, now: datetime) -> Map:
    """Put a new version in force and let go on what waited for it. Raises ``NotFound`` and :class:`MapNotTotal`."""
    row = await rows.locked(scope, code)
    check(body, row["adapter"])
    newest = await scope.fetch(_NEWEST, scope.tenant_id, code)
    version = newest[0]["version"] + 1 if newest else 1
    content = orjson.dumps(body.model_dump(mode="json")).decode()
    await scope.fetch(_MAKE, scope.tenant_id, new_id(), code, version, content, by.actor.id, name, now)
    fact = ConnectionMapped(connection=code, version=version)
    journal.append(scope, fact, subject=row["connection_id"], at=now, actor=by.actor)
    for waiting in await scope.fetch(_GO_ON, scope.tenant_id, code):
        await outbox.add(scope, "exchange.process", {"subject": str(waiting["id"])})
    return body.map(version)


def body_of(chosen: Map) -> MapBody:
    """Return a map as it is edited."""
    parts = shown(chosen)
    return MapBody(
        status_map=[MappedStatus(**each) for each in parts["status_map"]],
        field_map=[MappedField(**each) for each in parts["field_map"]],
        out_map=None if parts["out_map"] is None else [OutWord(**each) for each in parts["out_map"]],
    )
