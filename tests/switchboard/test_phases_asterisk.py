"""Every phase of a call at the same time on a real Asterisk: the switchboard is killed twice, and then the engine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from switchboard.core.agent import AgentState
from switchboard.core.call import Call, CallState
from telephony.phones import Conversation, Phone
from tests.support.house import House
from tests.switchboard.blueprints import ALPHA, CENTRE
from tests.switchboard.test_asterisk import AsteriskWorld
from tests.switchboard.test_audit import counted, look
from tests.switchboard.test_phases import WITHIN_S, shape
from tests.switchboard.test_supervision import supervisor
from tests.switchboard.truths import RESTING
from tests.switchboard.world import AGENT_TONE, CARE, CONTACT_TONE, VOICEMAIL
from tests.telephony.asterisk_lab import AsteriskLab
from tests.telephony.sounds import MUSIC, OUTSIDE_TONE, SUPERVISOR_TONE, hears
from tests.telephony.world import SOON

SEATS = [str(8001 + n) for n in range(9)]
TALKING, HELD, PAUSED, CALLING, CONSULTING, CONFERENCING, TRANSFERRING, HANDED_OVER, SUPERVISED = range(9)
"""What the agents do, by the order of their seats; the last call of all rings at :data:`RUNG`."""
RUNG = "8010"
EXPERTS = [f"+8621888877{n:02}" for n in range(9)]


def _centre(carrier: str) -> str:
    seats = [*SEATS[2:], RUNG]
    staff = "".join(
        f"  - {{email: a{seat}@harbour.example, name: A{seat}, role: agent, seat: '{seat}'}}\n" for seat in seats
    )
    more = "".join(f', "{seat}"' for seat in seats)
    return CENTRE.replace("127.0.0.2", carrier).replace('"8002"]', f'"8002"{more}]', 1) + staff


def _client() -> str:
    seats = "".join(
        f'  - {{seat: "{seat}", kind: dedicated, agent: a{seat}@harbour.example, alias: B{seat},'
        f" skills: {{returns: 3}}}}\n"
        for seat in (*SEATS[2:], RUNG)
    )
    patient = ALPHA.replace("ring_s: 15", "ring_s: 90").replace("wrap_up_s: 30", "wrap_up_s: 600")
    return patient.replace("recording: {", f"{seats}recording: {{")


@pytest.fixture
async def world(house: House, tmp_path: Path) -> AsyncIterator[AsteriskWorld]:
    async with AsteriskLab(tmp_path / "asterisk") as lab:
        made = AsteriskWorld(house, tmp_path, house.app)
        made.lab, made.centre = lab, _centre(lab.carrier_address)
        await made.configure(_client())
        await made.take_floor()
        yield made
        await made.check()
        await made.switchboard.close()


class Floorful:
    """Twelve calls, each in a phase of its own."""

    def __init__(self, world: AsteriskWorld) -> None:
        self.world = world
        self.contacts: list[Conversation] = []
        self.agents: list[Conversation] = []
        self.others: dict[int, Conversation] = {}
        self.seats: dict[str, UUID] = {}
        self.rung: Conversation
        self.waiting: Conversation
        self.in_flow: Conversation

    async def fill(self) -> None:
        world, phones = self.world, self.world.lab.phones
        self.seats = {agent.seat: agent.id for agent in world.loop.floor.agents.values()}
        registered = {seat: await phones.register(f"o-{seat}", world.secrets[seat]) for seat in (*SEATS, RUNG)}
        for seat in SEATS:
            await world.available(self.seats[seat])
        callers = await asyncio.gather(*(self._talks(n, registered) for n in range(len(SEATS))))
        self.contacts, self.agents = [c for c, _ in callers], [a for _, a in callers]
        await world.until(lambda: [c.state for c in self.calls()] == [CallState.TALKING] * len(SEATS))
        self._in_order()
        await self._each_to_its_phase()
        await world.available(self.seats[RUNG])
        last = await phones.dial(VOICEMAIL.removeprefix("+"), "+8613800000090")
        self.rung, self.contacts = await registered[RUNG].incoming(SOON), [*self.contacts, last]
        self.waiting = await phones.dial(VOICEMAIL.removeprefix("+"), "+8613800000091")
        self.in_flow = await phones.dial(CARE.removeprefix("+"), "+8613800000092")
        await asyncio.gather(*(each.answered(SOON) for each in (self.waiting, self.in_flow)))
        await world.quiet()

    async def _talks(self, number: int, registered: dict[str, Phone]) -> tuple[Conversation, Conversation]:
        contact = await self.world.lab.phones.dial(VOICEMAIL.removeprefix("+"), f"+861380000000{number}")
        agent = await registered[SEATS[number]].incoming(SOON)
        await agent.answer()
        await asyncio.gather(contact.answered(SOON), agent.play(AGENT_TONE))
        await contact.play(CONTACT_TONE)
        return contact, agent

    def _in_order(self) -> None:
        """Put the contacts into the order of the agents whom they got."""
        callers = {call.offer.agent: int(call.caller[-1]) for call in self.calls() if call.offer is not None}
        self.contacts = [self.contacts[callers[self.seats[seat]]] for seat in SEATS]

    async def _each_to_its_phase(self) -> None:
        await self.does(HELD, "hold")
        await self.does(PAUSED, "pause_recording")
        await self.does(PAUSED, "mute")
        for number in (CALLING, CONSULTING, CONFERENCING, TRANSFERRING, HANDED_OVER):
            expert = await self.world.lab.phones.outside(EXPERTS[number])
            target = {"kind": "number", "number": EXPERTS[number]}
            is_transfer = number in {TRANSFERRING, HANDED_OVER}
            await self.does(number, "transfer" if is_transfer else "consult", target=target)
            conversation = self.others[number] = await expert.incoming(SOON)
            if number not in {CALLING, TRANSFERRING}:
                await conversation.answer()
                await conversation.play(OUTSIDE_TONE)
        await self.world.until(lambda: sum(p.joined_at is not None for c in self.calls() for p in c.parties) == 3)
        await self.does(CONFERENCING, "join")
        grace = await supervisor(self.world, "grace@harbour.example", SUPERVISOR_TONE, desk="9001")
        phone = await self.world.lab.phones.register("o-9001", self.world.secrets["9001"])
        call = self.call(SUPERVISED)
        await self.world.until(lambda: "o-9001" in self.world.loop.floor.registered)
        assert (await grace.does("supervise", interaction=call.name, mode="whisper"))["ok"]
        ear = self.others[SUPERVISED] = await phone.incoming(SOON)
        await ear.answer()
        await ear.play(SUPERVISOR_TONE)
        await self.world.until(lambda: any(p.joined_at for p in self.call(SUPERVISED).parties))

    def calls(self) -> list[Call]:
        return list(self.world.loop.floor.calls.values())

    def call(self, number: int) -> Call:
        agent = self.seats[SEATS[number]]
        return next(call for call in self.calls() if call.offer is not None and call.offer.agent == agent)

    async def does(self, number: int, command: str, **fields: Any) -> None:
        asked = {"interaction": self.call(number).name, **fields}
        assert await self.world.ask(self.seats[SEATS[number]], command, **asked) == {"ok": True}

    async def all_hear_as_before(self) -> None:
        contact, agent, other = self.contacts, self.agents, self.others
        await hears({
            contact[TALKING]: {AGENT_TONE}, agent[TALKING]: {CONTACT_TONE},
            contact[HELD]: {MUSIC}, agent[HELD]: set(),
            contact[PAUSED]: set(), agent[PAUSED]: {CONTACT_TONE},
            contact[CALLING]: {MUSIC},
            contact[CONSULTING]: {MUSIC}, agent[CONSULTING]: {OUTSIDE_TONE}, other[CONSULTING]: {AGENT_TONE},
            contact[CONFERENCING]: {AGENT_TONE, OUTSIDE_TONE}, agent[CONFERENCING]: {CONTACT_TONE, OUTSIDE_TONE},
            other[CONFERENCING]: {AGENT_TONE, CONTACT_TONE},
            contact[HANDED_OVER]: {OUTSIDE_TONE}, other[HANDED_OVER]: {CONTACT_TONE},
            contact[SUPERVISED]: {AGENT_TONE}, agent[SUPERVISED]: {CONTACT_TONE, SUPERVISOR_TONE},
            other[SUPERVISED]: {CONTACT_TONE, AGENT_TONE}, self.waiting: {MUSIC},
        })  # fmt: skip

    def shape(self) -> object:
        """Without the contact in the menu, who goes on to its queue when nothing is pressed."""
        calls, agents = shape(self.world.loop.floor)
        menu = next(call.id for call in self.calls() if call.caller.endswith("92"))
        return {key: each for key, each in calls.items() if key != menu}, agents


async def test_every_phase_outlives_the_switchboard_and_ends_with_the_engine(world: AsteriskWorld) -> None:
    full, ghosts = Floorful(world), counted()
    await full.fill()
    await full.all_hear_as_before()
    before = full.shape()
    for owner in ("another", "a third"):
        await world.quiet()
        await world.kill()
        await full.all_hear_as_before()
        began = time.monotonic()
        await world.take_floor(owner)
        took = time.monotonic() - began
        assert took < WITHIN_S, f"{took} s with {len(full.calls())} calls"
        assert full.shape() == before
        await full.all_hear_as_before()
    await look(world)
    await look(world)
    assert counted() == ghosts
    await full.rung.answer()
    await full.rung.play(AGENT_TONE)
    await hears({full.contacts[-1]: {AGENT_TONE}})
    await _the_engine_dies(world, full)


async def _the_engine_dies(world: AsteriskWorld, full: Floorful) -> None:
    calls = {call.id for call in full.calls()}
    assert len(calls) == len(SEATS) + 3
    await world.lab.kill()
    await world.lab.asterisk.start()
    await world.until(lambda: not full.calls())
    facts = await world.facts()
    ended = {fact.subject: fact.data for fact in facts if fact.kind == "InteractionEnded"}
    assert set(ended) == calls
    causes = {(each["ended_by"], each["cause"]) for each in ended.values()}
    assert causes <= {("system", "engine_lost"), ("system", "engine_gap")}, "gap: it was back before it was missed"
    recordings = {fact.data["recording_id"] for fact in facts if fact.kind == "RecordingBegan"}
    for agent in world.loop.floor.agents.values():
        if agent.work is not None:
            done = await world.ask(agent.id, "end_wrap_up", interaction=str(agent.work.interaction))
            assert done == {"ok": True}, agent
    assert {agent.state for agent in world.loop.floor.agents.values()} <= RESTING
    assert AgentState.OFFLINE not in {world.loop.floor.agents[full.seats[seat]].state for seat in SEATS}
    handled = {fact.subject for fact in await world.facts() if fact.kind == "InteractionHandled"}
    connected = {fact.subject for fact in facts if fact.kind == "InteractionConnected"}
    assert handled == connected
    assert len(connected) == len(recordings) == len(SEATS) + 1
