"""Whoever vanishes without a goodbye: in the middle of a call, and while a phone only waits to ring."""

from __future__ import annotations

import asyncio
import re
from contextlib import closing

import pytest

from telephony.asterisk import provisioning
from telephony.asterisk.local import LocalAsterisk
from telephony.asterisk.phones import AsteriskPhones
from telephony.port import (
    Answer,
    CallArrived,
    Cause,
    EndedBy,
    Endpoint,
    EndpointGone,
    EndpointSeen,
    EngineBack,
    LegEnded,
    Provision,
    Trunk,
)
from tests.telephony.asterisk_only.ear import Ear
from tests.telephony.asterisk_only.rtp import Media
from tests.telephony.asterisk_only.sip import RawCaller


async def test_a_party_that_vanishes_in_a_call_is_noticed_by_its_silence(
    asterisk: LocalAsterisk, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(provisioning.COMMON, "rtp_timeout", "1")
    await ear.next(EngineBack)
    await ear.engine.perform(Provision(trunks=(Trunk("o-carrier", "127.0.0.2"),)))
    timer = "Supported: timer\r\nSession-Expires: 90\r\n"
    target = (asterisk.bind, asterisk.sip_port)
    with closing(Media("127.0.0.2", 440)) as media, RawCaller("127.0.0.2", target, media) as caller:
        invited = asyncio.create_task(asyncio.to_thread(caller.invite, "+862150001234", timer))
        arrived = await ear.next(CallArrived)
        await ear.engine.perform(Answer("c1", arrived.leg))
        assert await invited == 200
        assert re.search(r"^Session-Expires: *90;", caller.answer, re.MULTILINE)
    ended = await ear.next(LegEnded)  # the caller is gone, and has said nothing
    assert (ended.leg, ended.cause, ended.by) == (arrived.leg, Cause.UNREACHABLE, EndedBy.NETWORK)
    assert not (await ear.engine.snapshot()).legs


async def test_an_unplugged_phone_is_gone_soon(
    phones: AsteriskPhones, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(provisioning.AOR, "qualify_frequency", "1")
    monkeypatch.setitem(provisioning.AOR, "qualify_timeout", "0.5")
    await ear.next(EngineBack)
    await ear.engine.perform(Provision((Endpoint("o-8001", "correct-horse"),)))
    await phones.register("o-8001", "correct-horse")
    await ear.next(EndpointSeen)
    await phones.process.kill()
    assert (await ear.next(EndpointGone)).endpoint == "o-8001"
    assert not (await ear.engine.snapshot()).endpoints
