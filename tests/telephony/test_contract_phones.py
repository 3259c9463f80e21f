"""The port's contract: phones and carriers become known, are seen, and go."""

from __future__ import annotations

import pytest

from telephony.port import (
    CallArrived,
    CommandRefused,
    Endpoint,
    EndpointGone,
    EndpointSeen,
    Provision,
    Ring,
    Trunk,
    Withdraw,
)
from tests.telephony.sounds import hear
from tests.telephony.world import SECRET, SOON, World, fresh

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_phone_is_seen_when_it_registers_and_gone_when_it_says_goodbye(world: World) -> None:
    endpoint, phone = await world.phone()
    await world.expect(EndpointSeen, endpoint=endpoint)
    assert endpoint in (await world.engine.snapshot()).endpoints
    await phone.unregister()
    await world.expect(EndpointGone, endpoint=endpoint)
    assert endpoint not in (await world.engine.snapshot()).endpoints


async def test_a_phone_may_come_back(world: World) -> None:
    endpoint, phone = await world.phone()
    await phone.unregister()
    await world.expect(EndpointGone, endpoint=endpoint)
    again = await world.phones.register(endpoint, SECRET)
    call, _, _ = await world.answered_call()
    await world.perform(Ring(call, f"{call}.1", endpoint, "", "1", SOON))
    await again.incoming(SOON)


async def test_a_wrong_secret_or_an_unknown_name_does_not_register(world: World) -> None:
    endpoint = fresh("o")
    await world.perform(Provision((Endpoint(endpoint, SECRET),)))
    tried = ((endpoint, "wrong"), (fresh("o-never"), SECRET))
    for name, secret in tried:
        with pytest.raises(Exception):  # noqa: B017, PT011 - the outside world has its own words for it
            await world.phones.register(name, secret)
    assert not [seen for name, _ in tried for seen in world.all(EndpointSeen, endpoint=name)]
    await world.perform(Withdraw((endpoint,)))


async def test_provisioning_again_changes_nothing(world: World) -> None:
    endpoint, _ = await world.phone()
    await world.expect(EndpointSeen, endpoint=endpoint)
    talk = await world.talk()
    again = Provision((Endpoint(endpoint, SECRET),), (Trunk(world.trunk, world.lab.carrier_address),))
    for _ in range(2):
        await world.perform(again)
    await world.quiet()
    assert endpoint in (await world.engine.snapshot()).endpoints
    assert len(world.all(EndpointSeen, endpoint=endpoint)) == 1
    assert not world.all(EndpointGone)
    await hear(talk.agent, 440)
    leg, _ = await world.arrive("40081234", "13912345678")
    (arrived,) = world.all(CallArrived, leg=leg)
    assert arrived.caller == "13912345678"


async def test_a_withdrawn_endpoint_cannot_be_rung(world: World) -> None:
    endpoint, _ = await world.phone()
    call, _, _ = await world.answered_call()
    await world.perform(Withdraw((endpoint,)))
    with pytest.raises(CommandRefused):
        await world.perform(Ring(call, f"{call}.1", endpoint, "", "1", SOON))
    assert endpoint not in (await world.engine.snapshot()).endpoints


async def test_withdrawing_unknown_names_is_harmless(world: World) -> None:
    await world.perform(Withdraw((fresh("o-never"), fresh("t-never"))))


async def test_a_withdrawn_carrier_is_turned_away(world: World) -> None:
    await world.perform(Withdraw((world.trunk,)))
    contact = await world.phones.dial("40089999", "13800138000")
    await contact.ended(SOON)
    assert not world.legs()
    await world.perform(Provision(trunks=(Trunk(world.trunk, world.lab.carrier_address),)))
    await world.arrive()


async def test_browser_endpoints_are_provisioned_like_others(world: World) -> None:
    endpoint = fresh("o-web")
    await world.perform(Provision((Endpoint(endpoint, SECRET, browser=True),)))
    await world.perform(Provision((Endpoint(endpoint, SECRET, browser=True),)))
    await world.perform(Withdraw((endpoint,)))


async def test_a_phone_that_goes_is_told_also_after_it_was_provisioned_again(world: World) -> None:
    endpoint, phone = await world.phone()
    await world.expect(EndpointSeen, endpoint=endpoint)
    await world.perform(Provision((Endpoint(endpoint, SECRET),)))
    await phone.unregister()
    await world.expect(EndpointGone, endpoint=endpoint)
