"""Boards from the database: open one from its newest keyframe, bring it up to date, keep a keyframe now and then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import orjson

from journal import cuts
from journal import service as journal
from kit.db import AccessibleTenantId, Plane, Scope
from live.core import keyframe
from live.core.apply import apply
from live.core.board import Board, Changes
from live.core.carry import restored

PAGE = 1000
KEYFRAME_EVERY = 500
"""A keyframe is due after so many facts: opening a board then reads at most about twice as many."""
KEYFRAMES_KEPT = 20


@dataclass(frozen=True, slots=True)
class Watched:
    """The tenant whose board it is."""

    tenant_id: AccessibleTenantId
    name: str
    zone: str


async def open_board(plane: Plane, watched: Watched) -> Board:
    """Return the tenant's board as of the newest fact."""
    async with plane.transaction(watched.tenant_id) as scope:
        begin = await cuts.newest(scope)
        board = await _newest_keyframe(scope, watched, begin.seq if begin else 0) or Board(watched.name, watched.zone)
        if begin is not None and board.seq < begin.seq:
            for fact in restored(scope.tenant_id, begin.carried):
                apply(board, fact)
            board.seq = begin.seq
    await catch_up(plane, watched.tenant_id, board)
    return board


async def catch_up(plane: Plane, tenant_id: AccessibleTenantId, board: Board) -> Changes:
    """Apply every fact that is newer than the board; return what they changed."""
    changes = Changes()
    while True:
        async with plane.transaction(tenant_id) as scope:
            facts = await journal.stored(scope, after=board.seq, limit=PAGE)  # a board shows nothing sealed
        for fact in facts:
            changes.add(apply(board, fact))
        if len(facts) < PAGE:
            return changes


async def keep_keyframe(plane: Plane, watched: Watched, now: datetime) -> bool:
    """Store the board if enough facts came since the newest keyframe; say whether one was stored."""
    async with plane.transaction(watched.tenant_id) as scope:
        rows = await scope.fetch(
            "SELECT coalesce(max(seq), 0) AS seq FROM gf.board_keyframe WHERE tenant_id = $1", scope.tenant_id
        )
        if await journal.head(scope) - rows[0]["seq"] < KEYFRAME_EVERY:
            return False
    board = await open_board(plane, watched)
    async with plane.transaction(watched.tenant_id) as scope:
        await scope.fetch(
            "INSERT INTO gf.board_keyframe (tenant_id, seq, at, state) VALUES ($1, $2, $3, $4::jsonb)"
            " ON CONFLICT DO NOTHING",
            scope.tenant_id, board.seq, now, orjson.dumps(keyframe.to_json(board)).decode(),
        )  # fmt: skip
        await scope.fetch(
            "DELETE FROM gf.board_keyframe WHERE tenant_id = $1 AND seq NOT IN"
            " (SELECT seq FROM gf.board_keyframe WHERE tenant_id = $1 ORDER BY seq DESC LIMIT $2)",
            scope.tenant_id, KEYFRAMES_KEPT,
        )  # fmt: skip
    return True


async def forget_keyframes(plane: Plane, tenant_id: AccessibleTenantId) -> None:
    """Drop the tenant's keyframes: its board is made anew from the journal."""
    async with plane.transaction(tenant_id) as scope:
        await scope.fetch("DELETE FROM gf.board_keyframe WHERE tenant_id = $1", scope.tenant_id)


async def _newest_keyframe(scope: Scope, watched: Watched, begin: int) -> Board | None:
    """Return the newest board that is kept; one from before the journal's beginning misses facts that are gone."""
    rows = await scope.fetch(
        "SELECT state::text AS state FROM gf.board_keyframe WHERE tenant_id = $1 AND seq >= $2"
        " ORDER BY seq DESC LIMIT 1",
        scope.tenant_id, begin,
    )  # fmt: skip
    stored = orjson.loads(rows[0]["state"]) if rows else None
    if stored is None or stored["version"] != keyframe.VERSION:
        return None
    return keyframe.from_json(stored, watched.name, watched.zone)
