"""Random days on the simulator: whatever people, engine, database and process do, the journal adds up at the end."""

from __future__ import annotations

import random
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest

from kit.db import Database
from switchboard.auditing import AGAIN_AFTER_S
from switchboard.core.agent import AgentState
from switchboard.core.call import CallState
from switchboard.core.party import REJOIN
from switchboard.talks import COMMANDS as TALK_COMMANDS
from telephony.port import Cause
from telephony.simulator.clock import settle
from telephony.simulator.parties import Stage
from telephony.simulator.phones import SimulatorConversation, SimulatorPhone, Subscriber
from tests.support.house import House
from tests.switchboard.proxy import Proxy
from tests.switchboard.test_audit import counted
from tests.switchboard.test_supervision import SUPERVISOR_TONE, Supervisor, supervisor
from tests.switchboard.test_talks import OUTSIDE
from tests.switchboard.world import CARE, SALES, VOICEMAIL, World, open_world

T = TypeVar("T")

STEPS = 70
ALONE_FOR = timedelta(seconds=35)
"""Somebody who is called in is rung for thirty seconds."""
SPOKEN_TO = frozenset({CallState.IN_FLOW, CallState.VOICEMAIL})
TARGETS = (
    {"kind": "number", "number": OUTSIDE}, {"kind": "number", "number": "+862100000000"},
    {"kind": "agent", "seat": "8001"}, {"kind": "agent", "seat": "8002"}, {"kind": "flow", "flow": "main"},
    {"kind": "queue", "queue": "care"},
)  # fmt: skip


@pytest.fixture
async def proxy(house: House) -> AsyncIterator[Proxy]:
    made = Proxy(house.dsns["gf_app"])
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def world(house: House, tmp_path: Path, proxy: Proxy) -> AsyncIterator[World]:
    plane = Database(proxy.dsn, house.signer)
    async with open_world(house, tmp_path, plane) as made:
        yield made
    await plane.close()


class Log:
    """Notes every call that our own code broke."""

    def __init__(self, broken: list[str]) -> None:
        self._broken = broken

    def exception(self, _event: str, **_fields: object) -> None:
        self._broken.append(traceback.format_exc())


