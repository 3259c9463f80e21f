"""The worker: does what waits in the outboxes, delivers webhooks, seals the journals. One process; several are safe.

Three things wake it: the doorbell (an RQ job with tenants' ids), its own sweep over all tenants every few seconds, and
the seal round each second. The rows in PostgreSQL are the truth, so whatever happens to Redis or to this process, work
is late by at most a sweep or a lease.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import asyncpg
import structlog

from app import rounds, scanning, telling
from app.alert_mails import deliver_alerts
from app.connectors import connector_rounds
from app.doorbell import Doorbell
from app.doorman import Doorman
from app.keeping import keeping_rounds
from app.leaving import leave_rounds, search_rounds
from app.postman import deliver
from app.probing import open_prober
from app.reactions import JOBS, install
from app.watching import threshold_rounds
from app.wiring import Services, SettingMissing, contexts_of, open_services, planes
from exchange.calling import Caller
from exchange.pusher import Pusher
from exchange.service import inbox
from exchange.tasks import Asker
from journal import seals
from kit import outbox
from kit.away import MAYBE_AWAY
from kit.clock import now
from kit.db import AccessibleTenantId, Plane
from kit.errors import TenantElsewhere
from kit.outbound import Guard
from kit.settings import Settings
from live import keyframes
from live.service import Watched
from live.thresholds.forgetting import forget as forget_alerts
from tenants.access import INSTALLATION, for_system
from tenants.oauth.clients import tell_expiring
from tenants.service import reading
from tenants.service.floors import list_tenants
from tenants.service.rentals import turn_rents
from webhooks.client import Client
from webhooks.core.formats import CONNECTOR
from webhooks.tasks import Courier, Policy
from workorders.service.idempotency import forget_expired

log = structlog.get_logger()

_T = TypeVar("_T")

_AWAY = MAYBE_AWAY
"""The database is away or ended our connection: logged, and tried again in the next round."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the worker looks by itself."""

    sweep: timedelta = timedelta(seconds=3)
    seal: timedelta = timedelta(seconds=1)
    forget: timedelta = timedelta(hours=1)
    boards: timedelta = timedelta(seconds=30)
    truths: timedelta = timedelta(seconds=10)
    visits: timedelta = timedelta(seconds=3)
    rents: timedelta = timedelta(seconds=30)
    heads: timedelta = timedelta(seconds=30)
    acts: timedelta = timedelta(seconds=5)
    closing: timedelta = timedelta(seconds=60)
    clocks: timedelta = timedelta(seconds=1)
    exports: timedelta = timedelta(seconds=3)
    thresholds: timedelta = timedelta(seconds=1)
    retention: timedelta = timedelta(hours=1)
    retry_s: int = 10
    """How long a failed job waits, multiplied by its attempts."""
    courier: Policy = field(default_factory=Policy)


