"""Keyframes of a client's board through its whole journal: stored by the worker, found by the time of their fact.

One stands after every :data:`EVERY` facts, always after the same ones, so a board of any moment is at most so many
facts away and a keyframe that is made anew is the same one. ``at`` never falls from one to the next: it is that of the
latest fact so far, so a fact that was recorded late counts from the moment of those before it, as on the live board.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from journal import cuts
from journal import service as journal
from kit.db import AccessibleTenantId, Plane, Scope
from live.core import keyframe
from live.core.apply import apply
from live.core.board import Board
from live.core.carry import restored
from live.core.marks import Scan
from live.core.tasks import ms

EVERY = 1000
PAGES = 20
"""So many keyframes are made for one client before the next one's turn."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_NEAREST = """
SELECT seq, at, packed FROM gf.board_keyframe
WHERE tenant_id = $1 AND version = $2 AND seq >= $3 AND ($4::timestamptz IS NULL OR at <= $4)
ORDER BY at DESC, seq DESC LIMIT 1
"""
_BEFORE = """
SELECT seq, at, packed FROM gf.board_keyframe
WHERE tenant_id = $1 AND version = $2 AND seq >= $3 AND seq < $4 ORDER BY seq DESC LIMIT 1
"""
_STORE = """
INSERT INTO gf.board_keyframe (tenant_id, seq, at, version, packed, marks, kinds)
SELECT $1, $2, $3, $4, $5, $6::jsonb, $7
WHERE $8 = 0 OR EXISTS (SELECT FROM gf.board_keyframe WHERE tenant_id = $1 AND seq = $8 AND version = $4)
ON CONFLICT DO NOTHING RETURNING seq
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """The tenant whose board it is."""

    tenant_id: AccessibleTenantId
    name: str
    zone: str


@dataclass(slots=True)
class Opened:
    """A board as it is stored: ``at`` is that of its latest fact; ``base`` the number of its keyframe, 0: none."""

    board: Board
    at: datetime
    base: int = 0


async def nearest(scope: Scope, watched: Watched, at: datetime | None = None) -> Opened:
    """Return the newest stored board, of at the latest ``at``; before the first keyframe what the journal begins with.

    A keyframe from before a journal's beginning misses facts that are gone, and is not used.
    """
    begin = await cuts.newest(scope)
    gone = begin.seq if begin else 0
    rows = await scope.fetch(_NEAREST, scope.tenant_id, keyframe.VERSION, gone, at)
    if rows:
        stored = orjson.loads(zlib.decompress(rows[0]["packed"]))
        return Opened(keyframe.from_json(stored, watched.name, watched.zone), rows[0]["at"], rows[0]["seq"])
    opened = Opened(Board(watched.name, watched.zone), EPOCH)
    if begin is not None:
        for fact in restored(scope.tenant_id, begin.carried):
            apply(opened.board, fact)
            opened.at = max(opened.at, fact.at)
        opened.board.seq = begin.seq
    return opened


async def older(scope: Scope, watched: Watched) -> Opened:
    """Return the stored board before the newest, by which the newest is proved; without one the journal's beginning."""
    newest = await nearest(scope, watched)
    if not newest.base:
        return newest
    begin = await cuts.newest(scope)
    gone = begin.seq if begin else 0
    rows = await scope.fetch(_BEFORE, scope.tenant_id, keyframe.VERSION, gone, newest.base)
    if rows:
        stored = orjson.loads(zlib.decompress(rows[0]["packed"]))
        return Opened(keyframe.from_json(stored, watched.name, watched.zone), rows[0]["at"], rows[0]["seq"])
    return newest if begin is not None else Opened(Board(watched.name, watched.zone), EPOCH)


async def keep(plane: Plane, watched: Watched, pages: int = PAGES) -> bool:
    """Store the keyframes that are due, oldest first, at most so many; say whether more are."""
    async with plane.transaction(watched.tenant_id) as scope:
        if await journal.head(scope) < await _due(scope):
            return False
        opened = await nearest(scope, watched)
    scan = Scan(opened.board, ms(opened.at))
    for _ in range(pages):
        if not await _keep_next(plane, watched.tenant_id, opened, scan):
            return False
    return True


async def forget(plane: Plane, tenant_id: AccessibleTenantId) -> None:
    """Drop the tenant's keyframes: its boards are made anew from the journal."""
    async with plane.transaction(tenant_id) as scope:
        await scope.fetch("DELETE FROM gf.board_keyframe WHERE tenant_id = $1", scope.tenant_id)


async def forget_before(plane: Plane, tenant_id: AccessibleTenantId) -> None:
    """Drop keyframes from before the journal's beginning."""
    async with plane.transaction(tenant_id) as scope:
        begin = await cuts.newest(scope)
        if begin is not None:
            await scope.fetch(
                "DELETE FROM gf.board_keyframe WHERE tenant_id = $1 AND seq < $2", scope.tenant_id, begin.seq
            )


async def _due(scope: Scope) -> int:
    """Return after which fact the next keyframe is due."""
    rows = await scope.fetch(
        "SELECT max(seq) AS seq FROM gf.board_keyframe WHERE tenant_id = $1 AND version = $2",
        scope.tenant_id, keyframe.VERSION,
    )  # fmt: skip
    begin = await cuts.newest(scope)
    return next_after(max(rows[0]["seq"] or 0, begin.seq if begin else 0))


def next_after(seq: int) -> int:
    """Return the number of the fact after which the next keyframe stands."""
    return (seq // EVERY + 1) * EVERY


async def _keep_next(plane: Plane, tenant_id: AccessibleTenantId, opened: Opened, scan: Scan) -> bool:
    board, upto = opened.board, next_after(opened.board.seq)
    async with plane.transaction(tenant_id) as scope:
        facts = await journal.stored(scope, after=board.seq, limit=upto - board.seq)
    if not facts or facts[-1].seq < upto:
        return False
    for fact in facts:
        scan.take(fact)
        opened.at = max(opened.at, fact.at)
    async with plane.transaction(tenant_id) as scope:
        await scope.fetch(
            "DELETE FROM gf.board_keyframe WHERE tenant_id = $1 AND seq <= $2 AND version < $3",
            scope.tenant_id, upto, keyframe.VERSION,
        )  # fmt: skip
        kept = await scope.fetch(
            _STORE, scope.tenant_id, upto, opened.at, keyframe.VERSION, packed(board),
            orjson.dumps(marks_of(scan)).decode(), ",".join(sorted({mark.kind for mark in scan.marks})), opened.base,
        )  # fmt: skip
    opened.base = upto
    scan.rest()
    return bool(kept)  # not kept: another worker was quicker, or what it was made from was forgotten


def packed(board: Board) -> bytes:
    """Return a board as it is stored."""
    return zlib.compress(orjson.dumps(keyframe.to_json(board)))


def marks_of(scan: Scan) -> dict[str, object]:
    """Return what a scan noted as it is stored beside the board at its end."""
    return {
        "marks": [mark.row() for mark in scan.marks],
        "waiting": {str(quarter): count for quarter, count in scan.waiting.items()},
    }