class Day:
    """One random day. ``troubles``: what may go wrong in it."""

    def __init__(self, world: World, proxy: Proxy, seed: int, troubles: frozenset[str]) -> None:
        self.world = world
        self.proxy = proxy
        self.random = random.Random(seed)
        self.contacts: list[SimulatorConversation] = []
        self.phones: dict[str, SimulatorPhone] = {}
        self.expert: Subscriber
        self.ear: Supervisor
        self.lonely: dict[str, datetime] = {}
        """Since when a leg is in no bridge, or hears nothing in one where it should."""
        self.story: list[str] = []
        self.actions: list[Callable[[], Awaitable[None]]] = [
            self.dial, self.dial, self.press, self.contact_leaves, self.answer, self.answer, self.answer, self.reject,
            self.agent_hangs_up, self.choose_state, self.choose_state, self.dispose, self.end_wrap_up, self.plug,
            self.time_passes, self.time_passes, self.time_passes, self.time_passes, self.audit,
        ]  # fmt: skip
        self.actions += [self.talk_command] * 12 + [self.begin_talk, self.come_back] * 4
        self.actions += [self.outside_answers, self.outside_answers, self.outside_leaves, self.supervise]
        self.actions += [getattr(self, name) for name in sorted(troubles)]
        if "faults" in troubles:
            world.network.faults.late = world.network.faults.doubled = 0.1

    async def live(self) -> None:
        self.expert = await self.world.phones.outside(OUTSIDE)
        self.ear = await supervisor(self.world, "grace@harbour.example", SUPERVISOR_TONE)
        for seat in ("8001", "8002"):
            self.phones[seat] = await self.world.phone(seat)
        await self.come_back()
        for _ in range(STEPS):
            action = self.random.choice(self.actions)
            self.story.append(action.__name__)
            await action()
            await self.world.advance(self.random.choice([0, 0, 0.3, 2]))
            self.check_agents()
            self.check_loneliness()

    def check_agents(self) -> None:
        """Nobody is in two calls, and who talks is in the call that it works on."""
        held: dict[UUID, UUID] = {}
        for call in self.world.loop.floor.calls.values():
            offered = [] if call.offer is None else [call.offer.agent]
            called_in = [p.agent for p in call.parties if p.agent is not None and p.purpose != REJOIN]
            for agent in (*offered, *called_in):
                assert agent not in held, f"{agent} is in {held[agent]} and {call.id}: {self.story}"
                held[agent] = call.id
                work = self.world.loop.floor.agents[agent].work
                assert work is not None, self.story
                assert work.interaction == call.id, self.story

    def check_loneliness(self) -> None:
        """No answered leg is left alone for longer than :data:`ALONE_FOR` while the engine can be commanded."""
        now, exchange, floor = self.world.clock.now(), self.world.network._exchange, self.world.loop.floor
        alone: dict[str, datetime] = {}
        for leg in exchange.legs.values() if floor.connected else ():
            call = floor.call_of_leg(leg.name)
            waits = call is not None and leg.name == call.leg and call.state in SPOKEN_TO
            aside = leg.room is not None and bool(leg.room.side)
            if leg.stage is not Stage.ANSWERED or waits or aside or leg.supervises:
                continue
            others = 0 if leg.room is None else len(leg.room.members) - 1
            if not others and not (leg.room is not None and (leg.room.music or leg.room.playbacks)):
                alone[leg.name] = self.lonely.get(leg.name, now)
        self.lonely = alone
        for name, since in alone.items():
            assert now - since <= ALONE_FOR, f"{name} is alone since {since}: {self.story}"

    async def come_back(self) -> None:
        for agent in (self.world.li, self.world.bo):
            for interaction in self.at_work():
                await self.world.ask(agent, "end_wrap_up", interaction=interaction)
            await self.world.ask(agent, "set_state", state="available")

    async def begin_talk(self) -> None:
        await self.come_back()
        self.contacts.append(await self.world.dial(VOICEMAIL, f"+86138{self.random.randrange(10**8):08}"))
        await self.answer()

    async def talk_command(self) -> None:
        """Something that an agent does inside its conversation; some of it is refused."""
        floor = self.world.loop.floor
        busy = [a for a in floor.agents.values() if a.state is AgentState.TALKING and a.work is not None]
        for agent in self.some(busy):
            command = self.random.choice(sorted(TALK_COMMANDS))
            fields: dict[str, object] = {"digits": "12", "target": self.random.choice(TARGETS)}
            if command in {"join", "drop"} and self.random.random() < 0.5:
                del fields["target"]
            for party in self.some([p.leg for call in floor.calls.values() for p in call.parties]):
                fields["party"] = party
            self.story.append(f"{command} {fields.get('target')}")
            interaction = "" if agent.work is None else str(agent.work.interaction)
            await self.world.ask(agent.id, command, interaction=interaction, **fields)
            if self.random.random() < 0.6:
                await self.outside_answers()
                await self.answer()

    async def outside_answers(self) -> None:
        for conversation in self.expert.conversations[-2:]:
            await conversation.answer()

    async def outside_leaves(self) -> None:
        for conversation in self.some(self.expert.conversations[-2:]):
            await conversation.hang_up()

    async def supervise(self) -> None:
        for interaction in self.some(self.at_work()):
            mode = self.random.choice(["listen", "whisper", "barge"])
            command = self.random.choice(["supervise", "supervise", "take_over", "release", "force_end"])
            self.story.append(f"{command} {mode}")
            by = {"user_id": self.ear.id, "name": self.ear.name, "role": "supervisor", "tenant": None}
            given = {"tenant": str(self.world.alpha), "reason": "because", "interaction": interaction, "mode": mode}
            await self.world.handle({"command": command, "by": by, **given})
            await settle()
        for conversation in self.ear.phone.conversations[-1:]:
            await conversation.answer()

    async def end(self) -> None:
        """Everybody goes home."""
        self.proxy.mend()
        self.world.network.engine_back()
        self.world.network.faults.late = self.world.network.faults.doubled = 0
        for contact in self.contacts:
            await contact.hang_up()
        await self.world.advance(400)
        await self.world.quiet()

    async def dial(self) -> None:
        number = self.random.choice([CARE, VOICEMAIL, VOICEMAIL, SALES, "+861111111"])
        self.contacts.append(await self.world.dial(number, f"+86138{self.random.randrange(10**8):08}"))

    async def press(self) -> None:
        for contact in self.some(self.contacts):
            await contact.press(self.random.choice("123#*"))

    async def contact_leaves(self) -> None:
        for contact in self.some(self.contacts):
            await contact.hang_up()

    async def answer(self) -> None:
        for phone in self.phones.values():
            for conversation in phone.conversations[-1:]:
                await conversation.answer()

    async def reject(self) -> None:
        for phone in self.some(list(self.phones.values())):
            for conversation in phone.conversations[-1:]:
                await conversation.reject(self.random.choice([Cause.BUSY, Cause.REJECTED, Cause.UNREACHABLE]))

    async def agent_hangs_up(self) -> None:
        for phone in self.some(list(self.phones.values())):
            for conversation in phone.conversations:
                await conversation.hang_up()

    async def choose_state(self) -> None:
        state, reason = self.random.choice([("available", None)] * 4 + [("on_break", "meal"), ("offline", None)])
        await self.world.ask(self.somebody(), "set_state", state=state, reason=reason)

    async def dispose(self) -> None:
        for interaction in self.some(self.at_work()):
            await self.world.ask(self.somebody(), "disposition", interaction=interaction, code="solved", note="x")

    async def end_wrap_up(self) -> None:
        for agent in (self.world.li, self.world.bo):
            for interaction in self.at_work():
                await self.world.ask(agent, "end_wrap_up", interaction=interaction)

    async def plug(self) -> None:
        seat = self.random.choice(["8001", "8002"])
        phone = self.phones.pop(seat, None)
        if phone is None or self.random.random() < 0.7:
            self.phones[seat] = await self.world.phone(seat)
        else:
            await phone.unregister()

    async def time_passes(self) -> None:
        await self.world.advance(self.random.choice([1, 3, 8, 16, 31, 61]))

    async def engine_goes(self) -> None:
        self.world.network.engine_away()
        await self.world.advance(self.random.choice([1, 20]))

    async def engine_comes(self) -> None:
        self.world.network.engine_back()

    async def engine_dies(self) -> None:
        self.world.network.engine_dies()
        await self.world.advance(3)
        self.world.network.engine_back()

    async def database_goes(self) -> None:
        self.proxy.cut()

    async def database_hiccups(self) -> None:
        self.proxy.swallow = 1

    async def database_comes(self) -> None:
        self.proxy.mend()

    async def faults(self) -> None:
        """Late and doubled events come by themselves."""

    async def process_dies(self) -> None:
        self.proxy.mend()
        self.proxy.swallow = 0  # a start without database fails, and is repeated by whoever started it
        await self.world.kill()
        await self.world.advance(self.random.choice([0, 4]))
        self.world.network.engine_back()
        await self.world.take_floor("another")

    async def audit(self) -> None:
        """Two looks, as far from each other as the auditor's."""
        auditor = self.world.switchboard.auditor
        assert auditor is not None
        for wait in (AGAIN_AFTER_S, 0):
            await auditor.look()
            await self.world.advance(wait)

    async def reload(self) -> None:
        await self.world.handle({"command": "reload"})

    def some(self, things: list[T]) -> list[T]:
        return self.random.sample(things, 1) if things else []

    def somebody(self) -> UUID:
        return self.random.choice([self.world.li, self.world.bo])

    def at_work(self) -> list[str]:
        return [str(a.work.interaction) for a in self.world.loop.floor.agents.values() if a.work is not None]


