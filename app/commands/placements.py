"""Moving a client to a database of its own and back, and looking at where everybody lives."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from app.mover import open_house
from app.wiring import SettingMissing
from kit.db import Database
from kit.errors import Problem
from kit.settings import settings
from placements import overview, service
from placements.core.steps import Step
from placements.move import Report
from placements.service import House, Order
from tenants.access import for_system
from tenants.service.floors import tenant_by_code

output = Console()
errors = Console(stderr=True)

_T = TypeVar("_T")

SAID = {
    Step.PREPARING: "preparing the target: logins, guard, tables",
    Step.COPYING_AHEAD: "copying the journal while everything runs",
    Step.CLOSING: "closing the client; calls go on",
    Step.COPYING: "copying and comparing the rest",
    Step.SWITCHING: "switching",
    Step.CLEANING: "open again; emptying the source",
    Step.DONE: "done",
}


class _Bar:
    """A move's progress for a person."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def step(self, step: Step) -> None:
        self._progress.console.print(f"[cyan]{SAID[step]}[/cyan]")

    def table(self, name: str, done: int, of: int) -> None:
        if self._task is None:
            self._task = self._progress.add_task("")
        self._progress.update(self._task, description=name, completed=done, total=max(of, 1))


def _run(work: Callable[[House, Database], Awaitable[_T]]) -> _T:
    async def main() -> _T:
        async with open_house(settings()) as (house, control):
            return await work(house, control)

    try:
        return asyncio.run(main())
    except SettingMissing as missing:
        raise typer.BadParameter(str(missing)) from missing
    except Problem as problem:
        errors.print(Text(f"{problem.title}: {problem.detail}", "red"))
        raise typer.Exit(1) from problem


def move(  # noqa: PLR0913 - options of a command line
    tenant: Annotated[str, typer.Argument(help="the client's code, such as galaxy")],
    *,
    to: Annotated[str, typer.Option(help="administrative address of an empty PostgreSQL 18 database")] = "",
    back: Annotated[bool, typer.Option("--back", help="home to the shared database")] = False,
    on_premises: Annotated[bool, typer.Option("--on-premises", help="the target is the client's own server")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check everything, show what would be copied")] = False,
    give_up: Annotated[bool, typer.Option("--give-up", help="stay where it is, and empty the target again")] = False,
    by: Annotated[str, typer.Option(help="who moves it; the client sees this in its journal")] = "command line",
) -> None:
    """Move a client's data to a database of its own (--to), or back to the shared one (--back), with calls going on.

    The client is closed for some seconds; its calls go on and their facts are kept. Interrupted anywhere, start the
    same command again: it goes on where it stopped. Recordings are files and stay where they are. docs/placements.md
    """
    if sum((bool(to), back, give_up)) > 1:
        raise typer.BadParameter("choose one of --to, --back and --give-up")
    kind = "on_premises" if on_premises else "dedicated"

    async def work(house: House, control: Database) -> None:
        found = await tenant_by_code(control, tenant)
        order = Order(for_system(found.id, "move"), by, to or None, kind, back)
        if give_up:
            await service.give_up(house, order)
            output.print(f"[green]given up[/green]: {tenant} stays where it is")
        elif dry_run:
            _show_rows(await service.rehearse(house, order))
        else:
            with Progress(TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f}")) as bar:
                told = _Bar(bar)
                record = await service.move(house, order, Report(told.step, told.table))
            rows = sum(record.progress.get("compared", {}).values())
            output.print(f"[green]moved[/green] {tenant}: {rows:,} rows, the same by count and digest", highlight=False)

    _run(work)


def renew_guard(
    tenant: Annotated[str, typer.Argument(help="the client's code, such as galaxy")],
    to: Annotated[str, typer.Option(help="administrative address of the database that the client lives in")],
) -> None:
    """Bring the guard of a client's own database to this version, when `glassfloor migrate` asks for it."""

    async def work(house: House, control: Database) -> None:
        found = await tenant_by_code(control, tenant)
        await service.renew_guard(house, Order(for_system(found.id, "guard"), "command line", to))

    _run(work)
    output.print(f"[green]done[/green]: now run `glassfloor migrate`, which opens {tenant} again", highlight=False)


def _show_rows(rows: dict[str, int]) -> None:
    shown = Table("table", "rows", title="would be copied")
    for name, count in rows.items():
        if count:
            shown.add_row(name, f"{count:,}")
    output.print(shown)
    output.print(f"{sum(rows.values()):,} rows in {len(rows)} tables; nothing was changed", highlight=False)


def show() -> None:
    """List where every client lives: kind, server, version of its tables, state, size."""

    async def work(house: House, control: Database) -> None:
        del control
        shown = Table("client", "kind", "server", "head", "state", "size")
        for line in await overview.survey(house.migrator, house.box):
            size = "" if line.bytes is None else f"{line.bytes / 1_048_576:,.1f} MiB"
            shown.add_row(line.code, line.kind, line.server or "shared", line.head or "", line.said, size)
        output.print(shown)

    _run(work)
