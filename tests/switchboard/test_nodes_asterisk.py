"""Two real Asterisks behind one floor: a phone that is registered at one is heard in a call at the other.

The floor's only engine is given a name, gets company, loses its connection while it talks, and is given up.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from switchboard.core.agent import AgentState
from switchboard.core.call import CallState
from telephony.asterisk.adapter import AsteriskEngine
from telephony.asterisk.local import LocalAsterisk
from telephony.asterisk.phones import AsteriskPhones
from telephony.nodes import Nodes
from telephony.phones import Conversation, Phone, Phones
from telephony.port import Cause, DigitPressed, Engine
from tenants.service.engines import give_up, set_drained
from tests.support.house import House
from tests.switchboard.blueprints import CENTRE as CENTRE_FILE
from tests.switchboard.test_asterisk import (
    EXPERT,
    SYSTEM,
    SYSTEM_SECRET,
    AsteriskWorld,
    all_hear,
    hear_each_other,
    let_log_in,
)
from tests.switchboard.test_choices import HELD, choose, piece
from tests.switchboard.world import AGENT_TONE, CONTACT, CONTACT_TONE, VOICEMAIL
from tests.telephony.asterisk_lab import HOME, AsteriskLab
from tests.telephony.asterisk_only.sip import refusing
from tests.telephony.sounds import OUTSIDE_TONE, hears
from tests.telephony.world import SOON

ACCOUNT = "username: centre, register_s: 3600, known_by: registration"


class TwoAsterisks(AsteriskWorld):
    """Node a is the lab's; the far carrier calls node b. ``refuser`` is a carrier at which the centre registers."""

    engine: Nodes
    far: LocalAsterisk
    far_phones: AsteriskPhones

    def both(self) -> Engine:
        near = self.lab.asterisk
        addresses = {"a": f"{near.bind}:{near.sip_port}", "b": f"{self.far.bind}:{self.far.sip_port}"}
        self.engine = Nodes({"a": self.lab.engine(), "b": AsteriskEngine.of(self.far)}, addresses)
        return self.engine

    def registered(self) -> set[str]:
        """The engines that are registered at the carrier."""
        names = {self.lab.asterisk.bind: "a", self.far.bind: "b"}
        return {names[address] for address, yes in self.refuser.registered.items() if yes}

    async def talks(self, carrier: Phones, phone: Phone) -> tuple[Conversation, Conversation]:
        """A contact who calls over a carrier, and the agent at a phone."""
        contact = await carrier.dial(VOICEMAIL.removeprefix("+"), CONTACT)
        agent = await phone.incoming(SOON)
        await asyncio.gather(agent.answer(), contact.answered(SOON))
        await asyncio.gather(agent.play(AGENT_TONE), contact.play(CONTACT_TONE))
        await self.until(lambda: all(call.state is CallState.TALKING for call in self.loop.floor.calls.values()))
        await hear_each_other(contact, agent)
        return contact, agent

    async def drained(self, node: str, at: datetime | None) -> None:
        await set_drained(self.house.control, "main", node, "a test", at)
        await self.reloaded()

    async def reloaded(self) -> None:
        assert (await self.handle({"command": "reload"}))["ok"]
        await self.quiet()


@pytest.fixture
async def world(house: House, tmp_path: Path) -> AsyncIterator[TwoAsterisks]:
    async with AsteriskLab(tmp_path / "asterisk", "info") as lab, refusing("127.0.0.9", 503) as (address, refuser):
        made = TwoAsterisks(house, tmp_path, house.app)
        made.lab, made.far, made.refuser = lab, LocalAsterisk(HOME, tmp_path / "far", bind="127.0.0.6"), refuser
        await made.far.start()
        target = (made.far.bind, made.far.sip_port)
        made.far_phones = AsteriskPhones(
            HOME, tmp_path / "far-phones", target=target, phones_address="127.0.0.8", keys="info"
        )
        await made.far_phones.start()
        account = f"{{name: o-account, address: '{address}', {ACCOUNT}}}"
        made.centre = CENTRE_FILE.replace("[{name: o-", f"[{SYSTEM}, {account}, {{name: o-")
        await made.configure()
        for line in ("o-pbx", "o-account"):
            await let_log_in(made, line)
        await made.take_floor()
        yield made
        await made.check()
        await made.switchboard.close()
        await made.far_phones.close()
        await made.far.stop()


