"""Calls that go to the client's own people: who is rung, what they are told, what the journal says, who talks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from interactions.people.links import address
from kit.signing import DocumentSigner
from telephony.simulator.phones import SimulatorPhone
from tenants.service.blueprints import Order, apply_blueprint
from tests.switchboard.blueprints import ALPHA
from tests.switchboard.world import (
    CONTACT,
    CONTACT_TONE,
    OTHER_CONTACT,
    START,
    VOICEMAIL,
    World,
    no_findings,
    seconds,
)

OUTSIDE_TONE = 1700
DESK, MOBILE, CHIEF, CHIEFS_DESK = "+862150001111", "+8613800001111", "+8613800002222", "+862150002222"
DIRECTORY = f"""
calendars: [{{code: night, weekly: {{mon: ["22:00-23:00"]}}}}]
directory:
  - code: liu
    name: Liu
    phones: [{{number: "{DESK}", ring_s: 10}}, {{kind: mobile, number: "{MOBILE}", ring_s: 20}}]
    chief: ma
    context: {{ways: [header, webhook]}}
  - code: ma
    name: Ma
    phones: [{{kind: mobile, number: "{CHIEF}"}}, {{number: "{CHIEFS_DESK}"}}]
    together: true
    context: {{ways: [header]}}
  - {{code: nina, name: Nina, phones: [{{number: "+862150003333"}}], hours: night, chief: ma}}
  - {{code: owl, name: Owl, phones: [{{number: "+862150004444"}}], hours: night, after_hours: nobody}}
