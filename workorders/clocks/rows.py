"""Clocks as rows: read and written whole, by work order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from kit.db import Scope
from workorders.core.agreed import Metric, Plan, owed_by
from workorders.core.clock import Clock, Clocks, State, hours_of
from workorders.core.clocks import version_of
from workorders.core.states import Side

_KEPT = "policy, plan, target, begun, halted, cycle, paused_for, ended, ended_at, breached_at, breaches, told"
_READ = f"""
SELECT work_order_id, metric, {_KEPT} FROM gf.work_order_clock WHERE tenant_id = $1 AND work_order_id = ANY($2::uuid[])
"""  # noqa: S608 - our own constants
_ALL = f"{_KEPT}, owed_by, state, due_at, next_warning_at"
_WRITE = f"""
INSERT INTO gf.work_order_clock (tenant_id, work_order_id, metric, {_ALL})
SELECT $1, $2, c.metric, {", ".join(f"c.{name.strip()}" for name in _ALL.split(","))}
FROM jsonb_to_recordset($3::jsonb) AS c(metric text, policy text, plan int, target interval, begun timestamptz[],
  halted timestamptz[], cycle int, paused_for text, ended text, ended_at timestamptz, breached_at timestamptz,
  breaches int, told int, owed_by text, state text, due_at timestamptz, next_warning_at timestamptz)
ON CONFLICT (tenant_id, work_order_id, metric) DO UPDATE
SET {", ".join(f"{name.strip()} = excluded.{name.strip()}" for name in _ALL.split(","))}
"""  # noqa: S608 - our own constants


async def read(scope: Scope, work_order_ids: Sequence[UUID]) -> dict[UUID, Clocks]:
    """Return the clocks of these work orders as they were left; one without any has an empty mapping."""
    found: dict[UUID, dict[Metric, Clock]] = {order_id: {} for order_id in work_order_ids}
    for row in await scope.fetch(_READ, scope.tenant_id, list(work_order_ids)):
        clock = _clock(row)
        found[row["work_order_id"]][clock.metric] = clock
    return dict(found)


async def write(
    scope: Scope, work_order_id: UUID, before: Clocks, after: Clocks, plans: Sequence[Plan], requester: Side
) -> None:
    """Store the clocks that differ, with what they are found by."""
    changed = [clock for metric, clock in after.items() if clock != before.get(metric)]
    if changed:
        rows = [_row(clock, version_of(plans, clock.version), requester) for clock in changed]
        await scope.fetch(_WRITE, scope.tenant_id, work_order_id, orjson.dumps(rows).decode())


def oldest_of(clocks: Iterable[Clocks]) -> int | None:
    """Return the oldest version that is needed to judge these; None: there is no clock."""
    return min((clock.version for each in clocks for clock in each.values()), default=None)


def _clock(row: Mapping[str, Any]) -> Clock:
    return Clock(
        Metric(row["metric"]), row["policy"], row["plan"], row["target"], tuple(row["begun"]), tuple(row["halted"]),
        row["cycle"], row["paused_for"], State(row["ended"]) if row["ended"] else None, row["ended_at"],
        row["breached_at"], row["breaches"], row["told"],
    )  # fmt: skip


def _row(clock: Clock, plan: Plan, requester: Side) -> dict[str, Any]:
    hours = hours_of(clock, plan)
    at: dict[str, datetime | None] = {
        "ended_at": clock.ended_at,
        "breached_at": clock.breached_at,
        "due_at": clock.due_at(hours),
        "next_warning_at": clock.warns_at(hours),
    }
    return {
        "metric": clock.metric, "policy": clock.policy, "plan": clock.version, "state": clock.state,
        "owed_by": owed_by(clock.metric, requester),
        "target": f"{clock.target // timedelta(microseconds=1)} microseconds",
        "begun": clock.begun, "halted": clock.halted, "cycle": clock.cycle, "paused_for": clock.paused_for,
        "ended": clock.ended, "breaches": clock.breaches, "told": clock.told, **at,
    }  # fmt: skip
