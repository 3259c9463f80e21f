"""Who took a contact over: holds it, presses keys, gives it away, says what came of it, comes back after a reload."""

from __future__ import annotations

from uuid import uuid4

from telephony.port import Cause, EndedBy, LegEnded
from telephony.simulator.phones import SimulatorConversation, SimulatorPhone
from tests.switchboard.test_callbacks import listed
from tests.switchboard.test_supervision import (
    OTHER_TONE,
    SUPERVISOR_TONE,
    Supervisor,
    conversation,
    heard,
    supervisor,
)
from tests.switchboard.world import AGENT_TONE, CONTACT_TONE, OTHER_CONTACT, World, seconds

MUSIC, OUTSIDE, OUTSIDE_TONE = 697, "02122223333", 1700
NUMBER = {"kind": "number", "number": OUTSIDE}
OK = {"ok": True}


async def taken(world: World) -> tuple[SimulatorConversation, SimulatorConversation, str, Supervisor]:
    contact, agent, call = await conversation(world)
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE)
    ear = await grace.hears_of("take_over", call)
    await agent.ended(seconds(1))
    return contact, ear, call, grace


async def test_the_contact_waits_comes_back_and_the_phone_is_rung_again_without_a_gap(world: World) -> None:
    contact, agent, call = await conversation(world)
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE)
    hugo = await supervisor(world, "hugo@harbour.example", OTHER_TONE)
    assert (await grace.does("come_back"))["code"] == "not_possible_now"
    first = await grace.hears_of("supervise", call, mode="whisper")
    assert await grace.does("come_back") == OK
    await first.ended(seconds(1))
    ear = await world.ring(grace.phone)
    await ear.answer()
    await ear.play(SUPERVISOR_TONE)
    await world.quiet()
    assert await heard(contact, agent, ear) == [
        {AGENT_TONE}, {CONTACT_TONE, SUPERVISOR_TONE}, {AGENT_TONE, CONTACT_TONE},
    ]  # fmt: skip
    assert (await world.one("SupervisionEnded"))["why"] == "phone_lost"
    assert (await grace.does("taken_hold", interaction=call))["code"] == "not_possible_now"
    assert await grace.does("take_over", interaction=call) == OK
    assert (await hugo.does("taken_hold", interaction=call))["code"] == "not_possible_now"
    assert (await grace.does("taken_hold", interaction=call, tenant=str(world.beta)))["code"] == "not_yours"
    for _ in range(2):
        assert await grace.does("taken_hold", interaction=call) == OK
    assert await heard(contact, ear) == [{MUSIC}, set()]
    await world.kill()
    await world.take_floor("again")
    assert await heard(contact, ear) == [{MUSIC}, set()]
    for _ in range(2):
        assert await grace.does("taken_retrieve", interaction=call) == OK
    assert await heard(contact, ear) == [{SUPERVISOR_TONE}, {CONTACT_TONE}]
    assert await grace.does("taken_digits", interaction=call, digits="12#") == OK
    assert (await grace.does("taken_digits", interaction=call, digits="x"))["code"] == "command_unknown"
    for _ in range(2):
        assert await grace.does("come_back") == OK
    again = await world.ring(grace.phone)
    await again.answer()
    await again.play(SUPERVISOR_TONE)
    await ear.ended(seconds(1))
    assert await heard(contact, again) == [{SUPERVISOR_TONE}, {CONTACT_TONE}]
    changes = [f.data["change"] for f in await world.facts() if f.kind == "TakenCallChanged"]
    assert changes == ["held", "retrieved", "keys", "back"]
    assert await grace.does("come_back") == OK
    assert await grace.does("release") == OK
    await contact.ended(seconds(1))
    await world.advance(31)
    await world.check()


async def test_the_contact_is_given_to_an_agent_a_queue_or_outside(world: World) -> None:
    contact, ear, call, grace = await taken(world)
    own = li_phone(world)
    for wrong in ({"kind": "queue", "queue": "sales"}, {"kind": "flow", "flow": "direct"}, {"kind": "person"}, None):
        answer = await grace.does("taken_transfer", interaction=call, target=wrong)
        assert answer["code"] == "command_unknown", wrong
    await _not_to_a_listed_number(world, grace, call)
    busy = {"kind": "agent", "seat": "8002"}
    assert (await grace.does("taken_transfer", interaction=call, target=busy))["code"] == "not_possible_now"
    assert await heard(contact, ear) == [{SUPERVISOR_TONE}, {CONTACT_TONE}]
    phone = await world.phone("8002")
    await world.available(world.bo)
    assert await grace.does("taken_transfer", interaction=call, target=busy) == OK
    await ear.ended(seconds(1))
    bo = await world.answer(phone)
    assert await heard(contact, bo) == [{AGENT_TONE}, {CONTACT_TONE}]
    given = await world.one("TakenCallGiven")
    assert (given["to"], given["target"], given["target_agent_id"]) == ("agent", "", str(world.bo))
    assert (await world.one("PartyInvited"))["by_agent_id"] is None
    assert (await world.row())["agent_id"] == world.bo
    await world.advance(31)
    for target, tone in ((NUMBER, OUTSIDE_TONE), ({"kind": "queue", "queue": "care"}, AGENT_TONE)):
        ear = await grace.hears_of("take_over", call)
        subscriber = await world.phones.outside(OUTSIDE)
        assert await grace.does("taken_transfer", interaction=call, target=target) == OK
        await ear.ended(seconds(1))
        if target is NUMBER:
            expert = await world.ring(subscriber)
            await expert.answer()
            await expert.play(OUTSIDE_TONE)
            assert await heard(contact) == [{tone}]
            await expert.hang_up()
            await contact.ended(seconds(1))
            contact, _, call = await again(world, own)
            continue
        await world.advance(31)
        await world.answer(own)
        assert await heard(contact) == [{tone}]
    given_to = [(f.data["to"], f.data["target"]) for f in await world.facts() if f.kind == "TakenCallGiven"]
    assert given_to == [("agent", ""), ("number", "021****3333"), ("queue", "care")]
    await contact.hang_up()
    await world.advance(31)
    await world.check()


