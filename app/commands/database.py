"""Preparing and migrating the database."""

from __future__ import annotations

import asyncio
import json
import secrets
from datetime import UTC, datetime
from typing import Annotated

import typer

from app.wiring import secret_box
from kit.settings import settings
from migrations.prepare import prepare as prepare_database
from placements.overview import Migrated, migrate_all

app = typer.Typer(help="Prepare a PostgreSQL database once, as a superuser.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `prepare` a sub-command."""


@app.command()
def prepare() -> None:
    """Make roles, schemas and the guard in the database of DATABASE_URL, with fresh passwords and signing key.

    Prints the settings of every process as JSON: put them into your secret store; they are shown once. Run again, it
    changes all passwords and the context key: restart every process with the new ones, but keep the first run's
    GF_SIGNING_KEY and GF_MASTER_KEY.
    """
    admin = settings().database_url.get_secret_value()
    if not admin:
        raise typer.BadParameter("set DATABASE_URL to the database's address with a superuser's login")
    made = asyncio.run(prepare_database(admin))
    shown = {f"{login.upper()}_DSN": dsn for login, dsn in made.dsns.items()}
    keys = {"GF_CONTEXT_KEY": made.signer.key.hex()}
    # Later runs must not change these two: clients hold what they signed, and the tables what they sealed.
    keys |= {name: secrets.token_hex(32) for name in ("GF_SIGNING_KEY", "GF_MASTER_KEY")}
    typer.echo(json.dumps({**shown, **keys}, indent=1))


def migrate_command(
    dsn: Annotated[str, typer.Option(help="gf_migrator's address; default: GF_MIGRATOR_DSN")] = "",
) -> None:
    """Bring the tables to this version: of the shared database, then of every client's own one (docs/placements.md).

    Safe to run again, and while the previous version still runs. A client's database that cannot be reached stops no
    other; it is closed until a later run reaches it, and the exit code is 1.
    """
    address = dsn or settings().migrator_dsn.get_secret_value()
    if not address:
        raise typer.BadParameter("set GF_MIGRATOR_DSN, or give --dsn")
    today = datetime.now(UTC).date()
    done = asyncio.run(migrate_all(address, lambda: secret_box(settings()), today, _say))
    if any(place.error for place in done):
        raise typer.Exit(1)
    typer.echo("the database is at this version")


def _say(place: Migrated) -> None:
    if place.error is not None:
        typer.echo(f"{place.name}: NOT at this version, closed until it is: {place.error}", err=True)
    elif place.name != "shared":
        typer.echo(f"{place.name}: at this version")
