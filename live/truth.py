"""The board is what the journal says: looked up at the end of every interval, by ways that share as little as can be.

Three boards of the same fact are compared: the one that watchers get (from the newest keyframe), one from the keyframe
before that, so that the newest is proved by the facts themselves, and today's figures as PostgreSQL counts them; then
its conversations, with the rows in which the switchboard recorded them. A difference is a fact that the client reads
too, an alert to the outsourcer's supervisors, and what was wrong is thrown away: keyframes are made anew from older
ones, and every feed opens its board again when it reads the fact. Rows are never thrown away: what differs from them
once more, on a board that was made anew, stays an alert until somebody has looked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import structlog

from journal import cuts
from journal import service as journal
from journal.core.facts import SYSTEM
from kit.db import Plane, Scope
from live import metrics
from live.core.apply import apply
from live.core.board import Board, Changes
from live.core.difference import MOST_NAMED, counted, differences
from live.core.stored import StoredCall, rows_differing
from live.facts import BoardAgreed, BoardDiffered
from live.keyframes import Opened, Watched, nearest, older

INTERVAL = timedelta(minutes=15)
FIGURES = ("offered", "answered", "abandoned", "waiting")
PAGE = 1000
_LOOK_BACK = timedelta(days=1)
"""Interactions that began earlier are none of today's, unless somebody waited for a day."""

log = structlog.get_logger()

_SINCE = """
SELECT coalesce(max(seq), 0) AS seq FROM gf.board_keyframe WHERE tenant_id = $1 AND at < $2
"""
_COUNT = """
WITH facts AS (
  SELECT seq, subject, kind, at, data FROM gf.journal WHERE tenant_id = $1 AND seq > $2 AND kind = ANY($5::text[])
), each AS (
  SELECT subject,
    min(seq) FILTER (WHERE kind = 'InteractionStarted') AS started,
    min(seq) FILTER (WHERE kind = 'TaskOpened') AS task,
    min(seq) FILTER (WHERE kind = 'InteractionQueued') AS queued,
    min(at) FILTER (WHERE kind = 'InteractionQueued') AS queued_at,
    max(seq) FILTER (WHERE kind = 'InteractionQueued') AS queued_again,
    min(seq) FILTER (WHERE kind = 'InteractionConnected') AS connected,
    min(seq) FILTER (WHERE kind = 'InteractionAbandoned' AND data ->> 'queue_id' IS NOT NULL) AS abandoned,
    min(seq) FILTER (WHERE kind = 'CallbackRequested') AS callback,
    max(seq) FILTER (WHERE kind IN ('InteractionConnected', 'InteractionAbandoned', 'InteractionDequeued',
      'InteractionEnded')) AS over
  FROM facts GROUP BY subject
), today AS (
  SELECT * FROM each WHERE started IS NOT NULL AND task IS NULL AND queued IS NOT NULL
    AND (connected IS NULL OR connected > queued) AND (queued_at AT TIME ZONE $3)::date = $4
)
SELECT (SELECT max(seq) FROM gf.journal WHERE tenant_id = $1) AS head,
  (SELECT count(*) FROM today) AS offered,
  (SELECT count(*) FROM today WHERE connected IS NOT NULL) AS answered,
  (SELECT count(*) FROM today WHERE abandoned IS NOT NULL AND (connected IS NULL OR connected > abandoned)
    AND (callback IS NULL OR callback > abandoned)) AS abandoned,
  (SELECT count(*) FROM each WHERE started IS NOT NULL AND queued IS NOT NULL
    AND (task IS NULL OR connected IS NOT NULL) AND (over IS NULL OR over < queued_again)) AS waiting
"""
_KINDS = ("InteractionStarted", "TaskOpened", "InteractionQueued", "InteractionConnected", "InteractionAbandoned",
          "InteractionDequeued", "InteractionEnded", "CallbackRequested")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """What was wrong: ``source`` is keyframe, figures, rows or feed; ``differing`` names it."""

    source: str
    seq: int
    differing: tuple[str, ...]


def closed_at(now: datetime) -> datetime:
    """Return the end of the interval that closed last (quarter hours of UTC; every zone in use agrees with them)."""
    return now - (now - datetime(1970, 1, 1, tzinfo=UTC)) % INTERVAL


ReadRows: TypeAlias = Callable[[Scope, Iterable[str]], Awaitable[tuple[int, dict[str, StoredCall]]]]
"""Reads the rows of the interactions named and of all that go on, by id, and the number of the newest fact in them."""


