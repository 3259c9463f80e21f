"""The switchboard is killed, and the engine's connection cut, in every phase of a call: all goes on as it was.

Each phase goes through the same three blows and then through the engine's death, in one world. Who hears whom is the
same after each blow, the auditor has nothing to say, nobody is stuck, and the journal adds up.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from switchboard.core.agent import AgentState
from switchboard.core.call import CallState
from switchboard.floor import Floor
from telephony.simulator.phones import SimulatorConversation, SimulatorPhone
from tests.switchboard.test_audit import counted, look
from tests.switchboard.test_supervision import SUPERVISOR_TONE, supervisor
from tests.switchboard.test_talks import BO, EXPERT, OTHER_TONE, OUTSIDE, OUTSIDE_TONE
from tests.switchboard.world import AGENT_TONE, CARE, CONTACT, World, seconds

WITHIN_S = 5.0
"""So long a new switchboard may take until it is at work."""


@dataclass
class Scene:
    """Who is on the line, and the call's state."""

    world: World
    people: list[SimulatorConversation] = field(default_factory=list)
    phone: SimulatorPhone | None = None

    async def ear(self) -> list[frozenset[int]]:
        """Who hears what; ended conversations are not asked."""
        await self.world.advance(0)
        return [await each.hears(seconds(0)) for each in self.people]

    def shape(self) -> object:
        """What the floor holds, as far as it must not change."""
        return shape(self.world.loop.floor)

    async def does(self, command: str, **fields: object) -> None:
        (call,) = self.world.loop.floor.calls
        assert await self.world.ask(self.world.li, command, interaction=str(call), **fields) == {"ok": True}
        await self.world.advance(0)

    async def joins(self, conversation: SimulatorConversation, tone: int) -> None:
        await conversation.answer()
        await conversation.play(tone)
        await self.world.advance(0)
        self.people.append(conversation)


def shape(floor: Floor) -> tuple[dict[UUID, object], dict[UUID, object]]:
    """What a floor holds, as far as a restart must not change it."""
    calls: dict[UUID, object] = {
        c.id: (c.state, c.leg, c.offer and c.offer.leg, c.side, c.is_muted, c.recording, c.recording_paused,
               {(p.leg, p.state, p.side) for p in c.parties})
        for c in floor.calls.values()
    }  # fmt: skip
    return calls, {agent.id: (agent.state, agent.work) for agent in floor.agents.values()}


async def in_flow(scene: Scene) -> None:
    scene.people.append(await scene.world.dial(CARE))
    await scene.world.advance(2.5)


async def queued(scene: Scene) -> None:
    await scene.world.phone("8001")
    await scene.world.ask(scene.world.li, "set_state", state="on_break", reason="meal")
    scene.people.append(await scene.world.dial())


async def offered(scene: Scene) -> None:
    scene.phone = await scene.world.phone("8001")
    await scene.world.available(scene.world.li)
    scene.people.append(await scene.world.dial())


async def talking(scene: Scene) -> None:
    phone = await scene.world.phone("8001")
    await scene.world.available(scene.world.li)
    scene.people += await scene.world.talk(phone)
    await scene.world.advance(3)
    assert next(iter(scene.world.loop.floor.calls.values())).recording is not None, "and it is recorded"


async def held(scene: Scene) -> None:
    await talking(scene)
    await scene.does("hold")


async def muted(scene: Scene) -> None:
    await talking(scene)
    await scene.does("mute")


async def calling_in(scene: Scene) -> None:
    await talking(scene)
    await scene.world.phones.outside(OUTSIDE)
    await scene.does("consult", target=EXPERT)


async def consulting(scene: Scene) -> None:
    await talking(scene)
    outside = await scene.world.phones.outside(OUTSIDE)
    await scene.does("consult", target=EXPERT)
    await scene.joins(await outside.incoming(seconds(1)), OUTSIDE_TONE)


async def conferencing(scene: Scene) -> None:
    await consulting(scene)
    await scene.does("join")
    phone = await scene.world.phone("8002")
    await scene.world.available(scene.world.bo)
    await scene.does("join", target=BO)
    await scene.joins(await scene.world.ring(phone), OTHER_TONE)


async def handed_over(scene: Scene) -> None:
    await talking(scene)
    outside = await scene.world.phones.outside(OUTSIDE)
    await scene.does("transfer", target=EXPERT)
    scene.people.pop()  # the agent is out
    await scene.joins(await outside.incoming(seconds(1)), OUTSIDE_TONE)
    await scene.world.advance(31)


