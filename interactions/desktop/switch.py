"""The client's own switch beside its contract's: where nobody sees agents' desks. It only takes away.

It holds at once, for what is seen as it happens and for what was kept: that stays, and is not shown while it is off.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from interactions.desktop.facts import DesktopSwitched
from journal import service as journal
from journal.core.facts import Actor
from kit.db import Scope
from kit.errors import ValidationFailed

EVERYTHING = ""
"""In place of a queue's code: all conversations, also those of no queue."""
_READ = "SELECT queue, name, since FROM gf.desktop_withheld WHERE tenant_id = $1 ORDER BY queue"
_QUEUES = "SELECT code FROM gf.queue WHERE tenant_id = $1"
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
_OFF = """INSERT INTO gf.desktop_withheld (tenant_id, queue, name, since)
SELECT $1, unnest($2::text[]), $3, $4 ON CONFLICT DO NOTHING"""
_ON = "DELETE FROM gf.desktop_withheld WHERE tenant_id = $1 AND queue <> ALL($2::text[])"
_HIDES = """SELECT w.queue FROM gf.desktop_withheld w
  LEFT JOIN gf.interaction i ON i.tenant_id = w.tenant_id AND i.id = $2
  LEFT JOIN gf.queue q ON q.tenant_id = i.tenant_id AND q.id = i.queue_id
WHERE w.tenant_id = $1 AND (w.queue = '' OR w.queue = q.code) LIMIT 1"""


async def withheld(scope: Scope) -> dict[str, Mapping[str, Any]]:
    """Return what is switched off, by queue (:data:`EVERYTHING`: all), with ``name`` and ``since``."""
    return {row["queue"]: row for row in await scope.fetch(_READ, scope.tenant_id)}


async def hides(scope: Scope, interaction: UUID | None) -> bool:
    """Say whether the client lets nobody see the desk during a conversation; None: whatever may come."""
    return bool(await scope.fetch(_HIDES, scope.tenant_id, interaction))


async def switch(scope: Scope, off: Collection[str], by: tuple[Actor, str], now: datetime) -> None:
    """Switch the view off for these queues, and on for all others, as far as the contract shows desks at all.

    ``by``: who, and its name. Raises :class:`ValidationFailed` for a queue that is not there and was not switched off.
    """
    await scope.fetch(_ALONE, f"desktop {scope.tenant_id}")
    present, wanted = set(await withheld(scope)), set(off)
    known = {row["code"] for row in await scope.fetch(_QUEUES, scope.tenant_id)} | present | {EVERYTHING}
    if wanted - known:
        raise ValidationFailed("off names a queue that is not there")
    if wanted == present:
        return
    actor, name = by
    await scope.fetch(_OFF, scope.tenant_id, sorted(wanted), name, now)
    await scope.fetch(_ON, scope.tenant_id, sorted(wanted))
    fact = DesktopSwitched(everything=EVERYTHING in wanted, off=sorted(wanted - {EVERYTHING}), name=name)
    journal.append(scope, fact, subject=scope.tenant_id, at=now, actor=actor)
