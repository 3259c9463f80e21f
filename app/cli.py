"""``glassfloor``: every process and every administrative act of the centre, each with help that teaches."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.commands import (
    blueprints,
    credentials,
    database,
    engines,
    exits,
    journal,
    placements,
    probe,
    processes,
    tenants,
    users,
    workorders,
)  # fmt: skip
from app.demo.place import AlreadyRunning
from app.demo.run import run as run_demo
from app.demo.servers import CannotPrepare
from app.demo.wish import Wish
from kit.embedded.errors import EmbeddedServerError
from kit.errors import Problem
from kit.settings import settings
from telephony.asterisk.local import EngineFailed

app = typer.Typer(
    name="glassfloor",
    help="A multi-tenant outsourced call centre with glass walls.\n\nStart with `glassfloor demo`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(tenants.centre_app, name="centre")
app.add_typer(blueprints.tenants_app, name="tenants")
blueprints.tenants_app.command("move")(placements.move)
blueprints.tenants_app.command("placements")(placements.show)
app.add_typer(users.users_app, name="users")
exits.add_to(blueprints.tenants_app)
app.add_typer(tenants.keys_app, name="keys")
app.add_typer(credentials.limits_app, name="limits")
tenants.keys_app.command("list")(credentials.keys_list)
tenants.keys_app.command("revoke")(credentials.keys_revoke)
blueprints.tenants_app.command("open-passwords")(credentials.passwords_open)
app.add_typer(database.app, name="database")
app.add_typer(journal.app, name="journal")
app.add_typer(probe.app, name="probe")
app.command("workorders", context_settings=workorders.AS_IT_IS)(workorders.workorders)
app.command("migrate")(database.migrate_command)
app.command("web")(processes.web)
app.command("engine")(processes.engine)
app.command("worker")(processes.worker)
app.command("mover")(processes.mover)
app.command("engines")(engines.engines)
app.command("drain")(engines.drain)
app.command("undrain")(engines.undrain)
app.command("give-up")(engines.give_up)

errors = Console(stderr=True)


@app.command()
def demo(
    phones: Annotated[
        str, typer.Option(help="asterisk (real SIP calls) or simulator (no Asterisk needed)")
    ] = "asterisk",
    folder: Annotated[Path, typer.Option(help="where everything is kept; a second start finds its data")] = Path(
        ".glassfloor"
    ),
    port: Annotated[int, typer.Option(help="port of the portal on 127.0.0.1")] = 8000,
    traffic: Annotated[bool, typer.Option(help="play callers and agents")] = True,
) -> None:
    """Run the whole centre on this machine: databases, phones, two clients, live traffic. Ctrl-C ends it.

    Prints where to look and how to sign in, then one line `ready: URL`. Scripts find the same in FOLDER/demo.json.
    DATABASE_URL, REDIS_URL and ARI_URL name servers of your own, used instead of the embedded ones.
    """
    if phones not in {"asterisk", "simulator"}:
        raise typer.BadParameter("choose asterisk or simulator", param_hint="--phones")
    try:
        asyncio.run(run_demo(Wish(folder, phones, port, traffic), settings(), Console()))
    except (EmbeddedServerError, EngineFailed, CannotPrepare, AlreadyRunning, Problem) as error:
        errors.print(f"[red]The demo cannot start.[/red] {error}", highlight=False)
        raise typer.Exit(1) from error


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
