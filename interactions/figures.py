"""The interactions behind a figure of a client's board: exactly those that ``live.core`` counted from the journal.

A figure of today is of the interactions that were queued first today (the cohort, metrics.md 4). Who left a queue is
known by the fact of it: a row alone does not tell leaving a queue from leaving the flow after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kit.db import Scope
from kit.errors import ValidationFailed
from tenants.core.service_level import Formula, Variant

_COHORT = """
FROM gf.interaction i WHERE i.tenant_id = $1 AND i.started_at >= $2::timestamptz - interval '1 day'
  AND i.queued_at >= $2 AND i.task IS NULL"""
_LEFT_QUEUE = """
  AND coalesce(i.outcome, '') NOT IN ('answered', 'callback') AND EXISTS (
    SELECT 1 FROM gf.journal j WHERE j.tenant_id = $1 AND j.subject = i.id AND j.kind = 'InteractionAbandoned'
      AND j.data ->> 'queue_id' IS NOT NULL)"""
_ARRIVED = """
FROM gf.interaction i WHERE i.tenant_id = $1 AND i.started_at >= $2
  AND i.direction = 'inbound' AND i.channel = 'voice'"""
_HANDLED = """
FROM gf.agent_part p JOIN gf.interaction i ON i.tenant_id = p.tenant_id AND i.id = p.interaction_id
  LEFT JOIN gf.agent_profile a ON a.tenant_id = p.tenant_id AND a.agent_id = p.agent_id AND a.retired_at IS NULL
WHERE p.tenant_id = $1 AND p.at >= $2 AND i.queued_at >= $2 AND i.task IS NULL"""
_ABANDONS: Mapping[Variant, str] = {
    Variant.SL1: "true", Variant.SL4: "true", Variant.SL2: "i.wait_ms > {short}", Variant.SL6: "i.wait_ms > {short}",
    Variant.SL3: "i.wait_ms > {threshold}", Variant.SL5: "false",
}  # fmt: skip
"""Which abandons stand in the base of a formula."""
OF_ROWS = frozenset({"arrived", "offered", "answered", "abandoned", "level", "handled"})
PAGE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure since an instant: of today since midnight, of now since its first minute."""

    figure: str
    since: datetime
    formula: Formula


@dataclass(frozen=True, slots=True)
class Behind:
    """One page of what is behind a figure: how many in all, the rows' ids, newest first, and the next page's cursor."""

    count: int
    ids: list[UUID]
    next: str | None


async def behind(scope: Scope, asked: Asked, after: str | None = None) -> Behind:
    """Return a page of the interactions of a figure. Raises :class:`ValidationFailed` for a cursor that is none."""
    source = _source(asked)
    (total,) = await scope.fetch(f"SELECT count(*) AS n {source}", scope.tenant_id, asked.since)
    values: list[object] = [scope.tenant_id, asked.since]
    older = ""
    if after:
        values.append(_cursor(after))
        older = " AND i.id < $3"
    rows = await scope.fetch(f"SELECT i.id {source}{older} ORDER BY i.id DESC LIMIT {PAGE + 1}", *values)
    ids = [UUID(str(row["id"])) for row in rows]
    return Behind(total["n"], ids[:PAGE], str(ids[PAGE - 1]) if len(ids) > PAGE else None)


async def handled(scope: Scope, since: datetime, page: int) -> tuple[int, list[dict[str, Any]]]:
    """Return how many parts of agents were finished since then, and a page (from 0) of them, the newest first."""
    (total,) = await scope.fetch(f"SELECT count(*) AS n {_HANDLED}", scope.tenant_id, since)
    rows = await scope.fetch(
        f"SELECT p.interaction_id::text AS id, p.at, a.alias AS agent, p.talk_ms, p.hold_ms, p.wrap_ms {_HANDLED}"
        f" ORDER BY p.at DESC, p.interaction_id, p.agent_id LIMIT {PAGE} OFFSET $3",
        scope.tenant_id, since, page * PAGE,
    )  # fmt: skip
    return total["n"], [dict(row) for row in rows]


def _source(asked: Asked) -> str:
    formula = asked.formula
    limits = {"short": int(formula.short_abandon_s) * 1000, "threshold": int(formula.threshold_s) * 1000}
    match asked.figure:
        case "arrived":
            return _ARRIVED
        case "offered":
            return _COHORT
        case "answered":
            return f"{_COHORT} AND i.outcome = 'answered'"
        case "abandoned":
            return f"{_COHORT}{_LEFT_QUEUE} AND i.wait_ms > {limits['short']}"
        case "level":
            abandons = _ABANDONS[formula.variant].format(**limits)
            return f"{_COHORT} AND (i.outcome = 'answered' OR ({abandons}{_LEFT_QUEUE}))"
        case _:
            raise ValidationFailed(f"{asked.figure} is no figure of interactions")


def _cursor(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ValidationFailed("the place in the list is not one of ours") from error
