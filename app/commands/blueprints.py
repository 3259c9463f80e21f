"""Commands for clients' blueprints: look at the plan, apply, look back, go back, begin another client from one."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.table import Table
from rich.text import Text

from app.commands.running import Opened, errors, output, run, show
from app.flows import check_flow
from kit import clock
from kit.db import AccessibleTenantId
from tenants.access import for_system
from tenants.core.documents import MAX_BYTES
from tenants.core.plan import Plan
from tenants.service import history
from tenants.service.blueprints import Applied, Order, apply_blueprint, plan_blueprint
from tenants.service.files import text_from
from tenants.service.floors import tenant_by_code
from tenants.service.own_names import names_of

tenants_app = typer.Typer(
    help="Clients and their blueprints: look at the plan, then apply. The page: docs/blueprints.md.",
    no_args_is_help=True,
)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a YAML file, such as those in examples/")]
Client = Annotated[str, typer.Argument(help="the client's code, such as galaxy")]
Number = Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="a version, as `versions` lists them")]
Why = Annotated[str, typer.Option(help="the reason; it is kept with the version")]
By = Annotated[str, typer.Option(help="who does it, kept with the version; default: the user of this shell")]
Output = Annotated[Path | None, typer.Option(help="write it to this file instead of the screen")]
_T = TypeVar("_T")


@tenants_app.command("plan")
def plan(file: File) -> None:
    """Show what applying a blueprint would change, and change nothing. Exit code 1 if it would be refused.

    Lines begin with + (added), ~ (changed) or - (removed). Example: glassfloor tenants plan examples/galaxy.yaml
    """

    async def look(opened: Opened) -> None:
        found = await plan_blueprint(opened.control, opened.plane, _text(file), _order("", ""))
        output.print(f"from version {found.version}:", highlight=False)
        show(found.lines())

    run(look)


@tenants_app.command("apply")
def apply(file: File, why: Why = "", by: By = "") -> None:
    """Make a client what its blueprint says: all of FILE, or nothing of it. It may be applied again at any time.

    What the blueprint no longer has is retired; history keeps it. Apply the centre file first.
    Example: glassfloor tenants apply examples/galaxy.yaml --why "new opening hours"
    """

    async def change(opened: Opened) -> Applied:
        return await apply_blueprint(opened.control, opened.plane, _text(file), _order(by, why))

    _say(run(change))


@tenants_app.command("export")
def export(
    tenant: Client,
    version: Annotated[int | None, typer.Option(min=1, max=2**31 - 1, help="an earlier version")] = None,
    to: Output = None,
) -> None:
    """Give back the file that is in force, with its comments: applying it again changes nothing.

    Example: glassfloor tenants export galaxy --to galaxy.yaml
    """
    _write(_version(tenant, version), to)


@tenants_app.command("versions")
def versions(tenant: Client) -> None:
    """List every version of a client's blueprint, newest first: when, who, what changed, and why."""
    table = Table("version", "at (UTC)", "by", "changed", "why", "digest", box=None)
    for found in _with(tenant, lambda opened, id_: history.list_versions(opened.plane, id_)):
        back = "" if found.reverted_to is None else f" (back to {found.reverted_to})"
        at = found.applied_at.strftime("%Y-%m-%d %H:%M:%S")
        words = (str(found.version), at, found.by, found.summary + back, found.why, found.digest[:12])
        table.add_row(*map(Text, words))
    output.print(table)


@tenants_app.command("show")
def show_version(tenant: Client, version: Number) -> None:
    """Print one version as a file, with the comments that it was applied with.

    Example: glassfloor tenants show galaxy 3
    """
    _write(_version(tenant, version), None)


@tenants_app.command("diff")
def diff(tenant: Client, earlier: Number, later: Number) -> None:
    """Show what changed from one version to another, in the form of `plan`.

    Example: glassfloor tenants diff galaxy 1 3
    """

    async def look(opened: Opened, tenant_id: AccessibleTenantId) -> Plan:
        names = await names_of(opened.control, tenant_id)
        return await history.difference(opened.plane, tenant_id, earlier, later, names)

    show(_with(tenant, look).lines())


@tenants_app.command("revert")
def revert(tenant: Client, version: Number, why: Why = "", by: By = "") -> None:
    """Bring an earlier version into force again, as a new version; nothing of the history is lost.

    It is checked against the centre of today: a seat that another client rents by now refuses it, and nothing changes.
    Example: glassfloor tenants revert galaxy 3 --why "the new menu confused callers"
    """

    async def back(opened: Opened, tenant_id: AccessibleTenantId) -> Applied:
        return await history.revert_blueprint(opened.control, opened.plane, tenant_id, version, _order(by, why))

    _say(_with(tenant, back))


@tenants_app.command("template")
def template(tenant: Client, to: Output = None) -> None:
    """Print a blueprint that another client may begin with: prompts, flows, queues, skills and calendars of this one.

    It holds no people, numbers, seats, connections or contract; telephone numbers, addresses and names in texts become
    placeholders, which are listed: fill them in, with code and name of the new client, and apply the file.
    """
    text, replaced = _with(tenant, lambda opened, id_: history.template(opened.plane, id_))
    _write(text, to)
    for place, placeholder in replaced:
        errors.print(Text(f"  {place} · {placeholder} stands for something of this client"), soft_wrap=True)


def _version(tenant: str, version: int | None) -> str:
    """Return a version's text as the centre names agents."""
    return _with(tenant, lambda opened, id_: history.read_as_centre(opened.control, opened.plane, id_, version)).text


def _order(by: str, why: str) -> Order:
    return Order(by=by or _user(), at=clock.now(), check_flow=check_flow, why=why)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's number without a name
        return "command line"


def _text(file: Path) -> str:
    """Read a file, and no more of it than a blueprint may have."""
    with file.open("rb") as opened:
        return text_from(opened.read(MAX_BYTES + 1))


def _with(code: str, work: Callable[[Opened, AccessibleTenantId], Awaitable[_T]]) -> _T:
    """Run ``work`` for the client with this code."""

    async def main(opened: Opened) -> _T:
        found = await tenant_by_code(opened.control, code)
        return await work(opened, for_system(found.id, "command"))

    return run(main)


def _say(applied: Applied) -> None:
    show(applied.plan.lines())
    output.print(f"[green]in force[/green] version {applied.version}", highlight=False)


def _write(text: str, to: Path | None) -> None:
    if to is None:
        typer.echo(text, nl=False)
    else:
        to.write_text(text, encoding="utf-8")
