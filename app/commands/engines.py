"""Commands about the phone engines of a floor: look at them, empty one before it is maintained, give one up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich.table import Table

from app.commands.running import Opened, output, run
from kit import clock
from kit.bus import Bus
from kit.errors import NotFound
from kit.settings import settings
from switchboard.errors import EngineStillThere
from switchboard.inbox import ENGINES, RELOAD, inbox_name
from tenants.service.engines import give_up as give_up_engine
from tenants.service.engines import set_drained

WITHIN = timedelta(seconds=10)
LOOKS_EVERY_S = 2.0
BY = "a command"

Node = Annotated[str, typer.Argument(help="the engine's name in GF_ENGINES")]


def drain(
    node: Node,
    wait: Annotated[bool, typer.Option(help="return when it holds no call any more")] = False,  # noqa: FBT002 - typer's
) -> None:
    """Let the phone engine NODE take no new calls: its carriers go elsewhere. The calls that it holds go on.

    `glassfloor engines` shows when it is empty; `glassfloor undrain NODE` takes it back. It outlasts restarts.
    """
    run(lambda opened: _set(opened, node, drained=True))
    output.print(f"{node} takes no new calls")
    if wait:
        run(lambda _opened: _until_empty(node))
        output.print(f"[green]{node} is empty[/green]")


def undrain(node: Node) -> None:
    """Let the phone engine NODE take calls again."""
    run(lambda opened: _set(opened, node, drained=False))
    output.print(f"{node} takes calls again")


def give_up(
    node: Node,
    why: Annotated[str, typer.Option(help="why it never returns: it stands in every client's journal")],
) -> None:
    """Say that the phone engine NODE is gone for good: its calls end, and everybody in them is free.

    Refused while it answers. `glassfloor undrain NODE` takes it back, should it return after all.
    """
    run(lambda opened: _give_up(opened, node, why))
    output.print(f"{node} is given up")


def engines() -> None:
    """Show the phone engines of the floor GF_FLOOR, and how many calls each holds."""
    table = Table("engine", "reached", "new calls", "calls", "at most a minute")
    for each in run(lambda _opened: _shown()):
        takes = "given up" if each["gone"] else "drained" if each["drained"] else "yes"
        reached = "yes" if each["here"] else "[red]no[/red]"
        table.add_row(each["name"] or "-", reached, takes, str(each["calls"]), str(each["calls_per_minute"]))
    output.print(table)


async def _set(opened: Opened, node: str, *, drained: bool) -> None:
    now = clock.now() if drained else None
    await _known(node)
    await set_drained(opened.control, settings().floor, node, BY, now)
    await _ask({"command": RELOAD, "tenants": []})


async def _give_up(opened: Opened, node: str, why: str) -> None:
    if (await _known(node))["here"]:
        raise EngineStillThere
    await give_up_engine(opened.control, settings().floor, node, BY, why, clock.now())
    await _ask({"command": RELOAD, "tenants": []})


async def _known(node: str) -> Mapping[str, Any]:
    """Return how an engine is. Raises :class:`NotFound` for one that the floor does not know."""
    found = next((each for each in await _shown() if each["name"] == node), None)
    if found is None:
        raise NotFound(f"The floor {settings().floor} has no phone engine {node!r}")
    return found


async def _ask(command: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask the running floor. Raises ``Unavailable`` when none answers."""
    bus, floor = Bus(settings().redis_url.get_secret_value()), settings().floor
    try:
        return await bus.ask(inbox_name(floor), command, WITHIN)
    finally:
        await bus.close()


async def _shown() -> list[Mapping[str, Any]]:
    return list((await _ask({"command": ENGINES}))["engines"])


async def _until_empty(node: str) -> None:
    while any(e["calls"] for e in await _shown() if e["name"] == node):  # noqa: ASYNC110 - another process's calls
        await asyncio.sleep(LOOKS_EVERY_S)
