"""What every command does: open the databases that the environment names, run, say what is wrong, end with a code."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

import typer
from rich.console import Console
from rich.text import Text

from app import reactions, wiring
from app.wiring import database, install_vault
from kit.bus import Bus
from kit.db import Database
from kit.errors import Problem
from kit.settings import settings
from tenants.errors import Refused
from tenants.placements import Planes

output = Console()
errors = Console(stderr=True)

_COLOURS = {"+": "green", "~": "yellow", "-": "red"}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Opened:
    """Both planes, open while a command runs."""

    control: Database
    plane: Planes


@asynccontextmanager
async def _opened() -> AsyncIterator[Opened]:
    control = database(settings(), "control")
    planes = Opened(control, wiring.planes(settings(), control, "app"))
    install_vault(settings())
    redis_url = settings().redis_url.get_secret_value()
    bus = Bus(redis_url) if redis_url else None  # without it a running engine reads the change at its next start
    reactions.install(bus)
    try:
        yield planes
    finally:
        if bus is not None:
            await bus.close()
        await planes.plane.close()
        await planes.control.close()


def run(work: Callable[[Opened], Awaitable[_T]]) -> _T:
    """Run ``work`` on the databases that the environment names; a problem ends the command with exit code 1."""

    async def main() -> _T:
        async with _opened() as planes:
            return await work(planes)

    try:
        return asyncio.run(main())
    except Refused as refused:
        errors.print("[red]Refused; nothing was changed.[/red]")
        for line in refused.lines:
            errors.print(Text(f"  {line}"), soft_wrap=True)
        raise typer.Exit(1) from refused
    except Problem as problem:
        errors.print(Text(f"{problem.title}: {problem.detail}", "red"))
        raise typer.Exit(1) from problem


def show(lines: Iterable[str]) -> None:
    """Print a plan, its additions, changes and removals in colour."""
    for line in lines:
        output.print(Text(line, _COLOURS.get(line.strip()[:1], "")), soft_wrap=True)
