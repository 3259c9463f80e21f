"""What is agreed about a client's work orders, and a clock that has ended, for others to look for."""

from __future__ import annotations

from uuid import UUID

from kit.clock import now
from kit.db import Transaction
from probe.core.canaries import Canaries

_PLAN = """
INSERT INTO gf.work_order_plan (tenant_id, version, since, content, digest)
VALUES ($1, 1, $2, '{"zone": "UTC", "policies": [], "calendars": []}'::jsonb, $3)
"""
_CLOCK = """
INSERT INTO gf.work_order_clock (tenant_id, work_order_id, metric, policy, plan, owed_by, state, target, begun, halted,
  cycle, breaches, told, ended, ended_at)
VALUES ($1, $2, 'resolve', $3, 1, 'tenant', 'met', '1 hour', ARRAY[$4::timestamptz], ARRAY[$4::timestamptz], 1, 0, 0,
  'met', $4)
"""


async def clocks(scope: Transaction, words: Canaries, order: UUID) -> None:
    """Write a version of the plan, and the clock of a work order that it judged."""
    await scope.fetch(_PLAN, scope.tenant_id, now(), words.word("plan's mark"))
    await scope.fetch(_CLOCK, scope.tenant_id, order, words.word("order's agreement"), now())
