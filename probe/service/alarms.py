"""Red results: an alarm on every page of the client and of the outsourcer, until a green run or a reason to read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from journal import service as journal
from journal.core.facts import Actor
from kit.away import MAYBE_AWAY, is_away
from kit.db import AccessibleTenantId, Database, Plane
from kit.errors import NotFound
from probe.errors import ProbeReasonNotClear
from probe.facts import ProbeAcknowledged

log = structlog.get_logger()

FRESH_S = 5.0
"""So old may be what a page shows."""
_PATIENCE_S = 2.0
"""So long a page waits for them."""
_SHORTEST, _LONGEST, _MOST_NAMED = 10, 500, 20

_RAISE = """
INSERT INTO control.probe_alarm (tenant_id, run_id, since, findings, found) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id) DO UPDATE SET run_id = EXCLUDED.run_id, findings = EXCLUDED.findings, found = EXCLUDED.found
"""
_ALL = """
SELECT a.tenant_id, a.run_id, a.since, a.findings, a.found, t.code, t.name
FROM control.probe_alarm a JOIN control.tenant t ON t.id = a.tenant_id ORDER BY a.since, t.code
"""
_KEEP = """
UPDATE gf.probe_run SET acknowledged_at = $3, acknowledged_by = $4, acknowledged_reason = $5
WHERE tenant_id = $1 AND id = $2 AND acknowledged_at IS NULL RETURNING 1
"""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A client whose newest verdict is red. ``found``: where, without any value of anybody."""

    tenant_id: UUID
    code: str
    name: str
    run_id: UUID
    since: datetime
    findings: int
    found: tuple[str, ...]


async def judge(control: Database, tenant_id: UUID, run_id: UUID, document: Mapping[str, Any], at: datetime) -> None:
    """Raise the alarm for a red result and end it for a green one; one that proves too little changes nothing."""
    pool = await control.pool()
    if document["verdict"] == "green":
        await pool.execute("DELETE FROM control.probe_alarm WHERE tenant_id = $1", tenant_id)
    elif document["verdict"] == "red":
        found = list(dict.fromkeys(one["what"] for one in document["findings"]))
        await pool.execute(_RAISE, tenant_id, run_id, at, len(document["findings"]), found[:_MOST_NAMED])


async def open_alarms(control: Database) -> list[Alarm]:
    """Return every alarm, the oldest first."""
    rows = await (await control.pool()).fetch(_ALL)
    return [Alarm(**{**row, "found": tuple(row["found"])}) for row in rows]


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who of the outsourcer takes an alarm from the pages, and why."""

    by: str
    name: str
    reason: str
    at: datetime


async def acknowledge(
    control: Database, plane: Plane, tenant_id: AccessibleTenantId, run_id: UUID, told: Acknowledgement
) -> None:
    """Keep the reason where the client reads it, then end the alarm; done twice it is done once.

    Raises :class:`NotFound` when this run raises no alarm, and :class:`ProbeReasonNotClear`.
    """
    reason = told.reason.strip()
    if not _SHORTEST <= len(reason) <= _LONGEST:
        raise ProbeReasonNotClear
    pool = await control.pool()
    args = (tenant_id, run_id)
    if not await pool.fetchval("SELECT 1 FROM control.probe_alarm WHERE tenant_id = $1 AND run_id = $2", *args):
        raise NotFound
    async with plane.transaction(tenant_id) as scope:
        if await scope.fetch(_KEEP, *args, told.at, told.name, reason):
            fact = ProbeAcknowledged(by=told.by, name=told.name, reason=reason)
            journal.append(scope, fact, subject=run_id, at=told.at, actor=Actor("user", told.by))
    await pool.execute("DELETE FROM control.probe_alarm WHERE tenant_id = $1 AND run_id = $2", *args)


@dataclass
class Alarms:
    """What this process knows of the alarms, for every page that it paints."""

    control: Database
    _known: Mapping[UUID, Alarm] = field(default_factory=dict)
    _looked: float = float("-inf")

    async def look(self) -> None:
        """Read them if what is known is too old; while the database is away the last ones known are shown."""
        if time.monotonic() < self._looked + FRESH_S:
            return
        self._looked = time.monotonic()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                self._known = {alarm.tenant_id: alarm for alarm in await open_alarms(self.control)}
        except MAYBE_AWAY as error:
            if not is_away(error):
                raise
            log.warning("database_away", during="alarms", error=repr(error))

    def look_again(self) -> None:
        """Read them before the next page: this process has changed one."""
        self._looked = float("-inf")

    def of(self, tenant_id: UUID) -> Alarm | None:
        """Return a client's alarm."""
        return self._known.get(tenant_id)

    @property
    def every(self) -> Sequence[Alarm]:
        """Every alarm, for the outsourcer."""
        return tuple(self._known.values())
