"""Contacts who would rather be called, messages, lost contacts, and calls that agents begin, on the simulator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import ANY
from uuid import UUID

import pytest

from interactions.nocall import service as do_not_call
from interactions.nocall.service import Wanted, Who
from telephony.port import Cause
from tests.support.house import House
from tests.switchboard.blueprints import ALPHA
from tests.switchboard.test_audit import counted, look
from tests.switchboard.world import (
    AGENT_TONE,
    CARE,
    CONTACT,
    CONTACT_TONE,
    OTHER_CONTACT,
    VOICEMAIL,
    World,
    open_world,
    seconds,
)

FLOW = """
  - schema: flow/1
    id: later
    entry: care
    locales: [en]
    nodes:
      care: {type: queue, queue: "q:care", while_waiting: {key: "1"},
             exits: {timeout: vm, overflow: bye, no_agents: offer, error: bye, callback: offer}}
      offer: {type: callback, queue: "q:care", head_start_s: 60, prompt: {en: {tts: "Call you in {{expected_min}}?"}},
              other: {en: {tts: Which number}}, exits: {requested: bye, declined: care, error: vm}}
      vm: {type: voicemail, prompt: {en: {tts: Leave a message}}, max_s: 20}
      bye: {type: end, reason: normal}
"""
LATER = "+862150005555"
OURS = (
    ALPHA.replace("numbers: [", FLOW.lstrip("\n") + f'numbers: [{{number: "{LATER}", flow: later}}, ')
    + "callbacks: {tries: 2, missed: [abandoned, engine_lost], messages: {queue: care, due_min: 60},"
    ' blocked: ["+852900"]}\n'
)


@pytest.fixture
async def world(house: House, tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(house, tmp_path, alpha=OURS) as made:
        yield made
        await made.check()


async def break_of(world: World, agent: UUID) -> None:
    await world.ask(agent, "set_state", state="on_break", reason="meal")


async def asks_for_a_call(world: World, number: str = LATER, caller: str = CONTACT, keys: str = "11") -> None:
    """Let a contact wait ten seconds, and then ask to be called."""
    contact = await world.dial(number, caller)
    await world.advance(10)
    for key in keys:
        await contact.press(key)
        await world.advance(0.1)
    await contact.ended(seconds(1))


async def accepted(world: World, agent: UUID) -> str:
    """Let an agent accept the newest task, which is shown to it now."""
    interaction = str([row["id"] for row in await rows(world) if row["task"]][-1])
    assert await world.ask(agent, "accept_task", interaction=interaction) == {"ok": True}
    return interaction


async def dialled(world: World, agent: UUID, interaction: str, phone: Any) -> Any:
    """Let an agent dial, and answer its own phone."""
    assert await world.ask(agent, "dial", interaction=interaction) == {"ok": True}
    answered = await world.answer(phone)
    await world.quiet()  # the do-not-call list is asked once more, before the contact's phone rings
    return answered


async def told(world: World, kind: str) -> list[dict[str, Any]]:
    return [dict(fact.data) for fact in await world.facts() if fact.kind == kind]


async def rows(world: World) -> list[Any]:
    await world.quiet()
    async with world.house.app.transaction(world.alpha) as scope:
        return list(await scope.fetch("SELECT id, outcome, state, task, tries, result FROM gf.interaction ORDER BY id"))


async def test_a_contact_keeps_its_place_and_is_called_back(world: World) -> None:
    await break_of(world, world.li)
    await world.phone("8001")
    await asks_for_a_call(world)
    (asked,), queued = await told(world, "CallbackRequested"), [f for f in await world.facts() if "Queued" in f.kind]
    row = await world.row()
    assert asked["place_at"] == queued[0].at.isoformat()
    assert (asked["other_number"], asked["again"], asked["interaction_id"]) == (False, False, str(row["id"]))
    assert (row["state"], row["direction"], row["task"]) == ("queued", "outbound", "callback")
    assert (row["contact"], row["contact_number"]) == ("+86 138****5678", CONTACT)
    assert [each["reason"] for each in await told(world, "InteractionDequeued")] == ["callback"]
    assert "InteractionAbandoned" not in await world.story()
    other = await world.dial(VOICEMAIL, OTHER_CONTACT)  # came later, and is behind it
    await world.available(world.li)
    await accepted(world, world.li)
    assert (await rows(world))[0]["outcome"] == "callback"
    await other.hang_up()


async def test_the_agent_is_rung_first_and_then_the_contact(world: World) -> None:
    phone, mobile = await world.phone("8001"), await world.phones.outside(CONTACT)
    await break_of(world, world.li)
    await asks_for_a_call(world)
    await world.available(world.li)
    assert phone.conversations == [], "a task rings no phone"
    interaction = await accepted(world, world.li)
    agent = await dialled(world, world.li, interaction, phone)
    called = await mobile.incoming(seconds(1))
    assert called.caller_number == LATER
    assert await agent.hears(seconds(0)), "it rings for the agent"
    await world.advance(4)
    await called.answer()
    await called.play(CONTACT_TONE)
    await world.advance(20)
    assert await called.hears(seconds(0)) == {AGENT_TONE}
    assert await agent.hears(seconds(0)) == {CONTACT_TONE}
    ghosts = counted()
    await look(world)
    await look(world)
    assert counted() == ghosts, "its recording is the conversation's own, whichever try it is"
    await called.hang_up()
    await agent.ended(seconds(1))
    await world.ask(world.li, "disposition", interaction=interaction, code="solved", note="")
    await world.advance(31)
    (ended,) = await told(world, "DialEnded")
    assert (ended["result"], ended["ring_ms"], ended["attempt"]) == ("answered", 4000, 1)
    story = [fact.kind for fact in await world.facts(subject=UUID(interaction)) if "Recording" not in fact.kind]
    assert story == [
        "InteractionStarted", "TaskOpened", "InteractionQueued", "OfferMade", "OfferEnded", "TaskAccepted",
        "DialStarted", "ContactRung", "DialEnded", "InteractionConnected", "InteractionEnded", "DispositionChosen",
        "InteractionHandled",
    ]  # fmt: skip
    assert (await world.states(world.li))[-5:] == ["offered", "working", "talking", "wrapping_up", "available"]
    row = await world.row()
    assert (row["outcome"], row["talk_ms"], row["disposition"], row["tries"]) == ("answered", 20000, "solved", 1)


async def test_who_cannot_be_reached_is_tried_again_and_then_left(world: World) -> None:
    phone, mobile = await world.phone("8001"), await world.phones.outside(CONTACT)
    await break_of(world, world.li)
    await asks_for_a_call(world)
    await world.available(world.li)
    interaction = await accepted(world, world.li)
    await dialled(world, world.li, interaction, phone)
    await (await mobile.incoming(seconds(1))).reject(Cause.BUSY)
    await world.advance(1)
    (later,) = await told(world, "TaskPostponed")
    assert (later["reason"], later["tries"]) == ("busy", 1)
    assert (await world.states(world.li))[-1] == "available"
    assert (await world.row())["state"] == "later"
    await world.advance(15 * 60)
    assert await accepted(world, world.li) == interaction
    agent = await dialled(world, world.li, interaction, phone)
    await world.advance(40)
    await agent.ended(seconds(1))
    row = await world.row()
    assert (row["outcome"], row["tries"], row["result"], row["cause"]) == ("unreached", 2, "no_answer", "unreached")
    assert (await world.states(world.li))[-1] == "wrapping_up"
    assert world.network.snapshot().calls == frozenset()


async def test_an_agent_stops_dialling_misses_its_own_phone_skips_and_closes(world: World) -> None:
    phone, _ = await world.phone("8001"), await world.phones.outside(CONTACT)
    await break_of(world, world.li)
    await asks_for_a_call(world)
    await world.available(world.li)
    interaction = await accepted(world, world.li)
    assert await world.ask(world.li, "dial", interaction=interaction) == {"ok": True}
    await world.advance(20)
    await dialled(world, world.li, interaction, phone)
    refused = await world.ask(world.li, "close_task", interaction=interaction, code="solved")
    assert refused["code"] == "not_possible_now"
    assert await world.ask(world.li, "hang_up", interaction=interaction) == {"ok": True}
    assert [each["result"] for each in await told(world, "DialEnded")] == ["agent_no_answer", "cancelled"]
    assert (await world.states(world.li))[-1] == "working"
    assert await world.ask(world.li, "skip", interaction=interaction) == {"ok": True}
    assert (await world.row())["tries"] == 0
    await world.advance(15 * 60)
    await accepted(world, world.li)
    assert (await world.ask(world.li, "close_task", interaction=interaction))["code"] == "command_unknown"
    done = await world.ask(world.li, "close_task", interaction=interaction, code="other", note="not needed")
    assert done == {"ok": True}
    await world.advance(31)
    row = await world.row()
    assert (row["outcome"], row["disposition"], row["wrap_ms"]) == ("done", "other", 30000)


async def test_one_callback_for_a_contact_and_a_queue_at_a_number_that_may_be_called(world: World) -> None:
    await world.phone("8001")
    await break_of(world, world.li)
    await asks_for_a_call(world)
    await asks_for_a_call(world)
    assert [each["again"] for each in await told(world, "CallbackRequested")] == [False, True]
    contact = await world.dial(LATER, "")  # withheld: the number is asked for
    for key in "1" + "110#" + "13911112222#" + "1":
        await contact.press(key)
        await world.advance(0)
    await contact.ended(seconds(1))
    assert (await told(world, "CallbackRequested"))[-1]["other_number"] is True
    row = await world.row()
    assert (row["contact_number"], row["task"]) == ("+8613911112222", "callback")
    assert "13911112222" not in str([fact.data for fact in await world.facts()])
    blocked = await world.dial(LATER, "+85290012345678")
    await blocked.press("1")
    await world.advance(0)
    assert (await world.facts())[-1].data["exit"] != "requested"
    await blocked.press("9")
    await world.advance(0)
    await blocked.hang_up()
    cancelled = {"command": "cancel_task", "interaction": str(row["id"]), "tenant": str(world.alpha)}
    assert await world.handle({**cancelled, "actor_kind": "user", "actor": "u"}) == {"ok": True}
    assert (await world.handle(cancelled))["code"] == "not_possible_now"
    assert (await world.row())["state"] == "ended"
    gone = [fact for fact in await world.facts(subject=row["id"]) if fact.kind == "InteractionEnded"]
    assert (gone[0].data["cause"], gone[0].actor["id"]) == ("cancelled", "u")


async def test_nobody_is_called_at_night(world: World) -> None:
    await world.advance(11 * 3600)  # 21:00 in Shanghai
    await asks_for_a_call(world, keys="1")  # nobody is signed in: the offer comes at once
    (later,) = await told(world, "TaskPostponed")
    assert (later["reason"], later["until"]) == ("hours", "2028-11-21T01:00:00+00:00")
    await world.phone("8001")
    await world.available(world.li)
    await world.advance(0)
    assert (await world.states(world.li))[-1] == "available"
    refused = await world.ask(world.li, "call", number=CONTACT, tenant=str(world.alpha))
    assert refused["code"] == "not_called_now"
    await world.advance(12 * 3600)
    assert (await world.states(world.li))[-1] == "offered"


async def test_a_message_is_dealt_with_when_its_sound_is_stored(world: World) -> None:
    phone, mobile = await world.phone("8001"), await world.phones.outside(CONTACT)
    contact = await world.dial(CARE)
    await world.advance(2.5)
    await contact.press("2")
    await world.advance(7)
    await contact.hang_up()
    stored = await told(world, "RecordingStored")
    assert [each["kind"] for each in stored] == ["voicemail"]
    call, task = await rows(world)
    assert (call["outcome"], task["task"], task["state"]) == ("voicemail", "message", "queued")
    (opened,) = await told(world, "TaskOpened")
    assert (opened["origin_id"], opened["queue"]) == (str(call["id"]), "care")
    await world.available(world.li)
    assert phone.conversations == []
    interaction = await accepted(world, world.li)
    await dialled(world, world.li, interaction, phone)
    called = await mobile.incoming(seconds(1))
    await called.answer()
    await world.advance(5)
    assert await world.ask(world.li, "hang_up", interaction=interaction) == {"ok": True}
    await called.ended(seconds(1))
    row = await world.row()
    assert (row["channel"], row["direction"], row["outcome"]) == ("voicemail", "inbound", "answered")


async def test_who_gives_up_waiting_is_called_back_by_the_agent_who_knows_it(world: World) -> None:
    li, _ = await world.phone("8001"), await world.phone("8002")
    await world.available(world.li)
    contact, _ = await world.talk(li)
    await contact.hang_up()
    await world.advance(31)
    await break_of(world, world.li)
    await break_of(world, world.bo)
    for caller, waits in ((CONTACT, 3), (CONTACT, 8), (OTHER_CONTACT, 8)):
        lost = await world.dial(VOICEMAIL, caller)
        await world.advance(waits)
        await lost.hang_up()
        await world.quiet()
    tasks = await told(world, "TaskOpened")
    assert [(each["task"], each["agent_id"]) for each in tasks] == [("missed", str(world.li)), ("missed", None)]
    await world.available(world.bo)
    assert (await world.states(world.bo))[-1] == "offered"
    await accepted(world, world.bo)  # the stranger's: the newest
    await world.ask(world.bo, "close_task", interaction=str((await rows(world))[-1]["id"]), code="solved")
    await world.ask(world.bo, "end_wrap_up", interaction=str((await rows(world))[-1]["id"]))
    assert (await world.states(world.bo))[-1] == "available", "the other one is kept for the agent who knows it"
    await world.available(world.li)
    assert (await world.states(world.li))[-1] == "offered"
    assert (await told(world, "OfferMade"))[-1]["because"]["rule"] == "knows_the_contact"
    await world.advance(30)
    assert (await world.states(world.li))[-1] == "on_break(not_responding)"
    await world.advance(0)
    assert (await world.states(world.bo))[-1] == "offered", "and then anybody's"


async def test_an_agent_calls_a_number_and_the_result_is_kept(world: World) -> None:
    phone, mobile = await world.phone("8001"), await world.phones.outside(CONTACT)
    await break_of(world, world.li)
    where: dict[str, Any] = {"tenant": str(world.alpha)}
    for number, why in (
        ("110", "emergency"), ("+85290012345678", "begin like this"), ("1", "not a phone"), ("+19005551234", "premium"),
    ):  # fmt: skip
        refused = await world.ask(world.li, "call", number=number, **where)
        assert (refused["code"], why in refused["detail"]) == ("not_possible_now", True)
    assert (await world.ask(world.li, "call", number=CONTACT, tenant=str(world.beta)))["code"] == "not_yours"
    assert (await world.ask(world.li, "call", number=CONTACT, queue="x", **where))["code"] == "command_unknown"
    assert await rows(world) == []
    assert await world.ask(world.li, "call", number="138 1234 5678", queue="care", **where) == {"ok": True}
    await world.answer(phone)
    await world.quiet()
    await (await mobile.incoming(seconds(1))).reject(Cause.UNALLOCATED)
    await world.advance(1)
    row = await world.row()
    assert (row["task"], row["outcome"], row["result"], row["cause"]) == (
        "call",
        "unreached",
        "unallocated",
        "unallocated",
    )
    assert (row["direction"], row["agent_id"], row["contact"]) == ("outbound", world.li, "+86 138****5678")
    interaction = str(row["id"])
    assert await world.ask(world.li, "disposition", interaction=interaction, code="other") == {"ok": True}
    await world.ask(world.li, "end_wrap_up", interaction=interaction)
    assert (await world.states(world.li))[-1] == "on_break(meal)", "a call of one's own ends no break"


async def listed(world: World, number: str, *, off: bool = False) -> None:
    """Put a number on the do-not-call list, or take it off."""
    async with world.house.app.transaction(world.alpha) as scope:
        who, now = Who("user", "u", "Wang"), world.clock.now()
        if off:
            entry = await do_not_call.listed(scope, number, now)
            assert entry is not None
            await do_not_call.take_off(scope, entry, "it may be called again", who, now)
        else:
            await do_not_call.add(scope, Wanted([number], "it does not want calls", None, ""), who, now)


async def test_whom_the_client_lists_is_not_called_but_for_a_call_that_it_asked_for(world: World) -> None:
    phone, mobile = await world.phone("8001"), await world.phones.outside(CONTACT)
    await break_of(world, world.li)
    await listed(world, CONTACT)
    lost = await world.dial(VOICEMAIL, CONTACT)  # gives up: is not called back, and that is told
    await world.advance(8)
    await lost.hang_up()
    assert await told(world, "CallRefused") == [{"entry_id": ANY, "task": "missed", "agent_id": None}]
    where = {"tenant": str(world.alpha), "number": CONTACT, "queue": "care"}
    assert (await world.ask(world.li, "call", **where))["code"] == "do_not_call"
    assert (await world.ask(world.li, "call", **where, listed="nobody writes this"))["code"] == "do_not_call"
    assert (await told(world, "CallRefused"))[-1]["agent_id"] == str(world.li)
    assert [row["task"] for row in await rows(world)] == [None], "no call was begun"
    await listed(world, CONTACT, off=True)
    assert await world.ask(world.li, "call", **where) == {"ok": True}
    await listed(world, CONTACT)  # while the agent's phone rings
    await world.answer(phone)
    await world.quiet()
    assert (await told(world, "DialEnded"))[-1]["result"] == "do_not_call"
    assert (await rows(world))[-1]["outcome"] == "unreached"
    await world.advance(31)
    await asks_for_a_call(world)  # itself: that is its will
    await world.available(world.li)
    await dialled(world, world.li, await accepted(world, world.li), phone)
    called = await mobile.incoming(seconds(1))
    await called.answer()
    await called.hang_up()
    assert (await world.one("ListedContactCalled"))["attempt"] == 1
    await _nobody_listed_is_called_into_a_conversation(world, phone, mobile)
    assert CONTACT not in str([fact.data for fact in await world.facts()])


async def _nobody_listed_is_called_into_a_conversation(world: World, phone: Any, mobile: Any) -> None:
    """Not consulted, not for a conference, not given a contact, however the number is written; nothing is changed."""
    await world.advance(31)
    await world.available(world.li)
    await world.dial(VOICEMAIL, OTHER_CONTACT)
    await world.answer(phone)
    (before,) = [call for call in world.loop.floor.calls.values() if call.state == "talking"]
    about: dict[str, Any] = {"interaction": str(before.id)}
    for command in ("consult", "join", "transfer"):
        for written in (CONTACT, "138 1234 5678", "0086 138-1234-5678"):
            answer = await world.ask(world.li, command, **about, target={"kind": "number", "number": written})
            assert answer["code"] == "do_not_call", (command, written)
    assert world.loop.floor.calls[before.id] == before
    refused = (await told(world, "PartyRefused"))[::3]
    assert [each["purpose"] for each in refused] == ["consult", "join", "transfer"]
    assert {(each["target"], each["agent_id"]) for each in refused} == {("+86 138****5678", str(world.li))}
    assert mobile.conversations[1:] == []
    for target in ({"kind": "number", "number": "110"}, {"kind": "number", "number": "+8613900000000"}):
        assert await world.ask(world.li, "consult", **about, target=target) == {"ok": True}
        party = world.loop.floor.calls[before.id].parties[-1].leg
        assert await world.ask(world.li, "drop", **about, party=party) == {"ok": True}


async def test_whom_a_dead_engine_cut_off_is_called_back(world: World) -> None:
    """Who talked, and who waited; not who was in a menu, and not whom we called ourselves."""
    li = await world.phone("8001")
    await world.available(world.li)
    await world.talk(li)
    await world.dial(VOICEMAIL, OTHER_CONTACT)
    await world.dial(CARE, "+8613911112222")  # hears the menu's first words
    await world.advance(1)
    states = sorted(call.state for call in world.loop.floor.calls.values())
    assert states == ["in_flow", "queued", "talking"]
    world.network.engine_dies()
    await world.advance(2)
    world.network.engine_back()
    await world.advance(1)
    tasks = await told(world, "TaskOpened")
    assert {(each["task"], each["agent_id"]) for each in tasks} == {("missed", str(world.li)), ("missed", None)}
    held = [row for row in await rows(world) if row["task"]]
    assert [row["state"] for row in held] == ["queued", "queued"]
    assert len([f for f in await world.facts() if f.data.get("cause") == "engine_lost"]) == 3


async def test_a_supervisor_gives_a_task_to_an_agent_and_takes_another_back(world: World) -> None:
    await world.phone("8001"), await world.phone("8002")
    for agent in (world.li, world.bo):
        await break_of(world, agent)
    await asks_for_a_call(world)
    (held,) = [str(row["id"]) for row in await rows(world) if row["task"]]
    given = {"interaction": held, "tenant": str(world.alpha), "agent": str(world.bo), "reason": "she knows the case",
             "actor_kind": "user", "actor": "grace"}  # fmt: skip
    assert (await world.handle({**given, "command": "assign_task", "tenant": str(world.beta)}))["ok"] is False
    assert await world.handle({**given, "command": "assign_task"}) == {"ok": True}
    await world.available(world.li)
    await world.quiet()
    assert (await world.states(world.li))[-1] == "available", "it is kept for the other"
    await world.available(world.bo)
    assert (await world.states(world.bo))[-1] == "offered"
    fact = next(f for f in await world.facts() if f.kind == "TaskAssigned")
    assert (fact.data["agent_id"], fact.data["reason"], fact.actor["id"]) == (str(world.bo), given["reason"], "grace")
    await break_of(world, world.li)
    assert await world.handle({**given, "command": "assign_task", "agent": str(world.li)}) == {"ok": True}
    await world.advance(15 * 60)  # nobody took it: anybody's again
    assert (await world.states(world.bo))[-1] == "offered"
    await accepted(world, world.bo)
    assert (await world.handle({**given, "command": "assign_task"}))["code"] == "not_possible_now"
    assert (await world.handle({**given, "command": "cancel_task"}))["code"] == "not_possible_now"
    await world.ask(world.bo, "skip", interaction=held)
    assert await world.handle({**given, "command": "cancel_task"}) == {"ok": True}
    assert (await told(world, "TaskCancelled")) == [{"reason": given["reason"]}]
    assert (await world.row())["outcome"] == "cancelled"


PHASES = ["later", "queued", "offered", "worked", "agent rings", "contact rings", "in the gap"]


async def up_to(world: World, phase: str, phone: Any) -> str:
    """Bring a callback so far."""
    await break_of(world, world.li)
    await asks_for_a_call(world)
    interaction = str((await rows(world))[-1]["id"])
    if phase != "queued":
        await world.available(world.li)
    if phase not in {"queued", "offered"}:
        await accepted(world, world.li)
    if phase == "later":
        await world.ask(world.li, "skip", interaction=interaction)
    if PHASES.index(phase) >= PHASES.index("agent rings"):
        await world.ask(world.li, "dial", interaction=interaction)
    if phase in {"contact rings", "in the gap"}:
        await world.answer(phone)
        await world.until(lambda: all(call.dialled_at for call in world.loop.floor.calls.values()))
    return interaction


@pytest.mark.parametrize("phase", PHASES)
async def test_a_restart_takes_up_a_callback_in_every_phase(world: World, phase: str) -> None:
    phone, mobile = await world.phone("8001"), await world.phones.outside(CONTACT)
    interaction = await up_to(world, phase, phone)
    await world.quiet()
    await world.kill()
    await world.advance(5)
    if phase == "in the gap":  # nobody was there to take the answer: the contact hears nothing, and is called again
        await (await mobile.incoming(seconds(1))).answer()
        await world.advance(1)
    await world.take_floor("another")
    await world.advance(15 * 60 if phase == "later" else 0)
    if phase == "queued":
        await world.available(world.li)
    if phase in {"later", "queued", "offered"}:
        await accepted(world, world.li)
    if phase not in {"agent rings", "contact rings"}:
        said = await world.ask(world.li, "dial", interaction=interaction)
        assert said == {"ok": True}
    agent = phone.conversations[-1] if phase == "contact rings" else await world.answer(phone)
    await world.quiet()
    called = await mobile.incoming(seconds(1))
    await called.answer()
    await called.play(CONTACT_TONE)
    await world.advance(3)
    assert await agent.hears(seconds(0)) == {CONTACT_TONE}
    await called.hang_up()
    await world.advance(31)
    assert (await world.row())["outcome"] == "answered"
    assert (await world.states(world.li))[-1] == "available"
    assert world.loop.floor.tasks == {}
