"""Two real Asterisks behind one floor: a phone that is registered at one is heard in a call at the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from telephony.asterisk.adapter import AsteriskEngine
from telephony.asterisk.local import LocalAsterisk
from telephony.asterisk.phones import AsteriskPhones
from telephony.nodes import Nodes
from telephony.phones import Conversation
from telephony.port import Cause, Engine
from tenants.service.engines import set_drained
from tests.support.house import House
from tests.switchboard.blueprints import CENTRE
from tests.switchboard.test_asterisk import (
    EXPERT,
    SOON,
    SYSTEM,
    SYSTEM_SECRET,
    AsteriskWorld,
    all_hear,
    hear_each_other,
    let_log_in,
)
from tests.switchboard.world import AGENT_TONE, CONTACT, CONTACT_TONE, VOICEMAIL
from tests.telephony.asterisk_lab import HOME, AsteriskLab
from tests.telephony.sounds import OUTSIDE_TONE


class TwoAsterisks(AsteriskWorld):
    """Node a is the lab's; the far carrier calls node b."""

    engine: Nodes
    far: LocalAsterisk
    far_phones: AsteriskPhones

    def both(self) -> Engine:
        near = self.lab.asterisk
        addresses = {"a": f"{near.bind}:{near.sip_port}", "b": f"{self.far.bind}:{self.far.sip_port}"}
        self.engine = Nodes({"a": self.lab.engine(), "b": AsteriskEngine.of(self.far)}, addresses)
        return self.engine


@pytest.fixture
async def world(house: House, tmp_path: Path) -> AsyncIterator[TwoAsterisks]:
    async with AsteriskLab(tmp_path / "asterisk") as lab:
        made = TwoAsterisks(house, tmp_path, house.app)
        made.lab, made.far = lab, LocalAsterisk(HOME, tmp_path / "far", bind="127.0.0.6")
        await made.far.start()
        target = (made.far.bind, made.far.sip_port)
        made.far_phones = AsteriskPhones(HOME, tmp_path / "far-phones", target=target, phones_address="127.0.0.8")
        await made.far_phones.start()
        made.centre = CENTRE.replace("[{name: o-", f"[{SYSTEM}, {{name: o-")
        await made.configure()
        await let_log_in(made)
        await made.take_floor(engine=made.both())
        await made.until(lambda: len(made.loop.floor.engines.here) == 2)
        await made.quiet()
        yield made
        await made.check()
        await made.switchboard.close()
        await made.far_phones.close()
        await made.far.stop()


async def a_system_at_the_other_node_is_called(world: TwoAsterisks, agent: Conversation) -> None:
    """The call is at b, the system of a line logged in at a."""
    await world.lab.phones.register("o-pbx", SYSTEM_SECRET)
    await world.until(lambda: world.loop.floor.trunks.of("o-pbx").registered is True)
    inside, (call,) = await world.lab.phones.outside(EXPERT), world.loop.floor.calls
    target = {"kind": "number", "number": EXPERT}
    assert await world.ask(world.li, "consult", interaction=str(call), target=target) == {"ok": True}
    expert = await inside.incoming(SOON)
    assert (expert.caller_name, expert.caller_number) == ("Alpha", VOICEMAIL)
    await expert.answer()
    await expert.play(OUTSIDE_TONE)
    await all_hear((expert, {AGENT_TONE}), (agent, {OUTSIDE_TONE}))
    (leg,) = [leg for leg in (await world.engine.snapshot()).legs if leg.number == EXPERT]
    assert (leg.trunk, leg.endpoint, leg.dialled) == ("o-pbx", "", True)
    await expert.hang_up()
    await world.until(lambda: not world.loop.floor.calls[call].parties)
    assert await world.ask(world.li, "retrieve", interaction=str(call)) == {"ok": True}


async def test_a_phone_at_one_node_is_heard_at_the_other_and_a_drained_node_refuses(world: TwoAsterisks) -> None:
    phone = await world.lab.phones.register("o-8001", world.secrets["8001"])
    await world.available(world.li)
    contact = await world.far_phones.dial(VOICEMAIL.removeprefix("+"), CONTACT)
    await contact.answered(SOON)
    await contact.play(CONTACT_TONE)
    agent = await phone.incoming(SOON)
    await agent.answer()
    await agent.play(AGENT_TONE)
    await asyncio.sleep(1)
    await hear_each_other(contact, agent)
    assert [call.node for call in world.loop.floor.calls.values()] == ["b"]
    await a_system_at_the_other_node_is_called(world, agent)
    await hear_each_other(contact, agent)
    await set_drained(world.house.control, "main", "b", "a test", world.loop._clock.now())
    assert (await world.handle({"command": "reload"}))["ok"]
    await world.quiet()
    other = await world.far_phones.dial(VOICEMAIL.removeprefix("+"), CONTACT)
    assert await other.ended(SOON) is Cause.CONGESTION
    await hear_each_other(contact, agent)
    await contact.hang_up()
    await agent.ended(SOON)
    await world.until(lambda: not world.loop.floor.calls)
