"""Reading interactions: pages, one in full, its recordings, where an agent stands. Writing is the recorder's.

Everything here has contacts masked; ``interactions.shown`` makes of it what a reader may see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from interactions import search
from interactions.core.query import Filters
from interactions.recordings.facts import RecordingHeard
from interactions.records import where
from journal import service as journal
from journal.core.facts import Fact
from kit import vault
from kit.db import Scope
from kit.errors import NotFound
from tenants.core.masks import Shown
from tenants.core.outcomes import leaves
from tenants.facts import InteractionOpened

__all__ = ["PAGE", "Filters", "Page"]

PAGE = 50
_BESIDE = frozenset({InteractionOpened.KIND, RecordingHeard.KIND})
"""Facts about a conversation that are shown elsewhere: who looked at it, and how much was heard."""

_SHOWN = """
SELECT i.id, i.started_at, i.contact, i.number, i.channel, i.state, i.queue_id, i.queue, q.name AS queue_name,
  i.agent_id, p.alias, i.outcome, i.ended_by, i.cause, i.wait_ms, i.talk_ms, i.hold_ms, i.wrap_ms, i.disposition,
  i.note, i.because::text AS because, i.path::text AS path, i.answered_at, i.queued_at, i.ended_at, i.offered_at,
  q.dispositions::text AS dispositions, q.wrap_up_s,
  coalesce((q.desk ->> 'wrap_up_ends')::boolean, true) AS wrap_up_ends,
  coalesce((q.desk ->> 'outcome_required')::boolean, false) AS outcome_required,
  i.recording_id IS NOT NULL AS recording,
  i.task, i.origin_id, i.due_at, i.tries, i.result, i.direction
FROM gf.interaction i
  LEFT JOIN gf.queue q ON q.tenant_id = i.tenant_id AND q.id = i.queue_id
  LEFT JOIN gf.agent_profile p ON p.tenant_id = i.tenant_id AND p.agent_id = i.agent_id AND p.retired_at IS NULL
