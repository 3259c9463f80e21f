"""Commands about the phone engines of a floor: look at them, and empty one before it is maintained."""

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
from kit.settings import settings
from switchboard.inbox import ENGINES, RELOAD, inbox_name
from tenants.service.engines import set_drained

WITHIN = timedelta(seconds=10)
LOOKS_EVERY_S = 2.0

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
        asyncio.run(_until_empty(node))
        output.print(f"[green]{node} is empty[/green]")


def undrain(node: Node) -> None:
    """Let the phone engine NODE take calls again."""
    run(lambda opened: _set(opened, node, drained=False))
    output.print(f"{node} takes calls again")


def engines() -> None:
    """Show the phone engines of the floor GF_FLOOR, and how many calls each holds."""
    table = Table("engine", "reached", "new calls", "calls", "at most a minute")
    for each in asyncio.run(_shown()):
        takes = "drained" if each["drained"] else "yes"
        reached = "yes" if each["here"] else "[red]no[/red]"
        table.add_row(each["name"] or "-", reached, takes, str(each["calls"]), str(each["calls_per_minute"]))
    output.print(table)


async def _set(opened: Opened, node: str, *, drained: bool) -> None:
    now = clock.now() if drained else None
    await set_drained(opened.control, settings().floor, node, "a command", now)
    await _ask({"command": RELOAD, "tenants": []})


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
