"""Delete recordings whose time is over, as the client's configuration says. The row stays, with a date."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from exits.facts import RecordingDeleted
from journal import service as journal
from journal.core.facts import SYSTEM
from kit.db import AccessibleTenantId, Plane, Scope
from tenants.policies import RetentionPart

_DAYS = """
SELECT (content -> 'retention' ->> 'recordings_days')::int AS days FROM gf.blueprint
WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1
"""
_OVER = """
SELECT id, interaction_id, key FROM gf.recording WHERE tenant_id = $1 AND deleted_at IS NULL AND stored_at < $2
ORDER BY stored_at LIMIT 100
"""


async def recordings_days(scope: Scope) -> int:
    """Return how many days recordings are kept."""
    rows = await scope.fetch(_DAYS, scope.tenant_id)
    days = rows[0]["days"] if rows else None
    return RetentionPart().recordings_days if days is None else int(days)


async def delete_old(plane: Plane, tenant_id: AccessibleTenantId, folder: Path, now: datetime) -> int:
    """Delete what is over; return how many recordings. ``folder`` holds the recordings.

    The file goes before the row says so: killed in between, the next round says it. Raises ``OSError``.
    """
    deleted = 0
    while True:
        async with plane.transaction(tenant_id) as scope:
            since = now - timedelta(days=await recordings_days(scope))
            rows = await scope.fetch(_OVER, tenant_id, since)
            for row in rows:
                await asyncio.to_thread((folder / row["key"]).unlink, missing_ok=True)
                await scope.fetch(
                    "UPDATE gf.recording SET deleted_at = $3 WHERE tenant_id = $1 AND id = $2",
                    tenant_id, row["id"], now,
                )  # fmt: skip
                fact = RecordingDeleted(str(row["id"]), "retention")
                journal.append(scope, fact, subject=row["interaction_id"], at=now, actor=SYSTEM)
        if not rows:
            return deleted
        deleted += len(rows)
