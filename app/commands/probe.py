"""The isolation probe from the command line: run it, and check a result."""

from __future__ import annotations

import asyncio
import json
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from app import reactions
from app.wiring import document_signer, open_services
from kit.db import AccessibleTenantId, Plane
from kit.errors import Problem
from kit.logs import configure
from kit.settings import settings
from kit.signing import BadSignature
from probe.service import runs
from probe.service.engine import Run
from tenants.access import for_system
from tenants.service.floors import tenant_by_code

app = typer.Typer(help="Attack this house as one client against another, and see what answers.", no_args_is_help=True)

output, errors = Console(), Console(stderr=True)
_COLOURS = {"green": "green", "red": "bold red", "incomplete": "yellow"}


@app.command()
def run(
    client: Annotated[str, typer.Option(help="also ask for this client's own data; the result is kept for it")] = "",
) -> None:
    """Run the probe against the web at GF_PUBLIC_URL and print what came of it. Exit code 1: not green.

    Writing attacks go against a synthetic client only; of CLIENT's own data only its ids are asked for, by methods
    that change nothing. Needs a running web, and GF_APP_DSN.
    """
    configure("probe")
    try:
        summary, verdict, found = asyncio.run(_run(client))
    except Problem as problem:
        errors.print(f"[red]{problem}[/red]", highlight=False)
        raise typer.Exit(2) from problem
    table = Table("part", "tried", "refused", "as for nobody's", "left out", "findings")
    for name, group in summary.items():
        table.add_row(name, *(str(group[key]) for key in ("tried", "refused", "alike", "left_out", "findings")))
    output.print(table)
    for finding in found:
        output.print(f"[red]{finding['oracle']}[/red] {finding['what']} · {finding['who']} {finding['detail']}")
    output.print(f"[{_COLOURS[verdict]}]{verdict}[/{_COLOURS[verdict]}]")
    raise typer.Exit(0 if verdict == "green" else 1)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a result that was downloaded")],
) -> None:
    """Check that FILE is a result that this installation signed. Without us: tools/glassfloor_verify.py probe FILE."""
    try:
        document = document_signer(settings()).check(json.loads(file.read_bytes()), runs.KIND)
    except (BadSignature, ValueError) as error:
        errors.print("[red]not signed by this installation, or changed[/red]")
        raise typer.Exit(1) from error
    output.print(f"[green]signed here[/green] {document['verdict']}, ended {document['ended_at']}", highlight=False)


async def _run(client: str) -> tuple[dict[str, Any], str, list[dict[str, str]]]:
    probing = import_module("app.probing")  # with every page of the house, which no other command needs
    async with open_services(settings()) as services:
        reactions.install(services.bus)
        if not client:
            async with probing.open_prober(services) as prober:
                tally = await Run(probing.tools_of(services, prober.plane)).go()
            document = runs.result(tally, {})
            return document["groups"], document["verdict"], document["findings"]
        found = await tenant_by_code(services.control, client)
        tenant_id = for_system(found.id, "probe run")
        return await _kept(services.plane, tenant_id, await probing.run_now(services, tenant_id, client))


async def _kept(plane: Plane, tenant_id: AccessibleTenantId, run_id: UUID) -> tuple[dict[str, Any], str, Any]:
    async with plane.transaction(tenant_id) as scope:
        document = json.loads(await runs.document(scope, run_id))["signed"]
    return document["groups"], document["verdict"], document["findings"]
