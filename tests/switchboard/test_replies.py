"""What one of the client's people writes on its page becomes work of the agent who handed the call over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from app import telling
from interactions.people import replies
from interactions.people import service as people
from kit.settings import Settings
from tests.switchboard.test_persons import DESK, OUTSIDE_TONE, SIGNER, asked, configured, opened
from tests.switchboard.world import CARE, World
from tests.workorders.lab import reacting


@dataclass
class Straight:
    """The way from the worker to this world's switchboard, without Redis between them."""

    world: World

    async def ask(self, _inbox: str, command: dict[str, Any], _within: timedelta) -> dict[str, Any]:
        return dict(await self.world.handle(command))


async def test_who_asks_on_its_page_to_be_called_back_is_rung_by_the_agent_who_handed_it_over(world: World) -> None:
    await configured(world)
    telling.install(SIGNER, Settings(), telling.Floor(Straight(world), world.house.control, "main"))  # type: ignore[arg-type] # it only asks
    phone, desk = await world.phone("8001"), await world.phones.outside(DESK)
    async with reacting():
        await world.available(world.li)
        contact, _agent = await world.talk(phone)
        (call,) = world.loop.floor.calls
        assert await world.ask(world.li, "note", interaction=str(call), note="wants its money back") == {"ok": True}
        assert await asked(world, "transfer", "liu") == {"ok": True}
        await (await world.ring(desk)).answer()
        await world.ask(world.li, "set_state", state="on_break", reason="meal")
        await world.quiet()
        await contact.hang_up()
        await world.advance(31)
        assert (await world.row())["note"] == "wants its money back"
        context = UUID((await world.one("ContextSent"))["context_id"])
        for text in ("my line is dead", "and hurry"):
            await written(world, call, context, text)
        (task,) = await opened(world)
        assert (task["task"], task["agent_id"], task["origin_id"]) == ("person", str(world.li), str(call))
        await world.available(world.li)
        row = await world.row()
        assert (row["state"], row["contact"]) == ("offered", "+86 215***1111")
        assert await about(world, row["id"], call) == ["my line is dead", "and hurry"]
        await world.ask(world.li, "accept_task", interaction=str(row["id"]))
        assert await world.ask(world.li, "dial", interaction=str(row["id"])) == {"ok": True}
        await world.answer(phone)
        rung = await world.ring(desk)
        await rung.answer()
        await rung.play(OUTSIDE_TONE)
        await world.quiet()
        assert rung.caller_number == CARE
        await rung.hang_up()
        await world.ask(world.li, "set_state", state="on_break", reason="meal")
        await world.advance(31)
        await written(world, call, context, "one thing more")
        assert await about(world, (await world.row())["id"], call) == ["one thing more"], "the first were dealt with"
    assert len(await opened(world)) == 2
    everything = str([fact.data for fact in await world.facts()])
    assert DESK not in everything


async def written(world: World, call: UUID, context: UUID, text: str) -> None:
    """A person writes from its page; the worker's job runs twice."""
    async with world.house.app.transaction(world.alpha) as scope:
        await people.reply(scope, context, "call_back", text, world.clock.now())
    for _ in range(2):
        async with world.house.worker.transaction(world.alpha) as scope:
            await telling.replied(scope, {"subject": str(call)})
        await world.quiet()
    await world.advance(1)


async def about(world: World, task: UUID, call: UUID) -> list[str]:
    async with world.house.app.transaction(world.alpha) as scope:
        threads = await replies.threads_of(scope, call)
    return [each.text for thread in threads if thread.task == task for each in thread.replies]
