"""Boards that are kept between requests: asked for again, one look at the journal for newer facts is all it costs.

Nothing is older for that: each request looks before it is answered. What is made of a board is made again only when a
fact has changed what it shows.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from kit.db import Plane
from live.core import view
from live.core.board import Board, Changes
from live.feed import LATE, narrowed
from live.service import Watched, catch_up, open_board
from tenants.core.masks import Shown

MOST = 200
"""So many clients' boards are kept, the last ones that were asked for."""


@dataclass(slots=True, eq=False)
class Kept:
    """One client's board. ``rows``: as each sees it; ``tags``: what identifies an answer, by who sees it and what."""

    watched: Watched
    board: Board | None = None
    rows: dict[Shown, dict[str, Any]] = field(default_factory=dict)
    tags: dict[tuple[Shown, str], str] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self, plane: Plane, now: datetime) -> Board:
        """Return the board as of now."""
        async with self.lock:
            board, changes = self.board, Changes(whole=True)
            if board is not None:
                self.board = None  # when the look breaks off, what it took already is not to be trusted
                changes = await catch_up(plane, self.watched.tenant_id, board)
            if board is None or changes.wrong:
                board, changes = await open_board(plane, self.watched), Changes(whole=True)
            board.begin_day(now - LATE, changes)
            self.board = board
            if changes:
                self.rows, self.tags = {}, {}
            return board

    def seen(self, board: Board, shown: Shown) -> dict[str, Any]:
        """Return its rows as one sees them who sees so much of contacts' numbers."""
        if shown not in self.rows:
            self.rows[shown] = narrowed(view.snapshot(board), shown)
        return self.rows[shown]


class Boards:
    """Those of a process."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: OrderedDict[UUID, Kept] = OrderedDict()

    def of(self, watched: Watched) -> Kept:
        """Return what is kept of a client; its name or zone of today makes it another."""
        kept = self._kept.get(watched.tenant_id)
        if kept is None or kept.watched != watched:
            kept = self._kept[watched.tenant_id] = Kept(watched)
        self._kept.move_to_end(watched.tenant_id)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return kept
