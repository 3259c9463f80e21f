"""A board of any past second: the nearest keyframe before it, and the facts after that, by the code of the live board.

What "at" means: the journal's order is never changed. A board at a moment holds every fact up to the first one that is
later than it, those of the very moment included; a fact that was recorded late is seen from the moment of the fact
before it, when the live board showed it too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from journal import cuts
from journal import service as journal
from journal.core.facts import Fact
from kit.db import Plane, Scope
from live.core import view
from live.core.apply import apply
from live.core.board import Board, Changes
from live.errors import MomentAhead, MomentGone, PastNotReady
from live.feed import LATE
from live.keyframes import Opened, Watched, nearest
from live.service import open_board

PAGE = 500
MOST_FACTS = 50_000
"""So many facts are read for one board: more lie in between only while its keyframes are being made."""

_FIRST = "SELECT at FROM gf.journal WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT 1"


async def begins(scope: Scope) -> datetime | None:
    """Return the moment of the first fact that is kept; None: there is none."""
    cut = await cuts.newest(scope)
    rows = await scope.fetch(_FIRST, scope.tenant_id, cut.seq if cut else 0)
    return rows[0]["at"] if rows else None


@dataclass(slots=True)
class Past:
    """A board that goes along the journal: ``at`` is the moment that it shows. Facts are read ahead, one page."""

    plane: Plane
    watched: Watched
    opened: Opened
    _ahead: deque[Fact] = field(default_factory=deque)

    @property
    def board(self) -> Board:
        """Return the board as of the moment reached."""
        return self.opened.board

    async def go(self, at: datetime, most: int = MOST_FACTS) -> Changes:
        """Go on to a later moment; return what changed. Raises :class:`PastNotReady` after ``most`` facts."""
        changes, taken = Changes(), 0
        while True:
            while self._ahead and max(self._ahead[0].at, self.opened.at) <= at:
                fact = self._ahead.popleft()
                changes.add(apply(self.board, fact))
                self.opened.at = max(self.opened.at, fact.at)
                taken += 1
            if self._ahead or not await self._read():
                break
            if taken > most:
                raise PastNotReady
        self.board.begin_day(at - LATE, changes)  # as the live board, which waits for what is recorded late
        return changes

    async def _read(self) -> bool:
        async with self.plane.transaction(self.watched.tenant_id) as scope:
            self._ahead.extend(await journal.stored(scope, after=self.board.seq, limit=PAGE))
        return bool(self._ahead)


async def past_at(plane: Plane, watched: Watched, at: datetime, now: datetime) -> Past:
    """Return the board of a moment, ready to go on from there.

    Raises :class:`MomentAhead`, :class:`MomentGone` and :class:`PastNotReady`.
    """
    if at > now:
        raise MomentAhead
    async with plane.transaction(watched.tenant_id) as scope:
        first = await begins(scope)
        if first is None or at < first:
            raise MomentGone
        past = Past(plane, watched, await nearest(scope, watched, at))
    await past.go(at)
    return past


async def board_at(plane: Plane, watched: Watched, at: datetime, now: datetime) -> Board:
    """Return the board as it was at a moment; raises what :func:`past_at` raises."""
    return (await past_at(plane, watched, at, now)).board


async def names_now(plane: Plane, watched: Watched) -> dict[str, str]:
    """Return the aliases by which the client knows its agents today, by the agent's id."""
    board = await open_board(plane, watched)
    return {seat.agent_id: seat.alias for seat in board.seats.values()}


def rename(board: Board, names: Mapping[str, str]) -> None:
    """Call the agents of a past board as they are called today; one that has gone keeps its name."""
    for seat in board.seats.values():
        seat.alias = names.get(seat.agent_id, seat.alias)


async def document_at(plane: Plane, watched: Watched, at: datetime, now: datetime) -> dict[str, Any]:
    """Return the document of the live feed's snapshot as it was at a moment, agents called as today.

    Contacts are masked as on a live board; the reader's own mask (``live.hub.narrowed``) is the caller's. Raises what
    :func:`past_at` raises.
    """
    board = await board_at(plane, watched, at, now)
    rename(board, await names_now(plane, watched))
    return view.snapshot(board)