"""
SIGNER = DocumentSigner(b"s" * 32)
ABOUT_PEOPLE = ("PersonRung", "PersonPassed", "PersonAnswered", "PersonNotReached", "ContextSent")


async def configured(world: World, directory: str = DIRECTORY) -> None:
    """Alpha has a directory; the floor knows it."""
    order = Order(by="tester", at=START, check_flow=no_findings, why="people")
    await apply_blueprint(world.house.control, world.house.app, ALPHA + directory, order)
    await world.handle({"command": "reload", "tenants": None})
    await world.quiet()
    world.loop.floor.link_of = lambda *about: address(SIGNER, "https://centre.example", *about)


async def told(world: World) -> list[dict[str, Any]]:
    return [{"kind": f.kind, **f.data} for f in await world.facts() if f.kind in ABOUT_PEOPLE]


async def asked(world: World, command: str, person: str) -> dict[str, Any]:
    call = str(next(iter(world.loop.floor.calls)))
    return await world.ask(world.li, command, interaction=call, target={"kind": "person", "person": person})


async def test_a_blind_transfer_follows_the_person_until_somebody_answers(world: World) -> None:
    await configured(world)
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _agent = await world.talk(phone)
    desk, mobile = [await world.phones.outside(number) for number in (DESK, MOBILE)]
    chief, chiefs_desk = [await world.phones.outside(number) for number in (CHIEF, CHIEFS_DESK)]
    assert await asked(world, "transfer", "liu") == {"ok": True}
    first = await world.ring(desk)
    call = next(iter(world.loop.floor.calls))
    context = await first.header("X-Glassfloor-Context")
    assert await first.header("X-Glassfloor-Interaction") == str(call)
    assert await first.header("User-to-User") == (
        f"04{UUID(context).hex.encode().hex()};encoding=hex;purpose=isdn-uui;content=isdn-uui"
    )
    assert (await first.header("X-Glassfloor-Link")).startswith("https://centre.example/c/")
    await world.advance(10)
    second = await world.ring(mobile)
    assert await second.header("X-Glassfloor-Context") == context, "one person is told of a call once"
    await second.refuse(486)
    await world.quiet()
    left, right = await world.ring(chief), await world.ring(chiefs_desk)
    assert await left.header("X-Glassfloor-Context") != context
    await right.answer()
    await right.play(OUTSIDE_TONE)
    await world.quiet()
    assert left.over
    assert await contact.hears(seconds(0)) == {OUTSIDE_TONE}
    assert await right.hears(seconds(0)) == {CONTACT_TONE}
    facts = await told(world)
    assert [(f["kind"], f["person"], f.get("phone")) for f in facts] == [
        ("ContextSent", "liu", None), ("PersonRung", "liu", "desk"), ("PersonRung", "liu", "mobile"),
        ("ContextSent", "ma", None), ("PersonRung", "ma", "mobile"), ("PersonRung", "ma", "desk"),
        ("PersonAnswered", "ma", "desk"),
    ]  # fmt: skip
    rung = [f for f in facts if f["kind"] == "PersonRung"]
    assert [(f["step"], f["because"]) for f in rung] == [(1, "asked"), (2, "no_answer"), (3, "busy"), (3, "busy")]
    assert {f["by_agent_id"] for f in facts} == {str(world.li)}
    given = await world.one("InteractionTransferred")
    assert (given["kind"], given["to"], given["target"]) == ("blind", "person", "liu")
    everything = str([fact.data for fact in await world.facts()])
    assert not any(number in everything for number in (DESK, MOBILE, CHIEF))
    await right.hang_up()
    await world.quiet()
    assert contact.over
    assert (await world.one("InteractionEnded"))["ended_by"] == "person"
    await world.check()


async def test_nobody_answers_so_the_contact_waits_again_and_the_agent_has_a_missed_call(world: World) -> None:
    await configured(world)
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _agent = await world.talk(phone)
    for number in (CHIEF, CHIEFS_DESK):
        await world.phones.outside(number)
    assert (await asked(world, "transfer", "owl"))["code"] == "not_possible_now"
    assert (await asked(world, "transfer", "nobody"))["code"] == "command_unknown"
    assert await asked(world, "transfer", "nina") == {"ok": True}
    await world.advance(21)
    await world.quiet()
    missed = await world.one("PersonNotReached")
    assert missed == {
        "person": "nina", "asked": ["nina", "ma"], "cause": "no_answer", "steps": 1, "purpose": "transfer",
        "by_agent_id": str(world.li),
    }  # fmt: skip
    assert (await world.one("PersonPassed"))["reason"] == "closed"
    assert not contact.over
    assert (await world.row())["state"] == "queued"
    await contact.hang_up()
    (task,) = await opened(world)
    assert (task["task"], task["agent_id"]) == ("not_reached", str(world.li)), "who handed it over calls back"
    await world.advance(31)
    shown = await world.row()
    assert (shown["state"], shown["task"]) == ("offered", "not_reached"), "it is shown to that agent"
    await world.ask(world.li, "accept_task", interaction=str(shown["id"]))
    await world.ask(world.li, "close_task", interaction=str(shown["id"]), code="solved")
    await world.advance(31)
    await world.check()


async def test_who_hangs_up_while_they_ring_is_called_back_once_if_the_client_wants_that(world: World) -> None:
    await configured(world)
    for number in (CHIEF, CHIEFS_DESK):
        await world.phones.outside(number)
    phones = {world.li: await world.phone("8001"), world.bo: await world.phone("8002")}
    await hangs_up_while_they_ring(world, world.li, phones, CONTACT)
    await world.until(lambda: not world.loop.floor.following.seeking)
    await hangs_up_while_they_ring(world, world.bo, phones, CONTACT)
    (task,) = await opened(world)
    assert (task["task"], task["agent_id"]) == ("not_reached", str(world.li)), "one task, of the first"
    missed = [(f["cause"], f["by_agent_id"]) for f in await told(world) if f["kind"] == "PersonNotReached"]
    assert missed == [("contact_left", str(world.li)), ("contact_left", str(world.bo))]
    await configured(world, "callbacks: {missed: []}" + DIRECTORY)
    await hangs_up_while_they_ring(world, world.bo, phones, OTHER_CONTACT)
    assert len(await opened(world)) == 1, "this client does not want it"


async def hangs_up_while_they_ring(
    world: World, agent: UUID, phones: Mapping[UUID, SimulatorPhone], caller: str
) -> None:
    """An agent hands a contact to two phones that ring at once, and the contact does not wait for them."""
    await world.available(agent)
    contact = await world.dial(VOICEMAIL, caller)
    await world.answer(phones[agent])
    call = str(next(iter(world.loop.floor.calls)))
    target = {"kind": "person", "person": "ma"}
    assert await world.ask(agent, "transfer", interaction=call, target=target) == {"ok": True}
    await world.ask(agent, "set_state", state="on_break", reason="meal")
    await world.advance(5)
    await contact.hang_up()
    await world.advance(31)


async def opened(world: World) -> list[dict[str, Any]]:
    return [dict(fact.data) for fact in await world.facts() if fact.kind == "TaskOpened"]


@pytest.mark.parametrize("how", ["consult", "join"])
async def test_the_agent_consults_a_person_and_gives_it_the_contact(world: World, how: str) -> None:
    await configured(world)
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, agent = await world.talk(phone)
    left, right = [await world.phones.outside(number) for number in (CHIEF, CHIEFS_DESK)]
    assert await asked(world, how, "ma") == {"ok": True}
    ringing = await world.ring(left)
    if how == "consult":  # the agent does not wait for the answer
        await world.ring(right)
        call = str(next(iter(world.loop.floor.calls)))
        assert await world.ask(world.li, "complete", interaction=call) == {"ok": True}
        assert (await world.one("InteractionTransferred"))["to"] == "person"
    await ringing.answer()
    await ringing.play(OUTSIDE_TONE)
    await world.quiet()
    heard = await contact.hears(seconds(0))
    assert OUTSIDE_TONE in heard
    assert agent.over is (how == "consult")
    assert [f["kind"] for f in await told(world)][-1] == "PersonAnswered"
    await contact.hang_up()
    await world.quiet()
    await world.check()


async def test_who_is_removed_while_ringing_does_not_get_the_contact(world: World) -> None:
    await configured(world)
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _agent = await world.talk(phone)
    desk = await world.phones.outside(DESK)
    await world.phones.outside(MOBILE)
    assert await asked(world, "transfer", "liu") == {"ok": True}
    ringing = await world.ring(desk)
    await configured(world, "")
    await ringing.answer()
    await world.quiet()
    assert ringing.over
    assert not contact.over
    assert [f["kind"] for f in await told(world)] == ["ContextSent", "PersonRung", "PersonPassed", "PersonNotReached"]
    assert (await world.one("PersonNotReached"))["cause"] == "removed"
    await contact.hang_up()
    await world.check()


async def test_a_search_goes_on_after_a_restart(world: World) -> None:
    await configured(world)
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _agent = await world.talk(phone)
    desk, mobile = [await world.phones.outside(number) for number in (DESK, MOBILE)]
    assert await asked(world, "transfer", "liu") == {"ok": True}
    ringing = await world.ring(desk)
    await world.quiet()
    await world.kill()
    await world.take_floor("another")
    await ringing.refuse(486)
    await world.quiet()
    second = await world.ring(mobile)
    await second.answer()
    await second.play(OUTSIDE_TONE)
    await world.quiet()
    assert await contact.hears(seconds(0)) == {OUTSIDE_TONE}
    assert next(iter(world.loop.floor.calls.values())).parties[0].phone == "mobile"
    await contact.hang_up()
    await world.check()
