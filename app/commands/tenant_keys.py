"""A client's keys: what they are, and how they change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

import typer

from app.commands.house import COMMAND_LINE, By, Code, House, client, output, run
from app.wiring import recordings_of
from exits.service import export_keys, keys, plain_facts, reseal
from exits.service.spent import Places, destroy_spent
from journal.core.facts import Actor
from kit import clock
from kit.settings import settings

key_app = typer.Typer(help="A client's keys: what they are, and how they change.", no_args_is_help=True)


@key_app.command("status")
def key_status(tenant: Code) -> None:
    """Show a client's data keys: which seal, which only open, who wraps them."""

    async def work(house: House) -> tuple[list[dict[str, object]], int]:
        _, tenant_id = await client(house, tenant, "key status")
        async with house.plane.transaction(tenant_id) as scope:
            return await keys.status(scope), await plain_facts.count(scope.fetch, tenant_id)

    found, plain = run(work)
    for row in found:
        state = "opens only" if row["retired_at"] else "in use"
        server = f", then the client's {row['server_key_id']}" if row["server_key_id"] else ""
        output.print(f"{row['id']}  {row['purpose']:5}  {state:10}  made {row['made_at']:%Y-%m-%d %H:%M}  "
                     f"wrapped by {row['key_id']}{server}", highlight=False, soft_wrap=True)  # fmt: skip
    if plain:
        output.print(f"[yellow]{plain:,} facts[/yellow] hold personal texts from before there were keys; they stay so")


@key_app.command("rotate")
def key_rotate(tenant: Code, by: By = COMMAND_LINE) -> None:
    """Seal with a new data key, and wrap all of them by a new key of the client. What is sealed stays readable."""

    async def work(house: House) -> tuple[UUID, str]:
        _, tenant_id = await client(house, tenant, "key rotate")
        who = keys.By(by, clock.now())
        made = await keys.rotate_data(house.vault, house.plane, tenant_id, who)
        return made, await keys.rotate_tenant(house.vault, house.plane, tenant_id, who, settings().data_folder)

    data, own = run(work)
    output.print(f"[green]in force[/green] data key {data}, wrapped by {own}", highlight=False)


@key_app.command("reseal")
def key_reseal(tenant: Code) -> None:
    """Seal under the newest key what older ones sealed, and what lies there from before there were keys.

    Facts are never rewritten. It may be interrupted and run again. An old key that nothing is under any more is
    destroyed. Needs the worker's settings (GF_WORKER_DSN).
    """

    async def work(house: House) -> tuple[reseal.Round, Mapping[UUID, Mapping[str, int]]]:
        _, tenant_id = await client(house, tenant, "key reseal")
        with output.status(tenant) as status:

            async def progress(told: reseal.Round) -> None:
                status.update(f"{tenant}: {told.looked:,} of {told.total:,} rows and files")

            done = await reseal.reseal(house.vault, house.plane, tenant_id, recordings_of(settings()), progress)
        return done, await destroy_spent(
            house.vault, house.plane, tenant_id, Places(settings().data_folder, recordings_of(settings())), clock.now()
        )

    done, found = run(work, "worker")
    for table in (*reseal.TEXTS, *reseal.BYTES, "recording"):
        output.print(f"{table}: {done.changed[table]:,}", highlight=False)
    if done.unreadable:
        output.print(f"[red]{done.unreadable:,} files open under no key[/red]; the log names them")
    for key_id, holds in found.items():
        under = ", ".join(f"{number:,} of {table}" for table, number in holds.items())
        output.print(f"{key_id}  {f'still seals {under}' if holds else 'destroyed: nothing was under it'}",
                     highlight=False, soft_wrap=True)  # fmt: skip


@key_app.command("use-server")
def key_use_server(
    tenant: Code,
    url: Annotated[str, typer.Option(help="where the client's key server answers")],
    by: By = COMMAND_LINE,
) -> None:
    """Have a client's data keys wrapped by its own key server (docs/keys.md). Asks for the secret it knows us by."""
    if urlsplit(url).scheme not in {"https", "http"} or not urlsplit(url).hostname:
        raise typer.BadParameter("write https://host/path", param_hint="--url")
    named = keys.Named(url, typer.prompt("Secret", hide_input=True))

    async def work(house: House) -> None:
        _, tenant_id = await client(house, tenant, "key use-server")
        who = keys.By(by, clock.now())
        await keys.name_server(house.vault, house.plane, tenant_id, named, who, settings().data_folder)

    run(work)
    output.print("[green]done[/green]; without that server this client's data stays closed from now on")


@key_app.command("forget-server")
def key_forget_server(tenant: Code, by: By = COMMAND_LINE) -> None:
    """Wrap a client's data keys by this installation's key alone again. Its server must answer for the last time."""

    async def work(house: House) -> None:
        _, tenant_id = await client(house, tenant, "key forget-server")
        await keys.forget_server(house.vault, house.plane, tenant_id, keys.By(by, clock.now()))

    run(work)
    output.print("[green]done[/green]")


@key_app.command("for-exports")
def key_for_exports(
    tenant: Code,
    recipient: Annotated[str, typer.Argument(help="age1..., as age-keygen prints it; - for none from now on")],
    by: By = COMMAND_LINE,
) -> None:
    """Encrypt a client's exports to its own public key from now on (https://age-encryption.org)."""
    who = (Actor("command", by), by)

    async def work(house: House) -> str:
        _, tenant_id = await client(house, tenant, "key for-exports")
        async with house.plane.transaction(tenant_id) as scope:
            if recipient == "-":
                await export_keys.forget(scope, who, clock.now())
                return "[green]done[/green]; exports are encrypted to no key of the client"
            return f"[green]in force[/green] {await export_keys.name(scope, recipient, who, clock.now())}"

    output.print(run(work), highlight=False, soft_wrap=True)
