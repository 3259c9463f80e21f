"""The parts of a floor's process, put together: engine, loop, recorder, inbox, lease."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from interactions import records
from interactions.nocall import service as do_not_call
from interactions.nocall.errors import ListUnreadable
from kit import vault
from kit.away import MAYBE_AWAY
from kit.errors import Problem
from kit.ids import new_id
from switchboard import acts, desk_watch, inbox, lease, metrics, nocall, restore
from switchboard.auditing import Auditor
from switchboard.configuration import OldFlows, Voice, aliases_of, plan_of
from switchboard.core.effects import AskList, FindAgent, Speak
from switchboard.core.plan import Plan
from switchboard.errors import LeaseLost
from switchboard.floor import Floor
from switchboard.hands import Hands
from switchboard.inputs import AgentFound, Connected, ListAsked, PhonesSeen, Reconfigured, Room, Spoken
from switchboard.keeping import Keeper
from switchboard.lease import Lease
from switchboard.loop import Helpers, Loop
from switchboard.memory import Memory
from switchboard.recorder import Alarms, Recorder
from switchboard.replay import replay
from switchboard.services import FloorServices
from switchboard.spool import Spools
from telephony.port import CommandRefused, EngineBack, Snapshot
from tenants.access import for_system
from tenants.core.configuration import FloorConfiguration
from tenants.service.floors import note_remembered
from tenants.service.sounds import RECORDED

MISSING_EVERY_S = 2.0
FLUSHED_WITHIN_S = 5.0
"""When the process stops: so long facts may take to be stored; the rest stays in the spool."""

log = structlog.get_logger(__name__)


class Switchboard:
    """One process's hold on a floor, from :meth:`open` to :meth:`close`."""

    def __init__(self, services: FloorServices, held: Lease) -> None:
        self._services = services
        self._lease = held
        self._recorded = services.data_folder / RECORDED
        self._voice = Voice(services.speaker, self._recorded)
        kept, keys = services.data_folder / "spool", vault.vault().store
        self._spools, self._memory = Spools(kept, services.floor, keys), Memory(kept, services.floor, keys)
        self._keeper = Keeper(services, self._serves, self._put)
        alarms = Alarms(room=self._room, fenced=self._lost, stored=self._keeper.stored)
        self._recorder = Recorder(services.plane, held.fence, self._spools, alarms)
        self._tasks: list[asyncio.Task[None]] = []
        self._is_lost = asyncio.Event()
        self._has_returned = asyncio.Event()
        self._met: set[str] = set()
        self._configuration: FloorConfiguration | None = None
        self.loop: Loop | None = None
        self.auditor: Auditor | None = None

    async def open(self) -> None:
        """Find what the older process left, shut it out, and begin to decide."""
        self._start(self._renew())
        services, now = self._services, self._services.clock.now()
        configuration = self._configuration = await self._with_memory(await services.configuration(now), now)
        tenants = configuration.present
        replayed = await replay(services.plane, self._spools)
        await lease.raise_fences(services.plane, self._lease, tenants)
        stored = await restore.read(services.plane, tenants, aliases_of(configuration))
        plan = plan_of(configuration, stored.flows, self._voice.ready, vault.vault().box, self._recorded)
        await asyncio.to_thread(self._voice.prepare, plan)
        floor = Floor(plan, new_id, self._lease.fence, now)
        floor.link_of = services.link_of
        acts.apply(floor, now)
        restore.restore(floor, stored, self._lease.seen_at, now)
        log.info("floor_taken", fence=self._lease.fence, calls=len(floor.calls), replayed=replayed)
        hands = Hands(services.engine, services.clock, self._put, floor)
        self.loop = Loop(floor, hands, self._recorder, services.clock, self._helpers())
        self._recorder.start(configuration.remembered)
        await services.engine.start()
        self._start(self.loop.run(), self._listen(self.loop))
        self._start(self._keeper.sweep(floor.calls.__contains__, self.loop.put))
        if configuration.absent:
            log.warning("floor_without_tenants", tenants=[str(tenant) for tenant in configuration.absent])
            self._start(self._await_missing(configuration.absent))
        handler = inbox.handler(self.loop, self.reload, self._listed)
        self.auditor = Auditor(self.loop, self._recorder, services.plane, services.engine.snapshot)
        metrics.watch(floor, services.clock.now)
        self._start(self.auditor.run())
        self._start(desk_watch.watch(services.control, services.floor, floor, self.loop.put, services.clock))
        self._start(services.serve(inbox.inbox_name(services.floor), handler))

    async def run(self, ending: asyncio.Event) -> bool:
        """Go on until ``ending``, or (True) until the floor should be opened anew: a missing tenant is there again.

        Raises :class:`LeaseLost`, and whatever a part of the process died of.
        """
        waits = [asyncio.create_task(event.wait()) for event in (ending, self._is_lost, self._has_returned)]
        try:
            await asyncio.wait([*waits, *self._tasks], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        for task in self._tasks:
            if task.done():
                task.result()
        if self._is_lost.is_set():
            raise LeaseLost(f"floor {self._lease.floor} is another's now")
        return self._has_returned.is_set() and not ending.is_set()

    async def close(self) -> None:
        """Stop deciding, store what is known, and leave the calls to the engine and the next owner."""
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task
        if self.loop is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(FLUSHED_WITHIN_S):
                    await self.loop.rest()
        await self._recorder.close(FLUSHED_WITHIN_S)
        await self._services.engine.close()
        if not self._is_lost.is_set():
            try:
                await lease.release(self._services.control, self._lease)
            except Exception as error:  # noqa: BLE001 - it runs out by itself
                log.warning("lease_not_released", error=repr(error))

    async def _with_memory(self, read: FloorConfiguration, now: datetime) -> FloorConfiguration:
        """Remember who is there, and take who is not as it is remembered: its calls go on being routed."""
        await asyncio.to_thread(self._memory.keep, read, now)
        configuration = read.remembering(await asyncio.to_thread(self._memory.of, read.missing))
        for tenant, at in configuration.remembered.items():
            log.warning("tenant_from_memory", tenant=str(tenant), at=at.isoformat())
        moments: dict[UUID, datetime | None] = {t: configuration.remembered.get(t) for t in read.apart}
        await note_remembered(self._services.control, moments)
        return configuration

    async def reload(self, changed: frozenset[UUID] | None = None) -> None:
        """Read the configuration again, of those tenants (None: of all), and work from it."""
        if self.loop is None:
            return
        now = self._services.clock.now()
        read = await self._services.configuration(now, changed)
        await asyncio.to_thread(self._memory.keep, read, now)
        configuration = self._configuration = (
            read if self._configuration is None else read.filled_from(self._configuration)
        )
        known = set(self.loop.floor.plan.tenants)
        new = [tenant.id for tenant in configuration.tenants if tenant.id not in known]
        await lease.raise_fences(self._services.plane, self._lease, new)
        box, old = vault.vault().box, _flows_in_use(self.loop.floor)
        plan = plan_of(configuration, old, self._voice.ready, box, self._recorded)
        await asyncio.to_thread(self._voice.prepare, plan)
        self.loop.put(Reconfigured(plan))

    # ----------------------------------------------------------------------------------------------- beside the loop

    def _start(self, *parts: Coroutine[Any, Any, None]) -> None:
        self._tasks += [asyncio.create_task(part) for part in parts]

    def _put(self, item: Any) -> None:  # noqa: ANN401 - any input
        if self.loop is not None:
            self.loop.put(item)

    def _room(self, tenant: UUID | None, admits: bool) -> None:  # noqa: FBT001 - the alarm says only this
        self._put(Room(tenant, admits))

    def _lost(self) -> None:
        self._is_lost.set()

    async def _listen(self, loop: Loop) -> None:
        async for event in self._services.engine.events():
            if not isinstance(event, EngineBack):
                loop.put(event)
                continue
            log.info("engine_here", node=event.node, legs=len(event.snapshot.legs))
            if event.node in self._met:
                loop.put(Connected(event, event.snapshot.calls, self._spares()))  # one that we do not hold has ended
            else:
                self._met.add(event.node)
                present = () if self._configuration is None else self._configuration.present
                stored = await self._stored(event.snapshot, present)
                left = await self._keeper.left(event.snapshot.recordings, event.node)
                loop.put(Connected(event, stored, self._spares()))
                for ended in left:
                    loop.put(ended)

    def _serves(self, tenant: UUID) -> bool:
        return self.loop is not None and tenant in self.loop.floor.plan.tenants

    def _spares(self) -> bool:
        return self._configuration is not None and bool(self._configuration.absent)

    async def _stored(self, snapshot: Snapshot, tenants: Iterable[UUID]) -> frozenset[str]:
        """Return the engine's calls that have a row; when that cannot be known, all of them."""
        try:
            return await restore.stored_calls(self._services.plane, tenants, snapshot)
        except Exception as error:  # noqa: BLE001 - PostgreSQL is away: nothing unknown is taken for new
            log.warning("stored_calls_unknown", error=repr(error))
            return snapshot.calls

    async def _await_missing(self, missing: frozenset[UUID]) -> None:
        """Look for tenants that were not there when the floor was opened.

        Their calls of before may still talk, and their facts may wait in the spool: only opening anew finds all that.
        """
        while True:
            await asyncio.sleep(MISSING_EVERY_S)
            try:
                found = await self._services.configuration(self._services.clock.now(), frozenset())
            except MAYBE_AWAY as error:
                log.warning("configuration_not_read", error=repr(error))
                continue
            if not missing <= set(found.missing):
                log.info("tenant_returned")
                self._has_returned.set()
                return

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(lease.RENEWED_EVERY.total_seconds())
            try:
                await lease.renew(self._services.control, self._lease)
            except LeaseLost:
                self._lost()
                raise
            except Exception as error:  # noqa: BLE001 - while PostgreSQL is away nobody can take the floor
                log.warning("lease_not_renewed", error=repr(error))

    def _helpers(self) -> Helpers:
        return Helpers(
            keep=self._keeper.keep, speak=self._speak, phones=self._phones, agent=self._agent, listed=self._asked
        )

    async def _agent(self, wanted: FindAgent) -> AgentFound:
        try:
            async with self._services.plane.transaction(for_system(wanted.tenant, "callbacks")) as scope:
                alias = await records.last_agent(scope, wanted.contact_number)
                entry = await do_not_call.listed(scope, wanted.contact_number, self._services.clock.now())
        except (*MAYBE_AWAY, Problem) as error:  # then it is anybody's of the queue, and the list is asked again
            log.warning("last_agent_unknown", error=type(error).__name__)
            alias = entry = None
        if alias is None or self.loop is None:
            return AgentFound(wanted.about, None, entry)
        return AgentFound(wanted.about, self.loop.floor.plan.aliases.real(wanted.tenant, alias), entry)

    async def _listed(self, tenant: UUID, number: str) -> UUID | None:
        return await nocall.listed(self._services.plane, tenant, number, self._services.clock.now())

    async def _asked(self, wanted: AskList) -> ListAsked:
        try:
            return ListAsked(wanted.about, wanted.turn, await self._listed(wanted.tenant, wanted.contact_number))
        except ListUnreadable:
            return ListAsked(wanted.about, wanted.turn, None, known=False)

    async def _speak(self, wanted: Speak) -> Spoken:
        return Spoken(wanted.call, wanted.name, await asyncio.to_thread(self._voice.speak, wanted.texts))

    async def _phones(self) -> PhonesSeen | None:
        try:
            return PhonesSeen((await self._services.engine.snapshot()).endpoints)
        except (CommandRefused, OSError):
            return None


def _flows_in_use(floor: Floor) -> OldFlows:
    """Return the versions that running calls are on, and those that a call of this moment would begin."""
    used = {(call.tenant, call.flow, call.flow_version) for call in floor.calls.values()}
    used |= {(route.tenant, route.flow, route.flow_version) for route in floor.plan.routes.values()}
    plan: Plan = floor.plan
    return {
        tenant.id: {key: program for key, program in tenant.flows.items() if (tenant.id, *key) in used}
        for tenant in plan.tenants.values()
    }