class Worker:
    """The parts of one worker process, and the tenants that they serve."""

    def __init__(self, services: Services, sealer: Plane, away: tuple[Courier, Asker], pace: Pace) -> None:
        """Take open services (login worker), the sealer's login, and who calls clients' systems."""
        self._control, self._plane, self._sealer = services.control, services.plane, sealer
        self._signer, self._pace = services.signer, pace
        self._courier, self._asker = away
        self._draining: dict[UUID, bool] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def ring(self, tenant_ids: list[UUID]) -> None:
        """Drain these tenants now; one that is being drained is drained once more."""
        for tenant_id in tenant_ids:
            if tenant_id in self._draining:
                self._draining[tenant_id] = True
                continue
            self._draining[tenant_id] = False
            task = asyncio.create_task(self._drain(for_system(tenant_id, "worker")))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def rounds(self) -> None:
        """Sweep, seal, keep boards and tidy until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._every(self._pace.sweep, self._sweep))
            group.create_task(self._every(self._pace.seal, self._seal))
            group.create_task(self._every(self._pace.forget, self._forget))
            group.create_task(self._every(self._pace.boards, self._keep_boards))
            group.create_task(self._every(self._pace.truths, rounds.BoardChecks(self._control, self._plane).round))
            group.create_task(self._every(self._pace.visits, self._tell_staff))
            group.create_task(self._every(self._pace.rents, self._turn_rents))
            group.create_task(self._every(self._pace.heads, self._sign_heads))
            group.create_task(self._every(self._pace.acts, self._end_acts))
            group.create_task(self._every(self._pace.closing, self._close_work_orders))
            group.create_task(self._every(self._pace.clocks, self._strike_clocks))

    async def close(self) -> None:
        """Let what is being done end, and stop delivering."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._courier.close()

    async def _every(self, interval: timedelta, act: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await act()
            except _AWAY as error:
                log.warning("database_away", during=act.__name__, error=repr(error))
            await asyncio.sleep(interval.total_seconds())

    async def _tenants(self) -> list[AccessibleTenantId]:
        return [for_system(tenant.id, "worker") for tenant in await list_tenants(self._control)]

    async def _sweep(self) -> None:
        self.ring([*await self._tenants()])

    async def _seal(self) -> None:
        async def seal(tenant_id: AccessibleTenantId) -> None:
            with suppress(asyncpg.UniqueViolationError):  # another worker sealed the same facts just now
                await seals.seal_new(self._sealer, tenant_id)

        await _each([*await self._tenants(), for_system(INSTALLATION, "sealer")], seal)

    async def _keep_boards(self) -> None:
        tenants = await list_tenants(self._control)
        due = [Watched(for_system(tenant.id, "worker"), tenant.name, tenant.zone) for tenant in tenants]

        async def keep(watched: Watched) -> None:
            if await keyframes.keep(self._plane, watched):
                again.append(watched)

        while due:  # a journal that has none yet gets them a few at a time, so that it keeps no other client waiting
            again: list[Watched] = []
            await _each(due, keep)
            due = again

    async def _tell_staff(self) -> None:
        await rounds.tell_staff(self._control, self._plane)

    async def _end_acts(self) -> None:
        await rounds.end_acts(self._control, self._plane)

    async def _close_work_orders(self) -> None:
        await rounds.close_work_orders(self._control, self._plane)

    async def _strike_clocks(self) -> None:
        await rounds.strike_clocks(self._control, self._plane)

    async def _sign_heads(self) -> None:
        await rounds.sign_heads(self._control, self._plane, self._signer)

    async def _turn_rents(self) -> None:
        await turn_rents(self._control, self._plane, now())

    async def _forget(self) -> None:
        await tell_expiring(self._control, self._plane, now())

        async def forget(tenant_id: AccessibleTenantId) -> None:
            async with self._plane.transaction(tenant_id) as scope:
                await forget_expired(scope, now())
                await inbox.forget(scope, now())
                await reading.forget(scope)
                await forget_alerts(scope, now())

        await _each(await self._tenants(), forget)

    async def _drain(self, tenant_id: AccessibleTenantId) -> None:
        try:
            while True:
                self._draining[tenant_id] = False
                await self._do_jobs(tenant_id)
                await self._courier.visit(tenant_id)
                while await self._asker.visit(tenant_id):
                    await self._do_jobs(tenant_id)
                if not self._draining[tenant_id]:
                    return
        except _AWAY as error:
            log.warning("database_away", during="drain", tenant_id=str(tenant_id), error=repr(error))
        finally:
            del self._draining[tenant_id]

    async def _do_jobs(self, tenant_id: AccessibleTenantId) -> None:
        while True:
            async with self._plane.transaction(tenant_id) as scope:
                errands = await outbox.claim(scope)
            if not errands:
                return
            for errand in errands:
                await self._do_job(tenant_id, errand)

    async def _do_job(self, tenant_id: AccessibleTenantId, errand: outbox.Errand) -> None:
        try:
            async with self._plane.transaction(tenant_id) as scope:
                await JOBS[errand.job](scope, errand.payload)
                await outbox.done(scope, errand)
        except _AWAY:
            raise  # the lease runs out, and the job is done again
        except Exception as error:  # noqa: BLE001 - one bad job must not stop the others; it is parked in the end
            log.warning("job_failed", tenant_id=str(tenant_id), job=errand.job, error=repr(error))
            async with self._plane.transaction(tenant_id) as scope:
                await outbox.failed(scope, errand, repr(error), self._pace.retry_s * errand.attempts)


async def _each(tenants: Sequence[_T], act: Callable[[_T], Awaitable[None]]) -> None:
    """Do something for one tenant after the other; one whose database is elsewhere is passed over until next time."""
    for tenant in tenants:
        try:
            await act(tenant)
        except TenantElsewhere as error:
            log.info("tenant_passed_over", code=error.code)


async def _probe(services: Services) -> None:
    """Run the isolation probe when it is its turn; a house that gave this process no such login does without."""
    try:
        async with open_prober(services) as prober:
            await prober.rounds()
    except SettingMissing as missing:
        log.warning("no_probe_here", missing=str(missing))
        await asyncio.Event().wait()


@asynccontextmanager
async def _calling(services: Services, guard: Guard, pace: Pace) -> AsyncIterator[tuple[Courier, Asker]]:
    """Open what calls clients' systems."""
    plane, public_url = services.plane, services.settings.public_url
    async with Client(guard) as client, Caller(guard) as caller:
        carriers = {CONNECTOR: Pusher(plane, caller, public_url)}
        yield Courier(plane, client, pace.courier, public_url, carriers), Asker(plane, caller)


async def run_worker(settings: Settings, pace: Pace | None = None) -> None:
    """Work until SIGTERM or SIGINT."""
    pace = pace or Pace()
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    guard = Guard(allow_private=settings.allow_private_webhooks)
    async with open_services(settings, "worker") as services, _calling(services, guard, pace) as away:
        sealer = planes(settings, services.control, "sealer", size=2)
        doorbell = Doorbell(settings.redis_url.get_secret_value())
        install(services.bus, doorbell, contexts_of(services))
        telling.install(services.signer, settings, telling.Floor(services.bus, services.control, settings.floor))
        scanning.install(services.recordings, scanning.scanner_of(settings))
        worker = Worker(services, sealer, away, pace)
        doorman = Doorman(settings.redis_url.get_secret_value(), worker.ring)
        turning = [asyncio.create_task(worker.rounds())]
        if settings.smtp_url.get_secret_value():
            turning.append(asyncio.create_task(deliver(services)))
            turning.append(asyncio.create_task(deliver_alerts(services)))
        turning.append(asyncio.create_task(connector_rounds(services, guard)))
        turning.append(asyncio.create_task(leave_rounds(services, pace.exports)))
        turning.append(asyncio.create_task(search_rounds(services, pace.exports)))
        turning.append(asyncio.create_task(keeping_rounds(services, sealer, pace.retention)))
        turning.append(asyncio.create_task(_probe(services)))
        turning.append(asyncio.create_task(threshold_rounds(services, pace.thresholds)))
        doorman.start()
        log.info("worker_ready")
        try:
            await asyncio.wait([*turning, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in turning:
                task.cancel()
            await asyncio.gather(*turning, return_exceptions=True)
            await doorman.stop()
            await worker.close()
            await doorbell.close()
            await sealer.close()
    for task in turning:
        if task.done() and not task.cancelled():
            task.result()
