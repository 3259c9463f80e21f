"""The port's contract: listening, whispering, joining and leaving, by who hears whom after each step."""

from __future__ import annotations

import asyncio

import pytest

from telephony.phones import Conversation
from telephony.port import SIGNAL_HZ, SIGNAL_LASTS, Bridge, CommandRefused, HangUp, LegEnded, Mode, Signal, Supervise
from tests.telephony.sounds import AGENT_TONE, CALLER_TONE, LISTENING, SUPERVISOR_TONE, hears
from tests.telephony.world import World, fresh

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_supervisor_listens_whispers_joins_and_leaves(world: World) -> None:
    talk = await world.talk()
    contact, agent = talk.contact, talk.agent
    leg, supervisor = await world.waiting(talk.call, SUPERVISOR_TONE)
    await world.perform(Supervise(talk.call, leg, talk.agent_leg, Mode.LISTEN))
    both = {CALLER_TONE, AGENT_TONE}
    await hears({contact: {AGENT_TONE}, agent: {CALLER_TONE}, supervisor: both})
    (state,) = [state for state in (await world.engine.snapshot()).legs if state.leg == leg]
    assert (state.call, state.side, state.supervises, state.mode) == (talk.call, "", talk.agent_leg, Mode.LISTEN)
    await told(world, talk.agent_leg, agent, contact)
    await world.lab.pass_time(2 * SIGNAL_LASTS)
    await hears({contact: {AGENT_TONE}, agent: {CALLER_TONE}, supervisor: both})
    await world.perform(Supervise(talk.call, leg, talk.agent_leg, Mode.WHISPER))
    await hears({contact: {AGENT_TONE}, agent: {CALLER_TONE, SUPERVISOR_TONE}, supervisor: both})
    # the agent goes to a side room: the supervisor goes with it
    await world.perform(Bridge(talk.call, talk.agent_leg, "s1"))
    await hears({contact: set(), agent: {SUPERVISOR_TONE}, supervisor: {AGENT_TONE}})
    await world.perform(Bridge(talk.call, talk.agent_leg))
    await hears({contact: {AGENT_TONE}, agent: {CALLER_TONE, SUPERVISOR_TONE}, supervisor: both})
    await world.perform(Supervise(talk.call, leg, talk.agent_leg, Mode.BARGE))
    await hears({contact: {AGENT_TONE, SUPERVISOR_TONE}, agent: {CALLER_TONE, SUPERVISOR_TONE}, supervisor: both})
    await world.perform(Supervise(talk.call, leg, talk.agent_leg, Mode.LISTEN))
    await hears({contact: {AGENT_TONE}, agent: {CALLER_TONE}, supervisor: both})
    await world.perform(HangUp(leg))
    await world.expect(LegEnded, leg=leg)
    await hears({contact: {AGENT_TONE}, agent: {CALLER_TONE}})


async def told(world: World, agent_leg: str, agent: Conversation, contact: Conversation) -> None:
    """A short tone for the agent alone, beside what it hears; it is over by itself."""
    for _ in range(8):
        heard, beside, _done = await asyncio.gather(
            agent.hears(LISTENING * 6), contact.hears(LISTENING * 6), world.perform(Signal(agent_leg))
        )
        assert SIGNAL_HZ not in beside
        if heard == {CALLER_TONE, SIGNAL_HZ}:
            return
    raise AssertionError(f"the agent hears {sorted(heard)}")


async def test_a_supervisor_takes_over_and_one_stays_when_the_agent_goes(world: World) -> None:
    talk = await world.talk()
    leg, supervisor = await world.waiting(talk.call, SUPERVISOR_TONE)
    for call, who, whom in (
        (talk.call, leg, leg),
        (talk.call, leg, fresh("never")),
        (talk.call, fresh("never"), talk.agent_leg),
        (fresh("never"), leg, talk.agent_leg),
    ):
        with pytest.raises(CommandRefused):
            await world.perform(Supervise(call, who, whom, Mode.LISTEN))
    await world.perform(Supervise(talk.call, leg, talk.agent_leg, Mode.LISTEN))
    await hears({supervisor: {CALLER_TONE, AGENT_TONE}})
    await world.perform(HangUp(talk.agent_leg))
    await world.expect(LegEnded, leg=talk.agent_leg)
    await hears({supervisor: set(), talk.contact: set()})
    (state,) = [state for state in (await world.engine.snapshot()).legs if state.leg == leg]
    assert (state.supervises, state.mode) == ("", None)
    await world.perform(Bridge(talk.call, leg))
    await hears({talk.contact: {SUPERVISOR_TONE}, supervisor: {CALLER_TONE}})
