"""Gathers what the auditor compares: each minute, and again soon when something looked wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from interactions import records
from kit.away import MAYBE_AWAY
from kit.db import Plane
from live import keyframes
from live.service import Watched, open_board
from switchboard import metrics
from switchboard.core.audit import Evidence, Rows
from switchboard.loop import Loop
from switchboard.recorder import Recorder
from telephony.port import CommandRefused, Snapshot
from tenants.access import for_system

EVERY_S, AGAIN_AFTER_S = 60.0, 5.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Auditor:
    """Looks at one floor from beside its loop."""

    loop: Loop
    recorder: Recorder
    plane: Plane
    snapshot: Callable[[], Awaitable[Snapshot]]

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(AGAIN_AFTER_S if self._is_wary else EVERY_S)
            try:
                await self.look()
            except (*MAYBE_AWAY, CommandRefused) as error:
                log.warning("not_audited", error=repr(error))

    @property
    def _is_wary(self) -> bool:
        return bool(self.loop.floor.suspects or self.loop.floor.unsound_boards)

    async def look(self) -> None:
        """Compare once, and let what was wrong the last time as well be repaired."""
        floor = self.loop.floor
        if not floor.connected:
            return
        unsound, floor.unsound_boards = floor.unsound_boards, set()
        for tenant in unsound:
            await keyframes.forget(self.plane, for_system(tenant, "audit"))
        snapshot, busy = await self.snapshot(), self.loop.busy()
        rows: dict[UUID, Rows] = {}
        for tenant in [each for each in floor.plan.tenants if self.recorder.is_idle(each)]:
            try:
                rows[tenant] = await self._rows(tenant)
            except MAYBE_AWAY as error:
                log.warning("rows_not_audited", tenant=str(tenant), error=repr(error))
        settled = {tenant: found for tenant, found in rows.items() if self.recorder.is_idle(tenant)}
        self.loop.put(Evidence(snapshot, settled, busy | self.loop.busy()))
        metrics.AUDITS.inc()

    async def _rows(self, tenant: UUID) -> Rows:
        aliases, planned = self.loop.floor.plan.aliases, self.loop.floor.plan.tenants[tenant]
        async with self.plane.transaction(for_system(tenant, "audit")) as scope:
            live = [aliases.record(tenant, each.record) for each in await records.load_live(scope)]
            known = [aliases.record(tenant, each) for each in (await records.load_agents(scope)).values()]
        board = await open_board(self.plane, Watched(for_system(tenant, "audit"), planned.name, "UTC"))
        shown: Any = board.calls.values()
        return Rows(
            {record.id: record for record in live},
            {record.agent_id: record for record in known},
            frozenset(call.id for call in shown if call.state != "ended"),
        )
