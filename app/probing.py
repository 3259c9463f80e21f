"""The prober: takes whose turn it is, runs the probe, signs what came of it; and asks for every client once a night."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from app.doorbell import JOB
from app.doorman import Doorman
from app.flows import check_flow
from app.reactions import JOBS
from app.web import create_app
from app.wiring import Services, bucket_of, planes
from kit.away import MAYBE_AWAY, is_away
from kit.clock import now
from kit.db import AccessibleTenantId
from kit.errors import Problem
from probe.core.tally import GROUPS, SHARES, Group, Tally
from probe.service import alarms, runs
from probe.service.engine import Limits, Run, Tools
from probe.service.twins import Grounds
from tenants.access import for_system
from tenants.callers import cookie_name
from tenants.placements import Planes
from tenants.service.floors import list_tenants

log = structlog.get_logger()

_ONE_RUN = 0x9206E
"""Advisory lock of the control plane's database: whoever holds it runs the probe."""
_QUIET_FROM, _QUIET_MINUTES = 2, 180
"""Clients are asked for between two and five o'clock of their own zone, each at a minute of its own."""
_LOOK_S, _REPORT_S = 2.0, 1.0


async def _worker_seals(_tenant: AccessibleTenantId) -> None:
    """Leave it to the worker's seal round."""


def tools_of(services: Services, plane: Planes, *, limits: Limits | None = None) -> Tools:
    """Return what a run needs, from a process's services; ``plane``: under the application's login."""
    settings = services.settings
    redis_url = settings.redis_url.get_secret_value()
    grounds = Grounds(
        services.control, plane, plane.shared, settings.recordings_folder, check_flow, _worker_seals
    )  # fmt: skip
    return Tools(
        create_app(settings), settings.public_url, cookie_name(settings), grounds, services.bus,
        redis_url, JOBS, partial(ear, redis_url), JOB, services.signer, settings.tenant_keys_folder, plane.own_database,
        limits or Limits(), bucket_of(settings),
    )  # fmt: skip


def ear(redis_url: str, queue: str, heard: Callable[[list[UUID]], None]) -> Doorman:
    """Return the worker's own ear on another queue."""
    return Doorman(redis_url, heard, queue)


@asynccontextmanager
async def open_prober(services: Services) -> AsyncIterator[Prober]:
    """Open the application's login beside the process's own, and a prober on it."""
    plane = planes(services.settings, services.control, "app", size=4)
    try:
        yield Prober(services, plane)
    finally:
        await plane.close()