async def test_the_only_engine_gets_a_name_and_company_and_is_given_up(world: TwoAsterisks) -> None:
    li_phone = await world.lab.phones.register("o-8001", world.secrets["8001"])
    await world.available(world.li)
    near, li = await world.talks(world.lab.phones, li_phone)
    await world.until(lambda: world.registered() == {"a"})
    await _gets_a_name_and_company(world)
    await hear_each_other(near, li)
    await _one_is_drained(world, near, li)
    await near.hang_up()
    await li.ended(SOON)
    await world.until(lambda: not world.loop.floor.calls)
    interaction = str((await world.row())["id"])
    assert (await world.ask(world.li, "end_wrap_up", interaction=interaction))["ok"]
    await choose(world, f'{{code: own, name: Own, audio: "{await piece(world, world.folder, HELD)}", hold: true}}', "")

    far, li = await world.talks(world.far_phones, li_phone)
    assert [call.node for call in world.loop.floor.calls.values()] == ["b"]
    await _both_press_at_once(world, far, li)
    await _hears_the_clients_music(world, far, li)
    await _a_system_at_the_other_node_is_called(world, li)
    await hear_each_other(far, li)
    bo_phone = await world.far_phones.register("o-8002", world.secrets["8002"])
    await world.available(world.bo)
    near, bo = await world.talks(world.lab.phones, bo_phone)
    await _is_lost_and_given_up(world, near, bo)
    await _returns(world, near, bo)
    await hear_each_other(far, li)
    await far.hang_up()
    await li.ended(SOON)
    await world.until(lambda: not world.loop.floor.calls)


async def _gets_a_name_and_company(world: TwoAsterisks) -> None:
    """The other engine is there before it, and does not take the call for its own."""
    await world.quiet()
    await world.kill()
    await world.lab.cut()
    await world.take_floor("another", world.both())
    await world.until(lambda: world.loop.floor.engines.here == {"b"})
    assert [call.node for call in world.loop.floor.calls.values()] == [""]
    await world.until(lambda: world.registered() == {"a", "b"})
    await world.lab.restore()
    await world.until(lambda: len(world.loop.floor.engines.here) == 2)
    await world.quiet()
    assert [call.node for call in world.loop.floor.calls.values()] == ["a"]
    await world.until(lambda: world.registered() == {"b"})


async def _one_is_drained(world: TwoAsterisks, contact: Conversation, agent: Conversation) -> None:
    """It refuses calls, and another one registers in its place."""
    await world.drained("b", world.loop._clock.now())
    other = await world.far_phones.dial(VOICEMAIL.removeprefix("+"), CONTACT)
    assert await other.ended(SOON) is Cause.CONGESTION
    await hear_each_other(contact, agent)
    await world.until(lambda: world.registered() == {"a"})
    await world.drained("b", None)


async def _hears_the_clients_music(world: TwoAsterisks, contact: Conversation, agent: Conversation) -> None:
    """The agent's phone is at the other engine."""
    (interaction,) = map(str, world.loop.floor.calls)
    assert await world.ask(world.li, "hold", interaction=interaction) == {"ok": True}
    await hears({contact: {HELD}, agent: set()})
    assert await world.ask(world.li, "retrieve", interaction=interaction) == {"ok": True}
    await hear_each_other(contact, agent)


async def _is_lost_and_given_up(world: TwoAsterisks, contact: Conversation, agent: Conversation) -> None:
    """Its call goes on, and another engine registers; given up, the call is over for the floor."""
    await world.quiet()
    await world.lab.cut()
    await world.until(lambda: world.loop.floor.engines.here == {"b"})
    await hear_each_other(contact, agent)
    await world.until(lambda: world.registered() == {"a", "b"})
    assert len(world.loop.floor.calls) == 2
    await give_up(world.house.control, "main", "a", "a test", "its disk is broken", world.loop._clock.now())
    await world.reloaded()
    assert [call.node for call in world.loop.floor.calls.values()] == ["b"]
    ended = [fact.data for fact in await world.facts() if fact.kind == "InteractionEnded"]
    assert [each["cause"] for each in ended][-1:] == ["engine_lost"]
    assert world.loop.floor.agents[world.bo].state is AgentState.WRAPPING_UP


async def _returns(world: TwoAsterisks, contact: Conversation, agent: Conversation) -> None:
    """What it holds is removed, it registers no more, and gets nothing until it is taken back."""
    await world.lab.restore()
    await asyncio.gather(contact.ended(SOON), agent.ended(SOON))
    await world.until(lambda: world.registered() == {"b"})
    refused = await world.lab.phones.dial(VOICEMAIL.removeprefix("+"), CONTACT)
    assert await refused.ended(SOON) is Cause.CONGESTION
    await world.drained("a", None)


async def _a_system_at_the_other_node_is_called(world: TwoAsterisks, agent: Conversation) -> None:
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


async def _both_press_at_once(world: TwoAsterisks, contact: Conversation, agent: Conversation) -> None:
    """Between two Asterisks that send keys as events at once, thousands of packets fly, and voices fall silent."""
    pressed: list[tuple[str, str]] = []
    put = world.loop.put

    def spied(event: Any) -> None:
        if isinstance(event, DigitPressed):
            pressed.append((event.leg, event.digit))
        put(event)

    world.loop.put = spied  # type: ignore[method-assign, assignment]
    await asyncio.gather(contact.press("1590"), agent.press("2468"))
    await world.until(lambda: len(pressed) >= len("15902468"))
    await hear_each_other(contact, agent)
    world.loop.put = put  # type: ignore[method-assign]
    (call,) = world.loop.floor.calls.values()
    assert call.offer is not None
    assert {leg: [digit for each, digit in pressed if each == leg] for leg, _ in pressed} == {
        call.leg: list("1590"), call.offer.leg: list("2468"),
    }  # fmt: skip
