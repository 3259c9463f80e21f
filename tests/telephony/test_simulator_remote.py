"""The simulated network driven from another process, on the wall's clock."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from telephony.port import (
    Answer,
    Bridge,
    CallArrived,
    Cause,
    Dial,
    Endpoint,
    Event,
    HangUp,
    LegAnswered,
    LegEnded,
    Open,
    PhoneHeld,
    PhoneResumed,
    Provision,
    Ring,
    SendDigits,
    Trunk,
)
from telephony.simulator.clock import WallClock
from telephony.simulator.control import ControlServer
from telephony.simulator.network import RegistrationRefused, SimulatedNetwork
from telephony.simulator.remote import RemotePhones
from tests.telephony.sounds import AGENT_TONE, CALLER_TONE
from tests.telephony.world import SOON, seconds

DEMO_CALLER = """
import asyncio, sys
from datetime import timedelta
from telephony.simulator.remote import RemotePhones

async def main():
    phones = RemotePhones(int(sys.argv[1]))
    await phones.start()
    contact = await phones.dial("4008", "138")
    await contact.answered(timedelta(seconds=10))
    print("answered", flush=True)
    await contact.press("9")
    print(await contact.ended(timedelta(seconds=10)), flush=True)
    await phones.close()

asyncio.run(main())
"""


class Served:
    """A network that answers every call, with its control server."""

    def __init__(self, folder: Path) -> None:
        self.network = SimulatedNetwork(WallClock(), folder)
        self.server = ControlServer(self.network)
        self.events: list[Event] = []
        self.network.attach(self.react)

    def react(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, CallArrived):
            self.network.perform(Answer(f"c{len(self.events)}", event.leg))

    def ended(self) -> list[str]:
        return [event.leg for event in self.events if isinstance(event, LegEnded)]


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    made = Served(tmp_path)
    made.network.perform(Provision((Endpoint("o-1", "s"),), (Trunk("t", "127.0.0.2"),)))
    await made.server.start()
    yield made
    await made.server.close()


@pytest.fixture
async def phones(served: Served) -> AsyncIterator[RemotePhones]:
    made = RemotePhones(served.server.port)
    await made.start()
    yield made
    await made.close()


async def test_a_whole_call_from_outside(served: Served, phones: RemotePhones) -> None:
    phone = await phones.register("o-1", "s")
    contact = await phones.dial("4008", "138")
    await contact.answered(SOON)
    call = f"c{len(served.events)}"
    served.network.perform(Ring(call, f"{call}.1", "o-1", "Galaxy", "555", SOON))
    agent = await phone.incoming(SOON)
    assert (agent.caller_name, agent.caller_number) == ("Galaxy", "555")
    await agent.answer()
    assert any(isinstance(event, LegAnswered) for event in served.events)
    served.network.perform(Bridge(call, f"{call}.1"))
    await contact.play(CALLER_TONE)
    await agent.play(AGENT_TONE)
    assert await contact.hears(seconds(0.1)) == {AGENT_TONE}
    assert await agent.hears(seconds(0.1)) == {CALLER_TONE}
    await contact.hang_up()
    assert await contact.ended(SOON) == Cause.NORMAL
    with pytest.raises(TimeoutError):
        await agent.ended(seconds(0.05))


async def test_a_ringing_phone_refuses_from_outside(served: Served, phones: RemotePhones) -> None:
    phone = await phones.register("o-1", "s")
    await phones.dial("4008", "138")
    call = f"c{len(served.events)}"
    served.network.perform(Ring(call, f"{call}.1", "o-1", "", "", SOON))
    await (await phone.incoming(SOON)).reject(Cause.BUSY)
    (ended,) = [event for event in served.events if isinstance(event, LegEnded)]
    assert (ended.leg, ended.cause, ended.q850, ended.sip) == (f"{call}.1", Cause.BUSY, 17, 486)
    await phone.unregister()
    assert not served.network.snapshot().endpoints
    with pytest.raises(TimeoutError):
        await phone.incoming(seconds(0.05))


async def test_a_number_outside_is_called_and_held_from_outside(served: Served, phones: RemotePhones) -> None:
    mobile = await phones.outside("139")
    served.network.perform(Open("c1"))
    dial = Dial("c1", "c1.1", "t", "139", "Galaxy", "4008", SOON, (("User-to-User", "abc"),))
    served.network.perform(dial)
    person = await mobile.incoming(SOON)
    assert (person.caller_name, person.caller_number, await person.header("User-to-User")) == ("Galaxy", "4008", "abc")
    await person.answer()
    served.network.perform(Bridge("c1", "c1.1"))
    served.network.perform(SendDigits("c1.1", "12#"))
    assert await person.keys(3, SOON) == "12#"
    await person.hold()
    await person.resume()
    assert [type(event) for event in served.events][-2:] == [PhoneHeld, PhoneResumed]
    served.network.perform(replace(dial, leg="c1.2"))
    await (await mobile.incoming(SOON)).refuse(603)
    (ended,) = [event for event in served.events if isinstance(event, LegEnded)]
    assert (ended.leg, ended.cause, ended.q850, ended.sip) == ("c1.2", Cause.REJECTED, 21, 603)
    await mobile.unregister()
    served.network.perform(replace(dial, leg="c1.3"))
    await asyncio.sleep(0.05)
    assert [event.sip for event in served.events if isinstance(event, LegEnded) and event.leg == "c1.3"] == [404]


async def test_a_refused_registration_is_refused_here_too(phones: RemotePhones) -> None:
    with pytest.raises(RegistrationRefused):
        await phones.register("o-1", "wrong")


async def test_a_visitor_who_leaves_hangs_everything_up(served: Served) -> None:
    phones = RemotePhones(served.server.port, "127.0.0.2")
    await phones.start()
    await phones.register("o-1", "s")
    await phones.dial("4008", "138")
    await phones.close()
    await phones.close()
    for _ in range(100):
        if served.ended():
            break
        await asyncio.sleep(0.02)
    assert len(served.ended()) == 1
    assert not served.network.snapshot().endpoints


async def test_calls_fail_when_the_network_is_gone(served: Served, phones: RemotePhones) -> None:
    contact = await phones.dial("4008", "138")
    waiting = asyncio.create_task(contact.ended(SOON))
    await asyncio.sleep(0.05)
    await served.server.close()
    with pytest.raises(ConnectionError):
        await waiting
    with pytest.raises(ConnectionError):
        await phones.dial("4008", "138")


async def test_another_process_dials_in(served: Served) -> None:
    command = [sys.executable, "-c", DEMO_CALLER, str(served.server.port)]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"answered\n"
    call = next(iter(served.network.snapshot().calls))
    leg = served.network.snapshot().legs[0].leg
    assert call.startswith("c")
    served.network.perform(HangUp(leg, Cause.BUSY))
    assert await process.stdout.readline() == b"busy\n"
    assert await process.wait() == 0
