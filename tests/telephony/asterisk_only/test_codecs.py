"""Wide codecs end to end: a caller who speaks opus only, an agent whose phone speaks G.722 only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from telephony.asterisk.local import LocalAsterisk
from telephony.asterisk.phones import AsteriskPhones
from telephony.port import (
    Answer,
    Bridge,
    CallArrived,
    Codec,
    Endpoint,
    EndpointSeen,
    EngineBack,
    LegAnswered,
    Provision,
    Ring,
    Trunk,
)
from tests.telephony.asterisk_only.ear import Ear
from tests.telephony.sounds import AGENT_TONE, CALLER_TONE, hears
from tests.telephony.world import SOON


@pytest_asyncio.fixture
async def phones(home: Path, tmp_path: Path, asterisk: LocalAsterisk) -> AsyncIterator[AsteriskPhones]:
    target = (asterisk.bind, asterisk.sip_port)
    outside = AsteriskPhones(home, tmp_path / "phones", target=target, codecs=("opus", "g722"))
    await outside.start()
    yield outside
    await outside.close()


async def test_opus_and_g722_hear_each_other(asterisk: LocalAsterisk, phones: AsteriskPhones, ear: Ear) -> None:
    await ear.next(EngineBack)
    trunk = Trunk("o-carrier", "127.0.0.2", codecs=(Codec.OPUS,))
    await ear.engine.perform(Provision((Endpoint("o-8001", "correct-horse"),), (trunk,)))
    phone = await phones.register("o-8001", "correct-horse")
    await ear.next(EndpointSeen)
    contact = await phones.dial("+862150001234", "13812345678")
    arrived = await ear.next(CallArrived)
    await ear.engine.perform(Answer("c1", arrived.leg))
    await contact.answered(SOON)
    await ear.engine.perform(Ring("c1", "c1.1", "o-8001", "", "4008", SOON))
    agent = await phone.incoming(SOON)
    await agent.answer()
    await ear.next(LegAnswered)
    await ear.engine.perform(Bridge("c1", "c1.1"))
    shown = await asterisk.console("pjsip show channelstats")
    assert {name for name in ("opus", "g722", "ulaw", "alaw") if f" {name} " in shown} == {"opus", "g722"}
    await contact.play(CALLER_TONE)
    await agent.play(AGENT_TONE)
    await hears({contact: {AGENT_TONE}, agent: {CALLER_TONE}})
