"""Moves that nobody is carrying out: their mover died, or met an error. They are taken up by themselves.

Whoever holds the lock of a move carries it out; a lock that is free says that nobody does, wherever the mover was. The
server frees it when the mover's connection ends, and by itself when the machine is gone (``placements.tables.settle``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import structlog

from placements import service
from placements.core.steps import Care, Standing, Step
from placements.errors import MoveRefused
from placements.ledger import SHARED
from placements.move import Report
from placements.service import House, Order
from tenants.access import for_system

BY = "glassfloor mover"
_CONNECT_S = 10

_STANDING = """
SELECT id, tenant_id, kind, step, progress::text AS progress,
  clock_timestamp() - started_at AS begun,
  clock_timestamp() - (progress->'failed'->>'at')::timestamptz AS failed_ago
FROM control.move WHERE outcome IS NULL
  AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('move ' || tenant_id::text, 0))
ORDER BY closed_at NULLS LAST
"""
_FAILED = """
UPDATE control.move SET progress = progress || jsonb_build_object('failed',
  jsonb_build_object('times', $2::int, 'at', clock_timestamp())) WHERE id = $1
"""

log = structlog.get_logger(__name__)


async def take_up(house: House) -> int:
    """Look once at every move that stands still, and do what is due; return how many were touched.

    Of several callers at once one wins each move. What stops a move is logged and written down, not raised; a control
    plane that is away raises what asyncpg raises.
    """
    control = await asyncpg.connect(house.migrator, timeout=_CONNECT_S)
    try:
        rows = await control.fetch(_STANDING)
    finally:
        await control.close()
    done = await asyncio.gather(*(_care_for(house, dict(row)) for row in rows))
    return sum(done)


async def _care_for(house: House, row: Mapping[str, Any]) -> bool:
    failed = orjson.loads(row["progress"]).get("failed", {})
    standing = Standing(
        Step(row["step"]), failed.get("times", 0), row["failed_ago"] or timedelta(), row["begun"],
        needs_address=row["kind"] != SHARED,
    )  # fmt: skip
    order = Order(for_system(row["tenant_id"], "move"), BY)
    if standing.care is Care.WAIT:
        return False
    log.warning("move_taken_up", tenant_id=str(row["tenant_id"]), step=standing.step, care=standing.care)
    try:
        if standing.care is Care.GIVE_UP:
            await service.give_up(house, order)
        else:
            await service.move(house, order, Report())
    except MoveRefused as refusal:  # another one was faster, or it cannot go on without a person
        log.info("move_not_taken_up", tenant_id=str(row["tenant_id"]), reason=str(refusal))
        return False
    except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again later
        log.warning("move_failed", tenant_id=str(row["tenant_id"]), error=repr(error))
        await _note(house, row["id"], standing.failures + 1)
    return True


async def _note(house: House, move_id: UUID, failures: int) -> None:
    control = await asyncpg.connect(house.migrator, timeout=_CONNECT_S)
    try:
        await control.execute(_FAILED, move_id, failures)
    finally:
        await control.close()
