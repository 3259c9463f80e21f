"""Work orders by their status: how many each has, and those that have waited longest, with what may be done next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from kit.db import Scope
from workorders import schemas
from workorders.core.doer import Doer
from workorders.core.states import TERMINAL, Position, Side, Status, takes, waits_for
from workorders.service.filters import clauses_of
from workorders.service.lists import COUNTED, count_orders, step
from workorders.service.rows import COLUMNS
from workorders.service.rules import rules_of
from workorders.service.sealing import opened_orders

OPEN: Final = tuple(status for status in Status if status not in TERMINAL)
"""The statuses from which a work order moves on, in their order."""


@dataclass(frozen=True, slots=True)
class Card:
    """One work order, and the steps that the reader may take with it now."""

    order: dict[str, Any]
    steps: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """Work orders of one status: how many there are, and the oldest of them."""

    status: Status
    count: int
    """At most :data:`COUNTED` is said."""
    cards: list[Card]


async def columns(scope: Scope, doer: Doer, limits: Mapping[Status, int], now: datetime) -> list[Column]:
    """Return a column for each status in ``limits``, with at most so many cards, the longest waiting first."""
    reopen = (await rules_of(scope)).reopen
    made = []
    for status, limit in limits.items():
        clauses = await clauses_of(scope, {"status": status.value}, doer)
        where = " AND ".join(clauses.found)
        rows = await scope.fetch(
            f"SELECT {COLUMNS} FROM gf.work_order WHERE {where} ORDER BY id LIMIT {int(limit)}",  # noqa: S608 - ours
            *clauses.values,
        )
        orders = [schemas.work_order(row) for row in await opened_orders(scope, rows)]
        cards = [Card(order, _steps(row, doer, reopen, now)) for row, order in zip(rows, orders, strict=True)]
        many = len(cards) == limit
        count = await count_orders(scope, {"status": status.value}, doer) if many else len(cards)
        made.append(Column(status, COUNTED if count is None else count, cards))
    return made


def _steps(row: Mapping[str, Any], doer: Doer, reopen: timedelta, now: datetime) -> list[dict[str, Any]]:
    position = Position(Status(row["status"]), Side(row["requester_side"]), row["resolved_at"], reopen)
    return [step(to, position.status, waits_for(position.requester)) for to in takes(position, doer.side, now)]
