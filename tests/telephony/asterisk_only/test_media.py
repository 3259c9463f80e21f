"""What a ringing phone is shown and sent, and who hears what beyond the contract."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack, closing
from datetime import timedelta

from telephony.asterisk.local import LocalAsterisk
from telephony.asterisk.phones import AsteriskPhones
from telephony.port import (
    Answer,
    Bridge,
    CallArrived,
    DigitPressed,
    Endpoint,
    EndpointSeen,
    EngineBack,
    KeepKeys,
    LegRinging,
    Play,
    Provision,
    Ring,
    Sound,
    SoundKind,
    Trunk,
    Wait,
)
from tests.telephony.asterisk_only.ear import Ear
from tests.telephony.asterisk_only.rtp import LOUD, Media
from tests.telephony.asterisk_only.sip import RawCaller
from tests.telephony.world import SOON

GAP_S = 1.0
"""Voices that fall silent do so for seconds; a machine that does much else brings them later by less."""
EVERYTHING = Provision((Endpoint("o-8001", "correct-horse"),), (Trunk("o-carrier", "127.0.0.2"),))


async def test_an_invitation_in_any_script_and_an_announcement_over_music(
    asterisk: LocalAsterisk, phones: AsteriskPhones, ear: Ear
) -> None:
    await ear.next(EngineBack)
    await ear.engine.perform(EVERYTHING)
    phone = await phones.register("o-8001", "correct-horse")
    await ear.next(EndpointSeen)
    contact = await phones.dial("+862150001234", "13812345678")
    arrived = await ear.next(CallArrived)
    await ear.engine.perform(Answer("c1", arrived.leg))
    await contact.answered(SOON)
    headers = (("X-Glassfloor-Interaction", "0190-abc"),)
    await ear.engine.perform(Ring("c1", "c1.1", "o-8001", '银河 "商城" \\', "4008", SOON, headers))
    ringing = await phone.incoming(SOON)
    await ear.next(LegRinging)
    assert (ringing.caller_name, ringing.caller_number) == ("银河 '商城' ", "4008")
    assert await ringing.header("X-Glassfloor-Interaction") == "0190-abc"
    await ear.engine.perform(Wait("c1"))
    await ear.engine.perform(Play("c1", "p1", (Sound(SoundKind.TONE, "1700"),)))
    heard: frozenset[int] = frozenset()
    for _ in range(8):
        heard = await contact.hears(timedelta(seconds=0.4))
        if 1700 in heard:
            break
    assert 1700 in heard


async def test_keys_as_events_and_as_tones(asterisk: LocalAsterisk, ear: Ear) -> None:
    """Phones by hand: two Asterisks that press at each other at once fall silent for seconds (docs/phone-engine.md)."""
    await ear.next(EngineBack)
    await ear.engine.perform(EVERYTHING)
    with ExitStack() as stack:
        talking = [await _caller(stack, asterisk, ear, call) for call in ("c1", "c2")]
        await ear.engine.perform(Bridge("c1", talking[1][1]))
        for first, second in (("1", "2"), ("1", "1"), ("159*0#", "2468"), ("99", "1")):
            talking[0][0].press(first)
            talking[1][0].press(second)
            heard = [(await ear.next(DigitPressed)).digit for _ in first + second]
            assert sorted(heard) == sorted(first + second)
            for media, _ in talking:
                assert await asyncio.to_thread(media.hears_from, time.monotonic()) < GAP_S
        await _each_key_counts_once(ear, talking[1][0])
        agent, contact = talking[0], await _caller(stack, asterisk, ear, "c3", events=False)
        await ear.engine.perform(Bridge("c3", agent[1]))
        await _card_keys(ear, contact, agent[0])
        await ear.engine.perform(Bridge("c1", agent[1]))
        await _card_keys(ear, talking[1], agent[0])


async def _each_key_counts_once(ear: Ear, gateway: Media) -> None:
    """A gateway sends events, and leaves the tones in the audio besides: each key is told once."""
    gateway.doubles = True
    gateway.press("11590#*", packets=10)  # one that is told twice would come in place of the next
    assert [(await ear.next(DigitPressed)).digit for _ in "11590#*"] == list("11590#*")


async def _card_keys(ear: Ear, calling: tuple[Media, str], agent: Media) -> None:
    """A contact whose keys are tones in its audio, only or as well: what the agent hears, events and audio."""
    contact, leg = calling
    contact.speaks = False
    press = contact.press if contact.doubles else contact.whistle
    for kept in (False, True, False):
        await ear.engine.perform(KeepKeys(leg, kept=kept))
        await asyncio.to_thread(agent.falls_silent)
        began, events = time.monotonic(), agent.events
        press("159")
        assert [(await ear.next(DigitPressed)).digit for _ in "159"] == list("159")
        await asyncio.to_thread(contact.has_whistled)
        await asyncio.to_thread(agent.falls_silent)
        assert sum(each > LOUD for each in agent.heard(began)) <= 3, "a packet of each key at most"
        assert (agent.events == events) is kept
    contact.speaks = True
    assert await asyncio.to_thread(agent.hears_from, time.monotonic()) < GAP_S


async def _caller(
    stack: ExitStack, asterisk: LocalAsterisk, ear: Ear, call: str, *, events: bool = True
) -> tuple[Media, str]:
    """Somebody by hand who called, in a call of its own: its sound, and its leg."""
    media = stack.enter_context(closing(Media("127.0.0.2", 440)))
    caller = stack.enter_context(RawCaller("127.0.0.2", (asterisk.bind, asterisk.sip_port), media, knows_events=events))
    invited = asyncio.create_task(asyncio.to_thread(caller.invite, "+862150001234"))
    arrived = await ear.next(CallArrived)
    await ear.engine.perform(Answer(call, arrived.leg))
    assert await invited == 200
    return media, arrived.leg
