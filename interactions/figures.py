"""What is behind a figure of a client's board: exactly what ``live.core`` counted from the journal.

A figure of the client is of the interactions that were queued first today (the cohort, metrics.md 4); one of a queue is
of the stays in it that began today, so that whom a queue passed on is in the figures of both. An answer or an abandon
is judged by the formula that was agreed when it happened. Facts say what became of each; a row alone does not. What was
told after the board's newest fact counts for nothing, so a figure of the past opens what it counted then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from journal import cuts
from kit.db import Scope
from kit.errors import ValidationFailed
from tenants.core.service_level import Formula, Variant

# ruff: noqa: S608 - the statements are put together from our own pieces only
_WHAT_CAME = """
  SELECT j.seq, j.kind, (j.data ->> 'wait_ms')::bigint AS wait, j.data ->> 'reason' AS reason FROM gf.journal j
  WHERE j.tenant_id = $1 AND j.at >= $2::timestamptz - interval '1 day' AND j.seq <= $7 AND j.subject = """
_WAS_TOLD = """EXISTS (SELECT FROM gf.journal t WHERE t.tenant_id = $1 AND t.subject = i.id
    AND t.at >= $2::timestamptz - interval '1 day' AND t.seq <= $7 AND t.kind = '{kind}')"""
_COHORT = f"""
SELECT i.id::text AS key, i.id, i.queued_at AS at, i.outcome, e.seq, e.kind, e.wait, e.reason
FROM gf.interaction i LEFT JOIN LATERAL ({_WHAT_CAME} i.id AND (j.kind = 'InteractionConnected'
    OR (j.kind = 'InteractionAbandoned' AND j.data ->> 'queue_id' IS NOT NULL)) ORDER BY j.seq LIMIT 1) e ON true
WHERE i.tenant_id = $1 AND i.started_at >= $2::timestamptz - interval '1 day' AND i.queued_at >= $2 AND i.task IS NULL
  AND (i.answered_at IS NULL OR i.answered_at >= i.queued_at) AND $6::text = ''
  AND {_WAS_TOLD.format(kind="InteractionQueued")}"""
_VISITS = f"""
SELECT lpad(q.seq::text, 19, '0') AS key, i.id, q.at, i.outcome, e.seq, e.kind, e.wait, e.reason
FROM gf.journal q CROSS JOIN LATERAL (SELECT * FROM gf.interaction WHERE tenant_id = $1 AND id = q.subject OFFSET 0) i
  LEFT JOIN LATERAL ({_WHAT_CAME} q.subject AND j.seq > q.seq AND j.kind IN ('InteractionQueued',
    'InteractionConnected', 'InteractionAbandoned', 'InteractionDequeued', 'InteractionEnded')
    ORDER BY j.seq LIMIT 1) e ON true
WHERE q.tenant_id = $1 AND q.kind = 'InteractionQueued' AND q.at >= $2 AND q.seq <= $7
  AND $6::text IN ('', q.data ->> 'queue_id')
  AND i.task IS NULL AND (i.answered_at IS NULL OR i.answered_at >= q.at)"""
_JUDGED = """
SELECT v.key, v.id, v.at, v.seq, v.reason, v.wait, l.threshold, l.short > 0 AND v.wait <= l.short AS is_short,
  CASE v.kind WHEN 'InteractionConnected' THEN 'answered' WHEN 'InteractionDequeued' THEN 'dequeued'
    WHEN 'InteractionAbandoned' THEN CASE WHEN v.outcome = 'callback' THEN 'ended' ELSE 'abandoned' END
    WHEN 'InteractionEnded' THEN 'ended' WHEN 'InteractionQueued' THEN 'ended' ELSE 'waiting' END AS how
