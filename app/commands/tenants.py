"""Commands for whoever runs the centre: its own file, its clients' blueprints, passwords and keys."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.text import Text

from app import reactions, wiring
from app.flows import check_flow
from app.wiring import database, install_vault
from kit import clock
from kit.bus import Bus
from kit.db import Database
from kit.errors import Problem
from kit.settings import settings
from tenants.access import for_system
from tenants.core.permissions import scopes
from tenants.errors import Refused
from tenants.placements import Planes
from tenants.service.blueprints import Order, apply_blueprint, plan_blueprint
from tenants.service.centre import apply_centre
from tenants.service.floors import tenant_by_code
from tenants.service.keys import KeyRequest, create_key, require_connection
from tenants.service.people import set_password

centre_app = typer.Typer(help="The outsourcer's own: trunks, seats, staff.", no_args_is_help=True)
tenants_app = typer.Typer(help="Clients and their blueprints: look at the plan, then apply.", no_args_is_help=True)
users_app = typer.Typer(help="People who sign in.", no_args_is_help=True)
keys_app = typer.Typer(help="Keys for clients' systems.", no_args_is_help=True)

output = Console()
errors = Console(stderr=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a YAML file, such as those in examples/")]
_COLOURS = {"+": "green", "~": "yellow", "-": "red"}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Planes:
    control: Database
    plane: Planes


@asynccontextmanager
async def _planes() -> AsyncIterator[_Planes]:
    control = database(settings(), "control")
    planes = _Planes(control, wiring.planes(settings(), control, "app"))
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


def _run(work: Callable[[_Planes], Awaitable[_T]]) -> _T:
    """Run ``work`` on the databases that the environment names; a problem ends the command with exit code 1."""

    async def main() -> _T:
        async with _planes() as planes:
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


@centre_app.command("apply")
def centre_apply(file: File) -> None:
    """Make the centre what FILE says: trunks, seats and staff. It may be applied again at any time.

    People get no password here: set one with `glassfloor users set-password EMAIL`. Example: examples/centre.yaml
    """
    source = file.read_text(encoding="utf-8")
    centre = _run(lambda planes: apply_centre(planes.control, planes.plane, source, clock.now()))
    output.print(f"[green]applied[/green] {centre.name}: {len(centre.seats)} seats, {len(centre.staff)} people")


@tenants_app.command("plan")
def tenants_plan(file: File) -> None:
    """Show what applying a blueprint would change, and change nothing. Exit code 1 if it would be refused.

    Lines begin with + (added), ~ (changed) or - (removed). Example: glassfloor tenants plan examples/galaxy.yaml
    """
    source = file.read_text(encoding="utf-8")
    order = Order(by="command line", at=clock.now(), check_flow=check_flow)
    plan = _run(lambda planes: plan_blueprint(planes.control, planes.plane, source, order))
    output.print(f"from version {plan.version}:", highlight=False)
    _show(plan.lines())


@tenants_app.command("apply")
def tenants_apply(
    file: File,
    why: Annotated[str, typer.Option(help="the reason; it is kept with the version")] = "",
    by: Annotated[str, typer.Option(help="who applies it; it is kept with the version")] = "command line",
) -> None:
    """Make a client what its blueprint says: all of FILE, or nothing of it. It may be applied again at any time.

    What the blueprint no longer has is retired; history keeps it. Apply the centre file first.
    """
    source = file.read_text(encoding="utf-8")
    order = Order(by=by, at=clock.now(), check_flow=check_flow, why=why)
    applied = _run(lambda planes: apply_blueprint(planes.control, planes.plane, source, order))
    _show(applied.plan.lines())
    output.print(f"[green]in force[/green] version {applied.version}", highlight=False)


@users_app.command("set-password")
def users_set_password(
    email: Annotated[str, typer.Argument(help="the address that the person signs in with")],
    generate: Annotated[bool, typer.Option("--generate", help="make one and print it, instead of asking")] = False,  # noqa: FBT002 - typer's options
) -> None:
    """Give a person a new password and end all its sessions. It is asked for twice and not shown."""
    password = (
        secrets.token_urlsafe(15) if generate else typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    _run(lambda planes: set_password(planes.control, email, password))
    if generate:
        output.print(Text(password))
    else:
        output.print("[green]done[/green]; all sessions of this person have ended")


@keys_app.command("create")
def keys_create(
    tenant: Annotated[str, typer.Argument(help="the client's code, such as galaxy")],
    connection: Annotated[str, typer.Option(help="which of the client's systems (a connection of its blueprint)")],
    scope: Annotated[
        list[str] | None, typer.Option(help="a permission; may be given several times; default: all")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="how long the key lives")] = 365,
) -> None:
    """Make a key for a client's system and print it: it cannot be shown again, only its hash is stored."""
    wanted = frozenset(scope) if scope else frozenset(map(str, scopes()))

    async def make(planes: _Planes) -> str:
        found = await tenant_by_code(planes.control, tenant)
        await require_connection(planes.plane, for_system(found.id, "keys create"), connection)
        request = KeyRequest(found.id, connection, wanted, timedelta(days=days))
        return await create_key(planes.control, request, clock.now())

    output.print(Text(_run(make)), soft_wrap=True)


def _show(lines: Iterable[str]) -> None:
    for line in lines:
        output.print(Text(line, _COLOURS.get(line.strip()[:1], "")), soft_wrap=True)