WHERE i.tenant_id = $1
"""


@dataclass(frozen=True, slots=True)
class Page:
    """One page in the order that was asked for, and the cursor of the next one."""

    rows: list[dict[str, Any]]
    next: str | None


async def list_interactions(
    scope: Scope, filters: Filters, *, after: str | None = None, shown: Shown = Shown.MASKED, limit: int = PAGE
) -> Page:
    """Return a page. ``text`` finds only what the reader sees of numbers anyway: nothing is guessed by asking.

    Raises :class:`ValidationFailed` for a filter that means nothing, and for a cursor that is not one.
    """
    wanted = await search.wanted(scope, filters, shown)
    if after:
        search.begin_after(wanted, filters, after)
    shown_rows = _SHOWN.replace("SELECT ", f"SELECT {search.sorted_by(filters)} AS sorted_by, ", 1)
    sql = f"{shown_rows}{wanted.sql} ORDER BY {search.order(filters)} LIMIT {limit + 1}"
    rows = await _opened(scope, await scope.fetch(sql, scope.tenant_id, *wanted.values))
    cursor = search.cursor_of(rows[limit - 1]) if len(rows) > limit else None
    return Page([_row(row) for row in rows[:limit]], cursor)


async def count(scope: Scope, filters: Filters, shown: Shown, upto: int) -> int | None:
    """Return how many there are; None: more than ``upto``. Raises as :func:`list_interactions` does."""
    wanted = await search.wanted(scope, filters, shown)
    sql = f"SELECT 1 AS one FROM gf.interaction i WHERE i.tenant_id = $1{wanted.sql} LIMIT {upto + 1}"  # noqa: S608 - our own clauses
    (row,) = await scope.fetch(f"SELECT count(*) AS n FROM ({sql}) found", scope.tenant_id, *wanted.values)  # noqa: S608 - our own clauses
    return None if row["n"] > upto else int(row["n"])


async def ids_of(scope: Scope, filters: Filters, shown: Shown, upto: int) -> list[UUID] | None:
    """Return the ids of all that is found, in its order; None: more than ``upto``. Raises as above."""
    wanted = await search.wanted(scope, filters, shown)
    sql = f"SELECT i.id FROM gf.interaction i WHERE i.tenant_id = $1{wanted.sql} ORDER BY {search.order(filters)}"  # noqa: S608 - our own clauses
    rows = await scope.fetch(f"{sql} LIMIT {upto + 1}", scope.tenant_id, *wanted.values)
    return None if len(rows) > upto else [row["id"] for row in rows]


async def interaction(scope: Scope, interaction_id: UUID) -> dict[str, Any]:
    """Return one interaction with its recordings. Raises :class:`NotFound`."""
    row = await brief(scope, interaction_id)
    if row is None:
        raise NotFound
    return {**row, "recordings": await recordings(scope, interaction_id)}


async def history(scope: Scope, interaction_id: UUID, limit: int = 1000) -> list[Fact]:
    """Return what happened in one interaction, oldest first; who looked at it is in the audit, not here."""
    facts = await journal.history(scope, interaction_id, limit)
    return [fact for fact in facts if fact.kind not in _BESIDE]


async def recordings(scope: Scope, interaction_id: UUID) -> list[dict[str, Any]]:
    """Return what was recorded of an interaction, oldest first, each with the gaps in it."""
    rows = await scope.fetch(
        "SELECT id::text AS id, key, kind, media, channels, sha256, content_sha256, duration_ms, repaired,"
        " gaps::text AS gaps FROM gf.recording WHERE tenant_id = $1 AND interaction_id = $2"
        " AND kind <> 'desktop' ORDER BY id",
        scope.tenant_id, interaction_id,
    )  # fmt: skip
    return [{**row, "gaps": [_gap(gap) for gap in orjson.loads(row["gaps"])]} for row in rows]


def _gap(gap: dict[str, Any]) -> dict[str, Any]:
    lasts = datetime.fromisoformat(gap["to"]) - datetime.fromisoformat(gap["from"])
    return {**gap, "lasts_ms": lasts // timedelta(milliseconds=1)}


async def agent_state(scope: Scope, agent_id: UUID, since: datetime) -> dict[str, Any] | None:
    """Return where an agent stands in this tenant, and its part of what was handled since then; None: nowhere."""
    rows = await scope.fetch(
        "SELECT state, reason, since, interaction_id, phone, chosen_phone, other_phone,"
        " (SELECT count(*) FROM gf.agent_part p WHERE p.tenant_id = s.tenant_id AND p.agent_id = s.agent_id"
        "   AND p.at >= $3) AS handled,"
        " (SELECT coalesce(sum(p.talk_ms), 0)::bigint FROM gf.agent_part p WHERE p.tenant_id = s.tenant_id"
        "   AND p.agent_id = s.agent_id AND p.at >= $3) AS talk_ms"
        " FROM gf.agent_state s WHERE tenant_id = $1 AND agent_id = $2",
        scope.tenant_id, agent_id, since,
    )  # fmt: skip
    return dict(rows[0]) if rows else None


async def deals_with(scope: Scope, agent_id: UUID, interaction_id: UUID) -> bool:
    """Say whether an agent has had the work that came of an interaction: a message that was left in it."""
    rows = await scope.fetch(
        "SELECT 1 AS found FROM gf.interaction WHERE tenant_id = $1 AND origin_id = $2 AND agent_id = $3 LIMIT 1",
        scope.tenant_id, interaction_id, agent_id,
    )  # fmt: skip
    return bool(rows)


async def brief(scope: Scope, interaction_id: UUID) -> dict[str, Any] | None:
    """Return the one line that a work order shows of the interaction it came out of."""
    rows = await scope.fetch(_SHOWN + " AND i.id = $2", scope.tenant_id, interaction_id)
    return _row((await _opened(scope, rows))[0]) if rows else None


async def several(scope: Scope, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Return these interactions, newest first, as lists show them."""
    rows = await scope.fetch(f"{_SHOWN} AND i.id = ANY($2::uuid[]) ORDER BY i.id DESC", scope.tenant_id, list(ids))
    return [_row(row) for row in await _opened(scope, rows)]


async def _opened(scope: Scope, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if not any(row["note"] for row in rows):
        return [dict(row) for row in rows]
    return await vault.opened(
        scope,
        lambda keys: [
            {**row, "note": keys.open(row["note"], where("note", row["id"])) if row["note"] else None} for row in rows
        ],
    )


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = dict(row)
    shown.pop("sorted_by", None)
    choices = leaves(orjson.loads(shown.pop("dispositions") or "[]"))
    code = shown["disposition"]
    name = next((choice.path for choice in choices if choice.code == code), code)
    return {
        **shown,
        "id": str(shown["id"]),
        "queue": shown["queue_name"] or shown["queue"],
        "queue_code": shown["queue"],
        "agent": shown["alias"],
        "because": orjson.loads(shown["because"]) if shown["because"] else None,
        "path": orjson.loads(shown["path"]),
        "dispositions": [
            {"code": choice.code, "name": choice.path, "last": choice.name, "under": list(choice.under)}
            for choice in choices
        ],
        "disposition": {"code": code, "name": name, "note": shown["note"] or ""} if code else None,
    }