FROM ({source}) v LEFT JOIN LATERAL (
  SELECT f.threshold, f.short FROM unnest($3::bigint[], $4::bigint[], $5::bigint[]) AS f(seq, threshold, short)
  WHERE f.seq <= v.seq ORDER BY f.seq DESC LIMIT 1) l ON true"""
_ABANDONS: Mapping[Variant, tuple[str, str]] = {
    Variant.SL1: ("true", "false"),
    Variant.SL2: ("NOT is_short", "false"),
    Variant.SL3: ("NOT is_short AND wait > threshold", "false"),
    Variant.SL4: ("true", "is_short OR wait <= threshold"),
    Variant.SL5: ("false", "false"),
    Variant.SL6: ("NOT is_short", "NOT is_short AND wait <= threshold"),
}
"""Which abandons stand in the base of a formula, and which of them count as if they were answered in time."""
_WENT = """
SELECT k.kind, CASE k.kind WHEN 'InteractionQueued' THEN coalesce(u.name, k.queue) ELSE k.target END AS target
FROM (SELECT j.kind, j.data ->> 'queue' AS queue, j.data ->> 'queue_id' AS queue_id, j.data ->> 'target' AS target,
    j.data ->> 'stage' AS stage FROM gf.journal j
  WHERE j.tenant_id = $1 AND j.at >= $2::timestamptz - interval '1 day' AND j.subject = r.id AND j.seq > r.seq
    AND j.seq <= $7 AND (
    j.kind IN ('InteractionQueued', 'CallbackRequested', 'InteractionAbandoned', 'InteractionEnded')
    OR (j.kind = 'PartyInvited' AND j.data ->> 'role' = 'outside')
    OR (j.kind = 'RecordingStored' AND j.data ->> 'kind' = 'voicemail')) ORDER BY j.seq LIMIT 1) k
  LEFT JOIN gf.queue u ON u.tenant_id = $1 AND u.id::text = k.queue_id"""
WENT: Mapping[str, str] = {
    "InteractionQueued": "queue", "PartyInvited": "number", "CallbackRequested": "callback",
    "RecordingStored": "voicemail", "InteractionEnded": "ended", "InteractionAbandoned": "ended", "": "flow",
}  # fmt: skip
"""Where a contact went who left a queue unanswered, by the next fact that says so; a number is told masked."""
_CONFIGURED = """
SELECT seq, (data -> 'service_level')::text AS level FROM gf.journal
WHERE tenant_id = $1 AND kind = 'BlueprintApplied' AND seq >= coalesce((
  SELECT max(seq) FROM gf.journal WHERE tenant_id = $1 AND kind = 'BlueprintApplied' AND at < $2), 0) ORDER BY seq
"""
_HANDLED = """
FROM gf.agent_part p JOIN gf.interaction i ON i.tenant_id = p.tenant_id AND i.id = p.interaction_id
  LEFT JOIN gf.agent_profile a ON a.tenant_id = p.tenant_id AND a.agent_id = p.agent_id AND a.retired_at IS NULL
WHERE p.tenant_id = $1 AND p.at >= $2 AND i.queued_at >= $2 AND i.task IS NULL AND EXISTS (
  SELECT FROM gf.journal h WHERE h.tenant_id = $1 AND h.subject = p.interaction_id AND h.at = p.at AND h.seq <= $3
    AND h.kind = 'InteractionHandled' AND h.data ->> 'agent_id' = p.agent_id::text)"""
_ARRIVED = f"""
SELECT i.id::text AS key, i.id, i.started_at AS at, NULL::text AS how, NULL::bigint AS wait, NULL::text AS reason,
  false AS hit, NULL::bigint AS seq FROM gf.interaction i
WHERE i.tenant_id = $1 AND i.started_at >= $2 AND i.direction = 'inbound' AND i.channel = 'voice'
  AND $3::bigint[] IS NOT NULL AND $4::bigint[] IS NOT NULL AND $5::bigint[] IS NOT NULL AND $6::text = ''
  AND {_WAS_TOLD.format(kind="InteractionStarted")}"""
OF_QUEUES = frozenset({"offered", "answered", "abandoned", "dequeued", "level"})
"""The figures that a queue has, too."""
OF_ROWS = frozenset({"arrived", "handled", *OF_QUEUES})
PAGE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure since an instant: of today since midnight, of now since its first minute; of one queue or of all.

    ``upto``: the number of the newest fact that counts, the board's.
    """

    figure: str
    since: datetime
    formula: Formula
    upto: int
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An interaction, or its stay in a queue: enqueued ``at``, ``how`` that ended, whether the formula calls it a hit.

    ``went``: for one who left unanswered, where to (a value of :data:`WENT`) and that queue's name or masked number.
    """

    id: UUID
    at: datetime
    how: str | None
    wait_ms: int | None
    reason: str | None
    hit: bool
    went: str
    target: str


@dataclass(frozen=True, slots=True)
class Behind:
    """One page of what is behind a figure: how many in all, how many hits, the rows, newest first, the next cursor.

    ``went``: of the figure of those who left a queue for elsewhere, how many went where.
    """

    count: int
    hits: int
    rows: list[Row]
    next: str | None
    went: list[tuple[str, str, int]]


async def behind(scope: Scope, asked: Asked, after: str | None = None, limit: int = PAGE) -> Behind:
    """Return a page of a figure's rows. Raises :class:`ValidationFailed` for a cursor that is none."""
    source = _source(asked)
    values: list[object] = [scope.tenant_id, asked.since, *await _limits(scope, asked.since), asked.queue, asked.upto]
    (total,) = await scope.fetch(
        f"SELECT count(*) AS n, count(*) FILTER (WHERE hit) AS hits FROM ({source}) r", *values
    )
    older = ""
    went = await _went(scope, source, values) if asked.figure == "dequeued" else []
    if after:
        values.append(_cursor(asked, after))
        older = " WHERE r.key < $8"
    rows = await scope.fetch(
        f"SELECT r.*, w.kind AS went, w.target FROM (SELECT * FROM ({source}) r{older} ORDER BY r.key DESC"
        f" LIMIT {limit + 1}) r LEFT JOIN LATERAL ({_WENT}) w ON r.how = 'dequeued' ORDER BY r.key DESC",
        *values,
    )
    more = str(rows[limit - 1]["key"]) if len(rows) > limit else None
    return Behind(total["n"], total["hits"], [_row(row) for row in rows[:limit]], more, went)


