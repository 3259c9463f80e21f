"""What a ringing phone is shown and sent, and who hears what beyond the contract."""

from __future__ import annotations

from datetime import timedelta

from telephony.asterisk.local import LocalAsterisk
from telephony.asterisk.phones import AsteriskPhones
from telephony.port import (
    Answer,
    CallArrived,
    Endpoint,
    EndpointSeen,
    EngineBack,
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

SOON = timedelta(seconds=8)
EVERYTHING = Provision((Endpoint("o-8001", "correct-horse"),), (Trunk("o-carrier", "127.0.0.2"),))


async def test_the_invitation_carries_names_in_any_script_and_our_headers(
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


async def test_an_announcement_is_heard_while_music_waits(
    asterisk: LocalAsterisk, phones: AsteriskPhones, ear: Ear
) -> None:
    await ear.next(EngineBack)
    await ear.engine.perform(EVERYTHING)
    contact = await phones.dial("+862150001234", "13812345678")
    arrived = await ear.next(CallArrived)
    await ear.engine.perform(Answer("c1", arrived.leg))
    await contact.answered(SOON)
    await ear.engine.perform(Wait("c1"))
    await ear.engine.perform(Play("c1", "p1", (Sound(SoundKind.TONE, "1700"),)))
    heard: frozenset[int] = frozenset()
    for _ in range(8):
        heard = await contact.hears(timedelta(seconds=0.4))
        if 1700 in heard:
            break
    assert 1700 in heard
