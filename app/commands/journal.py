"""Looking into journals."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from app.wiring import database
from journal.seals import verify as verify_chain
from kit.settings import settings
from tenants import service as tenants
from tenants.access import for_system

app = typer.Typer(help="Look into a client's journal.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `verify` a sub-command."""


@app.command()
def verify(code: Annotated[str, typer.Argument(metavar="TENANT", help="the client's code, such as galaxy")]) -> None:
    """Walk every fact and every seal of a client's journal; name the first broken link. Exit code 1 if there is one."""
    raise typer.Exit(asyncio.run(_verify(code)))


async def _verify(code: str) -> int:
    console = Console()
    control, plane = database(settings(), "control"), database(settings(), "app")
    try:
        tenant = await tenants.tenant_by_code(control, code)
        with console.status(f"{code}: walking") as status:
            walked, unsealed, broken = await verify_chain(
                plane, for_system(tenant.id, "journal verify"), lambda seq: status.update(f"{code}: fact {seq:,}")
            )
    finally:
        await plane.close()
        await control.close()
    if broken is not None:
        console.print(f"[red]broken[/red] {code}: fact {broken.seq}: {broken.reason}", highlight=False)
        return 1
    console.print(f"[green]whole[/green] {code}: {walked:,} facts sealed, {unsealed} newer ones wait for their seal")
    return 0