async def _went(scope: Scope, source: str, values: list[object]) -> list[tuple[str, str, int]]:
    rows = await scope.fetch(
        f"SELECT w.kind AS went, w.target, count(*) AS n FROM ({source}) r LEFT JOIN LATERAL ({_WENT}) w ON true"
        " GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        *values,
    )
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        place = WENT[row["went"] or ""], str(row["target"] or "")
        found[place] = found.get(place, 0) + int(row["n"])
    return [(*place, count) for place, count in found.items()]


def _row(row: Mapping[str, Any]) -> Row:
    left = row["how"] == "dequeued"
    return Row(
        row["id"], row["at"], row["how"], row["wait"], row["reason"], bool(row["hit"]),
        WENT[row["went"] or ""] if left else "", str(row["target"] or "") if left else "",
    )  # fmt: skip


async def _limits(scope: Scope, since: datetime) -> tuple[list[int], list[int], list[int]]:
    """Return from which fact on which threshold and which length of a short abandon was agreed, in milliseconds."""
    agreed = [(int(row["seq"]), orjson.loads(row["level"])) for row in await scope.fetch(
        _CONFIGURED, scope.tenant_id, since)]  # fmt: skip
    begin = await cuts.newest(scope)
    carried = [each for each in (begin.carried if begin else []) if each["kind"] == "BlueprintApplied"]
    first = Formula.from_dict(carried[-1]["data"]["service_level"]) if carried else Formula()
    known = [(0, first), *((seq, Formula.from_dict(level)) for seq, level in agreed)]
    return (
        [seq for seq, _ in known],
        [formula.threshold_s * 1000 for _, formula in known],
        [formula.short_abandon_s * 1000 for _, formula in known],
    )


async def handled(
    scope: Scope, since: datetime, upto: int, page: int, limit: int = PAGE
) -> tuple[int, list[dict[str, Any]]]:
    """Return how many parts of agents were finished since then and told up to a fact, and a page (from 0) of them.

    The newest comes first.
    """
    (total,) = await scope.fetch(f"SELECT count(*) AS n {_HANDLED}", scope.tenant_id, since, upto)
    rows = await scope.fetch(
        f"SELECT p.interaction_id::text AS id, p.at, a.alias AS agent, p.talk_ms, p.hold_ms, p.wrap_ms {_HANDLED}"
        f" ORDER BY p.at DESC, p.interaction_id, p.agent_id LIMIT $5 OFFSET $4",
        scope.tenant_id, since, upto, page * limit, limit,
    )  # fmt: skip
    return total["n"], [dict(row) for row in rows]


def _source(asked: Asked) -> str:
    if asked.figure == "arrived":
        return _ARRIVED
    base, hit = _ABANDONS[asked.formula.variant]
    wanted = {
        "offered": "true",
        "answered": "how = 'answered'",
        "abandoned": "how = 'abandoned' AND NOT is_short",
        "dequeued": "how = 'dequeued'",
        "level": f"how = 'answered' OR (how = 'abandoned' AND ({base}))",
    }.get(asked.figure)
    if wanted is None:
        raise ValidationFailed(f"{asked.figure} is no figure of interactions")
    judged = _JUDGED.replace("{source}", _VISITS if _is_of_visits(asked) else _COHORT)
    return (
        "SELECT key, id, at, seq, how, wait, reason, coalesce(CASE how WHEN 'answered' THEN wait <= threshold"
        f" WHEN 'abandoned' THEN {hit} END, false) AS hit FROM ({judged}) k WHERE {wanted}"
    )


def _is_of_visits(asked: Asked) -> bool:
    return bool(asked.queue) or asked.figure == "dequeued"


def _cursor(asked: Asked, text: str) -> str:
    if _is_of_visits(asked):
        if not (text.isascii() and text.isdecimal() and len(text) == 19):  # noqa: PLR2004 - as the key is written
            raise ValidationFailed("the place in the list is not one of ours")
        return text
    try:
        return str(UUID(text))
    except ValueError as error:
        raise ValidationFailed("the place in the list is not one of ours") from error
