"""What agents may ask for, and what not."""

from __future__ import annotations

from uuid import uuid4

from tenants.service.blueprints import Order, apply_blueprint
from tests.switchboard.blueprints import ALPHA
from tests.switchboard.world import AGENT_TONE, START, World, no_findings, seconds


async def test_an_agent_hangs_up_at_the_desk(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, agent = await world.talk(phone)
    await world.advance(9)
    interaction = str((await world.row())["id"])
    assert await world.ask(world.li, "hang_up", interaction=interaction) == {"ok": True}
    await contact.ended(seconds(1))
    await agent.ended(seconds(1))
    ended = [fact for fact in await world.facts() if fact.kind == "InteractionEnded"]
    assert (ended[0].data["ended_by"], ended[0].data["talk_ms"]) == ("agent", 9000)
    assert ended[0].actor == {"kind": "agent", "id": str(world.li)}


async def test_an_agent_rejects_at_the_desk(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    await world.dial()
    agent = await world.ring(phone)
    interaction = (await world.row())["id"]
    assert await world.ask(world.li, "reject", interaction=str(interaction)) == {"ok": True}
    await agent.ended(seconds(1))
    assert (await world.one("OfferEnded"))["outcome"] == "rejected"
    again = await world.ask(world.li, "reject", interaction=str(interaction))
    assert (again["ok"], again["code"]) == (False, "not_yours")


async def test_nobody_touches_the_interaction_of_another(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    interaction = str((await world.row())["id"])
    before = len(await world.facts())
    for command in ("hang_up", "reject", "disposition", "end_wrap_up"):
        answer = await world.ask(world.bo, command, interaction=interaction, code="solved")
        assert answer["code"] == "not_yours"
    assert (await world.ask(uuid4(), "hang_up", interaction=interaction))["code"] == "agent_unknown"
    assert len(await world.facts()) == before
    assert await contact.hears(seconds(0)) == {AGENT_TONE}


async def test_commands_without_sense_are_refused(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    await world.talk(phone)
    interaction = str((await world.row())["id"])
    li = {"agent": str(world.li)}
    for command, code in (
        ({}, "command_unknown"),
        ({"command": 7}, "command_unknown"),
        ({"command": "dance", **li}, "command_unknown"),
        ({"command": "hang_up"}, "command_unknown"),
        ({"command": "hang_up", "agent": "x", "interaction": interaction}, "command_unknown"),
        ({"command": "hang_up", **li, "interaction": 3}, "command_unknown"),
        ({"command": "set_state", **li, "state": "talking"}, "command_unknown"),
        ({"command": "set_state", **li, "state": "on_break"}, "command_unknown"),
        ({"command": "set_state", **li, "state": "on_break", "reason": "not_responding"}, "command_unknown"),
        ({"command": "disposition", **li, "interaction": interaction, "code": "unheard of"}, "command_unknown"),
        ({"command": "reject", **li, "interaction": interaction}, "not_possible_now"),
        ({"command": "end_wrap_up", **li, "interaction": interaction}, "not_possible_now"),
    ):
        answer = await world.handle(command)
        assert (answer["ok"], answer["code"]) == (False, code), command


async def test_a_break_that_is_asked_for_during_a_call_comes_after_the_wrap_up(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    await contact.hang_up()
    await world.advance(31)
    assert await world.states(world.li) == ["available", "offered", "talking", "wrapping_up", "on_break(meal)"]


async def test_wrap_up_ends_by_the_agents_click_or_by_becoming_available(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    for command in ("end_wrap_up", "set_state"):
        contact, _ = await world.talk(phone)
        interaction = str((await world.row())["id"])
        await contact.hang_up()
        await world.advance(12)
        assert await world.ask(world.li, command, interaction=interaction, state="available") == {"ok": True}
        await world.advance(60)
    handled = [fact.data["wrap_ms"] for fact in await world.facts() if fact.kind == "InteractionHandled"]
    assert handled == [12000, 12000]


async def test_a_wrap_up_that_does_not_end_by_itself_waits_for_the_agent_and_a_leaf_is_chosen(world: World) -> None:
    other = "{code: other, name: Other}"
    nested = (
        f"{other}, {{code: bad, name: Bad, children: [{{code: late, name: Late}}]}}], desk: {{wrap_up_ends: false}}"
    )
    order = Order(by="tester", at=START, check_flow=no_findings, why="a test")
    await apply_blueprint(world.house.control, world.house.app, ALPHA.replace(f"{other}]", nested), order)
    assert await world.handle({"command": "reload"}) == {"ok": True}
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    interaction = str((await world.row())["id"])
    await contact.hang_up()
    await world.quiet()  # what is stored is what the next owner finds
    await world.advance(600)
    await world.kill()
    await world.take_floor()
    await world.advance(600)
    assert (await world.states(world.li))[-1] == "wrapping_up"
    refused = await world.ask(world.li, "disposition", interaction=interaction, code="bad")
    assert refused["code"] == "command_unknown"
    for command in ("disposition", "end_wrap_up"):
        assert await world.ask(world.li, command, interaction=interaction, code="late") == {"ok": True}
    assert (await world.one("DispositionChosen"))["code"] == "late"
    assert (await world.one("InteractionHandled"))["wrap_ms"] >= 1_200_000


async def test_a_required_outcome_keeps_its_agent_in_the_wrap_up(world: World) -> None:
    """Also over its time and through a restart; the outcome ends what only went on without it."""
    order = Order(by="tester", at=START, check_flow=no_findings, why="a test")
    other = "{code: other, name: Other}]"
    required = ALPHA.replace(other, f"{other}, desk: {{outcome_required: true}}")
    await apply_blueprint(world.house.control, world.house.app, required, order)
    assert await world.handle({"command": "reload"}) == {"ok": True}
    phone = await world.phone("8001")
    await world.available(world.li)
    for restarted in (False, True):
        contact, _ = await world.talk(phone)
        interaction = str((await world.row())["id"])
        await contact.hang_up()
        await world.advance(10)
        for command, more in (
            ("end_wrap_up", {}),
            ("set_state", {"state": "available"}),
            ("set_state", {"state": "offline"}),
        ):
            answer = await world.ask(world.li, command, interaction=interaction, **more)
            assert answer["code"] == "outcome_required"
        await world.advance(120)
        if restarted:
            await world.kill()
            await world.take_floor()
            await world.advance(120)
        assert (await world.states(world.li))[-1] == "wrapping_up"
        await world.ask(world.li, "disposition", interaction=interaction, code="other")
        assert (await world.states(world.li))[-1] == "available"
    await world.talk(phone)
    interaction = str((await world.row())["id"])
    await world.ask(world.li, "disposition", interaction=interaction, code="other")
    await world.ask(world.li, "hang_up", interaction=interaction)
    await world.advance(31)
    assert (await world.states(world.li))[-1] == "available", "chosen in the talk: it ends by itself as ever"


async def test_who_did_not_answer_because_its_phone_was_gone_is_phone_down(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    await world.dial()
    await world.ring(phone)
    await world.advance(16)
    await phone.unregister()
    await world.advance(1)
    await world.phone("8001")
    await world.advance(1)
    assert (await world.states(world.li))[-4:] == [
        "on_break(not_responding)",
        "on_break(phone_down)",
        "available",
        "offered",
    ]


async def test_the_last_disposition_counts_and_a_zero_byte_in_the_note_does_no_harm(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    await world.talk(phone)
    interaction = str((await world.row())["id"])
    for code, note in (("solved", "a"), ("other", "b\0c")):
        await world.ask(world.li, "disposition", interaction=interaction, code=code, note=note)
    row = await world.row()
    assert (row["disposition"], row["note"]) == ("other", "bc")


async def test_who_becomes_available_without_a_phone_gets_calls_when_it_registers(world: World) -> None:
    assert await world.ask(world.li, "set_state", state="available") == {"ok": True}
    contact = await world.dial()
    phone = await world.phone("8001")
    await world.advance(1)
    assert await world.states(world.li) == ["on_break(phone_down)", "available"]
    await contact.hang_up()
    await world.dial()
    await world.ring(phone)


async def test_a_new_configuration_is_worked_from_at_once(world: World) -> None:
    assert await world.handle({"command": "reload"}) == {"ok": True}
    phone = await world.phone("8001")
    await world.available(world.li)
    await world.talk(phone)
