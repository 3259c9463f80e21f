"""What whoever runs the centre types about the phone engines of a floor that runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from app import reactions
from app.commands import engines, running
from kit.bus import Bus
from kit.settings import Settings
from switchboard.inbox import inbox_name
from telephony.port import Cause
from tests.support.house import KEY, KEYS, KEYS_FOLDER
from tests.switchboard.test_nodes import TwoNodes, available, world
from tests.switchboard.world import seconds

ROOT = typer.Typer()
for name, command in (
    ("engines", engines.engines),
    ("drain", engines.drain),
    ("undrain", engines.undrain),
    ("give-up", engines.give_up),
):
    ROOT.command(name)(command)
ASKED: list[str] = []
"""What the floor was asked, by the names of the commands."""
MORE_THAN_ONCE = 3
__all__ = ["world"]


@pytest.fixture
async def served(world: TwoNodes, redis: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TwoNodes]:
    """A floor that answers at its inbox, and the environment of a command."""
    for login in ("app", "control"):
        monkeypatch.setenv(f"GF_{login.upper()}_DSN", world.house.dsns[f"gf_{login}"])
    given = {**KEYS, "GF_CONTEXT_KEY": KEY.hex(), "GF_KEYS_FOLDER": str(KEYS_FOLDER), "REDIS_URL": redis}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    for module in (running, engines):
        monkeypatch.setattr(module, "settings", Settings)
    monkeypatch.setattr(reactions, "install", lambda _bus: None)  # the bells of this process are the floor's
    monkeypatch.setattr(engines, "LOOKS_EVERY_S", 0.01)
    bus = Bus(redis)

    async def handle(command: Mapping[str, Any]) -> Mapping[str, Any]:
        ASKED.append(command["command"])
        return await world.handle(command)

    serving = asyncio.create_task(bus.serve(inbox_name("main"), handle))
    yield world
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    await bus.close()


async def typed(*words: str) -> Result:
    """Run a command in a thread, as it starts an event loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, ROOT, words)


def rows(shown: Result) -> list[list[str]]:
    """The cells of the table, without its head."""
    lines = [line for line in shown.output.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]


async def test_an_engine_is_emptied_taken_back_and_given_up_by_command(served: TwoNodes) -> None:
    phone = await available(served)
    contact, _ = await served.talk(phone)
    assert rows(await typed("engines")) == [["a", "yes", "yes", "1", "3000"], ["b", "yes", "yes", "0", "3000"]]
    assert (await typed("drain", "a")).output == "a takes no new calls\n"
    assert rows(await typed("engines"))[0][:4] == ["a", "yes", "drained", "1"]
    asked = len(ASKED)
    drained = asyncio.create_task(typed("drain", "a", "--wait"))
    await served.until(lambda: ASKED[asked:].count("engines") > MORE_THAN_ONCE)
    assert not drained.done(), "a call is there"
    await contact.hang_up()
    ended = await drained
    assert (ended.exit_code, ended.output.split()) == (0, ["a", "takes", "no", "new", "calls", "a", "is", "empty"])
    refused = await typed("give-up", "a", "--why", "it burnt down")
    assert (refused.exit_code, served.loop.floor.plan.gone) == (1, frozenset())
    served.network.engine_away()
    await served.advance(1)
    wordless = await typed("give-up", "a", "--why", " no ")
    assert (wordless.exit_code, served.loop.floor.plan.gone) == (1, frozenset())
    gone = await typed("give-up", "a", "--why", "it burnt down")
    assert (gone.exit_code, gone.output) == (0, "a is given up\n")
    assert rows(await typed("engines"))[0][:3] == ["a", "no", "given up"]
    served.network.engine_back()
    assert (await typed("undrain", "a")).output == "a takes calls again\n"
    unknown = await typed("drain", "nowhere")
    assert unknown.exit_code == 1
    assert served.loop.floor.plan.drained == frozenset()
    await served.advance(31)
    again = await served.dial(caller="+8613900000001")
    assert [call.node for call in served.loop.floor.calls.values()] == ["a"]
    await again.hang_up()
    assert await again.ended(seconds(1)) is Cause.NORMAL
