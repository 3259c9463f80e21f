"""The port's contract: hold, mute, consulting, swapping and handing over, by who hears whom after each step."""

from __future__ import annotations

from pathlib import Path

import pytest

from telephony.port import (
    Bridge,
    EngineBack,
    HangUp,
    LegAnswered,
    LegEnded,
    Mute,
    PhoneHeld,
    PhoneResumed,
    Record,
    StopWait,
    Wait,
)
from tests.telephony.sounds import AGENT_TONE, CALLER_TONE, MUSIC, OUTSIDE_TONE, SUPERVISOR_TONE, hears, tone_file
from tests.telephony.world import World, fresh, seconds

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_agent_holds_consults_swaps_and_hands_over(world: World) -> None:
    talk = await world.talk()
    contact, agent = talk.contact, talk.agent
    await world.perform(Bridge(talk.call, talk.agent_leg, "s1"))
    await world.perform(Wait(talk.call))
    await hears({contact: {MUSIC}, agent: set()})
    outside_leg, outside = await world.dial(talk.call)
    await outside.answer()
    await world.expect(LegAnswered, leg=outside_leg)
    await outside.play(OUTSIDE_TONE)
    await world.perform(Bridge(talk.call, outside_leg, "s1"))
    await hears({contact: {MUSIC}, agent: {OUTSIDE_TONE}, outside: {AGENT_TONE}})
    snapshot = await world.engine.snapshot()
    states = {state.leg: state for state in snapshot.legs}
    assert snapshot.calls == {talk.call}
    assert {leg: (state.call, state.side) for leg, state in states.items()} == {
        talk.contact_leg: (talk.call, ""),
        talk.agent_leg: (talk.call, "s1"),
        outside_leg: (talk.call, "s1"),
    }
    assert states[outside_leg].dialled
    assert states[outside_leg].trunk == world.trunk
    # swap: back to the contact, the outside party waits alone
    await world.perform(StopWait(talk.call))
    await world.perform(Bridge(talk.call, talk.agent_leg))
    await hears({contact: {AGENT_TONE}, agent: {CALLER_TONE}, outside: set()})
    # muted, and still muted after a move
    await world.perform(Mute(talk.agent_leg))
    await hears({contact: set(), agent: {CALLER_TONE}, outside: set()})
    await world.perform(Bridge(talk.call, talk.agent_leg, "s1"))
    await hears({contact: set(), agent: {OUTSIDE_TONE}, outside: set()})
    await world.perform(Mute(talk.agent_leg, muted=False))
    await hears({contact: set(), agent: {OUTSIDE_TONE}, outside: {AGENT_TONE}})
    # attended transfer: the outside party goes to the contact, the agent leaves
    await world.perform(Bridge(talk.call, outside_leg))
    await world.perform(HangUp(talk.agent_leg))
    await world.expect(LegEnded, leg=talk.agent_leg)
    await hears({contact: {OUTSIDE_TONE}, outside: {CALLER_TONE}})
    states = {state.leg: state for state in (await world.engine.snapshot()).legs}
    assert {state.side for state in states.values()} == {""}
    assert set(states) == {talk.contact_leg, outside_leg}


async def test_a_phone_that_holds_with_its_own_button(world: World, tmp_path: Path) -> None:
    """Whoever holds does not listen: what still arrives at the phone is its own affair."""
    talk = await world.talk()
    own = tone_file(tmp_path, SUPERVISOR_TONE, seconds(2)).value
    for recorded in (False, True):
        if recorded:
            await world.perform(Record(talk.call, fresh("r")))
        await talk.agent.play(None)
        await talk.agent.hold()
        await world.expect(PhoneHeld, leg=talk.agent_leg)
        await world.perform(Wait(talk.call, own))
        await hears({talk.contact: {SUPERVISOR_TONE}})
        assert {leg.leg: leg.held for leg in (await world.engine.snapshot()).legs} == {
            talk.contact_leg: False, talk.agent_leg: True,
        }  # fmt: skip
        await talk.agent.resume()
        await world.expect(PhoneResumed, leg=talk.agent_leg)
        await world.perform(StopWait(talk.call))
        await talk.agent.play(AGENT_TONE)
        await hears({talk.contact: {AGENT_TONE}, talk.agent: {CALLER_TONE}})
    await talk.contact.hold()
    await world.expect(PhoneHeld, leg=talk.contact_leg)
    await world.disconnect()
    await world.connect()
    await world.expect_more(EngineBack, 1)
    held = {leg.leg for leg in world.all(EngineBack)[-1].snapshot.legs if leg.held}
    assert held == {talk.contact_leg}, "a new switchboard knows"
    await talk.contact.resume()
    await world.expect(PhoneResumed, leg=talk.contact_leg)
    assert len(world.all(PhoneHeld)) == len(world.all(PhoneResumed)) == 3


async def test_a_conference_grows_to_ten_and_shrinks(world: World) -> None:
    talk = await world.talk()
    desk = await world.phone()
    agents = [await world.agent(talk.call, desk=desk) for _ in range(7)]
    outside_leg, outside = await world.dial(talk.call)
    await outside.answer()
    await world.expect(LegAnswered, leg=outside_leg)
    await world.perform(Bridge(talk.call, outside_leg))
    await outside.play(OUTSIDE_TONE)
    await agents[0][1].play(SUPERVISOR_TONE)
    assert len((await world.engine.snapshot()).legs) == 10
    everybody = {CALLER_TONE, AGENT_TONE, SUPERVISOR_TONE, OUTSIDE_TONE}
    await hears(
        {
            talk.contact: everybody - {CALLER_TONE},
            talk.agent: everybody - {AGENT_TONE},
            agents[0][1]: everybody - {SUPERVISOR_TONE},
            outside: everybody - {OUTSIDE_TONE},
            **{agent: everybody for _, agent in agents[1:]},
        }
    )
    for leg, _ in agents[2:]:
        await world.perform(HangUp(leg))
    await world.perform(HangUp(agents[0][0]))
    await talk.agent.hang_up()
    await world.expect(LegEnded, leg=talk.agent_leg)
    await world.expect(LegEnded, leg=agents[0][0])
    await hears(
        {
            talk.contact: {OUTSIDE_TONE},
            outside: {CALLER_TONE},
            agents[1][1]: {CALLER_TONE, OUTSIDE_TONE},
        }
    )
    # one of three holds with its phone's button, and is silent: the others talk on, without music
    await outside.play(None)
    await outside.hold()
    await world.expect(PhoneHeld, leg=outside_leg)
    await hears({talk.contact: set(), agents[1][1]: {CALLER_TONE}})
    await outside.resume()
    await world.expect(PhoneResumed, leg=outside_leg)
    await outside.play(OUTSIDE_TONE)
    await hears({talk.contact: {OUTSIDE_TONE}, agents[1][1]: {CALLER_TONE, OUTSIDE_TONE}})
