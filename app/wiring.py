"""What a process is made of: settings to databases, bell and adapters. The only place that chooses an adapter."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import asyncpg

from kit import vault
from kit.buckets import Access, Bucket
from kit.bus import Bus
from kit.db import Database
from kit.errors import Unavailable
from kit.guard import ContextSigner
from kit.keystore import LocalKeyStore
from kit.objects import Behind, Folder, Objects
from kit.secretbox import SecretBox
from kit.settings import Settings
from kit.signing import DocumentSigner
from kit.tally import Tally
from kit.vault import Vault
from migrations.prepare import login_dsn
from migrations.run import head
from tenants import placements
from tenants.placements import Planes
from tenants.service.door import Door
from tenants.service.entrance import Entrance
from workorders.context.service import Means


class SettingMissing(Exception):
    """A process was started without a setting that it needs."""

    def __init__(self, name: str) -> None:
        """Name the environment variable."""
        super().__init__(
            f"{name} is not set; `glassfloor database prepare` prints the values, `glassfloor demo` sets all"
        )


@dataclass(frozen=True, slots=True)
class Services:
    """What web, engine and worker share."""

    settings: Settings
    control: Database
    plane: Planes
    bus: Bus
    signer: DocumentSigner
    box: SecretBox
    recordings: Objects

    async def close(self) -> None:
        """Close every connection."""
        await self.bus.close()
        await self.plane.close()
        await self.control.close()


def recordings_of(settings: Settings) -> Objects:
    """Return where recordings are kept; what lay in the folder before there was a bucket is read there."""
    folder, bucket = Folder(settings.recordings_folder.resolve()), bucket_of(settings)
    return folder if bucket is None else Behind(bucket, folder)


def bucket_of(settings: Settings) -> Bucket | None:
    """Return the bucket for recordings, if there is one."""
    if not settings.recordings_bucket:
        return None
    secret = settings.s3_secret.get_secret_value()
    access = Access(settings.s3_endpoint, settings.s3_region, settings.s3_key_id, secret)
    return Bucket(settings.recordings_bucket, access)


def contexts_of(services: Services) -> Means:
    """Return what the conversations behind work orders are told with."""
    return Means(services.signer, services.recordings, services.settings.public_url)


def signer(settings: Settings) -> ContextSigner:
    """Return the signer of tenant contexts."""
    return ContextSigner(settings.context_kid, _key(settings, "context_key"))


def document_signer(settings: Settings) -> DocumentSigner:
    """Return the signer of documents that clients check without us."""
    return DocumentSigner(_key(settings, "signing_key"))


def secret_box(settings: Settings) -> SecretBox:
    """Return the box for secrets at rest."""
    return SecretBox(_key(settings, "master_key"))


def install_vault(settings: Settings) -> Vault:
    """Make the vault of clients' keys and let this process seal and open with it."""
    box = secret_box(settings)
    made = Vault(LocalKeyStore(settings.tenant_keys_folder.resolve(), box), box)
    vault.install(made)
    return made


def entrance(services: Services, tally: Tally | None = None) -> Entrance:
    """Return what signing in needs; what is counted at the door is kept under hashes keyed from the master key."""
    settings = services.settings
    key = hmac.new(settings.master_key.get_secret_value().encode(), b"door", hashlib.sha256).digest()
    mail = bool(settings.smtp_url.get_secret_value())
    door = Door(tally, key, address_size=settings.sign_in_tries_per_address)
    return Entrance(services.control, services.plane, services.box, door, mail=mail)


def _key(settings: Settings, name: str) -> bytes:
    key: str = getattr(settings, name).get_secret_value()
    if not key:
        raise SettingMissing(f"GF_{name.upper()}")
    return bytes.fromhex(key)


def database(settings: Settings, login: str, *, size: int = 8) -> Database:
    """Return the database under one of the logins ``app``, ``worker``, ``sealer`` or ``control``."""
    dsn = getattr(settings, f"{login}_dsn").get_secret_value()
    if not dsn:
        raise SettingMissing(f"GF_{login.upper()}_DSN")
    return Database(dsn, None if login == "control" else signer(settings), size=size)


def planes(settings: Settings, control: Database, login: str, *, size: int = 8) -> Planes:
    """Return every database that tenants live in, under ``login``."""
    return Planes(database(settings, login, size=size), control, secret_box(settings), login, head())


@asynccontextmanager
async def open_services(settings: Settings, login: str = "app") -> AsyncIterator[Services]:
    """Open a process's services with the tenant plane under ``login``; checks first that the guard really guards."""
    redis_url = settings.redis_url.get_secret_value()
    if not redis_url:
        raise SettingMissing("REDIS_URL")
    install_vault(settings)
    control, box = database(settings, "control"), secret_box(settings)
    services = Services(
        settings, control, planes(settings, control, login), Bus(redis_url), document_signer(settings), box,
        recordings_of(settings),
    )  # fmt: skip
    hearing = asyncio.create_task(_hear_of_moves(services))
    try:
        await refuse_open_server(services.plane.shared)
        await refuse_unsafe_login(services.plane.shared)
        yield services
    finally:
        hearing.cancel()
        with suppress(asyncio.CancelledError):
            await hearing
        await services.close()


async def _hear_of_moves(services: Services) -> None:
    async for _ in services.bus.listen(placements.BELL):
        services.plane.look_again()


async def refuse_open_server(plane: Database) -> None:
    """Refuse a server that asks for no password ("trust"): there any process is any role, and no ring holds."""
    wrong = login_dsn(plane.dsn, urlsplit(plane.dsn).username or "", secrets.token_hex(8))
    try:
        connection = await asyncpg.connect(wrong, timeout=5)
    except asyncpg.InvalidAuthorizationSpecificationError:
        return
    await connection.close()
    raise Unavailable("The database server accepted a wrong password; set its pg_hba.conf to scram-sha-256")


async def refuse_unsafe_login(plane: Database) -> None:
    """Refuse to start under a login that row-level security does not hold: superuser, BYPASSRLS, or owner of tables."""
    pool = await plane.pool()
    row = await pool.fetchrow(
        "SELECT rolsuper OR rolbypassrls OR EXISTS (SELECT FROM pg_class WHERE relowner = r.oid) AS unsafe,"
        " to_regclass('gf.journal') IS NULL AS empty FROM pg_roles r WHERE rolname = session_user"
    )
    if row is None or row["unsafe"]:
        raise Unavailable("This database login could bypass the isolation of tenants; give the process gf_app's DSN")
    if row["empty"]:
        raise Unavailable("The database has no tables yet; run `glassfloor migrate` first")
