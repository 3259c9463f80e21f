"""The port's contract: we choose the ids, and one that exists is not taken for a new thing."""

from __future__ import annotations

import pytest

from telephony.port import Answer, CommandRefused, Record, Ring
from tests.telephony.sounds import CALLER_TONE, hear
from tests.telephony.world import SOON, World, fresh

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_call_that_exists_is_not_made_again(world: World) -> None:
    call, _, _ = await world.answered_call()
    other, _ = await world.arrive()
    with pytest.raises(CommandRefused):
        await world.perform(Answer(call, other))
    await world.perform(Answer(world.new_call(), other))


async def test_a_leg_that_exists_is_not_rung_again(world: World) -> None:
    talk = await world.talk()
    endpoint, _ = await world.phone()
    with pytest.raises(CommandRefused):
        await world.perform(Ring(talk.call, talk.agent_leg, endpoint, "", "1", SOON))
    await hear(talk.agent, CALLER_TONE)


async def test_a_recording_that_exists_is_not_begun_again(world: World) -> None:
    call, _, _ = await world.answered_call()
    recording = fresh("r")
    await world.perform(Record(call, recording))
    with pytest.raises(CommandRefused):
        await world.perform(Record(call, recording))
