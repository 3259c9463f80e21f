"""Commands for whoever runs the centre: its own file, passwords and keys."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from app import reactions
from app.commands.running import Opened, output, run
from journal.core.facts import Actor
from kit import clock, vault
from tenants.access import for_system
from tenants.core.permissions import scopes
from tenants.oauth.bounds import read_bounds
from tenants.schemas import Centre
from tenants.service.centre import apply_centre
from tenants.service.floors import tenant_by_code
from tenants.service.keys import KeyRequest, create_key, require_connection
from tenants.service.trunks import Keeping, TrunkOf, change_secret

centre_app = typer.Typer(help="The outsourcer's own: trunks, seats, staff.", no_args_is_help=True)
keys_app = typer.Typer(help="Keys for clients' systems.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a YAML file, such as those in examples/")]


@centre_app.command("apply")
def centre_apply(file: File) -> None:
    """Make the centre what FILE says: trunks, seats and staff. It may be applied again at any time.

    People get no password here: set one with `glassfloor users set-password EMAIL`. Example: examples/centre.yaml
    """
    source = file.read_text(encoding="utf-8")

    async def apply(planes: Opened) -> Centre:
        applied = await apply_centre(planes.control, planes.plane, source, clock.now())
        await reactions.configured()
        return applied

    centre = run(apply)
    output.print(f"[green]applied[/green] {centre.name}: {len(centre.seats)} seats, {len(centre.staff)} people")


@centre_app.command("line-secret")
def line_secret(
    line: Annotated[str, typer.Argument(help="a trunk's name in the centre file, or its code in a client's blueprint")],
    client: Annotated[str | None, typer.Option(help="the client's code; without it the outsourcer's own trunk")] = None,
) -> None:
    """Keep the secret of a trunk's login. It is read from the terminal or from standard input; empty takes it away."""
    secret = typer.prompt("Secret", hide_input=True, default="", show_default=False)

    async def keep(planes: Opened) -> None:
        tenant = None if client is None else (await tenant_by_code(planes.control, client)).id
        keeping = Keeping(planes.control, planes.plane, vault.vault().box)
        await change_secret(keeping, TrunkOf(tenant, line), secret, Actor("system", "command line"), clock.now())

    run(keep)
    output.print("[green]kept[/green]" if secret else "taken away")


@keys_app.command("create")
def keys_create(
    tenant: Annotated[str, typer.Argument(help="the client's code, such as galaxy")],
    connection: Annotated[str, typer.Option(help="which of the client's systems (a connection of its blueprint)")],
    scope: Annotated[
        list[str] | None, typer.Option(help="a permission; may be given several times; default: all")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="how long the key lives")] = 365,
    network: Annotated[
        list[str] | None, typer.Option(help="from where alone it may be used; may be given several times")
    ] = None,
) -> None:
    """Make a key for a client's system and print it: it cannot be shown again, only its hash is stored."""
    wanted = frozenset(scope) if scope else frozenset(map(str, scopes()))

    async def make(planes: Opened) -> str:
        found = await tenant_by_code(planes.control, tenant)
        await require_connection(planes.plane, for_system(found.id, "keys create"), connection)
        bounds = read_bounds(network or (), ())
        request = KeyRequest(found.id, connection, wanted, timedelta(days=days), bounds=bounds)
        return await create_key(planes.control, request, clock.now())

    output.print(Text(run(make)), soft_wrap=True)
