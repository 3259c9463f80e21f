"""Keep the clocks of a work order in step with its log, and say what happened to them.

In the transaction of each fact its clocks take that entry (:func:`keep`, a reaction); between facts the worker's rounds
bring those forward whose moment has come (:func:`catch_up`). Both hold the work order's row lock, read the clocks under
it and write what was crossed together with its facts: nothing is told twice, and nothing is lost with a process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any, Final
from uuid import UUID

from journal import service as journal
from journal.core.facts import SYSTEM, NewFact
from kit.db import Scope
from workorders import schemas
from workorders.clocks import facts, rows
from workorders.clocks.plans import plans_of
from workorders.clocks.schemas import told_of
from workorders.core.agreed import Plan
from workorders.core.clock import Clocks, Sign, Signal
from workorders.core.clocks import caught_up, follow
from workorders.core.doer import Doer
from workorders.core.owing import Entry, entry_at, entry_of
from workorders.core.states import Side
from workorders.facts import WorkOrderHappened
from workorders.service.rows import find
from workorders.service.telling import counted, tell

CENTRE: Final = Doer(Side.OUTSOURCER, SYSTEM.kind, SYSTEM.id, "")
"""Who tells of clocks: the centre's own software."""
_KINDS: Final[Mapping[Sign, type[WorkOrderHappened]]] = {
    Sign.WARNED: facts.WorkOrderClockWarned,
    Sign.BREACHED: facts.WorkOrderClockBreached,
    Sign.MET: facts.WorkOrderClockMet,
    Sign.PAUSED: facts.WorkOrderClockPaused,
    Sign.RESUMED: facts.WorkOrderClockResumed,
}
_BIRTH: Final = "WorkOrderCreated"


async def keep(scope: Scope, fact: NewFact) -> bool:
    """Let the clocks of a work order take a fact about it. The fact's transaction holds the work order's row."""
    plans = await plans_of(scope, fact.at)
    if not plans:
        return False
    before: Clocks = {} if fact.kind == _BIRTH else (await rows.read(scope, [fact.subject]))[fact.subject]
    oldest, since = rows.oldest_of([before]), fact.at
    if not plans[-1].everywhere:  # it may not have come to this work order yet: what it wants begins with it, not now
        since = await _last_entry_at(scope, fact)
    if since < fact.at or (oldest is not None and oldest < plans[0].version):
        plans = await plans_of(scope, fact.at, oldest, since)
    data = fact.payload.data()
    entry = entry_of(fact.kind, fact.at, data)
    after, signals = follow(before, standing(fact.kind, fact.at, data, since), entry, plans)
    await rows.write(scope, fact.subject, before, after, plans, entry.requester)
    await _say(scope, fact.subject, signals, plans, fact.at)
    return False


async def catch_up(scope: Scope, work_order_id: UUID, now: datetime) -> int:
    """Bring the clocks of a work order forward, whose row the caller has locked; return how much was told."""
    row = await find(scope, work_order_id, CENTRE)
    order, since = schemas.work_order(row), row["updated_at"]
    before = (await rows.read(scope, [work_order_id]))[work_order_id]
    plans = await plans_of(scope, now, rows.oldest_of([before]), since)
    after, signals = caught_up(before, entry_at(now, order, since=since), plans, now)
    await rows.write(scope, work_order_id, before, after, plans, Side(order["requester_side"]))
    await _say(scope, work_order_id, signals, plans, now)
    return len(signals)


def is_entry(data: Mapping[str, Any]) -> bool:
    """Say whether a fact of a work order's journal is an entry of the log that its clocks take."""
    return "work_order" in data and "sla" not in data


def standing(kind: str, at: datetime, data: Mapping[str, Any], since: datetime) -> Entry | None:
    """Return the work order as it was before a fact, from its last entry (``since``) on; None: it was not there."""
    if kind == _BIRTH:
        return None
    was = {field: old for field, (old, _) in data["changes"].items()}
    return entry_at(at, {**data["work_order"], **was}, since=since)


async def _last_entry_at(scope: Scope, fact: NewFact) -> datetime:
    """Return when the entry before this one was; its own moment when it is the first."""
    stored = [each.at for each in await journal.history(scope, fact.subject) if is_entry(each.data)]
    beside = takewhile(lambda each: each is not fact, journal.waiting(scope, fact.subject))
    return max([*stored, *(each.at for each in beside if is_entry(each.payload.data()))], default=fact.at)


async def _say(
    scope: Scope, work_order_id: UUID, signals: Sequence[Signal], plans: Sequence[Plan], now: datetime
) -> None:
    for signal in signals:
        row = await counted(scope, work_order_id, now)
        requester = Side(row["requester_side"])
        tell(scope, _KINDS[signal.sign], row, CENTRE, now, sla=told_of(signal, plans, requester))
