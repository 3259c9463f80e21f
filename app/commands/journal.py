"""Looking into journals."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from app.wiring import database, document_signer, planes
from journal import cuts
from journal.seals import verify as verify_chain
from kit.db import Database
from kit.settings import settings
from tenants.access import INSTALLATION, for_system
from tenants.service.floors import list_tenants

app = typer.Typer(help="Look into a client's journal.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `verify` a sub-command."""


@app.command()
def verify(code: Annotated[str, typer.Argument(metavar="TENANT", help="the client's code, such as galaxy")]) -> None:
    """Walk every fact and every seal of a client's journal; name the first broken link. Exit code 1 if there is one."""
    raise typer.Exit(asyncio.run(_verify(code)))


async def _tenant(control: Database, code: str) -> UUID:
    tenants = {tenant.code: tenant.id for tenant in await list_tenants(control)} | {"installation": INSTALLATION}
    if code not in tenants:
        raise typer.BadParameter(f"there is no client {code!r}; there are {', '.join(sorted(tenants))}")
    return tenants[code]


async def _verify(code: str) -> int:
    console = Console()
    control = database(settings(), "control")
    plane = planes(settings(), control, "app")
    try:
        tenant_id = await _tenant(control, code)
        with console.status(f"{code}: walking") as status:
            walked, unsealed, broken = await verify_chain(
                plane,
                for_system(tenant_id, "journal verify"),
                lambda seq: status.update(f"{code}: fact {seq:,}"),
                document_signer(settings()),
            )
            async with plane.transaction(for_system(tenant_id, "journal verify")) as scope:
                begin = await cuts.signed(scope, document_signer(settings()))
    finally:
        await plane.close()
        await control.close()
    if broken is not None:
        console.print(f"[red]broken[/red] {code}: fact {broken.seq}: {broken.reason}", highlight=False)
        return 1
    if begin is not None:
        console.print(f"{code}: begins at fact {begin.seq + 1:,}; older ones were deleted, signed {begin.at:%Y-%m-%d}")
    console.print(f"[green]whole[/green] {code}: {walked:,} facts sealed, {unsealed} newer ones wait for their seal")
    return 0
