"""What the client's newest blueprint says about its work orders, kept by version: one look at its number is enough."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from kit.db import Scope
from kit.errors import Detail, ValidationFailed
from tenants.core.work_orders import OrderRules, OrderType, closes_at, workdays
from tenants.service.calendars import opening_hours
from workorders.errors import UnknownType

KEPT: Final = 2000
"""So many tenants' rules are kept in memory."""
_VERSION = "SELECT id FROM gf.blueprint WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1"
_READ = """
SELECT jsonb_build_object('tenant', content -> 'tenant', 'work_orders', content -> 'work_orders',
  'calendars', content -> 'calendars', 'contract', content -> 'contract')::text AS content
FROM gf.blueprint WHERE tenant_id = $1 AND id = $2
"""
_NONE: Final = OrderRules()
_kept: OrderedDict[UUID, tuple[UUID, OrderRules]] = OrderedDict()


async def rules_of(scope: Scope) -> OrderRules:
    """Return the rules that are in force in this transaction."""
    rows = await scope.fetch(_VERSION, scope.tenant_id)
    if not rows:
        return _NONE
    version = rows[0]["id"]
    kept = _kept.get(scope.tenant_id)
    if kept is not None and kept[0] == version:
        return kept[1]
    rules = OrderRules.of(orjson.loads((await scope.fetch(_READ, scope.tenant_id, version))[0]["content"]))
    _kept[scope.tenant_id] = (version, rules)
    _kept.move_to_end(scope.tenant_id)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return rules


def type_of(rules: OrderRules, code: str) -> OrderType | None:
    """Return the type of a new work order; None: this client names none. Raises :class:`UnknownType`."""
    if not rules.types:
        return None
    if code not in rules.types:
        why = f"the types of this client are {', '.join(rules.types)}"
        raise UnknownType(why, errors=(Detail("/type", UnknownType.code, why),))
    return rules.types[code]


def check_custom(kind: OrderType | None, custom: dict[str, Any]) -> None:
    """Raise :class:`ValidationFailed` for each field of the type that is missing or wrong."""
    wrong = (
        ()
        if kind is None
        else tuple(Detail(f"/custom/{code}", "custom_field", why) for code, why in kind.wrong(custom))
    )
    if wrong:
        raise ValidationFailed("; ".join(f"{each.pointer}: {each.detail}" for each in wrong), errors=wrong)


def closing(rules: OrderRules, resolved_at: datetime) -> datetime | None:
    """Return when what is resolved now is closed by itself; None: never."""
    content = rules.calendar
    calendar = workdays(rules.zone) if content is None else opening_hours(content, rules.zone, resolved_at)
    return closes_at(resolved_at, rules.auto_close_days, calendar)
