"""However something ends, its fact says who hung up, why, and the network's causes (Q.850, SIP)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from telephony import causes
from telephony.simulator.phones import SimulatorConversation, SimulatorPhone, Subscriber
from tests.support.house import House
from tests.switchboard.test_callbacks import OURS
from tests.switchboard.test_supervision import SUPERVISOR_TONE, Supervisor, supervisor
from tests.switchboard.test_talks import EXPERT, OUTSIDE
from tests.switchboard.world import CARE, CONTACT, VOICEMAIL, World, open_world, seconds

STATUSES = (403, 404, 408, 480, 484, 486, 488, 500, 503, 504, 600, 603)


class Ends:
    """A floor on which one call after the other ends."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.phone: SimulatorPhone
        self.grace: Supervisor
        self.expert: Subscriber
        self.mobile: Subscriber
        self._seen = 0

    async def begin(self) -> None:
        self.phone = await self.world.phone("8001")
        self.expert = await self.world.phones.outside(OUTSIDE)
        self.mobile = await self.world.phones.outside(CONTACT)
        self.grace = await supervisor(self.world, "grace@harbour.example", SUPERVISOR_TONE)

    async def told(self, *kinds: str) -> list[dict[str, Any]]:
        """What was told since the last time, of these kinds."""
        facts = await self.world.facts()
        new, self._seen = facts[self._seen :], len(facts)
        return [dict(fact.data) for fact in new if fact.kind in kinds]

    async def talk(self) -> tuple[SimulatorConversation, ...]:
        await self.rest("available")
        return await self.world.talk(self.phone)

    async def rest(self, state: str) -> None:
        reason = {"reason": "meal"} if state == "on_break" else {}
        await self.world.advance(70)
        for agent in (self.world.li, self.world.bo):
            work = self.world.loop.floor.agents[agent].work
            if work is not None:
                await self.world.ask(agent, "end_wrap_up", interaction=str(work.interaction))
        for task in list(self.world.loop.floor.tasks.values()):  # of messages, and of whoever was lost
            given = {"interaction": str(task.id), "tenant": str(task.tenant)}
            await self.world.handle({"command": "cancel_task", **given})
        await self.world.ask(self.world.li, "set_state", state=state, **reason)
        await self.world.quiet()
        await self.told()

    @property
    def call(self) -> str:
        (call,) = self.world.loop.floor.calls
        return str(call)


async def contact_in_the_flow(ends: Ends) -> None:
    contact = await ends.world.dial(CARE)
    await ends.world.advance(1)
    await contact.hang_up()


async def contact_while_waiting(ends: Ends) -> None:
    await ends.rest("on_break")
    await (await ends.world.dial()).hang_up()


async def contact_while_it_rings(ends: Ends) -> None:
    await ends.rest("available")
    contact = await ends.world.dial()
    await ends.world.ring(ends.phone)
    await contact.hang_up()


async def contact_in_the_message(ends: Ends) -> None:
    await ends.rest("on_break")
    contact = await ends.world.dial(CARE)
    await ends.world.advance(3)
    await contact.press("2")
    await ends.world.advance(4)
    await contact.hang_up()


async def contact_talking(ends: Ends) -> None:
    await (await ends.talk())[0].hang_up()


async def contact_vanishes(ends: Ends) -> None:
    ends.world.network.vanish((await ends.talk())[0].leg)
    await ends.world.advance(61)


async def agent_at_the_phone(ends: Ends) -> None:
    await (await ends.talk())[1].hang_up()


async def agent_at_the_desk(ends: Ends) -> None:
    await ends.talk()
    assert await ends.world.ask(ends.world.li, "hang_up", interaction=ends.call) == {"ok": True}


async def supervisor_ends_it(ends: Ends) -> None:
    await ends.talk()
    assert (await ends.grace.does("force_end", interaction=ends.call))["ok"]


async def supervisor_who_took_over(ends: Ends) -> None:
    await ends.talk()
    ear = await ends.grace.hears_of("take_over", ends.call)
    await ear.hang_up()


async def handed_over(ends: Ends) -> SimulatorConversation:
    await ends.talk()
    await ends.world.ask(ends.world.li, "transfer", interaction=ends.call, target=EXPERT)
    expert = await ends.expert.incoming(seconds(1))
    await expert.answer()
    await ends.world.advance(0)
    return expert


async def person_outside(ends: Ends) -> None:
    await (await handed_over(ends)).hang_up()


async def person_outside_vanishes(ends: Ends) -> None:
    ends.world.network.vanish((await handed_over(ends)).leg)
    await ends.world.advance(61)


