"""What happened on a client's board, from the marks beside its keyframes and from the facts after the newest one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from journal import service as journal
from kit.clock import millis
from kit.db import Plane
from kit.errors import ValidationFailed
from live.core import keyframe, view
from live.core.apply import QUARTER_MS
from live.core.marks import KINDS, Mark, Scan
from live.core.tasks import ms
from live.errors import MomentAhead, MomentGone, PastNotReady
from live.keyframes import Watched, nearest
from live.rewind import MOST_FACTS, begins, board_at

MOST = 1000
"""So many marks are told at once; a day that has more says so."""
PAGE = 1000
_MS = timedelta(milliseconds=1)
"""A mark is rounded to it, its keyframe is not."""

_ROWS = """
SELECT seq, at, marks::text AS marks FROM gf.board_keyframe
WHERE tenant_id = $1 AND version = $2 AND at >= $3
  AND at <= coalesce((SELECT min(at) FROM gf.board_keyframe WHERE tenant_id = $1 AND version = $2 AND at >= $4), $4)
ORDER BY at, seq
"""
_NEXT = """
SELECT seq, at, marks::text AS marks FROM gf.board_keyframe
WHERE tenant_id = $1 AND version = $2 AND at >= $3 AND string_to_array(kinds, ',') && $4 ORDER BY at, seq LIMIT 20
"""
_BEFORE = """
SELECT seq, at, marks::text AS marks FROM gf.board_keyframe
WHERE tenant_id = $1 AND version = $2 AND string_to_array(kinds, ',') && $4
  AND at <= coalesce((SELECT min(at) FROM gf.board_keyframe WHERE tenant_id = $1 AND version = $2 AND at >= $3), $3)
