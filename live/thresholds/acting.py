"""What a decision becomes: rows, facts and tellings in one transaction. The database decides what happens once.

The rules are locked, a process that knows fewer facts than the last one decided on is refused, what stands is read
again under the lock, and the time is the database's: two processes, or one that starts anew, come to the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from journal import service as journal
from journal.core.facts import SYSTEM
from kit.clock import millis
from kit.db import Scope
from kit.ids import new_id
from live.core.figures import Watch
from live.core.thresholds import Again, Begin, Clear, Drop, Raise, Reading, Rule, Step, decide
from live.thresholds import notices
from live.thresholds.facts import AlertCleared, AlertRaised
from live.thresholds.rules import Person
from live.thresholds.standing import standings

_LOCK = """
SELECT id, version, content::text AS content, enabled FROM gf.alert_rule
WHERE tenant_id = $1 AND id = ANY($2) AND seen_seq <= $3 ORDER BY id FOR UPDATE
"""
_SEEN = "UPDATE gf.alert_rule SET seen_seq = $3 WHERE tenant_id = $1 AND id = ANY($2)"
_INSERT = """
INSERT INTO gf.alert (tenant_id, id, rule_id, version, key, subject, content, since, raised_at, value, told_at, times)
VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $9, $11)
ON CONFLICT (tenant_id, rule_id, key) WHERE cleared_at IS NULL DO NOTHING RETURNING id
"""
_RAISE = """
UPDATE gf.alert SET raised_at = $3, told_at = $3, times = 1, value = $4
WHERE tenant_id = $1 AND id = $2 AND raised_at IS NULL AND cleared_at IS NULL RETURNING id
"""
_DROP = "DELETE FROM gf.alert WHERE tenant_id = $1 AND id = $2 AND raised_at IS NULL"
_CLEAR = """
UPDATE gf.alert SET cleared_at = $3, cleared_value = $4, cleared_why = $5
WHERE tenant_id = $1 AND id = $2 AND cleared_at IS NULL
RETURNING rule_id, version, key, content::text AS content, raised_at
"""
_AGAIN = """
UPDATE gf.alert SET told_at = $3, times = times + 1 WHERE tenant_id = $1 AND id = $2 AND cleared_at IS NULL
  AND taken_at IS NULL RETURNING times, content::text AS content
"""


@dataclass(frozen=True, slots=True)
class Means:
    """What acting needs beside the transaction: the board, who may be told, the client's zone, whether mail goes."""

    watch: Watch
    people: Sequence[Person]
    zone: str
    mail: bool


async def act(scope: Scope, rule_ids: Sequence[UUID], means: Means) -> list[Step]:
    """Decide about these rules under their locks and do it; return what was done."""
    ids = sorted(rule_ids)
    rows = await scope.fetch(_LOCK, scope.tenant_id, ids, means.watch.board.seq)
    if not rows:
        return []
    locked = [row["id"] for row in rows]
    await scope.fetch(_SEEN, scope.tenant_id, locked, means.watch.board.seq)
    at = (await scope.fetch("SELECT clock_timestamp() AS at"))[0]["at"]
    rules = [Rule.of(str(r["id"]), r["version"], orjson.loads(r["content"]), enabled=r["enabled"]) for r in rows]
    now = millis(at)
    steps = decide(rules, await standings(scope, locked), lambda rule: means.watch.readings(rule, now), now)
    return [step for step in steps if await _done(scope, step, at, means)]


async def _done(scope: Scope, step: Step, at: datetime, means: Means) -> bool:
    """Do one step; False: somebody else has done it."""
    if isinstance(step, Begin):
        return await _inserted(scope, step.rule, step.reading, at, None) is not None
    if isinstance(step, Raise):
        return await _raised(scope, step, at, means)
    if isinstance(step, Drop):
        await scope.fetch(_DROP, scope.tenant_id, step.standing.id)
        return True
    return await (_cleared if isinstance(step, Clear) else _again)(scope, step, at, means)  # type: ignore[arg-type] # by its own kind


async def _inserted(scope: Scope, rule: Rule, reading: Reading, at: datetime, raised: datetime | None) -> UUID | None:
    rows = await scope.fetch(
        _INSERT, scope.tenant_id, new_id(), UUID(rule.id), rule.version, reading.key, reading.subject,
        orjson.dumps(_content(rule, reading.name)).decode(), at, raised, reading.value or 0, 0 if raised is None else 1,
    )  # fmt: skip
    return rows[0]["id"] if rows else None


async def _raised(scope: Scope, step: Raise, at: datetime, means: Means) -> bool:
    rule, reading, before = step.rule, step.reading, step.standing
    value = reading.value or 0
    if before is None:
        alert_id = await _inserted(scope, rule, reading, at, at)
    else:
        rows = await scope.fetch(_RAISE, scope.tenant_id, before.id, at, value)
        alert_id = rows[0]["id"] if rows else None
    if alert_id is None:
        return False
    breached_ms = 0 if before is None else max(0, millis(at) - before.since)
    fact = AlertRaised(
        rule.id, rule.version, rule.name, rule.figure, rule.state, rule.window_s, rule.unit, rule.above, value,
        rule.threshold, rule.clear, rule.severity, list(rule.ways), reading.key, reading.name, breached_ms,
    )  # fmt: skip
    journal.append(scope, fact, subject=alert_id, at=at, actor=SYSTEM)
    await _tell(scope, (alert_id, "raised", 1), {**_content(rule, reading.name), "value": value}, at, means)
    return True


async def _cleared(scope: Scope, step: Clear, at: datetime, means: Means) -> bool:
    rows = await scope.fetch(_CLEAR, scope.tenant_id, step.standing.id, at, step.value, step.why)
    if not rows:
        return False
    row, told = rows[0], orjson.loads(rows[0]["content"])
    rule = Rule.of(str(row["rule_id"]), row["version"], told, enabled=True)
    lasted = max(0, millis(at) - millis(row["raised_at"]))
    fact = AlertCleared(
        rule.id, rule.version, rule.name, rule.figure, rule.unit, step.why, step.value, rule.severity, row["key"],
        told["about_name"], lasted, list(rule.ways),
    )  # fmt: skip
    journal.append(scope, fact, subject=step.standing.id, at=at, actor=SYSTEM)
    content = {**told, "value": step.value, "why": step.why, "lasted_s": lasted // 1000}
    await _tell(scope, (step.standing.id, "cleared", 1), content, at, means)
    return True


async def _again(scope: Scope, step: Again, at: datetime, means: Means) -> bool:
    rows = await scope.fetch(_AGAIN, scope.tenant_id, step.standing.id, at)
    if rows:
        content = {**orjson.loads(rows[0]["content"]), "value": step.value}
        await _tell(scope, (step.standing.id, "again", rows[0]["times"]), content, at, means)
    return bool(rows)


async def _tell(scope: Scope, what: tuple[UUID, str, int], content: dict[str, Any], at: datetime, means: Means) -> None:
    notice = notices.Notice(*what, content, at, means.zone)
    await notices.tell(scope, notice, notices.addressed(content, means.people), mail=means.mail)


def _content(rule: Rule, name: str) -> dict[str, Any]:
    """Return what is kept of a rule with an alert: as it was then."""
    return {**rule.content(), "unit": rule.unit, "about_name": name}
