"""A centre with two clients on a simulated network with a turned clock and a real database, and its switchboard."""

from __future__ import annotations

import asyncio
import hashlib
import wave
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from interactions import records
from interactions.core.record import INTERACTION_KINDS
from ivr.errors import SpeechFailed
from journal import service as journal
from journal.core.facts import Fact
from kit.db import AccessibleTenantId, Plane
from kit.embedded.postgres import EmbeddedPostgres
from kit.objects import Folder
from switchboard import lease
from switchboard.core.aliases import renamed
from switchboard.lease import Lease
from switchboard.loop import Loop
from switchboard.services import FloorServices, Handler
from switchboard.switchboard import Switchboard
from telephony.port import Engine, Event
from telephony.simulator.clock import TurnableClock, settle
from telephony.simulator.engine import SimulatorEngine
from telephony.simulator.network import SimulatedNetwork
from telephony.simulator.parties import Leg
from telephony.simulator.phones import SimulatorConversation, SimulatorPhone, SimulatorPhones, Subscriber
from tenants.access import INSTALLATION, for_system
from tenants.service.blueprints import Order, apply_blueprint
from tenants.service.centre import apply_centre
from tenants.service.floors import FloorReader, floor_configuration
from tenants.service.seats import browser_phone
from tests.support.house import TEMPLATE, House, house_at, two_tenants
from tests.switchboard.blueprints import ALPHA, BETA, CENTRE
from tests.switchboard.books import check_books

START = datetime(2028, 11, 20, 2, 0, tzinfo=UTC)
"""A Monday ahead of the machine's clock: what the machine dates (a task, a row) is due in this world."""
CARE, SALES, VOICEMAIL = "+862150001234", "+85221800000", "+862150009999"
CONTACT, OTHER_CONTACT = "+8613812345678", "+85298765432"
AGENT_TONE, CONTACT_TONE = 1000, 440
PROMPT_LASTS = timedelta(seconds=2)


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


def no_findings(_flow: Mapping[str, Any], _names: object) -> tuple[()]:
    return ()


