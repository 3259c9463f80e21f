"""What a threshold would have raised within the last day, from the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from journal import service as journal
from journal.core.facts import Fact
from kit.clock import millis
from kit.db import Plane
from live.core.board import Changes
from live.core.figures import LONGEST_S, Watch
from live.core.rehearsal import Rehearsal
from live.core.tasks import ms
from live.core.thresholds import Reading, Rule
from live.service import PAGE, Watched
from live.thresholds.replay import follow, watch_from

DAY = timedelta(hours=24)
MOST_FACTS = 200_000
"""A busier day is looked at only so far back from its beginning; the answer says so."""


@dataclass(slots=True)
class Preview:
    """The rehearsal, and up to when it got (None: to now)."""

    rehearsal: Rehearsal
    upto: datetime | None = None


async def preview(plane: Plane, watched: Watched, rule: Rule, now: datetime) -> Preview:
    """Rehearse a rule over the last 24 hours."""
    since = now - DAY
    async with plane.transaction(watched.tenant_id) as scope:
        watch = await watch_from(scope, watched, since - timedelta(seconds=LONGEST_S))
    made, taken = Preview(Rehearsal(replace(rule, enabled=True, repeat_s=0), millis(since))), 0
    while True:
        async with plane.transaction(watched.tenant_id) as scope:
            facts = await journal.stored(scope, after=watch.board.seq, limit=PAGE)
        await asyncio.to_thread(_page, made.rehearsal, watch, facts)
        taken += len(facts)
        if len(facts) < PAGE:
            break
        if taken >= MOST_FACTS:
            made.upto = facts[-1].at
            return made
    await asyncio.to_thread(made.rehearsal.until, watch, millis(now), ends=True)
    return made


def _page(rehearsal: Rehearsal, watch: Watch, facts: Sequence[Fact]) -> None:
    for fact in facts:
        rehearsal.until(watch, ms(fact.at))
        watch.take(fact)


@dataclass(frozen=True, slots=True)
class Values:
    """What the rules' figures are at this moment, by rule id."""

    readings: dict[str, Sequence[Reading]] = field(default_factory=dict)


async def values(plane: Plane, watched: Watched, rules: Sequence[Rule], now: datetime) -> Values:
    """Compute the figures of these rules as the worker does."""
    if not rules:
        return Values()
    back = timedelta(seconds=LONGEST_S if any(rule.window_s for rule in rules) else 0)
    async with plane.transaction(watched.tenant_id) as scope:
        watch = await watch_from(scope, watched, now - back)
    await follow(plane, watched, watch)
    watch.board.begin_day(now, Changes())
    return Values({rule.id: watch.readings(rule, millis(now)) for rule in rules})
