"""A day at the centre that hypothesis writes: what people, phones, engine, database and process do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from kit.db import Database, Plane
from switchboard.auditing import AGAIN_AFTER_S
from switchboard.core.agent import Agent, AgentState
from switchboard.services import FloorServices
from telephony.nodes import Nodes
from telephony.port import Cause, Engine
from telephony.simulator.clock import settle
from telephony.simulator.network import RegistrationRefused, SimulatedNetwork
from telephony.simulator.phones import SimulatorConversation, SimulatorPhone, SimulatorPhones, Subscriber
from tenants.service.engines import set_drained
from tests.support.house import House
from tests.switchboard.answers import Answers, SlowEngine
from tests.switchboard.proxy import Proxy
from tests.switchboard.test_nodes import ADDRESSES
from tests.switchboard.test_persons import CHIEF, CHIEFS_DESK, DESK, MOBILE
from tests.switchboard.test_supervision import SUPERVISOR_TONE, Supervisor, supervisor
from tests.switchboard.test_talks import OUTSIDE
from tests.switchboard.world import CONTACT, CONTACT_TONE, VOICEMAIL, World

T = TypeVar("T")
SEATS = ("8001", "8002")


def one_of(things: list[T], number: int) -> list[T]:
    """The one that a number chooses; none of none."""
    return [things[number % len(things)]] if things else []


class DayWorld(World):
    """With one engine or two, whose answers may be odd."""

    def __init__(self, house: House, folder: Path, plane: Plane, engines: int) -> None:
        super().__init__(house, folder, plane)
        self.answers = Answers()
        self.far = SimulatedNetwork(self.clock, folder / "engine-b", seed=1)
        self.all_phones = [self.phones, SimulatorPhones(self.far)][:engines]
        self.network.link(ADDRESSES["b"], self.far)
        self.far.link(ADDRESSES["a"], self.network)
        self._several = engines > 1

    @property
    def networks(self) -> tuple[SimulatedNetwork, ...]:
        return (self.network, self.far) if self._several else (self.network,)

    def services(self, engine: Engine | None = None) -> FloorServices:
        slow = [SlowEngine(each, self.clock, self.answers) for each in self.networks]
        several = Nodes(dict(zip(ADDRESSES, slow, strict=True)), ADDRESSES) if self._several else slow[0]
        return super().services(engine or several)

    async def take_floor(self, owner: str = "test", engine: Engine | None = None) -> None:
        await super().take_floor(owner, engine)
        await self.until(self.all_here)

    def all_here(self) -> bool:
        return len(self.loop.floor.engines.here) == len(self.networks)

    async def drained(self, *, drained: bool) -> None:
        if self._several:
            await set_drained(self.house.control, "main", "b", "a test", self.clock.now() if drained else None)
            await self.handle({"command": "reload"})


@asynccontextmanager
async def a_day(house: House, folder: Path, engines: int) -> AsyncIterator[Day]:
    proxy = Proxy(house.dsns["gf_app"])
    await proxy.start()
    plane = Database(proxy.dsn, house.signer)
    try:
        world = DayWorld(house, folder, plane, engines)
        await world.configure()
        await world.take_floor()
        try:
            day = Day(world, proxy)
            await day.begin()
            yield day
        finally:
            proxy.mend()
            await world.switchboard.close()
    finally:
        await plane.close()
        await proxy.close()


class Day:
    """Everybody who takes part."""

    def __init__(self, world: DayWorld, proxy: Proxy) -> None:
        self.world = world
        self.proxy = proxy
        self.contacts: list[SimulatorConversation] = []
        self.phones: dict[str, SimulatorPhone] = {}
        self.called: list[Subscriber] = []
        """Whoever can be called: somebody outside, the contact who wants to be, and the client's own people."""
        self.ear: Supervisor

    @property
    def agents(self) -> tuple[UUID, UUID]:
        return self.world.li, self.world.bo

    async def begin(self) -> None:
        numbers = (OUTSIDE, CONTACT, DESK, MOBILE, CHIEF, CHIEFS_DESK)
        self.called = [await each.outside(number) for each in self.world.all_phones for number in numbers]
        self.ear = await supervisor(self.world, "grace@harbour.example", SUPERVISOR_TONE)
        for seat in SEATS:
            self.phones[seat] = await self.world.phone(seat)
        await self.come_back()

    # ------------------------------------------------------------------------------------------------------- contacts

    async def dial(self, number: str, caller: str, engine: int = 0) -> None:
        contact = await one_of(self.world.all_phones, engine)[0].dial(number, caller)
        await contact.play(CONTACT_TONE)
        await settle()
        self.contacts = [*(each for each in self.contacts if not each.over), contact]

    @property
    def rung(self) -> list[SimulatorConversation]:
        """What rings, or goes on, with whoever was called."""
        return [conversation for each in self.called for conversation in each.conversations]

    async def outside(self, what: str, which: int) -> None:
        """Something that whoever is outside does: contacts, and those whom agents call."""
        for conversation in one_of([*self.contacts, *self.rung], which):
            await self.converse(conversation, what)

    async def converse(self, conversation: SimulatorConversation, what: str) -> None:
        match what:
            case "answer" | "hang_up" | "hold" | "resume":
                await getattr(conversation, what)()
            case "vanish":
                conversation._at.vanish(conversation.leg)
            case "busy":
                await conversation.reject(Cause.BUSY)
            case "refuse":
                await conversation.refuse(603)
            case keys:
                await conversation.press(keys)

    async def called_answer(self) -> None:
        """Whoever is rung outside, and every agent who is rung, takes it."""
        for conversation in self.rung:
            await conversation.answer()
        await self.answer()

    # --------------------------------------------------------------------------------------------------------- agents

    async def answer(self) -> None:
        for phone in self.phones.values():
            for conversation in phone.conversations[-1:]:
                await conversation.answer()

    async def at_phone(self, seat: str, what: str) -> None:
        phone = self.phones.get(seat)
        for conversation in [] if phone is None else phone.conversations[-1:]:
            await self.converse(conversation, what)

    async def plug(self, seat: str, *, in_: bool, engine: int = 0) -> None:
        phone = self.phones.pop(seat, None)
        if phone is not None and (not in_ or len(self.world.networks) > 1):
            await phone.unregister()
        if in_ or phone is None:
            with suppress(RegistrationRefused):  # the engine that died knows nobody until it is told again
                home = one_of(self.world.all_phones, engine)[0]
                self.phones[seat] = await home.register(f"o-{seat}", self.world.secrets[seat])
                await settle()

    async def come_back(self) -> None:
        for agent in self.agents:
            await self.own(agent, "end_wrap_up")
            await self.world.ask(agent, "set_state", state="available")

    async def begin_talk(self) -> None:
        await self.come_back()
        await self.dial(VOICEMAIL, CONTACT)
        await self.answer()

    async def own(self, agent: UUID, command: str, **fields: Any) -> None:
        """A command about what an agent works on; some of them are refused."""
        held = self.world.loop.floor.agents[agent]
        if held.work is not None:
            await self.world.ask(agent, command, interaction=str(held.work.interaction), **fields)

    def talking(self, which: int) -> list[Agent]:
        agents = self.world.loop.floor.agents.values()
        return one_of([a for a in agents if a.state is AgentState.TALKING and a.work is not None], which)

    async def in_talk(self, which: int, command: str, target: dict[str, str] | None) -> None:
        for agent in self.talking(which):
            parties = [p.leg for call in self.world.loop.floor.calls.values() for p in call.parties]
            fields: dict[str, Any] = {"digits": "12"} | ({} if target is None else {"target": target})
            for party in one_of(parties, which):
                fields["party"] = party
            await self.own(agent.id, command, **fields)

    async def call(self, agent: UUID) -> None:
        await self.world.ask(agent, "call", number=CONTACT, tenant=str(self.world.alpha), queue="care")

    # ----------------------------------------------------------------------------------------------------- supervisor

    async def supervise(self, which: int, command: str, mode: str) -> None:
        floor = self.world.loop.floor
        by = {"user_id": self.ear.id, "name": self.ear.name, "role": "supervisor", "tenant": None}
        given = {"tenant": str(self.world.alpha), "reason": "because", "mode": mode, "state": "on_break"}
        for agent in one_of(list(floor.agents.values()), which):
            interaction = {} if agent.work is None else {"interaction": str(agent.work.interaction)}
            await self.world.handle({"command": command, "by": by, "agent": str(agent.id), **given, **interaction})
            await settle()

    async def ear_does(self, what: str) -> None:
        for conversation in self.ear.phone.conversations[-1:]:
            await self.converse(conversation, what)

    # ------------------------------------------------------------------------------------------------ what goes wrong

    def events_go_wrong(self, share: float) -> None:
        for network in self.world.networks:
            network.faults.late = network.faults.doubled = share

    async def answers_go_wrong(self, share: float) -> None:
        """Commands are late, or nobody knows of them; without a share, wait until the last one is through."""
        self.world.answers.odd = share
        if not share:
            await self.world.advance(31)

    def engines_back(self) -> None:
        for network in self.world.networks:
            network.engine_back()

    async def process_dies(self) -> None:
        self.mend()  # a start without database fails, and is repeated by whoever started it
        self.world.answers.odd = 0.0
        await self.world.kill()

    async def process_starts(self) -> None:
        self.engines_back()
        await self.world.take_floor("another")

    def mend(self) -> None:
        self.proxy.mend()
        self.proxy.swallow = 0

    async def audit(self) -> None:
        """Two looks, as far from each other as the auditor's."""
        auditor = self.world.switchboard.auditor
        assert auditor is not None
        for wait in (AGAIN_AFTER_S, 0):
            await auditor.look()
            await self.world.advance(wait)

    async def end(self) -> None:
        """Everything works again, and everybody goes home."""
        self.mend()
        self.engines_back()
        self.events_go_wrong(0)
        await self.answers_go_wrong(0)
        await self.world.drained(drained=False)
        rung = [*self.rung, *self.ear.phone.conversations]
        for conversation in (*self.contacts, *rung, *(each for p in self.phones.values() for each in p.conversations)):
            await conversation.hang_up()
        for agent in self.agents:
            await self.world.ask(agent, "set_state", state="offline")
        await self.world.advance(400)
        for _ in range(2):  # what a message or a lost call leaves to do comes when its sound is stored
            await self.world.quiet()
            await self._tidy_up()

    async def _tidy_up(self) -> None:
        for agent in self.agents:
            await self.own(agent, "close_task", code="solved")
            await self.own(agent, "end_wrap_up")
        for task in list(self.world.loop.floor.tasks.values()):
            given = {"interaction": str(task.id), "tenant": str(task.tenant)}
            await self.world.handle({"command": "cancel_task", **given})
        await self.world.advance(0)
