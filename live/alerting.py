"""Taking care of an alert: a fact in the client's journal, which its board shows from then on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from journal import service as journal
from journal.core.facts import Actor
from kit.clock import millis
from kit.db import Plane
from kit.errors import NotFound
from live.core.alerts import alerts
from live.facts import AlertAcknowledged
from live.service import Watched, open_board
from tenants.core.alerts import AlertLimits


@dataclass(frozen=True, slots=True)
class Carer:
    """Who takes care of it, as the client knows it."""

    user_id: str
    name: str
    role: str


async def acknowledge(
    plane: Plane, watched: Watched, alert: str, limits: AlertLimits, by: Carer, now: datetime
) -> None:
    """Take care of an alert of this moment. Harmless when somebody does; raises :class:`NotFound` when it is over."""
    board = await open_board(plane, watched)
    found = next((each for each in alerts(board, limits, millis(now)) if each.id == alert), None)
    if found is None:
        raise NotFound
    if found.by is not None:
        return
    after_ms = max(0, millis(now) - found.since)
    fact = AlertAcknowledged(found.id, found.kind, by.user_id, by.name, by.role, after_ms)
    async with plane.transaction(watched.tenant_id) as scope:
        subject = found.subject or watched.tenant_id
        journal.append(scope, fact, subject=subject, at=now, actor=Actor("user", by.user_id))
