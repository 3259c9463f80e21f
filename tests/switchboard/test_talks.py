"""Inside a conversation, on the simulated network: who hears whom after every step, and what the journal says of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from interactions.before import figures_of_agent, latest_of_agent
from interactions.service import agent_state
from telephony.port import Cause
from telephony.simulator.audio import MUSIC
from telephony.simulator.phones import SimulatorConversation, Subscriber
from tenants.access import for_system
from tests.switchboard.world import AGENT_TONE, CONTACT_TONE, START, World, seconds

OTHER_TONE, OUTSIDE_TONE = 1300, 1700
OUTSIDE = "+862188887777"
EXPERT = {"kind": "number", "number": OUTSIDE}
BO = {"kind": "agent", "seat": "8002"}
OK = {"ok": True}


class Talk:
    """A contact of Alpha and Li, with Bo and somebody outside within reach."""

    def __init__(self, world: World, contact: SimulatorConversation, agent: SimulatorConversation) -> None:
        self.world, self.contact, self.agent = world, contact, agent
        self.interaction = next(str(call) for call in world.loop.floor.calls)

    async def does(self, command: str, **fields: object) -> dict[str, Any]:
        answer = await self.world.ask(self.world.li, command, interaction=self.interaction, **fields)
        await self.world.advance(0)
        return answer

    async def hear(self, *expected: tuple[SimulatorConversation, set[int]]) -> None:
        for conversation, tones in expected:
            assert await conversation.hears(seconds(0)) == tones

    async def rung(self, phone: Subscriber | Any, tone: int) -> SimulatorConversation:
        conversation: SimulatorConversation = await phone.incoming(seconds(1))
        await conversation.answer()
        await conversation.play(tone)
        await self.world.advance(0)
        return conversation

    async def party(self) -> str:
        (call,) = self.world.loop.floor.calls.values()
        return call.parties[-1].leg


@pytest.fixture
async def talk(world: World) -> Talk:
    phone = await world.phone("8001")
    await world.available(world.li)
    return Talk(world, *await world.talk(phone))


async def _bo(world: World) -> Any:
    phone = await world.phone("8002")
    await world.available(world.bo)
    return phone


async def test_hold_mute_and_keys(talk: Talk) -> None:
    world, contact, agent = talk.world, talk.contact, talk.agent
    await world.advance(10)
    assert await talk.does("hold") == await talk.does("hold") == OK
    await talk.hear((contact, {MUSIC}), (agent, set()))
    await world.advance(5)
    assert await talk.does("retrieve") == await talk.does("retrieve") == OK
    await talk.hear((contact, {AGENT_TONE}), (agent, {CONTACT_TONE}))
    assert await talk.does("mute") == OK
    await talk.hear((contact, set()), (agent, {CONTACT_TONE}))
    assert await talk.does("unmute") == OK
    await talk.hear((contact, {AGENT_TONE}))
    assert await talk.does("digits", digits="12#") == OK
    for wrong in ("", "12x", "1" * 33, 5):
        assert (await talk.does("digits", digits=wrong))["code"] == "command_unknown"
    await world.advance(10)
    await contact.hang_up()
    await world.advance(31)
    kinds = await world.calls_story()
    assert kinds == ["InteractionStarted", "InteractionQueued", "OfferMade", "OfferEnded", "InteractionConnected",
                     "InteractionEnded", "InteractionHandled"]  # fmt: skip
    assert (await world.one("HoldEnded"))["hold_ms"] == 5000
    row = await world.row()
    assert (row["talk_ms"], row["hold_ms"]) == (20_000, 5000)
    assert (await world.one("DigitsSent"))["count"] == 3
    await world.check()


async def test_phones_that_hold_by_their_own_button(talk: Talk) -> None:
    world, contact, agent = talk.world, talk.contact, talk.agent
    await agent.hold()
    await world.advance(4)
    await talk.hear((contact, {MUSIC}))
    (call,) = world.loop.floor.calls.values()
    assert (call.held_by, (await world.one("HoldStarted"))["by"]) == ("phone", "phone")
    await talk.does("hold")  # a hold in a hold is one hold
    await agent.resume()
    await world.advance(3)
    await talk.does("retrieve")
    await talk.hear((contact, {AGENT_TONE}), (agent, {CONTACT_TONE}))
    assert (await world.one("HoldEnded")) == {"agent_id": str(world.li), "hold_ms": 7000, "by": "phone"}
    # the contact holds, a new process learns it from the engine, and the next agent gets it so
    await world.quiet()
    await world.kill()
    await contact.hold()
    await world.take_floor("another")
    await world.advance(5)
    await talk.hear((agent, {MUSIC}))
    phone = await _bo(world)
    assert await talk.does("consult", target=BO) == OK
    bo = await talk.rung(phone, OTHER_TONE)
    assert await talk.does("complete") == OK
    await world.advance(2)
    await talk.hear((bo, {MUSIC}))
    await world.quiet()
    await world.kill()
    await contact.resume()
    await world.take_floor("a third")
    await world.advance(1)
    await talk.hear((contact, {OTHER_TONE}), (bo, {CONTACT_TONE}))
    holds = [fact for fact in await world.facts() if fact.kind in {"HoldStarted", "HoldEnded"}][2:]
    assert [(fact.kind, fact.data["by"]) for fact in holds] == [
        ("HoldStarted", "contact"), ("HoldEnded", "contact"), ("HoldStarted", "contact"), ("HoldEnded", "contact"),
    ]  # fmt: skip
    assert [fact.data["agent_id"] for fact in holds] == [str(world.li)] * 2 + [str(world.bo)] * 2
    await contact.hang_up()
    await world.check()


async def test_an_agent_is_consulted_swapped_and_given_the_contact(talk: Talk) -> None:
    world, contact, agent = talk.world, talk.contact, talk.agent
    phone = await _bo(world)
    await world.advance(7)
    assert await talk.does("consult", target=BO) == OK
    await talk.hear((contact, {MUSIC}))
    assert (await talk.does("retrieve"))["code"] == "not_possible_now"
    bo = await talk.rung(phone, OTHER_TONE)
    await talk.hear((contact, {MUSIC}), (agent, {OTHER_TONE}), (bo, {AGENT_TONE}))
    assert await talk.does("swap") == OK
    await talk.hear((contact, {AGENT_TONE}), (agent, {CONTACT_TONE}), (bo, set()))
    assert await talk.does("swap") == OK
    await talk.hear((contact, {MUSIC}), (agent, {OTHER_TONE}), (bo, {AGENT_TONE}))
    assert await world.states(world.bo) == ["available", "offered", "talking"]
    assert await talk.does("complete") == OK
    await talk.hear((contact, {OTHER_TONE}), (bo, {CONTACT_TONE}))
    assert await agent.ended(seconds(1)) is Cause.NORMAL
    assert (await world.states(world.li))[-1] == "wrapping_up"
    assert (await world.row())["agent_id"] == world.bo
    assert (await world.ask(world.li, "hold", interaction=talk.interaction))["code"] == "not_possible_now"
    assert await world.ask(world.bo, "hold", interaction=talk.interaction) == OK
    assert await world.ask(world.bo, "retrieve", interaction=talk.interaction) == OK
    await world.advance(40)
    assert (await world.states(world.li))[-1] == "available"
    await contact.hang_up()
    await world.advance(31)
    assert (await world.states(world.bo))[-2:] == ["wrapping_up", "available"]
    row = await world.row()
    assert (row["state"], row["outcome"], row["talk_ms"]) == ("ended", "answered", 47_000)
    handled = [fact.data for fact in await world.facts() if fact.kind == "InteractionHandled"]
    assert [(each["agent_id"], each["talk_ms"]) for each in handled] == [
        (str(world.li), 7000), (str(world.bo), 40_000),
    ]  # fmt: skip
    assert [await _day(world, who) for who in (world.li, world.bo)] == [(1, 7000), (1, 40_000)], "each its own part"
    await world.check()


async def _day(world: World, who: UUID) -> tuple[int, int]:
    """What an agent handled today, and how long it talked: at its desk, by queue, and in the list of its last ones."""
    async with world.house.app.transaction(for_system(world.alpha, "test")) as scope:
        me = world.known_as(world.alpha, who)
        state = await agent_state(scope, me, START)
        (by_queue,) = await figures_of_agent(scope, me, START)
        (line,) = await latest_of_agent(scope, me, START)
    assert state is not None
    assert (by_queue["handled"], by_queue["talk_ms"], line["talk_ms"]) == (state["handled"], *[state["talk_ms"]] * 2)
    return state["handled"], state["talk_ms"]


async def test_a_conference_grows_shrinks_and_outlives_its_agent(talk: Talk) -> None:
    world, contact, agent = talk.world, talk.contact, talk.agent
    phone, subscriber = await _bo(world), await world.phones.outside(OUTSIDE)
    assert (await talk.does("leave"))["code"] == "not_possible_now"
    assert await talk.does("consult", target=BO) == OK
    bo = await talk.rung(phone, OTHER_TONE)
    assert await talk.does("join") == OK
    await talk.hear((contact, {AGENT_TONE, OTHER_TONE}), (agent, {CONTACT_TONE, OTHER_TONE}))
    assert await talk.does("join", target=EXPERT) == OK
    expert = await talk.rung(subscriber, OUTSIDE_TONE)
    await talk.hear((contact, {AGENT_TONE, OTHER_TONE, OUTSIDE_TONE}), (expert, {440, AGENT_TONE, OTHER_TONE}))
    assert await talk.does("hold") == OK
    await talk.hear((contact, {OTHER_TONE, OUTSIDE_TONE}), (agent, set()))  # no music: it is not alone
    assert await talk.does("retrieve") == OK
    assert await talk.does("drop", party=await talk.party()) == OK
    assert await expert.ended(seconds(1)) is Cause.NORMAL
    await agent.hang_up()
    await world.advance(0)
    await talk.hear((contact, {OTHER_TONE}), (bo, {CONTACT_TONE}))
    assert (await world.one("AgentLeft"))["to_agent_id"] == str(world.bo)
    invited = [fact.data["target"] for fact in await world.facts() if fact.kind == "PartyInvited"]
    assert invited == ["", "+86 218***7777"]
    assert OUTSIDE not in str([fact.data for fact in await world.facts()])
    await bo.hang_up()
    await contact.ended(seconds(1))
    await world.advance(31)
    await world.check()


async def test_the_contact_is_handed_to_somebody_outside(talk: Talk) -> None:
    world, contact, agent = talk.world, talk.contact, talk.agent
    subscriber = await world.phones.outside(OUTSIDE)
    assert await talk.does("transfer", target=EXPERT) == OK
    assert await agent.ended(seconds(1)) is Cause.NORMAL
    expert = await talk.rung(subscriber, OUTSIDE_TONE)
    await talk.hear((contact, {OUTSIDE_TONE}), (expert, {CONTACT_TONE}))
    assert (await world.row())["state"] == "handed_over"
    await world.advance(31)
    assert (await world.states(world.li))[-1] == "available"
    await expert.hang_up()
    await contact.ended(seconds(1))
    ended = await world.one("InteractionEnded")
    assert (ended["ended_by"], ended["stage"], ended["agent_id"]) == ("person", "handed_over", None)
    await world.check()


async def test_whoever_was_not_reached_outside_waits_again_at_the_old_place(talk: Talk) -> None:
    world, contact, agent = talk.world, talk.contact, talk.agent
    subscriber = await world.phones.outside(OUTSIDE)
    await talk.does("consult", target=EXPERT)
    refused = await subscriber.incoming(seconds(1))
    await refused.reject(Cause.BUSY)
    await world.advance(0)
    await talk.hear((contact, {MUSIC}), (agent, set()))
    await talk.does("retrieve")
    phone = await _bo(world)
    assert await talk.does("transfer", target=EXPERT) == OK
    await (await subscriber.incoming(seconds(1))).reject(Cause.BUSY)
    await world.advance(0)
    bo = await talk.rung(phone, OTHER_TONE)
    await talk.hear((contact, {OTHER_TONE}), (bo, {CONTACT_TONE}))
    left = [fact.data["cause"] for fact in await world.facts() if fact.kind == "PartyLeft"]
    assert left == ["busy", "busy"]
    row = await world.row()
    assert (row["agent_id"], row["wait_ms"]) == (world.bo, 0)
    await world.check()


@pytest.mark.parametrize("kind", ["queue", "flow", "agent"])
async def test_the_contact_is_given_away_blindly(talk: Talk, kind: str) -> None:
    world, contact, agent = talk.world, talk.contact, talk.agent
    phone = await _bo(world)
    target = {"queue": {"kind": "queue", "queue": "care"}, "flow": {"kind": "flow", "flow": "direct"}, "agent": BO}
    for wrong in ({"kind": "queue", "queue": "sales"}, {"kind": "flow", "flow": "x"}, {"kind": "moon"}, {}, None, "8"):
        assert (await talk.does("transfer", target=wrong))["code"] == "command_unknown"
    assert await talk.does("transfer", target=target[kind]) == OK
    await agent.ended(seconds(1))
    bo = await talk.rung(phone, OTHER_TONE)
    await talk.hear((contact, {OTHER_TONE}), (bo, {CONTACT_TONE}))
    fact = await world.one("InteractionTransferred")
    assert (fact["kind"], fact["to"], fact["agent_id"]) == ("blind", kind, str(world.li))
    assert (await world.row())["agent_id"] == world.bo
    await bo.hang_up()
    await world.advance(31)
    await world.check()


async def test_a_phone_that_lost_its_sound_is_rung_again(talk: Talk) -> None:
    world, contact, agent = talk.world, talk.contact, talk.agent
    assert await talk.does("rejoin") == OK
    again = await talk.rung(world.phones._phones[0], AGENT_TONE)
    assert await agent.ended(seconds(1)) is Cause.NORMAL
    await talk.hear((contact, {AGENT_TONE}), (again, {CONTACT_TONE}))
    assert await world.states(world.li) == ["available", "offered", "talking"]
    await again.hang_up()
    await contact.ended(seconds(1))
    await world.check()


async def test_a_restart_in_the_middle_of_a_consultation_loses_nothing(talk: Talk) -> None:
    world, contact, agent = talk.world, talk.contact, talk.agent
    phone = await _bo(world)
    await talk.does("consult", target=BO)
    bo = await talk.rung(phone, OTHER_TONE)
    await world.quiet()
    await world.kill()
    await world.take_floor("next")
    await talk.hear((contact, {MUSIC}), (agent, {OTHER_TONE}), (bo, {AGENT_TONE}))
    assert await talk.does("join") == OK
    await talk.hear((contact, {AGENT_TONE, OTHER_TONE}))
    await world.quiet()
    await world.kill()
    await agent.hang_up()
    await world.take_floor("third")
    await world.advance(0)
    await talk.hear((contact, {OTHER_TONE}), (bo, {CONTACT_TONE}))
    await contact.hang_up()
    await world.advance(31)
    assert (await world.states(world.bo))[-1] == "available"
    assert (await world.states(world.li))[-1] == "available"
    await world.check()