class PlainSpeaker:
    """Speaks every text as two seconds of silence; ``dumb`` makes it fail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dumb = False

    def file_of(self, text: str, locale: str, whose: str = "") -> Path:
        if self.dumb:
            raise SpeechFailed("no voice")
        path = self.folder / f"{hashlib.sha256(f'{locale}{text}{whose}'.encode()).hexdigest()[:16]}.wav"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(8000)
                file.writeframes(b"\0\0" * int(8000 * PROMPT_LASTS.total_seconds()))
        return path


class World:
    """One test's centre. ``switchboard`` is the present one; :meth:`kill` and :meth:`take_floor` change it."""

    def __init__(self, house: House, folder: Path, plane: Plane) -> None:
        self.house = house
        self.plane = plane
        self.centre = CENTRE
        self.folder = folder
        self.clock = TurnableClock(START)
        self.network = SimulatedNetwork(self.clock, folder / "engine")
        self.phones = SimulatorPhones(self.network)
        self.speaker = PlainSpeaker(folder / "prompts")
        self.alpha: AccessibleTenantId
        self.beta: AccessibleTenantId
        self.li: UUID
        self.bo: UUID
        self.secrets: dict[str, str] = {}
        self.switchboard: Switchboard
        self.held: Lease
        self.handle: Handler

    # ------------------------------------------------------------------------------------------------ the floor's life

    def services(self, engine: Engine | None = None) -> FloorServices:
        async def serve(_name: str, handler: Handler) -> None:
            self.handle = handler
            await asyncio.Event().wait()

        return FloorServices(
            floor="main",
            control=self.house.control,
            plane=self.plane,
            engine=engine or SimulatorEngine(self.network),
            speaker=self.speaker,
            configuration=FloorReader(self.house.control, self.house.app, "main").read,
            serve=serve,
            data_folder=self.folder / "data",
            recordings=Folder(self.folder / "data" / "recordings"),
            clock=self.clock,
            engine_recordings=self.folder / "engine",
        )

    async def configure(self, alpha: str | None = None) -> None:
        """Set the centre up, as far as the copied database does not hold it yet."""
        pool = await self.house.control.pool()
        held = bool(await pool.fetchval("SELECT count(*) FROM control.tenant WHERE code = 'alpha'"))
        if not held or self.centre != CENTRE:
            await apply_centre(self.house.control, self.house.app, self.centre, START)
        order = Order(by="tester", at=START, check_flow=no_findings, why="a test")
        for source in (alpha or ALPHA, BETA) if not held else filter(None, [alpha]):
            await apply_blueprint(self.house.control, self.house.app, source, order)
        configuration = await floor_configuration(self.house.control, self.house.app, "main", START)
        ids = {tenant.code: for_system(tenant.id, "test") for tenant in configuration.tenants}
        self.alpha, self.beta = ids["alpha"], ids["beta"]
        self.li, self.bo = (agent.agent_id for agent in configuration.agents[:2])
        self.aliases = configuration.aliases
        self.secrets = {desk.id: desk.secret for desk in configuration.desks}

    async def take_floor(self, owner: str = "test", engine: Engine | None = None) -> None:
        self.held = await lease.take(self.house.control, "main", owner)
        self.switchboard = Switchboard(self.services(engine), self.held)
        await self.switchboard.open()
        await self.until(lambda: self.loop.floor.connected)
        await self.quiet()

    async def until(self, holds: Callable[[], bool], within: float = 20) -> None:
        """Wait in real time."""
        async with asyncio.timeout(within):
            while not holds():  # noqa: ASYNC110 - many things can make it true
                await asyncio.sleep(0.005)

    async def kill(self) -> None:
        """Die as by kill -9: nothing is flushed, nothing released; the lease runs out."""
        switchboard = self.switchboard
        tasks = [*switchboard._tasks, *self.loop._hands._tasks, *self.loop._beside]
        recorder = switchboard._recorder
        tasks += [t for line in recorder._tenants.values() if (t := line.task)] + [t for t in [recorder._guard] if t]
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, Exception):
                await task
        await switchboard._services.engine.close()
        await self.expire_lease()

    async def expire_lease(self) -> None:
        pool = await self.house.control.pool()
        await pool.execute("UPDATE control.floor SET lease_until = clock_timestamp() - interval '1 second'")

    @property
    def loop(self) -> Loop:
        assert self.switchboard.loop is not None
        return self.switchboard.loop

    # -------------------------------------------------------------------------------------------------- what people do

    async def phone(self, seat: str, *, browser: bool = False) -> SimulatorPhone:
        name, secret = f"o-{seat}", self.secrets[seat]
        if browser:
            given = await browser_phone(self.house.control, seat)
            name, secret = given.endpoint, given.secret
        phone = await self.phones.register(name, secret)
        await settle()
        return phone

    async def dial(self, number: str = VOICEMAIL, caller: str = CONTACT) -> SimulatorConversation:
        contact = await self.phones.dial(number, caller)
        await contact.play(CONTACT_TONE)
        await settle()
        return contact

    async def ask(self, agent: UUID, command: str, **fields: object) -> dict[str, Any]:
        answer = dict(await self.handle({"command": command, "agent": str(agent), **fields}))
        await settle()
        return answer

    async def available(self, agent: UUID) -> None:
        assert await self.ask(agent, "set_state", state="available") == {"ok": True}

    async def ring(self, phone: SimulatorPhone | Subscriber) -> SimulatorConversation:
        """The conversation that rings at a phone now."""
        return await phone.incoming(seconds(1))

    async def answer(self, phone: SimulatorPhone) -> SimulatorConversation:
        conversation = await self.ring(phone)
        await conversation.answer()
        await conversation.play(AGENT_TONE)
        await settle()
        return conversation

    async def talk(self, phone: SimulatorPhone, number: str = VOICEMAIL) -> tuple[SimulatorConversation, ...]:
        """A contact and an agent who talk to each other."""
        contact = await self.dial(number)
        agent = await self.answer(phone)
        assert await contact.hears(seconds(0)) == {AGENT_TONE}
        assert await agent.hears(seconds(0)) == {CONTACT_TONE}
        return contact, agent

    async def advance(self, by: float) -> None:
        await self.clock.advance(seconds(by))

    async def quiet(self) -> None:
        """Until everything that happened is decided, performed and stored."""
        for _ in range(3):
            await settle()
            await self.loop.rest()
        await self.switchboard._recorder.flush()

    def told(self, event: Event) -> None:
        """Let the switchboard hear something once more."""
        self.loop.put(event)

    # -------------------------------------------------------------------------------------------------- what is stored

    async def facts(self, tenant: UUID | None = None, subject: UUID | None = None) -> list[Fact]:
        await self.quiet()
        return await self.stored(tenant or self.alpha, subject)

    def known_as(self, tenant: UUID, agent: UUID) -> UUID:
        """What a tenant calls an agent."""
        return next(a.id for a in self.aliases if (a.tenant_id, a.agent_id) == (tenant, agent))

    async def stored(self, tenant: UUID, subject: UUID | None = None) -> list[Fact]:
        """The journal, with the agents by our own ids."""
        found = [self._ours(fact) for fact in await self.journal(tenant)]
        return [fact for fact in found if subject in (None, fact.subject)]

    async def journal(self, tenant: UUID) -> list[Fact]:
        """The journal as it is."""
        async with self.house.app.transaction(for_system(tenant, "test")) as scope:
            return await journal.read(scope, limit=100_000)

    def _ours(self, fact: Fact) -> Fact:
        names = {str(a.id): str(a.agent_id) for a in self.aliases if a.tenant_id == fact.tenant_id}
        subject = UUID(names.get(str(fact.subject), str(fact.subject)))
        return replace(fact, subject=subject, actor=renamed(fact.actor, names), data=renamed(fact.data, names))

    async def story(self, tenant: UUID | None = None) -> list[str]:
        """The kinds of facts about interactions, in order."""
        return [fact.kind for fact in await self.facts(tenant) if fact.kind in INTERACTION_KINDS]

    async def calls_story(self) -> list[str]:
        """The same without the flow's steps and without recordings, which come when the disk is ready."""
        return [kind for kind in await self.story() if kind not in {"FlowStepped", "RecordingStored"}]

    async def states(self, agent: UUID, tenant: UUID | None = None) -> list[str]:
        """The states that a tenant saw of an agent, in order, ``state`` or ``state(reason)``."""
        changes = [f.data for f in await self.facts(tenant, agent) if f.kind == "AgentStateChanged"]
        return [f"{d['state']}({d['reason']})" if d["reason"] else d["state"] for d in changes]

    async def one(self, kind: str, tenant: UUID | None = None) -> dict[str, Any]:
        """The data of the only fact of a kind."""
        (fact,) = [fact for fact in await self.facts(tenant) if fact.kind == kind]
        return dict(fact.data)

    async def row(self, tenant: UUID | None = None) -> dict[str, Any]:
        """The newest interaction's row."""
        await self.quiet()
        async with self.house.app.transaction(for_system(tenant or self.alpha, "test")) as scope:
            rows = await scope.fetch("SELECT * FROM gf.interaction ORDER BY id DESC LIMIT 1")
            row = (await records._opened(scope, rows))[0]
        ours = {a.id: a.agent_id for a in self.aliases if a.tenant_id == (tenant or self.alpha)}
        return {**row, "agent_id": ours.get(row["agent_id"], row["agent_id"])}

    @property
    def networks(self) -> tuple[SimulatedNetwork, ...]:
        """Every engine's."""
        return (self.network,)

    def legs(self, *, reached: bool = False) -> dict[str, Leg]:
        """Every leg in the engines, or in those that can be commanded."""
        there = [each for each in self.networks if not reached or each._wire.connected]
        return {name: leg for each in there for name, leg in each._exchange.legs.items()}

    async def check(self) -> None:
        """The rows are what the facts say, and every count of the journal adds up."""
        await self.quiet()
        for tenant in (self.alpha, self.beta):
            await check_books(self.house.app, tenant)


async def set_up(server: EmbeddedPostgres, name: str, folder: Path, alpha: str = ALPHA) -> None:
    """Make a template database in which the centre and its two clients are set up."""
    async with house_at(server.create_database(name, template=TEMPLATE)) as house:
        await two_tenants(house)
        await World(house, folder, house.app).configure(alpha)


@asynccontextmanager
async def open_world(
    house: House, folder: Path, plane: Plane | None = None, alpha: str | None = None
) -> AsyncIterator[World]:
    world = World(house, folder, plane or house.app)
    await world.configure(alpha)
    await world.take_floor()
    try:
        yield world
    finally:
        await world.switchboard.close()


__all__ = ["INSTALLATION", "World", "open_world"]
