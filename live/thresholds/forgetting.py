"""Alerts that are long over, what people were told of them, and deleted thresholds go; their facts stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from kit.db import Scope

KEPT = timedelta(days=90)

_OLD = (
    "DELETE FROM gf.notification WHERE tenant_id = $1 AND created_at < $2",
    "DELETE FROM gf.alert WHERE tenant_id = $1 AND cleared_at < $2",
    """DELETE FROM gf.alert_rule AS r WHERE r.tenant_id = $1 AND r.deleted_at < $2
  AND NOT EXISTS (SELECT FROM gf.alert AS a WHERE a.tenant_id = $1 AND a.rule_id = r.id)""",
)


async def forget(scope: Scope, now: datetime) -> None:
    """Delete what is older than :data:`KEPT`."""
    for sql in _OLD:
        await scope.fetch(sql, scope.tenant_id, now - KEPT)