async def _not_to_a_listed_number(world: World, grace: Supervisor, call: str) -> None:
    await listed(world, "+862122223333")
    assert (await grace.does("taken_transfer", interaction=call, target=NUMBER))["code"] == "do_not_call"
    refused = await world.one("PartyRefused")
    assert (refused["purpose"], refused["agent_id"]) == ("transfer", None)
    await listed(world, "+862122223333", off=True)


def li_phone(world: World) -> SimulatorPhone:
    phone = world.phones._phones[0]
    assert isinstance(phone, SimulatorPhone)
    return phone


async def again(world: World, phone: SimulatorPhone) -> tuple[SimulatorConversation, SimulatorConversation, str]:
    """Let another contact talk to whoever is free."""
    await world.advance(60)
    contact, agent = await world.talk(phone)
    (call,) = world.loop.floor.calls
    return contact, agent, str(call)


async def test_what_came_of_it_is_said_during_the_conversation_or_after_it(world: World) -> None:
    contact, _ear, call, grace = await taken(world)
    row = await world.row()
    said = {"interaction": call, "queue": str(row["queue_id"]), "code": "solved"}
    assert await grace.does("taken_outcome", **said) == OK
    assert (await world.row())["disposition"] == "solved"
    for wrong in ({"code": "no such"}, {"queue": str(uuid4())}, {"tenant": str(world.beta)}):
        assert (await grace.does("taken_outcome", **{**said, **wrong}))["code"] == "command_unknown"
    await contact.hang_up()
    await world.quiet()
    assert await grace.does("taken_outcome", **said) == OK
    assert [f.data["code"] for f in await world.facts() if f.kind == "TakenCallConcluded"] == ["solved", "solved"]
    await world.check()


async def test_whose_page_is_closed_leaves_the_contact_to_music_and_then_to_its_queue(world: World) -> None:
    contact, ear, call, grace = await taken(world)
    assert await world.ask(world.li, "set_state", state="on_break", reason="meal") == OK
    waits = await world.dial(caller=OTHER_CONTACT)  # came later, and no agent is free
    await world.advance(31)
    await grace.phone.unregister()
    await world.advance(2)
    assert await heard(contact) == [{SUPERVISOR_TONE}], "a page that is loaded anew takes a moment"
    await world.advance(2)
    assert await heard(contact, ear) == [{MUSIC}, set()]
    await world.quiet()
    await world.kill()
    await world.take_floor("again")
    assert await heard(contact, ear) == [{MUSIC}, set()]
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE)  # its page is open again
    assert await heard(contact, ear) == [{SUPERVISOR_TONE}, {CONTACT_TONE}]
    await grace.phone.unregister()
    await world.advance(4)
    await world.quiet()
    await world.kill()
    await world.take_floor("once more")
    await world.advance(11)
    assert await heard(contact) == [{MUSIC}]
    await world.advance(2)
    await ear.ended(seconds(1))
    await _goes_to_the_agent(world, contact, waits, call)
    changes = [f.data["change"] for f in await world.facts() if f.kind == "TakenCallChanged"]
    assert changes == ["away", "back", "away", "left", "left"]
    await contact.hang_up()
    await world.advance(31)
    await world.check()


async def _goes_to_the_agent(
    world: World, contact: SimulatorConversation, waits: SimulatorConversation, call: str
) -> None:
    """Before who came after it; and once more, when the leg of who takes it over again is lost by the network."""
    await world.available(world.li)
    await world.answer(li_phone(world))
    assert await heard(contact) == [{AGENT_TONE}]
    await waits.hang_up()
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE)
    lost = await grace.hears_of("take_over", call)
    await world.advance(31)
    world.told(LegEnded(lost.leg.name, Cause.UNREACHABLE, EndedBy.NETWORK, world.clock.now()))
    await world.quiet()
    assert not contact.over, "who is lost by the network loses no contact"
    await world.answer(li_phone(world))
    assert await heard(contact) == [{AGENT_TONE}]
