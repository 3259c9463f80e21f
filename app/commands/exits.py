"""A client's way out, and its end."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import typer
from redis.asyncio import Redis

from app import reactions, wiring
from app.commands.house import COMMAND_LINE, By, Code, House, Why, client, output, run
from app.commands.tenant_keys import key_app
from app.wiring import SettingMissing, bucket_of, document_signer, recordings_of, secret_box
from exits.errors import NotLeft
from exits.service import export_keys, holds, orders
from exits.service.erase import Home, Means, erase, unfinished
from exits.service.folder import export_closed, export_to
from exits.service.order import Order
from exits.service.remains import Disks
from exits.service.states import Change, State, change_state, state_of
from journal import seals
from journal import service as journal
from journal.core.facts import Actor, Payload
from kit import clock
from kit.db import AccessibleTenantId, GuardedConnection
from kit.errors import ValidationFailed
from kit.settings import settings
from placements import ledger
from placements.errors import MoveRefused
from placements.target import Kept
from tenants.access import INSTALLATION, for_system


def _change(code: str, state: State, by: str, why: str) -> None:
    async def work(house: House) -> bool:
        _, tenant_id = await client(house, code, f"tenants {state}")
        changed = await change_state(house.control, house.plane, tenant_id, Change(state, by, why, clock.now()))
        if changed and house.bus is not None:
            await house.bus.ring(reactions.CONFIGURED)
        return changed

    output.print(f"[green]{state}[/green]" if run(work) else f"it is {state} already")


def suspend(tenant: Code, why: Why = "", by: By = COMMAND_LINE) -> None:
    """Let nobody enter a client, and answer none of its numbers, until it is resumed. Nothing is lost."""
    _change(tenant, "suspended", by, why)


def resume(tenant: Code, why: Why = "", by: By = COMMAND_LINE) -> None:
    """Open a suspended client, or one that left, again."""
    _change(tenant, "active", by, why)


def leave(tenant: Code, why: Why = "", by: By = COMMAND_LINE) -> None:
    """Note that a client has left: nobody enters it, and it may be exported and erased."""
    _change(tenant, "left", by, why)


def export_data(
    tenant: Code,
    to: Annotated[Path, typer.Option("--to", help="a folder that does not exist or is empty; or a file, see above")],
    by: By = COMMAND_LINE,
) -> None:
    """Write everything of a client into a folder that it can read without us, with a signed manifest.

    When the client has named a key for its exports, it is one file instead that only this key opens (age -d).
    Check it with tools/glassfloor_verify.py. Interrupted, it leaves FOLDER.part, which the next attempt replaces.
    """

    async def work(house: House) -> tuple[int, str]:
        found, tenant_id = await client(house, tenant, "export-data")
        await _seal(house, tenant_id)
        async with house.plane.transaction(tenant_id) as scope:
            key = await export_keys.current(scope)
        with output.status(f"{tenant}: reading") as status:

            async def progress(done: int, total: int) -> None:
                status.update(f"{tenant}: {done:,} of {total:,} rows and recordings")

            order = Order(tenant_id, found.code, found.name, clock.now(), recordings_of(settings()),
                          document_signer(settings()))  # fmt: skip
            if key is not None:
                closed = await export_closed(house.plane, order, (to, key["recipient"]), by, progress)
                return len(closed.files), f", encrypted to {key['recipient']}"
            return len((await export_to(house.plane, order, to, by, progress)).files), ""

    files, how = run(work)
    output.print(
        f"[green]whole[/green] {files:,} files and their manifest in {to}{how}", highlight=False, soft_wrap=True
    )


async def _seal(house: House, tenant_id: AccessibleTenantId) -> None:
    """Seal the newest facts, where this process may: otherwise they leave unsealed, in a file of their own."""
    if settings().sealer_dsn.get_secret_value():
        sealer = wiring.planes(settings(), house.control, "sealer")
        try:
            await seals.seal_new(sealer, tenant_id)
        finally:
            await sealer.close()


def erase_command(
    tenant: Annotated[str, typer.Argument(metavar="TENANT", help="the client's code, or its id to go on")],
    certificate: Annotated[Path, typer.Option(help="where the signed certificate is written")],
    without_export: Annotated[bool, typer.Option("--without-export", help="although no export was made")] = False,  # noqa: FBT002 - typer's options
    confirm: Annotated[str, typer.Option(help="the client's code once more; asked for if missing")] = "",
    database_away: Annotated[bool, typer.Option("--database-away", help="its own one is gone or given back")] = False,  # noqa: FBT002 - typer's options
) -> None:
    """Destroy a client that has left: first its keys, which cannot be undone, then every row, file and key.

    May be interrupted at any time: run it again, with the client's id, until it is done. Needs GF_MIGRATOR_DSN, and
    GF_ENGINE_RECORDINGS where the phone engine is not ours. Stop nothing: nobody enters a client that has left. Rows
    in a database of the client's own are deleted there; with --database-away the certificate says that they were not.
    """

    async def work(house: House) -> dict[str, object]:
        tenant_id, begun = await _to_erase(house, tenant, unasked=without_export or database_away, away=database_away)
        if not begun:
            typed = confirm or typer.prompt(f"Everything of {tenant} will be destroyed. Type its code")
            if typed != tenant:
                raise ValidationFailed("that is not its code; nothing was changed")
        return await _erased(house, tenant_id, away=database_away)

    signed = run(work)
    certificate.write_text(json.dumps(signed, indent=1, ensure_ascii=False), encoding="utf-8")
    output.print(f"[green]erased[/green]; the certificate is in {certificate}", highlight=False, soft_wrap=True)


def erase_due(
    certificates: Annotated[Path | None, typer.Option(help="a folder for copies of the certificates")] = None,
) -> None:
    """Erase every client about whom two people decided in the back office, and whose time to be stopped is over.

    Goes on with what was interrupted, too. Run it by a timer where GF_MIGRATOR_DSN is. The certificates are on the
    page of the back office.
    """

    async def work(house: House) -> list[tuple[UUID, dict[str, object]]]:
        pending = [*await unfinished(house.control), *await orders.due(house.control, clock.now())]
        return [(tenant_id, await _erased(house, tenant_id, away=False)) for tenant_id in pending]

    for tenant_id, signed in run(work):
        output.print(f"[green]erased[/green] {tenant_id}", highlight=False)
        if certificates is not None:
            certificates.mkdir(parents=True, exist_ok=True)
            content = json.dumps(signed, indent=1, ensure_ascii=False)
            (certificates / f"erasure-{tenant_id}.json").write_text(content, encoding="utf-8")


async def _to_erase(house: House, tenant: str, *, unasked: bool, away: bool) -> tuple[UUID, bool]:
    """Return whom to erase, and whether that was begun before. Raises :class:`NotLeft`, ``HeldStill``, ``NotFound``."""
    begun = {str(tenant_id): tenant_id for tenant_id in await unfinished(house.control)}
    if tenant in begun:
        return begun[tenant], True
    found, tenant_id = await client(house, tenant, "erase")
    if await state_of(house.control, tenant_id) not in {"suspended", "left"}:
        raise NotLeft(f"suspend it first: glassfloor tenants leave {tenant}")
    if not away:
        async with house.plane.transaction(tenant_id) as scope:
            await holds.refuse_while_held(scope)
    if unasked:
        return found.id, False
    async with house.plane.transaction(tenant_id) as scope:
        made = await scope.fetch(
            "SELECT 1 FROM gf.journal WHERE tenant_id = $1 AND kind IN ('ExportBuilt', 'ExportWritten') LIMIT 1",
            tenant_id,
        )
    if not made:
        raise NotLeft("it was given no export; make one, or say --without-export")
    return found.id, False


async def _erased(house: House, tenant_id: UUID, *, away: bool) -> dict[str, object]:
    address = settings().migrator_dsn.get_secret_value()
    if not address:
        raise SettingMissing("GF_MIGRATOR_DSN")
    async with AsyncExitStack() as stack:
        control = await _entered(stack, address)
        home = await _home(stack, control, tenant_id, away=away)
        redis_url = settings().redis_url.get_secret_value()
        redis = Redis.from_url(redis_url) if redis_url else None
        if redis is not None:
            stack.push_async_callback(redis.aclose)
        means = Means(control, home, house.vault, _disks(), redis, document_signer(settings()), _announcer(house))
        return await erase(means, tenant_id, clock.now, lambda step: output.print(f"  {step}", highlight=False))


async def _entered(stack: AsyncExitStack, address: str) -> asyncpg.Connection[Any]:
    connection = await asyncpg.connect(address, connection_class=GuardedConnection, timeout=10)
    stack.push_async_callback(connection.close)
    return connection


async def _home(stack: AsyncExitStack, control: asyncpg.Connection[Any], tenant_id: UUID, *, away: bool) -> Home:
    """Return where the client's rows are. Raises ``MoveRefused`` while it is being moved."""
    await ledger.take(control, tenant_id)
    if await ledger.under_way(control, tenant_id) is not None:
        raise MoveRefused("The client is being moved; end the move or give it up first")
    place = await ledger.place_of(control, tenant_id)
    if place.kind == ledger.SHARED or place.move_id is None:

        async def shared() -> asyncpg.Connection[Any]:
            return control

        return Home(place.kind, "", shared)
    sealed = await ledger.sealed_of(control, place.move_id)

    async def own() -> asyncpg.Connection[Any]:
        if sealed is None:
            raise MoveRefused("How to enter the client's own database is not known any more; say --database-away")
        return await _entered(stack, Kept.open(secret_box(settings()), tenant_id, sealed).migrator)

    return Home(place.kind, place.server, None if away else own)


def _disks() -> Disks:
    engine = settings().engine_recordings
    bucket = bucket_of(settings())
    stores = {} if bucket is None else {f"bucket {settings().recordings_bucket}": bucket}
    return Disks([settings().data_folder, *([engine] if engine else [])], settings().tenant_keys_folder, stores)


def _announcer(house: House) -> Callable[[UUID, Payload], Awaitable[None]]:
    """Return what writes a fact about an erased client into the installation's journal, once."""

    async def announce(tenant_id: UUID, fact: Payload) -> None:
        async with house.plane.transaction(for_system(INSTALLATION, "erase")) as scope:
            if fact.KIND not in {told.kind for told in await journal.history(scope, tenant_id)}:
                journal.append(scope, fact, subject=tenant_id, at=clock.now(), actor=Actor("command", "erase"))

    return announce


def add_to(tenants_app: typer.Typer) -> None:
    """Add these commands to those of clients."""
    tenants_app.add_typer(key_app, name="key")
    for name, command in (
        ("suspend", suspend), ("resume", resume), ("leave", leave), ("export-data", export_data),
        ("erase", erase_command), ("erase-due", erase_due),
    ):  # fmt: skip
        tenants_app.command(name)(command)
