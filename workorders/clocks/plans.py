"""The versions of what is agreed about work orders: made when a blueprint changes it, read to judge clocks."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from journal.core.facts import NewFact
from kit.db import Scope
from tenants.service.calendars import opening_hours
from tenants.service.files import digest
from workorders.core.agreed import Plan, Rule, rules_of

_NEWEST = """
SELECT content -> 'tenant' ->> 'zone' AS zone, (content -> 'calendars')::text AS calendars,
  (content -> 'work_orders' -> 'sla' -> 'policies')::text AS policies
FROM gf.blueprint WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1
"""
_LAST = "SELECT version, digest FROM gf.work_order_plan WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1"
_AGREE = """
INSERT INTO gf.work_order_plan (tenant_id, version, since, content, digest) VALUES ($1, $2, $3, $4::jsonb, $5)
"""
_SINCE = """
SELECT version, since, digest, reached FROM gf.work_order_plan
WHERE tenant_id = $1 AND version >= least(
  coalesce($2, (SELECT max(version) FROM gf.work_order_plan WHERE tenant_id = $1)),
  (SELECT coalesce(max(version), 1) FROM gf.work_order_plan WHERE tenant_id = $1 AND since <= $3))
ORDER BY version
"""
_CONTENTS = """
SELECT version, since, content::text AS content FROM gf.work_order_plan
WHERE tenant_id = $1 AND version = ANY($2::int[])
"""
EVERYWHERE: Final = UUID(int=2**128 - 1)
"""What a version has ``reached`` when it has come through all work orders that were there before it."""
_MOST_READ: Final = 512
_read: OrderedDict[tuple[str, int, int], tuple[Rule, ...]] = OrderedDict()
"""Rules by the digest of their content, and the years in which they began and are asked: their holidays are known."""


async def agree(scope: Scope, fact: NewFact) -> bool:
    """Make a new version when a blueprint says anything else about clocks: policies, their calendars, the zone.

    Clocks are judged by it from then on, order by order, by the worker's rounds: applying waits for none of them.
    """
    found = await scope.fetch(_NEWEST, scope.tenant_id)
    if not found:
        return False
    policies = orjson.loads(found[0]["policies"] or "[]")
    named = {policy[key] for policy in policies for key in ("calendar", "requester_calendar")}
    content = {
        "zone": found[0]["zone"],
        "policies": policies,
        "calendars": [each for each in orjson.loads(found[0]["calendars"] or "[]") if each["code"] in named],
    }
    last = await scope.fetch(_LAST, scope.tenant_id)
    mark = digest(content)
    if (not last and policies) or (last and last[0]["digest"] != mark):
        version = last[0]["version"] + 1 if last else 1
        await scope.fetch(_AGREE, scope.tenant_id, version, fact.at, orjson.dumps(content).decode(), mark)
    return False


async def plans_of(scope: Scope, now: datetime, oldest: int | None = None, since: datetime | None = None) -> list[Plan]:
    """Return the versions from ``oldest`` on, or the newest alone, oldest first; none when nothing was ever agreed.

    ``since``: those that hold or held at any time since then as well.
    """
    rows = await scope.fetch(_SINCE, scope.tenant_id, oldest, since or now)
    keys = {row["version"]: (row["digest"], row["since"].year, now.year) for row in rows}
    unread = [version for version, key in keys.items() if key not in _read]
    for row in await scope.fetch(_CONTENTS, scope.tenant_id, unread) if unread else ():
        _read[keys[row["version"]]] = _rules(orjson.loads(row["content"]), row["since"], now)
    plans = [
        Plan(row["version"], _read[keys[row["version"]]], row["since"], row["reached"] == EVERYWHERE) for row in rows
    ]
    while len(_read) > _MOST_READ:
        _read.popitem(last=False)
    return plans


def _rules(content: dict[str, Any], since: datetime, now: datetime) -> tuple[Rule, ...]:
    zone = content["zone"]
    calendars = {each["code"]: opening_hours(each, zone, now, since=since) for each in content["calendars"]}
    return rules_of(content["policies"], calendars)
