"""Commands for clients' credentials: which live, ending one, limits, and the way back when a sign-in service fails."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from app.commands.running import Opened, output, run
from journal.core.facts import Actor
from kit import clock
from kit.secretbox import SecretBox
from kit.settings import settings
from tenants.access import for_system
from tenants.core.limits import Plan, RouteClass, plan_of
from tenants.idp.connections import Change, Planes, set_policy
from tenants.oauth.clients import end_client, end_key, list_credentials
from tenants.service.floors import tenant_by_code
from tenants.throttle import change_limit, own_limits

limits_app = typer.Typer(help="How often a client's systems and people may ask.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(metavar="TENANT", help="the client's code, such as galaxy")]
_BY = Actor("system", "command line")


async def _change(planes: Opened, code: str) -> tuple[Planes, Change]:
    found = await tenant_by_code(planes.control, code)
    box = SecretBox(bytes.fromhex(settings().master_key.get_secret_value() or "00" * 32))  # nothing is opened with it
    return Planes(planes.control, planes.plane, box), Change(for_system(found.id, "credentials"), _BY, clock.now())


def keys_list(tenant: Code) -> None:
    """Show a client's keys and OAuth clients: which system, what they may do, last use, end. Nothing is secret."""

    async def read(planes: Opened) -> Table:
        _, change = await _change(planes, tenant)
        keys, clients = await list_credentials(planes.control, change.tenant_id)
        table = Table("id", "type", "system", "scopes", "last used", "ends", "ended")
        for kind, rows in (("key", keys), ("client", clients)):
            for row in rows:
                shown = [f"{row[name]:%Y-%m-%d %H:%M}" if row[name] else "-"
                         for name in ("used_at", "expires_at", "revoked_at")]  # fmt: skip
                table.add_row(row["id"], kind, row["connection"], " ".join(row["scopes"]), *shown)
        return table

    output.print(run(read))


def keys_revoke(
    tenant: Code,
    credential: Annotated[str, typer.Argument(help="the id of a key or an OAuth client, as `keys list` shows it")],
    reason: Annotated[str, typer.Option(help="kept in the client's journal")] = "",
) -> None:
    """End a key or an OAuth client now, and with a client its tokens; harmless when it has ended."""

    async def end(planes: Opened) -> None:
        house, change = await _change(planes, tenant)
        await end_key(house, change, credential, reason)
        await end_client(house, change, credential, reason)

    run(end)
    output.print("[green]ended[/green]")


def passwords_open(tenant: Code) -> None:
    """Let a client's people use passwords again: the way back when their own sign-in service fails for good."""

    async def open_(planes: Opened) -> None:
        house, change = await _change(planes, tenant)
        await set_policy(house, change, only_idp=False, recovery=None)

    run(open_)
    output.print("[green]open[/green]")


@limits_app.command("show")
def limits_show(tenant: Code) -> None:
    """Show a client's limits: requests a minute for one credential, by class of routes."""

    async def read(planes: Opened) -> tuple[Plan, dict[str, int]]:
        _, change = await _change(planes, tenant)
        own = await own_limits(planes.control, change.tenant_id)
        return plan_of(settings().rate_limits, own), own

    plan, own = run(read)
    for kind, rate in plan.items():
        of_whom = "its own" if kind in own else "the installation's"
        output.print(Text(f"{kind:<10} {rate.per_minute:>8} a minute, {rate.burst} at once ({of_whom})"))


@limits_app.command("set")
def limits_set(
    tenant: Code,
    kind: Annotated[RouteClass, typer.Argument(metavar="CLASS", help="read, write or expensive")],
    per_minute: Annotated[int, typer.Argument(min=0, max=1_000_000, help="0: the installation's number again")],
) -> None:
    """Give a client its own limit for a class of routes; in force within ten seconds."""

    async def write(planes: Opened) -> None:
        _, change = await _change(planes, tenant)
        wanted = (kind, per_minute or None)
        await change_limit(planes.control, planes.plane, change.tenant_id, wanted, change.by, change.at)

    run(write)
    output.print("[green]in force[/green] within ten seconds")