@dataclass
class Prober:
    """Runs what waits. Several processes may have one: a lock lets one of them run at a time."""

    services: Services
    plane: Planes
    limits: Limits = field(default_factory=Limits)
    _asked: dict[UUID, date] = field(default_factory=dict)

    async def rounds(self) -> None:
        """Look again and again until cancelled."""
        while True:
            try:
                await self.ask_for_the_night(now())
                await self.run_next()
            except MAYBE_AWAY as error:
                log.warning("database_away", during="probe", error=repr(error))
            await asyncio.sleep(_LOOK_S)

    async def run_next(self) -> bool:
        """Run the oldest of what waits, if no other process runs one; say whether there was one."""
        control = self.services.control
        if not await runs.turns(control):
            return False
        async with (await control.pool()).acquire() as held:
            if not await held.fetchval("SELECT pg_try_advisory_lock($1)", _ONE_RUN):
                return False
            try:
                return await self._next()
            finally:
                await held.execute("SELECT pg_advisory_unlock($1)", _ONE_RUN)

    async def _next(self) -> bool:
        for turn in await runs.turns(self.services.control):
            tenant_id = for_system(turn.tenant_id, "isolation probe")
            if turn.started_at is not None:  # nobody else holds the lock: whoever began it was killed
                await runs.interrupt(self.plane, tenant_id, turn.run_id, now())
                await runs.leave(self.services.control, turn.run_id)
                continue
            await self._run(turn, tenant_id)
            return True
        return False

    async def _run(self, turn: runs.Turn, tenant_id: AccessibleTenantId) -> None:
        control = self.services.control
        began = await runs.begin(control, self.plane, turn, tenant_id, now())
        try:
            if began:
                signed = await self._signed(turn, tenant_id)
                await alarms.judge(control, tenant_id, turn.run_id, signed["signed"], now())
                await runs.finish(self.plane, tenant_id, turn.run_id, signed, now())
        except Exception as error:  # noqa: BLE001 - whatever it is is told, and the next one begins
            told = log.warning if is_away(error) else log.exception
            told("probe_failed", tenant_id=str(tenant_id), run=str(turn.run_id), error=repr(error))
            await runs.interrupt(self.plane, tenant_id, turn.run_id, now())
        await runs.leave(control, turn.run_id)

    async def _signed(self, turn: runs.Turn, tenant_id: AccessibleTenantId) -> dict[str, Any]:
        began = now()
        run = Run(tools_of(self.services, self.plane, limits=self.limits))
        telling = asyncio.create_task(self._tell(run, turn, tenant_id))
        try:
            tally = await run.go(tenant_id)
        finally:
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling
        about = {
            "run": str(turn.run_id), "client": str(tenant_id), "installation": self.services.settings.public_url,
            "began_at": began.isoformat(), "ended_at": now().isoformat(), "version": "1",
        }  # fmt: skip
        if tally.findings:
            found = [{"group": group, "oracle": one.oracle, "what": one.member} for group, one in tally.findings[:20]]
            log.error("isolation_broken", tenant_id=str(tenant_id), run=str(turn.run_id), findings=found)
        signed: dict[str, Any] = self.services.signer.sign(runs.result(tally, about))
        return signed

    async def _tell(self, run: Run, turn: runs.Turn, tenant_id: AccessibleTenantId) -> None:
        """Write the progress each second."""
        part: list[Group] = ["http"]
        run.on_part = lambda group, _tally: part.__setitem__(0, group)
        while True:
            await asyncio.sleep(_REPORT_S)
            await runs.report(self.plane, tenant_id, turn.run_id, progress(part[0], run.tally))

    async def ask_for_the_night(self, at: datetime) -> None:
        """Put every client whose minute of this night has come into the queue, once."""
        for tenant in await list_tenants(self.services.control):
            here = at.astimezone(ZoneInfo(tenant.zone))
            if self._asked.get(tenant.id) == here.date() or not is_time(tenant.id, here):
                continue
            self._asked[tenant.id] = here.date()
            tenant_id = for_system(tenant.id, "isolation probe")
            async with self.plane.transaction(tenant_id) as scope:
                rows = await scope.fetch(
                    "SELECT 1 FROM gf.probe_run WHERE tenant_id = $1 AND cause = 'night' AND asked_at > $2",
                    tenant_id, at - timedelta(hours=12),
                )  # fmt: skip
            if not rows:
                with suppress(Problem):  # the client's own people started one just now
                    await runs.ask(self.services.control, self.plane, tenant_id, runs.Wish("system", "", "night", at))


def is_time(tenant_id: UUID, here: datetime) -> bool:
    """Say whether this client's minute has come, and the quiet hours are not over."""
    minute = (here.hour - _QUIET_FROM) * 60 + here.minute
    return tenant_id.int % _QUIET_MINUTES <= minute < _QUIET_MINUTES


def progress(group: Group, tally: Tally) -> dict[str, Any]:
    """Return what the page shows while a run is under way; ``percent`` is about how much of its time has passed."""
    part, visited, members = GROUPS.index(group), tally.figures.get("visited", 0), tally.figures.get("members", 0)
    inner = visited / members if group == "http" and members else 0.5
    return {
        "group": group, "part": part + 1, "parts": len(GROUPS), "visited": visited, "members": members,
        "percent": round(sum(SHARES[done] for done in GROUPS[:part]) + SHARES[group] * inner),
        "tried": tally.attempts.total(), "findings": len(tally.findings),
    }  # fmt: skip


async def run_now(settings_services: Services, tenant_id: AccessibleTenantId, name: str) -> UUID:
    """Ask for a run and do it here, after those that wait. For the command line."""
    async with open_prober(settings_services) as prober:
        wish = runs.Wish("command line", name, "command", now())
        run_id = await runs.ask(settings_services.control, prober.plane, tenant_id, wish)
        while any(turn.run_id == run_id for turn in await runs.turns(settings_services.control)):
            if not await prober.run_next():
                await asyncio.sleep(_LOOK_S)
        return run_id


__all__ = ["Prober", "is_time", "open_prober", "progress", "run_now", "tools_of"]
