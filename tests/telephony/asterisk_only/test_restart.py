"""The engine dies, the connection breaks, owners change: what comes back and what is told."""

from __future__ import annotations

import asyncio

from telephony.asterisk.adapter import AsteriskEngine
from telephony.asterisk.local import LocalAsterisk
from telephony.asterisk.phones import AsteriskPhones
from telephony.port import (
    Answer,
    CallArrived,
    Endpoint,
    EndpointSeen,
    EngineBack,
    EngineLost,
    LegAnswered,
    LegEnded,
    Provision,
    Ring,
    Trunk,
)
from tests.telephony.asterisk_only.ear import Ear
from tests.telephony.world import SOON

EVERYTHING = Provision((Endpoint("o-8001", "correct-horse"),), (Trunk("o-carrier", "127.0.0.2"),))


async def test_provisioning_survives_an_engine_restart(
    asterisk: LocalAsterisk, phones: AsteriskPhones, ear: Ear
) -> None:
    await ear.next(EngineBack)
    await ear.engine.perform(EVERYTHING)
    phone = await phones.register("o-8001", "correct-horse")
    await ear.next(EndpointSeen)
    await asyncio.sleep(1.5)  # the engine writes registrations to disk once a second; a kill takes what is younger
    await asterisk.kill()
    await ear.next(EngineLost)
    await asterisk.start()
    snapshot = (await ear.next(EngineBack)).snapshot
    if not snapshot.endpoints:  # a phone counts when it has said that it is there, which takes a moment
        assert (await ear.next(EndpointSeen)).endpoint == "o-8001"
    assert (snapshot.legs, snapshot.calls, snapshot.ended) == ((), frozenset(), ())
    contact = await phones.dial("+862150001234", "13812345678")
    arrived = await ear.next(CallArrived)
    await ear.engine.perform(Answer("c1", arrived.leg))
    await contact.answered(SOON)
    await ear.engine.perform(Ring("c1", "c1.1", "o-8001", "Galaxy", "4008", SOON))
    await (await phone.incoming(SOON)).answer()
    assert (await ear.next(LegAnswered)).leg == "c1.1"


async def test_the_calls_of_an_engine_that_died_are_nowhere(
    asterisk: LocalAsterisk, phones: AsteriskPhones, ear: Ear
) -> None:
    await ear.next(EngineBack)
    await ear.engine.perform(EVERYTHING)
    await phones.dial("+862150001234", "13812345678")
    arrived = await ear.next(CallArrived)
    await ear.engine.perform(Answer("c1", arrived.leg))
    await asterisk.kill()
    await ear.next(EngineLost)
    await asterisk.start()
    snapshot = (await ear.next(EngineBack)).snapshot
    assert not snapshot.legs
    assert not snapshot.ended
    assert not snapshot.calls


async def test_the_next_owner_is_told_what_ended_while_nobody_listened(
    asterisk: LocalAsterisk, phones: AsteriskPhones, ear: Ear
) -> None:
    await ear.next(EngineBack)
    await ear.engine.perform(EVERYTHING)
    told = await phones.dial("+862150001234", "13812345678")
    told_leg = (await ear.next(CallArrived)).leg
    await told.hang_up()
    await ear.next(LegEnded)
    untold = await phones.dial("+862150001234", "13812345678")
    arrived = await ear.next(CallArrived)
    await ear.engine.perform(Answer("c2", arrived.leg))
    await untold.answered(SOON)
    await ear.close()
    await untold.hang_up()
    await untold.ended(SOON)
    successor = Ear(AsteriskEngine.of(asterisk))
    await successor.start()
    ended = (await successor.next(EngineBack)).snapshot.ended
    assert [end.leg for end in ended] == [arrived.leg]
    assert told_leg != arrived.leg
    await successor.close()


async def test_an_owner_that_was_replaced_stays_away(asterisk: LocalAsterisk, ear: Ear) -> None:
    await ear.next(EngineBack)
    successor = Ear(AsteriskEngine.of(asterisk))
    await successor.start()
    await successor.next(EngineBack)
    assert "taken over" in (await ear.next(EngineLost)).reason
    await successor.engine.perform(EVERYTHING)
    assert EngineLost not in {type(event) for event in successor.said}
    await successor.close()
