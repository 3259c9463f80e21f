"""The clocks of work orders as they stand now: computed at each read, whatever the worker has told so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kit.db import Scope
from workorders.clocks import rows
from workorders.clocks.plans import plans_of
from workorders.clocks.schemas import clock_of, spans_of
from workorders.core.agreed import Metric
from workorders.core.clocks import caught_up
from workorders.core.owing import Entry, entry_at
from workorders.core.states import Side


async def clocks_of(
    scope: Scope, orders: Sequence[Mapping[str, Any]], now: datetime, *, spans: bool = False
) -> dict[str, list[dict[str, Any]]]:
    """Return the clocks of each of these documents of work orders, by its id; ``spans``: with when they ran."""
    found = await rows.read(scope, [UUID(order["id"]) for order in orders])
    oldest = rows.oldest_of(found.values())
    if oldest is None:
        return {order["id"]: [] for order in orders}
    plans, shown = await plans_of(scope, now, oldest), {}
    for order in orders:
        clocks, _ = caught_up(found[UUID(order["id"])], _standing(order, now), plans, now)
        requester = Side(order["requester_side"])
        shown[order["id"]] = [
            {**clock_of(clocks[metric], plans, now, requester)}
            | ({"intervals": spans_of(clocks[metric]), "agreed_version": clocks[metric].version} if spans else {})
            for metric in Metric
            if metric in clocks
        ]
    return shown


def _standing(order: Mapping[str, Any], now: datetime) -> Entry:
    return entry_at(now, order, since=datetime.fromisoformat(order["updated_at"]))