async def check(plane: Plane, watched: Watched, now: datetime, rows: ReadRows) -> Finding | None:
    """Compare, and heal what differs; None: everything agrees, or nothing happened in the interval that closed."""
    async with plane.transaction(watched.tenant_id) as scope:
        if not await _is_busy(scope, closed_at(now)):
            return None
        shown, base = await nearest(scope, watched), await older(scope, watched)
        told = await figures(scope, watched, now, shown.board)
    head = told["head"]
    board = await project(plane, watched, shown, head, now)
    truth = await project(plane, watched, base, head, now)
    differing, source = differences(board, truth), "keyframe"
    if not differing:
        differing, source = counted(truth, told, FIGURES), "figures"
    if not differing:
        head, differing = await _beside_rows(plane, watched, truth, rows, now)
        source = "rows"
    if not differing:
        if truth.differed_at:
            await _tell(plane, watched, BoardAgreed(seq=head), now)
        return None
    finding = Finding(source, head, tuple(differing))
    if source != "rows" or not truth.differed_at:  # a board that was made anew and still differs is not what is wrong
        await heal(plane, watched, finding, base.base if source == "keyframe" else 0, now)
    return finding


async def _beside_rows(
    plane: Plane, watched: Watched, board: Board, rows: ReadRows, now: datetime
) -> tuple[int, list[str]]:
    """Return the newest fact in the rows, and what the board, taken so far, shows otherwise than they do."""
    async with plane.transaction(watched.tenant_id) as scope:
        head, stored = await rows(scope, list(board.calls))
    await project(plane, watched, Opened(board, now), head, now)
    return head, rows_differing(board, stored)[:MOST_NAMED]


async def project(plane: Plane, watched: Watched, opened: Opened, upto: int, now: datetime) -> Board:
    """Return a board as of the fact ``upto``, today."""
    board = opened.board
    while board.seq < upto:
        async with plane.transaction(watched.tenant_id) as scope:
            facts = await journal.stored(scope, after=board.seq, limit=min(PAGE, upto - board.seq))
        if not facts:
            break
        for fact in facts:
            apply(board, fact)
    board.begin_day(now, Changes())
    return board


async def compare(plane: Plane, watched: Watched, board: Board, now: datetime) -> Finding | None:
    """Compare a feed's own board with one from the stored journal, of the same fact; tell of a difference."""
    async with plane.transaction(watched.tenant_id) as scope:
        base = await nearest(scope, watched)
        begin = await cuts.newest(scope)
    if base.board.seq > board.seq or (begin is not None and not base.base):
        return None  # nothing older is kept that could be compared
    truth = await project(plane, watched, base, board.seq, now)
    differing = differences(board, truth)
    if not differing:
        return None
    finding = Finding("feed", board.seq, tuple(differing))
    await heal(plane, watched, finding, None, now)
    return finding


async def heal(plane: Plane, watched: Watched, finding: Finding, keep: int | None, now: datetime) -> None:
    """Drop the keyframes after ``keep`` (None: they are right), and tell: every feed opens its board again."""
    metrics.DIFFERED.inc()
    log.error("board_differed", tenant_id=str(watched.tenant_id), source=finding.source, seq=finding.seq,
              differing=finding.differing)  # fmt: skip
    if keep is not None:
        async with plane.transaction(watched.tenant_id) as scope:
            await scope.fetch("DELETE FROM gf.board_keyframe WHERE tenant_id = $1 AND seq > $2", scope.tenant_id, keep)
    fact = BoardDiffered(source=finding.source, seq=finding.seq, differing=list(finding.differing))
    await _tell(plane, watched, fact, now)


async def _tell(plane: Plane, watched: Watched, fact: BoardDiffered | BoardAgreed, now: datetime) -> None:
    async with plane.transaction(watched.tenant_id) as scope:
        journal.append(scope, fact, subject=watched.tenant_id, at=now, actor=SYSTEM)


async def _is_busy(scope: Scope, closed: datetime) -> bool:
    """Whether the interval that closed has facts in it."""
    rows = await scope.fetch(
        "SELECT at FROM gf.journal WHERE tenant_id = $1 AND at >= $2 ORDER BY seq DESC LIMIT 1",
        scope.tenant_id, closed - INTERVAL,
    )  # fmt: skip
    return bool(rows)


async def figures(scope: Scope, watched: Watched, now: datetime, board: Board) -> dict[str, int]:
    """Return today's figures as the database counts them, and ``head``, the last fact that they hold.

    Facts are read from a day before midnight on, and from before whatever is still going on by ``board``.
    """
    day = now.astimezone(ZoneInfo(watched.zone)).date()
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(watched.zone))
    oldest = min((call.started_at for call in board.calls.values() if call.state != "ended"), default=None)
    begin = midnight - _LOOK_BACK
    if oldest is not None:
        begin = min(begin, datetime.fromtimestamp(oldest / 1000, UTC))
    since = (await scope.fetch(_SINCE, scope.tenant_id, begin))[0]["seq"]
    (row,) = await scope.fetch(_COUNT, scope.tenant_id, since, watched.zone, day, list(_KINDS))
    return {name: int(row[name] or 0) for name in ("head", *FIGURES)}
