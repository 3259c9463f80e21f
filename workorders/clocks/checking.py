"""The clocks are what the journal says: folded once more from its facts, and compared with the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from journal import service as journal
from journal.core.facts import Fact
from kit.db import Scope
from workorders import schemas
from workorders.clocks import rows
from workorders.clocks.keeping import CENTRE, is_entry, standing
from workorders.clocks.plans import plans_of
from workorders.core.agreed import Plan
from workorders.core.clock import Clocks
from workorders.core.clocks import caught_up, follow
from workorders.core.owing import entry_at, entry_of
from workorders.service.rows import find


def fold(facts: Iterable[Fact], plans: Sequence[Plan]) -> tuple[Clocks, datetime | None]:
    """Return the clocks after these facts about a work order, from its creation on, and when the last one was."""
    clocks: Clocks = {}
    last: datetime | None = None
    for fact in facts:
        if is_entry(fact.data):
            before = standing(fact.kind, fact.at, fact.data, last or fact.at)
            clocks, _ = follow(clocks, before, entry_of(fact.kind, fact.at, fact.data), plans)
            last = fact.at
    return clocks, last


async def differences(scope: Scope, work_order_id: UUID, now: datetime) -> Mapping[str, tuple[Any, Any]]:
    """Return each clock whose row is not what the journal says, as (row, journal), both brought forward to now.

    Empty when they agree. The journal must still hold the work order's first fact. Raises :class:`NotFound`.
    """
    row = await find(scope, work_order_id, CENTRE)
    order = schemas.work_order(row)
    stored = (await rows.read(scope, [work_order_id]))[work_order_id]
    plans = await plans_of(scope, now, oldest=1)
    told, last = fold(await journal.history(scope, work_order_id), plans)
    found, wanted = (
        caught_up(clocks, entry_at(now, order, since=since), plans, now)[0]
        for clocks, since in ((stored, row["updated_at"]), (told, last))
    )
    return {m.value: (found.get(m), wanted.get(m)) for m in {*found, *wanted} if found.get(m) != wanted.get(m)}
