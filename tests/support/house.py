"""A prepared and migrated database with one `Database` per login, copied from a template for each test."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import asyncpg

from journal import service as journal
from kit import vault
from kit.db import AccessibleTenantId, Database
from kit.embedded.postgres import EmbeddedPostgres
from kit.guard import ContextSigner
from kit.keystore import LocalKeyStore
from kit.secretbox import SecretBox
from kit.vault import Vault
from migrations.logins import LOGINS, SHARED, Logins
from migrations.prepare import grant_database, login_dsn, prepare
from migrations.run import migrate

KEY = bytes(range(32))
KEYS_FOLDER = Path(tempfile.mkdtemp(prefix="glassfloor-keys-"))
"""Tenants' keys of this test process and of the processes that it starts."""
atexit.register(shutil.rmtree, KEYS_FOLDER, ignore_errors=True)
KEYS = {
    "GF_CONTEXT_KEY": KEY.hex(), "GF_SIGNING_KEY": KEY[::-1].hex(), "GF_MASTER_KEY": KEY.hex(),
    "GF_KEYS_FOLDER": str(KEYS_FOLDER),
}  # fmt: skip
"""The keys of a process's environment."""
PASSWORD = "only-for-tests"
TODAY = date(2026, 11, 21)
TEMPLATE = "house_template"
OWN_TEMPLATE = "own_house_template"
OWN_LOGINS = Logins("00c0ffee")
OWN_KEY = bytes(range(32, 64))

INSTALLATION = AccessibleTenantId(UUID("00000000-0000-7000-8000-000000000001"))
TENANT_A = AccessibleTenantId(UUID("00000000-0000-7000-8000-00000000000a"))
TENANT_B = AccessibleTenantId(UUID("00000000-0000-7000-8000-00000000000b"))


@dataclass
class House:
    """One database of the installation, with every login."""

    admin_dsn: str
    app: Database
    worker: Database
    sealer: Database
    control: Database
    dsns: dict[str, str]
    signer: ContextSigner
    logins: Logins = SHARED

    async def close(self) -> None:
        for database in (self.app, self.worker, self.sealer, self.control):
            await database.close()


async def make_template(admin_dsn: str) -> None:
    """Prepare and migrate the template database, once per server."""
    made = await prepare(admin_dsn, dict.fromkeys(LOGINS, PASSWORD), KEY)
    await migrate(made.dsns["gf_migrator"], today=TODAY)


async def make_own_template(admin_dsn: str) -> None:
    """The same for a database of tenant A alone, with logins of its own."""
    passwords = dict.fromkeys(LOGINS, PASSWORD)
    made = await prepare(admin_dsn, passwords, OWN_KEY, logins=OWN_LOGINS, only=TENANT_A)
    await migrate(made.dsns["gf_migrator"], today=TODAY, logins=OWN_LOGINS)


@asynccontextmanager
async def open_own_house(server: EmbeddedPostgres, name: str) -> AsyncIterator[House]:
    """Copy tenant A's own database; it has no control plane."""
    admin_dsn = server.create_database(name, template=OWN_TEMPLATE)
    connection = await asyncpg.connect(admin_dsn)
    await grant_database(connection, OWN_LOGINS)
    await connection.close()
    dsns = {login: login_dsn(admin_dsn, OWN_LOGINS.name(login), PASSWORD) for login in OWN_LOGINS.connecting}
    signer = ContextSigner(kid=1, key=OWN_KEY)
    app, worker, sealer = (Database(dsns[login], signer) for login in ("gf_app", "gf_worker", "gf_sealer"))
    house = House(admin_dsn, app, worker, sealer, Database("postgresql://none"), dsns, signer, OWN_LOGINS)
    try:
        yield house
    finally:
        await house.close()
        server.drop_database(name)


def fresh_vault(folder: Path = KEYS_FOLDER) -> Vault:
    """Let this process seal and open, and know no key yet: the same tenants live in every test's database."""
    made = Vault(LocalKeyStore(folder, SecretBox(KEY)), SecretBox(KEY))
    vault.install(made)
    return made


@asynccontextmanager
async def open_house(server: EmbeddedPostgres, name: str, template: str = TEMPLATE) -> AsyncIterator[House]:
    """Copy the template into a new database and open every login on it."""
    admin_dsn = server.create_database(name, template=template)
    try:
        async with house_at(admin_dsn) as house:
            yield house
    finally:
        server.drop_database(name)


@asynccontextmanager
async def house_at(admin_dsn: str) -> AsyncIterator[House]:
    """Open every login on a copied database."""
    connection = await asyncpg.connect(admin_dsn)
    await grant_database(connection)
    await connection.close()
    dsns = {login: login_dsn(admin_dsn, login, PASSWORD) for login in LOGINS}
    signer = ContextSigner(kid=1, key=KEY)
    fresh_vault()
    house = House(
        admin_dsn,
        Database(dsns["gf_app"], signer), Database(dsns["gf_worker"], signer),
        Database(dsns["gf_sealer"], signer), Database(dsns["gf_control"]), dsns, signer,
    )  # fmt: skip
    try:
        yield house
    finally:
        await house.close()


async def two_tenants(house: House) -> None:
    """Make two bare tenants (control row and journal), for tests that need no configuration."""
    connection = await asyncpg.connect(house.dsns["gf_control"])
    for tenant_id, code in ((INSTALLATION, "installation"), (TENANT_A, "a"), (TENANT_B, "b")):
        await connection.execute(
            "INSERT INTO control.tenant (id, code, name, zone, languages) VALUES ($1, $2, $2, 'UTC', '{en}')",
            tenant_id, code,
        )  # fmt: skip
        async with house.app.transaction(tenant_id) as scope:
            await journal.open_journal(scope)
    await connection.close()