ORDER BY at DESC, seq DESC LIMIT 20
"""


@dataclass(frozen=True, slots=True)
class Noted:
    """Marks in order, and the most who waited in each quarter hour (ms) in which somebody did."""

    marks: list[Mark]
    waiting: Mapping[int, int]


async def noted(plane: Plane, watched: Watched, since: datetime, until: datetime) -> Noted:
    """Return what is noted from ``since`` on and before ``until``. Raises :class:`PastNotReady`."""
    async with plane.transaction(watched.tenant_id) as scope:
        rows = await scope.fetch(_ROWS, scope.tenant_id, keyframe.VERSION, since - _MS, until)
    marks, waiting = _stored(rows)
    if not rows or rows[-1]["at"] < until:
        scan = await _tail(plane, watched, until)
        marks += scan.marks
        for quarter, count in scan.waiting.items():
            waiting[quarter] = max(count, waiting.get(quarter, 0))
    first, last = millis(since), millis(until)
    return Noted(
        sorted(mark for mark in marks if first <= mark.at < last),
        {at: count for at, count in sorted(waiting.items()) if first - QUARTER_MS < at < last},
    )


async def events_between(
    plane: Plane, watched: Watched, since: datetime, until: datetime, kinds: Sequence[str] = KINDS
) -> list[Mark]:
    """Return the marks of these kinds from ``since`` on and before ``until``, in order, at most :data:`MOST`.

    Raises :class:`PastNotReady`.
    """
    found = (await noted(plane, watched, since, until)).marks
    return [mark for mark in found if mark.kind in kinds][:MOST]


async def event_after(plane: Plane, watched: Watched, at: datetime, kinds: Sequence[str], now: datetime) -> Mark | None:
    """Return the first mark of these kinds after a moment, None: there is none. Raises :class:`PastNotReady`."""
    async with plane.transaction(watched.tenant_id) as scope:
        rows = await scope.fetch(_NEXT, scope.tenant_id, keyframe.VERSION, at - _MS, list(kinds))
    found = [mark for mark in sorted(_stored(rows)[0]) if mark.kind in kinds and mark.at > millis(at)]
    if not found:
        found = [
            mark for mark in (await _tail(plane, watched, now)).marks if mark.kind in kinds and mark.at > millis(at)
        ]
    return min(found, default=None)


async def event_before(
    plane: Plane, watched: Watched, at: datetime, kinds: Sequence[str], now: datetime
) -> Mark | None:
    """Return the last mark of these kinds before a moment, None: there is none. Raises :class:`PastNotReady`."""
    tail = [mark for mark in (await _tail(plane, watched, now)).marks if mark.kind in kinds and mark.at < millis(at)]
    if tail:
        return max(tail)
    async with plane.transaction(watched.tenant_id) as scope:
        rows = await scope.fetch(_BEFORE, scope.tenant_id, keyframe.VERSION, at + _MS, list(kinds))
    return max((mark for mark in _stored(rows)[0] if mark.kind in kinds and mark.at < millis(at)), default=None)


async def day_of(plane: Plane, watched: Watched, on: date | None, now: datetime) -> dict[str, Any]:
    """Return the overview of a day in the client's zone, None: of today; its quarter hours and its marks.

    A quarter hour: ``at`` (ms), ``offered``, the service level's ``num`` and ``den``, ``waiting`` (the most at once).
    Raises :class:`MomentAhead`, :class:`MomentGone` (the day is over before the journal begins), :class:`PastNotReady`.
    """
    day = on or now.astimezone(ZoneInfo(watched.zone)).date()
    since, until = borders(day, watched.zone)
    if since > now:
        raise MomentAhead
    async with plane.transaction(watched.tenant_id) as scope:
        first = await begins(scope)
    if first is None or until <= first:
        raise MomentGone
    last = min(until - timedelta(milliseconds=1), now)
    board = await board_at(plane, watched, max(last, first), now)
    told = await noted(plane, watched, since, min(until, now))
    totals = {each["at"]: each for each in view.totals(board)["intervals"]}
    quarters = [
        {
            "at": at, "waiting": told.waiting.get(at, 0),
            **{name: totals[at][name] if at in totals else 0 for name in ("offered", "num", "den")},
        }
        for at in range(millis(since), millis(until), QUARTER_MS)
    ]  # fmt: skip
    return {
        "day": day.isoformat(), "zone": watched.zone, "from": millis(since), "until": millis(until),
        "begins": millis(first), "now": millis(now), "target_pct": board.formula.target_pct, "quarters": quarters,
        "marks": [_told(mark) for mark in told.marks[:MOST]], "more_marks": max(0, len(told.marks) - MOST),
    }  # fmt: skip


def borders(day: date, zone: str) -> tuple[datetime, datetime]:
    """Return when a day begins and when it is over, in a zone; one of 23 or 25 hours too.

    Raises :class:`ValidationFailed` for the first and the last day of all.
    """
    at = ZoneInfo(zone)
    try:
        begin, end = (datetime.combine(each, time(), at) for each in (day, day + timedelta(days=1)))
        return begin.astimezone(UTC), end.astimezone(UTC)
    except OverflowError as error:
        raise ValidationFailed("no calendar has this day") from error


def _told(mark: Mark) -> dict[str, Any]:
    return {"at": mark.at, "kind": mark.kind, "subject": mark.subject, "name": mark.name}


def _stored(rows: Sequence[Mapping[str, Any]]) -> tuple[list[Mark], dict[int, int]]:
    marks: list[Mark] = []
    waiting: dict[int, int] = {}
    for row in rows:
        stored = orjson.loads(row["marks"])
        marks += [Mark(*each) for each in stored["marks"]]
        for quarter, count in stored["waiting"].items():
            waiting[int(quarter)] = max(count, waiting.get(int(quarter), 0))
    return marks, waiting


async def _tail(plane: Plane, watched: Watched, until: datetime) -> Scan:
    """Scan the facts after the newest keyframe, up to a moment."""
    async with plane.transaction(watched.tenant_id) as scope:
        opened = await nearest(scope, watched)
    scan = Scan(opened.board, ms(opened.at))
    for _ in range(MOST_FACTS // PAGE):
        async with plane.transaction(watched.tenant_id) as scope:
            facts = await journal.stored(scope, after=scan.board.seq, limit=PAGE)
        for fact in facts:
            if max(scan.at, ms(fact.at)) > millis(until):
                scan.pass_time(millis(until))
                return scan
            scan.take(fact)
        if len(facts) < PAGE:
            scan.pass_time(millis(until))
            return scan
    raise PastNotReady
