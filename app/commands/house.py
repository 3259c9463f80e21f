"""What the commands on one client work with: databases, bell and vault from the environment, and one way to fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.text import Text

from app import reactions, wiring
from app.wiring import SettingMissing, database, install_vault
from kit.bus import Bus
from kit.db import AccessibleTenantId, Database, Plane
from kit.errors import Problem
from kit.logs import configure
from kit.settings import settings
from kit.vault import Vault
from tenants.access import for_system
from tenants.service.floors import TenantSummary, tenant_by_code

output = Console()
errors = Console(stderr=True)
_T = TypeVar("_T")
Code = Annotated[str, typer.Argument(metavar="TENANT", help="the client's code, such as galaxy")]
Why = Annotated[str, typer.Option(help="the reason; it is kept")]
By = Annotated[str, typer.Option(help="who does it; it is kept")]
COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class House:
    """The databases, the bell and the vault."""

    control: Database
    plane: Plane
    vault: Vault
    bus: Bus | None


@asynccontextmanager
async def _house(login: str) -> AsyncIterator[House]:
    control = database(settings(), "control")
    plane = wiring.planes(settings(), control, login)
    redis_url = settings().redis_url.get_secret_value()
    bus = Bus(redis_url) if redis_url else None
    reactions.install(bus)
    try:
        yield House(control, plane, install_vault(settings()), bus)
    finally:
        if bus is not None:
            await bus.close()
        await plane.close()
        await control.close()


def run(work: Callable[[House], Awaitable[_T]], login: str = "app") -> _T:
    """Run ``work`` on what the environment names; a problem ends the command with exit code 1."""

    async def main() -> _T:
        async with _house(login) as house:
            return await work(house)

    configure("command line")
    try:
        return asyncio.run(main())
    except (Problem, SettingMissing, OSError) as problem:
        said = f"{problem.title}: {problem.detail}" if isinstance(problem, Problem) else str(problem)
        errors.print(Text(said, "red"))
        raise typer.Exit(1) from problem


async def client(house: House, code: str, purpose: str) -> tuple[TenantSummary, AccessibleTenantId]:
    """Return a client by its code, and its id to enter. Raises ``NotFound``."""
    found = await tenant_by_code(house.control, code)
    return found, for_system(found.id, purpose)
