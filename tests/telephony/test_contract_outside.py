"""The port's contract: calls that we begin, numbers outside, their refusals, and keys that we send."""

from __future__ import annotations

from datetime import timedelta

import pytest

from telephony.port import (
    Answer,
    Bridge,
    CallArrived,
    Cause,
    CommandRefused,
    Dial,
    DigitPressed,
    EndedBy,
    HangUp,
    LegAnswered,
    LegEnded,
    LegRinging,
    Login,
    Open,
    Play,
    PlaybackEnded,
    Provision,
    SendDigits,
    Sound,
    SoundKind,
    StopPlay,
    Trunk,
    TrunkChanged,
    TrunkState,
    Withdraw,
)
from telephony.ways import trunk_of
from tests.telephony.sounds import AGENT_TONE, CALLER_TONE, OUTSIDE_TONE, hear, hears
from tests.telephony.world import SOON, World, fresh, seconds

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def opened(world: World) -> str:
    """A call in which nobody is."""
    call = world.new_call()
    await world.perform(Open(call))
    return call


async def test_a_call_that_we_begin(world: World) -> None:
    call = await opened(world)
    assert (await world.engine.snapshot()).calls == {call}
    agent_leg, agent = await world.agent(call)
    await agent.play(AGENT_TONE)
    await world.perform(Play(call, ringing := fresh("p"), (Sound(SoundKind.SIGNAL, "ring"),)))
    person = await world.phones.outside("13800138000")
    leg, headers = f"{call}.out", (("User-to-User", "abc;encoding=hex"), ("X-Glassfloor", "1"))
    await world.perform(Dial(call, leg, world.trunk, "13800138000", "Galaxy care", "4008001000", SOON, headers))
    outside = await person.incoming(SOON)
    assert (outside.caller_name, outside.caller_number) == ("Galaxy care", "4008001000")
    assert [await outside.header(name) for name in ("User-to-User", "X-Glassfloor")] == ["abc;encoding=hex", "1"]
    await world.expect(LegRinging, leg=leg)
    (state,) = [state for state in (await world.engine.snapshot()).legs if state.leg == leg]
    assert (state.call, state.number, state.trunk, state.endpoint) == (call, "13800138000", world.trunk, "")
    assert (state.dialled, state.answered) == (True, False)
    await outside.answer()
    await world.expect(LegAnswered, leg=leg)
    await world.perform(Bridge(call, leg))
    await outside.play(OUTSIDE_TONE)
    # the signal lasts until it is stopped
    assert not world.all(PlaybackEnded)
    await world.perform(StopPlay(ringing))
    assert not (await world.expect(PlaybackEnded, playback=ringing)).completed
    await hears({agent: {OUTSIDE_TONE}, outside: {AGENT_TONE}})
    # keys, both ways
    await world.perform(SendDigits(leg, "15#"))
    assert await outside.keys(3, SOON) == "15#"
    await outside.press("7")
    await world.expect(DigitPressed, leg=leg, digit="7")
    assert await agent.keys(1, SOON) == "7"
    await world.perform(SendDigits(agent_leg, "2"))
    assert await agent.keys(2, SOON) == "72"
    await outside.hang_up()
    ended = await world.expect(LegEnded, leg=leg)
    assert (ended.cause, ended.by, ended.q850, ended.sip) == (Cause.NORMAL, EndedBy.PARTY, 16, 0)
    await hear(agent)
    await world.perform(HangUp(agent_leg))
    await world.expect(LegEnded, leg=agent_leg)


@pytest.mark.parametrize(
    ("status", "cause", "q850"),
    [(486, Cause.BUSY, 17), (404, Cause.UNALLOCATED, 1), (480, Cause.NO_ANSWER, 19), (503, Cause.CONGESTION, 34)],
)
async def test_what_carriers_say(world: World, status: int, cause: Cause, q850: int) -> None:
    call = await opened(world)
    leg, outside = await world.dial(call)
    await outside.refuse(status)
    ended = await world.expect(LegEnded, leg=leg)
    assert (ended.cause, ended.q850, ended.sip) == (cause, q850, status)
    assert ended.by is (EndedBy.NETWORK if cause is Cause.CONGESTION else EndedBy.PARTY)