TROUBLES = {
    "none": frozenset[str](),
    "events": frozenset({"faults", "reload"}),
    "engine": frozenset({"engine_goes", "engine_comes", "engine_dies", "faults"}),
    "database": frozenset({"database_goes", "database_hiccups", "database_comes"}),
    "process": frozenset({"process_dies"}),
    "everything": frozenset(
        {"faults", "reload", "engine_goes", "engine_comes", "engine_dies", "database_goes", "database_hiccups",
         "database_comes", "process_dies"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("troubles", sorted(TROUBLES))
async def test_a_random_day_adds_up(
    world: World, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, seed: int, troubles: str
) -> None:
    broken: list[str] = []
    monkeypatch.setattr("switchboard.trouble.log", Log(broken))
    ghosts = counted()
    day = Day(world, proxy, seed, TROUBLES[troubles])
    await day.live()
    await day.end()
    await day.audit()
    assert counted() == ghosts, day.story
    await world.check()
    for tenant in (world.alpha, world.beta):
        facts = await world.stored(tenant)
        made = {fact.data["offer_id"] for fact in facts if fact.kind == "OfferMade"}
        assert made == {fact.data["offer_id"] for fact in facts if fact.kind == "OfferEnded"}
        started = {fact.subject for fact in facts if fact.kind == "InteractionStarted"}
        assert started == {fact.subject for fact in facts if fact.kind == "InteractionEnded"}
        connected = {fact.subject for fact in facts if fact.kind == "InteractionConnected"}
        assert connected == {fact.subject for fact in facts if fact.kind == "InteractionHandled"}
    assert world.loop.floor.calls == {}
    assert world.network.snapshot().legs == ()
    assert broken == []
