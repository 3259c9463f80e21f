"""The mails that people are owed of alerts: claimed by a lease, several of a person together, tried again for a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from kit.db import Scope

LEASE = timedelta(minutes=2)
KEPT = timedelta(hours=24)
"""A mail that could not be sent for so long is given up; the notification stays in the list and says so."""
_RETRY, _LONGEST = timedelta(seconds=30), timedelta(minutes=10)
MOST = 200

_CLAIM = """
UPDATE gf.notification SET mail_due_at = $2 + $3::interval, mail_attempts = mail_attempts + 1
WHERE tenant_id = $1 AND id IN (
  SELECT id FROM gf.notification WHERE tenant_id = $1 AND mail_due_at <= $2 AND mailed_at IS NULL
  ORDER BY mail_due_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)
RETURNING id, user_id, alert_id, kind, times, content::text AS content, created_at, read_at, mailed_at, mail_error,
  mail_attempts
"""
_SENT = "UPDATE gf.notification SET mailed_at = $3, mail_error = NULL WHERE tenant_id = $1 AND id = ANY($2)"
_LATER = "UPDATE gf.notification SET mail_due_at = $3, mail_error = $4 WHERE tenant_id = $1 AND id = ANY($2)"


@dataclass(frozen=True, slots=True)
class Owed:
    """What one person is owed: notifications, oldest first."""

    user_id: str
    rows: Sequence[dict[str, Any]]

    @property
    def ids(self) -> list[UUID]:
        """Their ids."""
        return [row["id"] for row in self.rows]


async def claim(scope: Scope, now: datetime) -> list[Owed]:
    """Take the mails that are due, for the time of a lease."""
    people: dict[str, list[dict[str, Any]]] = {}
    for row in await scope.fetch(_CLAIM, scope.tenant_id, now, LEASE, MOST):
        people.setdefault(row["user_id"], []).append({**row, "content": orjson.loads(row["content"])})
    return [Owed(user_id, sorted(rows, key=lambda row: row["created_at"])) for user_id, rows in people.items()]


async def sent(scope: Scope, owed: Owed, now: datetime) -> None:
    """Keep that they have gone."""
    await scope.fetch(_SENT, scope.tenant_id, owed.ids, now)


async def failed(scope: Scope, owed: Owed, error: str, now: datetime) -> None:
    """Try again later; what is a day old is given up."""
    old = [row["id"] for row in owed.rows if now - row["created_at"] > KEPT]
    young = [row["id"] for row in owed.rows if row["id"] not in old]
    wait = min(_LONGEST, _RETRY * max(row["mail_attempts"] for row in owed.rows))
    await scope.fetch(_LATER, scope.tenant_id, young, now + wait, error[:300])
    await scope.fetch(_LATER, scope.tenant_id, old, None, error[:300])


async def nobody(scope: Scope, owed: Owed) -> None:
    """Give up what is owed to somebody who has left, or may not look any more."""
    await scope.fetch(_LATER, scope.tenant_id, owed.ids, None, "left")
