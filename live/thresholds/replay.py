"""A client's board and its last hour as of some moment, from a stored keyframe and the journal after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from journal import service as journal
from journal.core.facts import Fact
from kit.db import Plane, Scope
from live.core.figures import Watch
from live.core.tasks import ms
from live.keyframes import nearest
from live.service import PAGE, Watched


async def watch_from(scope: Scope, watched: Watched, at: datetime) -> Watch:
    """Return what is known as of the newest keyframe that is not after ``at``, or of the journal's beginning."""
    opened = await nearest(scope, watched, at)
    return Watch(opened.board, ms(opened.at))


def _nothing(_fact: Fact) -> None:
    """Do nothing before a fact."""


async def follow(plane: Plane, watched: Watched, watch: Watch, before: Callable[[Fact], None] = _nothing) -> None:
    """Take every fact that is newer; ``before`` sees each first."""
    while True:
        async with plane.transaction(watched.tenant_id) as scope:
            facts: Sequence[Fact] = await journal.stored(scope, after=watch.board.seq, limit=PAGE)
        for fact in facts:
            before(fact)
            watch.take(fact)
        if len(facts) < PAGE:
            return
