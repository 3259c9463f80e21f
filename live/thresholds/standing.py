"""The alerts of a client: what stands now, what stood, and taking care of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from journal import service as journal
from journal.core.facts import Actor
from kit import vault
from kit.clock import millis
from kit.db import Scope
from kit.errors import NotFound
from kit.tenantkeys import TenantKeys
from live.core.messages import cleaned
from live.core.thresholds import Standing
from live.thresholds.errors import AlertOver, RuleNotClear
from live.thresholds.facts import AlertTaken
from live.thresholds.rules import Person

LONGEST_NOTE = 300

_OPEN = """
SELECT id, rule_id, version, key, since, raised_at, told_at, times, taken_at IS NOT NULL AS taken FROM gf.alert
WHERE tenant_id = $1 AND cleared_at IS NULL AND ($2::uuid[] IS NULL OR rule_id = ANY($2)) ORDER BY id
"""
_SHOWN = """
SELECT id, rule_id, version, subject, key, content::text AS content, since, raised_at, value, times, cleared_at,
  cleared_value, cleared_why, taken_at, taken_name, note,
  (SELECT s.seat FROM gf.agent_profile AS s WHERE s.tenant_id = $1 AND s.agent_id = a.subject) AS seat
FROM gf.alert AS a WHERE tenant_id = $1 AND raised_at IS NOT NULL
"""
_WORST_FIRST = """
 AND cleared_at IS NULL
ORDER BY taken_at IS NOT NULL, array_position(ARRAY['critical', 'warning', 'info'], content ->> 'severity'),
  raised_at, id
"""
_TAKE = """
UPDATE gf.alert SET taken_at = $3, taken_by = $4, taken_name = $5, note = $6
WHERE tenant_id = $1 AND id = $2 AND taken_at IS NULL AND cleared_at IS NULL
RETURNING rule_id, content ->> 'name' AS name, raised_at
"""


async def standings(scope: Scope, rule_ids: Sequence[UUID] | None = None) -> list[Standing]:
    """Return what is breached or raised now."""
    rows = await scope.fetch(_OPEN, scope.tenant_id, None if rule_ids is None else list(rule_ids))
    return [
        Standing(
            row["id"], str(row["rule_id"]), row["version"], row["key"], millis(row["since"]),
            millis(row["raised_at"]) if row["raised_at"] else None, millis(row["told_at"]) if row["told_at"] else 0,
            row["times"], row["taken"],
        )
        for row in rows
    ]  # fmt: skip


async def open_alerts(scope: Scope) -> list[dict[str, Any]]:
    """Return what is raised now: what nobody has first, then by severity, then the oldest; notes are left out."""
    rows = await scope.fetch(_SHOWN + _WORST_FIRST, scope.tenant_id)
    return [_shown(row) for row in rows]


async def history(scope: Scope, limit: int = 100) -> list[dict[str, Any]]:
    """Return what was raised, newest first, with the notes open. Raises ``KeysAway``."""
    rows = await scope.fetch(_SHOWN + " ORDER BY raised_at DESC, id DESC LIMIT $2", scope.tenant_id, limit)
    if not any(row["note"] for row in rows):
        return [_shown(row) for row in rows]

    def opened(keys: TenantKeys) -> list[dict[str, Any]]:
        return [{**_shown(r), "note": keys.open(r["note"], where(r["id"])) if r["note"] else None} for r in rows]

    return await vault.opened(scope, opened)


@dataclass(frozen=True, slots=True)
class Care:
    """Who takes care of an alert, and a note or nothing."""

    by: Person
    note: str = ""


async def take(scope: Scope, alert_id: UUID, care: Care, now: datetime) -> None:
    """Take care of an alert.

    Raises :class:`NotFound`, :class:`AlertOver` when it is cleared or somebody has it, :class:`RuleNotClear` (the note)
    and ``KeysAway``.
    """
    note = cleaned(care.note, LONGEST_NOTE, lines=False) if care.note.strip() else ""
    if note is None:
        raise RuleNotClear("note")
    sealed = (await vault.sealing(scope)).seal(note, where(alert_id)) if note else None
    rows = await scope.fetch(_TAKE, scope.tenant_id, alert_id, now, care.by.user_id, care.by.name, sealed)
    if not rows:
        there = "SELECT 1 FROM gf.alert WHERE tenant_id = $1 AND id = $2 AND raised_at IS NOT NULL"
        raise AlertOver if await scope.fetch(there, scope.tenant_id, alert_id) else NotFound
    after_ms = max(0, millis(now) - millis(rows[0]["raised_at"]))
    fact = AlertTaken(
        str(rows[0]["rule_id"]), rows[0]["name"], care.by.user_id, care.by.name, care.by.role, after_ms, bool(note)
    )
    journal.append(scope, fact, subject=alert_id, at=now, actor=Actor("user", care.by.user_id))


def where(alert_id: UUID) -> str:
    """Return where a note is sealed for."""
    return f"alert|note|{alert_id}"


def _shown(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a database row
    return {**row, "content": orjson.loads(row["content"]), "note": None}
