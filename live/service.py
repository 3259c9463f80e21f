"""The live board from the database: opened from its newest keyframe and brought up to date."""

from __future__ import annotations

from journal import service as journal
from kit.db import AccessibleTenantId, Plane
from live.core.apply import apply
from live.core.board import Board, Changes
from live.keyframes import Watched, nearest

PAGE = 1000

__all__ = ["Watched", "catch_up", "open_board"]


async def open_board(plane: Plane, watched: Watched) -> Board:
    """Return the tenant's board as of the newest fact."""
    async with plane.transaction(watched.tenant_id) as scope:
        board = (await nearest(scope, watched)).board
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
