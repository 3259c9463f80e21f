"""A client's thresholds: kept, changed, deleted, each change a fact; what they point at is the client's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import orjson

from journal import service as journal
from journal.core.facts import Actor
from kit.db import Scope
from kit.errors import NotFound
from kit.ids import new_id
from live.core.rule_checks import wrong
from live.core.thresholds import Rule
from live.thresholds.errors import RuleNotClear, TooManyRules
from live.thresholds.facts import AlertRuleDeleted, AlertRuleSet

MOST = 100

_READ = """
SELECT id, version, content::text AS content, enabled FROM gf.alert_rule
WHERE tenant_id = $1 AND deleted_at IS NULL AND ($2::uuid IS NULL OR id = $2) ORDER BY id
"""
_INSERT = """
INSERT INTO gf.alert_rule (tenant_id, id, version, content, enabled, changed_at) VALUES ($1, $2, $3, $4::jsonb, $5, $6)
"""
_UPDATE = """
UPDATE gf.alert_rule SET version = $3, content = $4::jsonb, enabled = $5, changed_at = $6
WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL
"""
_DELETE = "UPDATE gf.alert_rule SET deleted_at = $3, enabled = false WHERE tenant_id = $1 AND id = $2"
_QUEUE = "SELECT 1 FROM gf.queue WHERE tenant_id = $1 AND id = $2 AND retired_at IS NULL"
_AGENT = "SELECT 1 FROM gf.agent_profile WHERE tenant_id = $1 AND agent_id = $2 AND retired_at IS NULL"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the client: who sets, is told, and takes care."""

    user_id: str
    name: str
    role: str = ""
    email: str = ""
    locale: str = "en"


async def rules_of(scope: Scope) -> list[Rule]:
    """Return every threshold of the tenant, oldest first."""
    return await _read(scope, None)


async def rule_of(scope: Scope, rule_id: UUID) -> Rule:
    """Return one. Raises :class:`NotFound`."""
    found = await _read(scope, rule_id)
    if not found:
        raise NotFound
    return found[0]


async def keep(scope: Scope, wanted: Rule, people: Sequence[Person], by: Person, now: datetime) -> Rule:
    """Keep a new threshold (its ``id`` is empty) or a change of one, and return it; the same again changes nothing.

    Raises :class:`RuleNotClear` with the parts that do not fit, :class:`TooManyRules` and :class:`NotFound`.
    """
    parts = wrong(wanted) + ([] if await _is_ours(scope, wanted) else ["scope"])
    parts += [] if set(wanted.people) <= {each.user_id for each in people} else ["whom"]
    if parts:
        raise RuleNotClear(", ".join(sorted(set(parts))))
    if not wanted.id:
        await scope.fetch("SELECT pg_advisory_xact_lock(hashtextextended($1, 47))", str(scope.tenant_id))
        if len(await _read(scope, None)) >= MOST:
            raise TooManyRules
        kept = replace(wanted, id=str(new_id()), version=1)
        await scope.fetch(_INSERT, scope.tenant_id, UUID(kept.id), 1, _stored(kept), kept.enabled, now)
    else:
        await scope.fetch("SELECT 1 FROM gf.alert_rule WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
                          scope.tenant_id, UUID(wanted.id))  # fmt: skip
        old = await rule_of(scope, UUID(wanted.id))
        kept = replace(wanted, version=old.version)
        if kept == old:
            return old
        kept = replace(kept, version=old.version + 1)
        await scope.fetch(_UPDATE, scope.tenant_id, UUID(kept.id), kept.version, _stored(kept), kept.enabled, now)
    fact = AlertRuleSet(
        kept.name, kept.version, kept.figure, kept.state, kept.scope, kept.scope_id, kept.above, kept.threshold,
        kept.clear, kept.window_s, kept.for_s, kept.least, kept.severity, list(kept.roles), list(kept.people),
        list(kept.ways), kept.quiet_from, kept.quiet_to, kept.repeat_s, kept.enabled,
    )  # fmt: skip
    journal.append(scope, fact, subject=UUID(kept.id), at=now, actor=Actor("user", by.user_id))
    return kept


async def delete(scope: Scope, rule_id: UUID, by: Person, now: datetime) -> None:
    """Delete a threshold; what it raised is cleared by the next look. Raises :class:`NotFound`."""
    old = await rule_of(scope, rule_id)
    await scope.fetch(_DELETE, scope.tenant_id, rule_id, now)
    journal.append(
        scope, AlertRuleDeleted(old.name, old.version), subject=rule_id, at=now, actor=Actor("user", by.user_id)
    )


async def _is_ours(scope: Scope, rule: Rule) -> bool:
    """Say whether the queue or seat that a rule names is one of the tenant's."""
    sql = {"queue": _QUEUE, "seat": _AGENT}.get(rule.scope)
    if sql is None:
        return True
    try:
        about = UUID(rule.scope_id)
    except ValueError:
        return False
    return bool(await scope.fetch(sql, scope.tenant_id, about))


async def _read(scope: Scope, rule_id: UUID | None) -> list[Rule]:
    rows = await scope.fetch(_READ, scope.tenant_id, rule_id)
    return [Rule.of(str(r["id"]), r["version"], orjson.loads(r["content"]), enabled=r["enabled"]) for r in rows]


def _stored(rule: Rule) -> str:
    return orjson.dumps(rule.content()).decode()