async def supervised(scene: Scene) -> None:
    await talking(scene)
    grace = await supervisor(scene.world, "grace@harbour.example", SUPERVISOR_TONE)
    (call,) = scene.world.loop.floor.calls
    scene.people.append(await grace.hears_of("supervise", str(call), mode="whisper"))


async def leaving_a_message(scene: Scene) -> None:
    await in_flow(scene)
    await scene.people[0].press("2")
    await scene.world.advance(2.5)
    assert next(iter(scene.world.loop.floor.calls.values())).state is CallState.VOICEMAIL


async def wrapping_up(scene: Scene) -> None:
    await talking(scene)
    await scene.people[0].hang_up()
    await scene.world.advance(1)
    assert scene.world.loop.floor.agents[scene.world.li].state is AgentState.WRAPPING_UP


async def ringing_the_agent_who_calls(scene: Scene) -> None:
    world = scene.world
    scene.phone = await world.phone("8001")
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    asked = await world.ask(world.li, "call", number=CONTACT, tenant=str(world.alpha), queue="care")
    assert asked == {"ok": True}
    await world.quiet()


async def ringing_the_contact_who_is_called(scene: Scene) -> None:
    await scene.world.phones.outside(CONTACT)
    await ringing_the_agent_who_calls(scene)
    assert scene.phone is not None
    await scene.joins(await scene.world.ring(scene.phone), AGENT_TONE)
    await scene.world.quiet()
    assert next(iter(scene.world.loop.floor.calls.values())).dialled_at is not None


async def killed(world: World) -> None:
    await world.kill()
    await world.advance(2)
    began = time.monotonic()
    await world.take_floor("another")
    assert time.monotonic() - began < WITHIN_S


async def cut(world: World) -> None:
    world.network.engine_away()
    await world.advance(2)
    world.network.engine_back()
    await world.advance(0)


async def killed_while_the_engine_is_away(world: World) -> None:
    world.network.engine_away()
    await world.advance(1)
    await world.kill()
    await world.advance(1)
    world.network.engine_back()
    await world.take_floor("a third")


BLOWS: list[Callable[[World], Awaitable[None]]] = [killed, cut, killed_while_the_engine_is_away]
PHASES = [
    in_flow, queued, offered, talking, held, muted, calling_in, consulting, conferencing, handed_over, supervised,
    leaving_a_message, wrapping_up, ringing_the_agent_who_calls, ringing_the_contact_who_is_called,
]  # fmt: skip
SILENT = {in_flow, leaving_a_message, wrapping_up, ringing_the_agent_who_calls}
"""Nobody hears anything, or nobody is on a line."""
AFTER_THE_ENGINE: dict[Callable[[Scene], Awaitable[None]], tuple[str, str]] = {wrapping_up: ("contact", "normal")}
"""Who ended it and why, where that was not the engine's death."""


@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.__name__)
async def test_a_blow_in_any_phase_changes_nothing(world: World, phase: Callable[[Scene], Awaitable[None]]) -> None:
    scene, ghosts = Scene(world), counted()
    await phase(scene)
    await world.quiet()
    before = await scene.ear(), scene.shape()
    assert phase in SILENT or any(before[0]), "somebody hears something"
    for blow in BLOWS:
        await blow(world)
        await world.quiet()
        if phase is not in_flow:  # nobody tells whether a prompt was heard: it goes on behind it
            assert (await scene.ear(), scene.shape()) == before, blow.__name__
        else:
            assert scene.shape() == before[1], blow.__name__
    await look(world)
    await look(world)
    assert counted() == ghosts
    if phase is offered:
        assert scene.phone is not None
        await scene.joins(await world.ring(scene.phone), AGENT_TONE)
        assert await scene.people[0].hears(seconds(0)) == {AGENT_TONE}
    await _the_engine_dies(scene, AFTER_THE_ENGINE.get(phase, ("system", "engine_lost")))


async def _the_engine_dies(scene: Scene, why: tuple[str, str]) -> None:
    """Its calls end with facts, its agents return, and nothing is left."""
    world = scene.world
    world.network.engine_dies()
    await world.advance(1)
    world.network.engine_back()
    await world.advance(32)
    await world.quiet()
    for conversation in scene.people:
        await conversation.ended(seconds(1))
    assert world.loop.floor.calls == {}
    states = {agent.state for agent in world.loop.floor.agents.values()}
    assert states <= {AgentState.AVAILABLE, AgentState.ON_BREAK, AgentState.OFFLINE}
    ended = await world.one("InteractionEnded")
    assert (ended["ended_by"], ended["cause"]) == why
