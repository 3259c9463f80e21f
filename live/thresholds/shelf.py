"""What open pages are told of alerts: looked up once a second for each client, however many pages are open."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kit.db import AccessibleTenantId, Plane
from live.thresholds.standing import open_alerts

FRESH_S = 1.0
_UNREAD = """
SELECT user_id, count(*) AS unread, (array_agg(id::text ORDER BY id DESC) FILTER (WHERE sounds))[1] AS rings
FROM gf.notification WHERE tenant_id = $1 AND read_at IS NULL GROUP BY user_id
"""


@dataclass(frozen=True, slots=True)
class Told:
    """The alerts that stand, and for each person how many notifications are unread and which of them rang last."""

    alerts: Sequence[Mapping[str, Any]]
    unread: Mapping[str, tuple[int, str | None]]
    at: float


@dataclass(slots=True)
class Shelf:
    """One for a process."""

    plane: Plane
    _told: dict[UUID, Told] = field(default_factory=dict)
    _locks: dict[UUID, asyncio.Lock] = field(default_factory=dict)

    async def look(self, tenant_id: AccessibleTenantId) -> Told:
        """Return what a client's pages show, at most about a second old."""
        async with self._locks.setdefault(tenant_id, asyncio.Lock()):
            told = self._told.get(tenant_id)
            if told is None or time.monotonic() - told.at >= FRESH_S:
                async with self.plane.transaction(tenant_id) as scope:
                    alerts = await open_alerts(scope)
                    rows = await scope.fetch(_UNREAD, scope.tenant_id)
                unread = {row["user_id"]: (row["unread"], row["rings"]) for row in rows}
                told = self._told[tenant_id] = Told(alerts, unread, time.monotonic())
            return told
