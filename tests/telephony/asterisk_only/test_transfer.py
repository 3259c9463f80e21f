"""One header ends the engine and every call on it, unless transfers are refused (asterisk/asterisk issue 2021)."""

from __future__ import annotations

import asyncio

import pytest

from telephony.asterisk import provisioning
from telephony.asterisk.local import LocalAsterisk
from telephony.port import Answer, CallArrived, Endpoint, EngineBack, HangUp, LegEnded, Provision, Trunk
from tests.telephony.asterisk_only.ear import Ear
from tests.telephony.asterisk_only.sip import RawCaller


async def test_a_transfer_without_subscription_leaves_the_engine_alive(asterisk: LocalAsterisk, ear: Ear) -> None:
    await ear.next(EngineBack)
    await ear.engine.perform(Provision(trunks=(Trunk("o-carrier", "127.0.0.2"),)))
    with RawCaller("127.0.0.2", (asterisk.bind, asterisk.sip_port)) as caller:
        invited = asyncio.create_task(asyncio.to_thread(caller.invite, "+862150001234"))
        arrived = await ear.next(CallArrived)
        await ear.engine.perform(Answer("c1", arrived.leg))
        assert await invited == 200
        status = await asyncio.to_thread(
            caller.request, "REFER", "Refer-To: <sip:8002@127.0.0.1>\r\nRefer-Sub: false\r\n"
        )
        assert status >= 400
        await asyncio.sleep(0.3)
        assert "fully booted" in await asterisk.console("core waitfullybooted")
        assert [leg.leg for leg in (await ear.engine.snapshot()).legs] == [arrived.leg]
        await ear.engine.perform(HangUp(arrived.leg))
        await ear.next(LegEnded)


@pytest.mark.parametrize(
    "what",
    [
        Provision(endpoints=(Endpoint("o-1", "s"), Endpoint("o-2", "s", browser=True))),
        Provision(trunks=(Trunk("o-carrier", "127.0.0.2"),)),
    ],
)
async def test_every_endpoint_refuses_transfers(asterisk: LocalAsterisk, ear: Ear, what: Provision) -> None:
    await ear.next(EngineBack)
    await ear.engine.perform(what)
    names = [endpoint.name for endpoint in what.endpoints] + [trunk.name for trunk in what.trunks]
    for name in names:
        shown = await asterisk.console(f"pjsip show endpoint {name}")
        (line,) = [line for line in shown.splitlines() if line.split(":")[0].strip() == "allow_transfer"]
        assert line.split(":")[1].strip() in {"no", "false"}
    assert provisioning.COMMON["allow_transfer"] == "no"