async def test_a_number_that_nobody_has_or_answers_or_may_be_dialled(world: World) -> None:
    call = await opened(world)
    dial = Dial(call, f"{call}.x", world.trunk, "13999999999", "", "4008", SOON)
    await world.perform(dial)
    await world.quiet(seconds(0.1))
    ended = await world.expect(LegEnded, leg=f"{call}.x")
    assert (ended.cause, ended.sip) == (Cause.UNALLOCATED, 404)
    person = await world.phones.outside("13811112222")
    await world.perform(Dial(call, f"{call}.y", world.trunk, "13811112222", "", "4008", seconds(1)))
    rung = await person.incoming(SOON)
    await world.quiet(timedelta(seconds=1))
    ended = await world.expect(LegEnded, leg=f"{call}.y")
    assert (ended.cause, ended.by, ended.sip) == (Cause.NO_ANSWER, EndedBy.US, 0)
    await rung.ended(SOON)
    for trunk, number in ((fresh("t-never"), "139"), (world.trunk, "1@2"), (world.trunk, "")):
        with pytest.raises(CommandRefused):
            await world.perform(Dial(call, f"{call}.{fresh('n')}", trunk, number, "", "", SOON))
    with pytest.raises(CommandRefused):
        await world.perform(Open(call))


async def test_a_call_goes_to_the_address_of_a_line_that_is_named(world: World) -> None:
    """And to no other one: which is tried next is the switchboard's to say."""
    call, person = await opened(world), await world.phones.outside("13800138111")
    first, last = fresh("t-first"), fresh("t-last")
    here, nobody = world.lab.carrier_address, "127.0.0.9:5999"
    await world.perform(Withdraw((world.trunk,)))  # whose address it is
    lines = Trunk(first, here, others=(nobody,), watched=False), Trunk(last, nobody, others=(here,), watched=False)
    await world.perform(Provision(trunks=lines))
    for n, way in enumerate((first, f"{last}#2")):
        await world.perform(Dial(call, leg := f"{call}.{n}", way, "13800138111", "", "4008", SOON))
        rung = await person.incoming(SOON)
        (state,) = [state for state in (await world.engine.snapshot()).legs if state.leg == leg]
        assert (trunk_of(state.trunk), state.number) == (trunk_of(way), "13800138111")
        await rung.refuse(486)
        assert (await world.expect(LegEnded, leg=leg)).cause is Cause.BUSY
    for way in (f"{first}#3", f"{first}#", f"{first}#x"):
        with pytest.raises(CommandRefused):
            await world.perform(Dial(call, f"{call}.{fresh('n')}", way, "13800138111", "", "4008", SOON))
    await world.perform(Withdraw((first, last)))


async def test_a_system_that_registers_with_us_is_a_line(world: World) -> None:
    """Its calls are known by its login, calls to it go where it registered, and without it there is no way there."""
    trunk, secret = fresh("t-pbx"), fresh("secret")
    here, gone = TrunkState(trunk, reachable=True, registered=True), TrunkState(trunk, reachable=True, registered=False)
    await world.perform(Provision(trunks=(Trunk(trunk, login=Login("", secret), registers=True),)))
    await world.expect(TrunkChanged, state=gone)
    assert (gone.usable, here.usable) == (False, True)
    nowhere = await opened(world)
    with pytest.raises(CommandRefused):
        await world.perform(Dial(nowhere, f"{nowhere}.0", trunk, "8001", "", "1", SOON))
    turned_away = await world.phones.dial_as((trunk, "wrong"), "4008", "13812345678")
    await turned_away.ended(SOON)
    assert not world.all(CallArrived)
    system = await world.phones.register(trunk, secret)
    await world.expect(TrunkChanged, state=here)
    snapshot = await world.engine.snapshot()
    assert (trunk in snapshot.endpoints, here in snapshot.trunks) == (False, True)
    caller = await world.phones.dial_as((trunk, secret), "4008", "13812345678")
    arrived = await world.expect(CallArrived)
    assert (arrived.trunk, arrived.number, arrived.caller) == (trunk, "4008", "13812345678")
    await world.perform(Answer(call := world.new_call(), arrived.leg))
    await caller.answered(SOON)
    await caller.play(CALLER_TONE)
    person = await world.phones.outside("8001")
    leg = f"{call}.out"
    await world.perform(Dial(call, leg, trunk, "8001", "Galaxy", "4008001000", SOON))
    inside = await person.incoming(SOON)
    await inside.answer()
    await world.expect(LegAnswered, leg=leg)
    await world.perform(Bridge(call, leg))
    await inside.play(OUTSIDE_TONE)
    await hears({inside: {CALLER_TONE}, caller: {OUTSIDE_TONE}})
    for conversation, name in ((inside, leg), (caller, arrived.leg)):
        await conversation.hang_up()
        await world.expect(LegEnded, leg=name)
    told = len(world.all(TrunkChanged))
    await system.unregister()
    await world.expect_more(TrunkChanged, told)
    assert world.all(TrunkChanged)[-1].state == gone
    await world.perform(Withdraw((trunk,)))
