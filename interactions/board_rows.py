"""Rows of interactions as a live board shows them: what the product's look at itself compares (``live.truth``)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import orjson

from kit.db import Scope
from live.core.stored import StoredCall
from live.core.tasks import ms

_ROWS = """
SELECT (SELECT max(seq) FROM gf.journal WHERE tenant_id = $1) AS head, (
  SELECT coalesce(jsonb_agg(jsonb_build_array(id, started_at, due_at, state, coalesce(queue_id::text, ''),
    coalesce(agent_id::text, ''), coalesce(outcome, ''), coalesce(wait_ms, 0), coalesce(talk_ms, 0),
    coalesce(task, ''))), '[]')
  FROM (
    SELECT * FROM gf.interaction WHERE tenant_id = $1 AND id = ANY($2::uuid[])
    UNION ALL
    SELECT * FROM gf.interaction WHERE tenant_id = $1 AND state <> 'ended' AND NOT id = ANY($2::uuid[])
  ) i
)::text AS rows
"""
"""One statement: the rows are what the facts up to ``head`` made of them, as both are written in one transaction."""


async def rows_at_head(scope: Scope, known: Iterable[str]) -> tuple[int, dict[str, StoredCall]]:
    """Return the number of the newest fact, and by id the rows that are ``known`` or go on."""
    (row,) = await scope.fetch(_ROWS, scope.tenant_id, list(known))
    found = orjson.loads(row["rows"])
    return row["head"] or 0, {key: StoredCall(_ms(began), _ms(due), *rest) for key, began, due, *rest in found}


def _ms(at: str | None) -> int:
    return 0 if at is None else ms(datetime.fromisoformat(at))
