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
    Bridge,
    CallArrived,
    Cause,
    EndedBy,
    Endpoint,
    EndpointGone,
    EndpointSeen,
    EngineBack,
    LegAnswered,
    LegEnded,
    Open,
    Provision,
    Ring,
    Trunk,
)
from tests.telephony.asterisk_only.ear import Ear
from tests.telephony.asterisk_only.rtp import Media
from tests.telephony.asterisk_only.sip import RawCaller
from tests.telephony.world import SOON


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


async def test_an_unplugged_phone_is_gone_soon_and_so_is_its_call(
    phones: AsteriskPhones, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(provisioning.AOR, "qualify_frequency", "1")
    monkeypatch.setitem(provisioning.AOR, "qualify_timeout", "0.5")
    monkeypatch.setitem(provisioning.COMMON, "rtp_timeout", "1")
    await ear.next(EngineBack)
    await ear.engine.perform(Provision((Endpoint("o-8001", "correct-horse"),)))
    phone = await phones.register("o-8001", "correct-horse")
    await ear.next(EndpointSeen)
    await ear.engine.perform(Open("c1"))
    await ear.engine.perform(Ring("c1", "l1", "o-8001", "", "4008", SOON))
    await (await phone.incoming(SOON)).answer()
    await ear.next(LegAnswered)
    await ear.engine.perform(Bridge("c1", "l1"))
    await phones.process.kill()
    async with asyncio.timeout(30):
        while not {LegEnded, EndpointGone} <= {type(event) for event in ear.said}:  # noqa: ASYNC110 - in either order
            await asyncio.sleep(0.02)
    assert [event.endpoint for event in ear.said if isinstance(event, EndpointGone)] == ["o-8001"]
    ended = [(event.leg, event.cause, event.by) for event in ear.said if isinstance(event, LegEnded)]
    assert ended == [("l1", Cause.UNREACHABLE, EndedBy.NETWORK)]
    snapshot = await ear.engine.snapshot()
    assert not snapshot.endpoints
    assert not snapshot.legs
