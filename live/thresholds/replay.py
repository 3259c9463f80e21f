"""A client's board and its last hour as of some moment, from a stored keyframe and the journal after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import orjson

from journal import cuts
from journal import service as journal
from journal.core.facts import Fact
from kit.clock import millis
from kit.db import Plane, Scope
from live.core import keyframe
from live.core.apply import apply
from live.core.board import Board
from live.core.carry import restored
from live.core.figures import Watch
from live.service import PAGE, Watched

_BEFORE = """
SELECT at, state::text AS state FROM gf.board_keyframe WHERE tenant_id = $1 AND seq >= $2
  AND (state ->> 'version')::int = $4 ORDER BY at <= $3 DESC, CASE WHEN at <= $3 THEN -seq ELSE seq END LIMIT 1
"""
"""The newest one from before the moment; where there is none so old, the oldest."""


async def watch_from(scope: Scope, watched: Watched, at: datetime) -> Watch:
    """Return what is known as of the newest keyframe not after ``at``, or the oldest, or the journal's start."""
    begin = await cuts.newest(scope)
    first = begin.seq if begin else 0
    rows = await scope.fetch(_BEFORE, scope.tenant_id, first, at, keyframe.VERSION)
    if rows:
        board = keyframe.from_json(orjson.loads(rows[0]["state"]), watched.name, watched.zone)
        return Watch(board, millis(rows[0]["at"]))
    board = Board(watched.name, watched.zone)
    if begin is None:
        return Watch(board, 0)
    for fact in restored(scope.tenant_id, begin.carried):
        apply(board, fact)
    board.seq = begin.seq
    return Watch(board, millis(at))


def _nothing(_fact: Fact) -> None:
    """Do nothing before a fact."""


async def follow(
    plane: Plane, watched: Watched, watch: Watch, before: Callable[[Fact], None] = _nothing, *, most: int | None = None
) -> int:
    """Take every fact that is newer; ``before`` sees each first. Return how many; at most about ``most`` of them."""
    taken = 0
    while most is None or taken < most:
        async with plane.transaction(watched.tenant_id) as scope:
            facts: Sequence[Fact] = await journal.stored(scope, after=watch.board.seq, limit=PAGE)
        for fact in facts:
            before(fact)
            watch.take(fact)
        taken += len(facts)
        if len(facts) < PAGE:
            break
    return taken