async def flow_at_its_end(ends: Ends) -> None:
    await ends.rest("on_break")
    contact = await ends.world.dial(CARE)
    await ends.world.advance(3)
    await contact.press("2")
    await ends.world.advance(4)
    await contact.press("#")


async def engine_dies(ends: Ends) -> None:
    await ends.talk()
    ends.world.network.engine_dies()
    await ends.world.advance(1)
    ends.world.network.engine_back()


NORMAL, TIMER = 16, 102
ENDS: list[tuple[Callable[[Ends], Awaitable[None]], tuple[str, str, str, int]]] = [
    (contact_in_the_flow, ("contact", "normal", "flow", NORMAL)),
    (contact_while_waiting, ("contact", "normal", "waiting", NORMAL)),
    (contact_while_it_rings, ("contact", "normal", "ringing", NORMAL)),
    (contact_in_the_message, ("contact", "normal", "voicemail", NORMAL)),
    (contact_talking, ("contact", "normal", "talking", NORMAL)),
    (contact_vanishes, ("contact", "unreachable", "talking", TIMER)),
    (agent_at_the_phone, ("agent", "normal", "talking", NORMAL)),
    (agent_at_the_desk, ("agent", "normal", "talking", 0)),
    (supervisor_ends_it, ("supervisor", "forced", "talking", 0)),
    (supervisor_who_took_over, ("supervisor", "normal", "handed_over", NORMAL)),
    (person_outside, ("person", "normal", "handed_over", NORMAL)),
    (person_outside_vanishes, ("system", "unreachable", "handed_over", TIMER)),
    (flow_at_its_end, ("system", "voicemail", "flow", 0)),
    (engine_dies, ("system", "engine_lost", "talking", 0)),
]
"""Who hung up, why, in which stage, and Q.850; 0 where no network said anything, because we ended it."""


@pytest.fixture
async def ends(house: House, tmp_path: Path) -> AsyncIterator[Ends]:
    async with open_world(house, tmp_path, alpha=OURS) as world:
        made = Ends(world)
        await made.begin()
        yield made
        await world.check()


async def test_every_end_says_who_why_and_the_networks_cause(ends: Ends) -> None:
    said = {}
    for way, _ in ENDS:
        await way(ends)
        await ends.world.advance(1)
        (ended,) = await ends.told("InteractionEnded")
        assert ended["sip"] == 0, "it was no refusal"
        said[way.__name__] = ended["ended_by"], ended["cause"], ended["stage"], ended["q850"]
    assert said == {way.__name__: expected for way, expected in ENDS}


async def test_every_refusal_says_who_why_and_both_causes(ends: Ends) -> None:
    """Of an agent's phone that is offered a contact, of somebody called in, and of a contact whom an agent calls."""
    world = ends.world
    said: dict[int, dict[str, tuple[Any, ...]]] = {}
    await ends.talk()
    consulting = ends.call
    for status in STATUSES:
        assert await world.ask(world.li, "consult", interaction=consulting, target=EXPERT) == {"ok": True}
        await (await ends.expert.incoming(seconds(1))).refuse(status)
        await world.advance(1)
        (left,) = await ends.told("PartyLeft")
        said[status] = {"party": (left["joined"], left["cause"], left["sip"], left["q850"])}
        await world.ask(world.li, "retrieve", interaction=consulting)
    await world.ask(world.li, "hang_up", interaction=consulting)
    for status in STATUSES:
        await ends.rest("on_break")
        asked = await world.ask(world.li, "call", number=CONTACT, tenant=str(world.alpha), queue="care")
        assert asked == {"ok": True}
        await world.answer(ends.phone)
        await world.quiet()
        await (await ends.mobile.incoming(seconds(1))).refuse(status)
        await world.advance(1)
        (over,) = await ends.told("DialEnded")
        said[status]["dial"] = over["sip"], over["q850"]
    for status in STATUSES:
        await ends.rest("available")
        contact = await world.dial(VOICEMAIL)
        await (await world.ring(ends.phone)).refuse(status)
        await world.advance(1)
        (over,) = await ends.told("OfferEnded")
        said[status]["offer"] = over["outcome"], over["cause"], over["sip"], over["q850"]
        await contact.hang_up()
        await ends.phone.unregister()
        ends.phone = await world.phone("8001")
    for status, found in said.items():
        cause, q850 = causes.from_sip(status)
        assert found["party"] == (False, cause, status, q850)
        assert found["dial"] == (status, q850)
        assert found["offer"][1:] == (cause, status, q850)
