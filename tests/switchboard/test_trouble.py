"""Our own mistakes, and configuration that changes under running calls: one call suffers at most, never the floor."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.core.compile import Program
from ivr.core.step import step
from ivr.core.values import Context, Digit, Event, State, Step
from switchboard import flows
from tenants.service.blueprints import Order, apply_blueprint
from tests.switchboard.blueprints import ALPHA, BETA
from tests.switchboard.world import CARE, OTHER_CONTACT, SALES, World, no_findings, seconds


def broken_for(number: str) -> Callable[..., Step]:
    """A flow step with a bug that one contact's key wakes."""

    def broken_step(program: Program, state: State, event: Event, context: Context) -> Step:
        if state.variables.get("caller") == number and isinstance(event, Digit):
            raise ZeroDivisionError("a bug in a flow")
        return step(program, state, event, context)

    return broken_step


async def test_a_broken_call_ends_and_the_others_go_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "step", broken_for(OTHER_CONTACT))
    phone = await world.phone("8001")
    await world.available(world.li)
    talking, _ = await world.talk(phone)
    unlucky = await world.dial(CARE, OTHER_CONTACT)
    await world.advance(2.5)
    await unlucky.press("1")
    await unlucky.ended(seconds(1))
    ended = await world.one("InteractionEnded")
    assert (ended["ended_by"], ended["cause"], ended["stage"]) == ("system", "error", "flow")
    await world.advance(5)
    await talking.hang_up()
    assert (await world.row())["outcome"] is not None


async def test_an_arrival_that_breaks_ends_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(flows, "step", broken)
        unlucky = await world.dial(CARE)
        await unlucky.ended(seconds(1))
    assert (await world.one("InteractionEnded"))["cause"] == "error"
    lucky = await world.dial(CARE)
    await lucky.answered(seconds(1))


async def test_a_call_that_cannot_even_be_ended_is_dropped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    await world.quiet()

    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("switchboard.endings.end", broken)
        await contact.hang_up()
        await world.advance(1)
    assert world.loop.floor.calls == {}
    assert (await world.states(world.li))[-1] == "offline"
    await world.available(world.li)
    await world.talk(phone)
    # the dropped one has no end: the next start finds it and gives it one
    await world.kill()
    await world.take_floor("another")
    ended = [fact.data["cause"] for fact in await world.facts() if fact.kind == "InteractionEnded"]
    assert len(ended) == 1


async def test_texts_that_cannot_be_spoken_do_not_stop_a_flow(world: World) -> None:
    world.loop.floor.plan.spoken.clear()  # type: ignore[attr-defined]
    world.speaker.dumb = True
    contact = await world.dial(CARE)
    await world.quiet()
    await contact.press("1")
    await world.advance(6)
    await world.quiet()
    await world.advance(6)
    await world.quiet()
    assert "FlowStepped" in await world.story()
    await contact.hang_up()


async def test_texts_that_do_not_lie_ready_are_spoken_first(world: World) -> None:
    world.loop.floor.plan.spoken.clear()  # type: ignore[attr-defined]
    contact = await world.dial(CARE)
    await world.quiet()
    await world.advance(2)
    assert [fact.data["node"] for fact in await world.facts() if fact.kind == "FlowStepped"] == ["hello"]
    await contact.hang_up()


async def change(world: World, source: str) -> None:
    order = Order(by="tester", at=world.clock.now(), check_flow=no_findings, why="a change")
    await apply_blueprint(world.house.control, world.house.app, source, order)
    assert await world.handle({"command": "reload"}) == {"ok": True}
    await world.advance(0)


async def test_a_running_call_stays_on_its_flow_and_its_queue(world: World) -> None:
    phone = await world.phone("8001")
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    waiting = await world.dial()
    choosing = await world.dial(CARE, OTHER_CONTACT)
    await world.advance(2.5)
    renamed = ALPHA.replace("code: care, name: Care", "code: help, name: Help").replace('"q:care"', '"q:help"')
    await change(world, renamed.replace("max_s: 20", "max_s: 9"))
    await choosing.press("2")
    await world.advance(2.5)
    await world.advance(15)
    await choosing.press("#")
    assert (await world.one("RecordingStored"))["duration_ms"] == 15100
    await world.available(world.li)
    await world.answer(phone)
    await waiting.hang_up()
    await world.advance(31)
    assert (await world.one("InteractionHandled"))["wrap_ms"] == 30000
    new = await world.dial()
    agent = await world.ring(phone)
    assert agent.caller_name == "Alpha / Help"
    await new.hang_up()


async def test_an_agent_who_is_taken_away_finishes_the_call(world: World) -> None:
    phone = await world.phone("8002")
    await world.available(world.bo)
    contact, _ = await world.talk(phone, SALES)
    await change(world, BETA.replace('seats: [{seat: "8002", kind: shared, agent: bo@harbour.example, alias: B2}]', ""))
    await world.advance(5)
    await contact.hang_up()
    assert (await world.one("InteractionEnded", world.beta))["talk_ms"] == 5000
    refused = await world.dial(SALES)
    await refused.ended(seconds(1))


async def test_what_cannot_be_taken_up_after_a_restart_is_ended(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, agent = await world.talk(phone)
    waiting = await world.dial()
    await world.quiet()
    await world.kill()
    async with world.house.app.transaction(world.alpha) as scope:
        await scope.fetch("UPDATE gf.interaction SET resume = '{}' WHERE state <> 'ended'")
    await world.take_floor("another")
    await contact.ended(seconds(1))
    await agent.ended(seconds(1))
    await waiting.ended(seconds(1))
    ended = [fact.data for fact in await world.facts() if fact.kind == "InteractionEnded"]
    assert {(each["ended_by"], each["cause"], each["stage"]) for each in ended} == {
        ("system", "error", "talking"), ("system", "error", "waiting"),
    }  # fmt: skip
    await world.available(world.li)
    await world.talk(phone)
