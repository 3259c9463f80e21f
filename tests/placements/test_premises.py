"""A client's own server: reached by TLS that is checked, and prepared by an administrator who is no superuser."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import asyncpg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kit.db import Database
from kit.embedded.postgres import EmbeddedPostgres
from migrations.gate import offenders
from placements import ledger
from placements.errors import TargetRefused
from placements.overview import migrate_all
from placements.target import Kept, secured
from tenants.placements import Access
from tests.placements.conftest import BOX, Ground, rows_of
from tests.support.house import TENANT_B, TODAY

NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "premises")])
NOW = datetime.now(UTC)


def certify(folder: Path, name: str, address: str = "127.0.0.1") -> tuple[Path, Path]:
    """Make a key and its own certificate for one address, and no other name; return both files."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        x509.CertificateBuilder(NAME, NAME, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW - timedelta(hours=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    certificate, secret = folder / f"{name}.crt", folder / f"{name}.key"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, secret


SSL_REQUEST = bytes.fromhex("0000000804d2162f")
"""What a client says first that wants TLS (PostgreSQL's protocol, "SSLRequest")."""


class TlsOnly:
    """Speaks TLS for a server whose build has none; a client that does not ask for it is hung up on."""

    def __init__(self, server: EmbeddedPostgres, certificate: Path, secret: Path) -> None:
        self._to = server.port
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, secret)
        self.plain = self.secure = 0

    async def start(self) -> asyncio.Server:
        return await asyncio.start_server(self._take, "127.0.0.1")

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            if await reader.readexactly(len(SSL_REQUEST)) != SSL_REQUEST:
                self.plain += 1
                return
            writer.write(b"S")
            await writer.start_tls(self._context)
            self.secure += 1
            inside, to = await asyncio.open_connection("127.0.0.1", self._to)
            await asyncio.wait(
                [asyncio.create_task(_pipe(reader, to)), asyncio.create_task(_pipe(inside, writer))],
                return_when=asyncio.FIRST_COMPLETED,
            )
            to.close()
        writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while content := await reader.read(65_536):
            writer.write(content)
            await writer.drain()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """``dba`` owns the database galaxy and is no superuser."""
    with EmbeddedPostgres(tmp_path / "premises", durable=False) as made:
        made.sql("CREATE ROLE dba LOGIN PASSWORD 'p' CREATEROLE")
        made.create_database("galaxy", owner="dba")
        yield made


@pytest.fixture
async def front(server: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[tuple[TlsOnly, str]]:
    """The only way to the server, and the administrator's address by it."""
    certify(tmp_path, "other")
    made = TlsOnly(server, *certify(tmp_path, "server"))
    async with await made.start() as listening:
        port = listening.sockets[0].getsockname()[1]
        yield made, f"postgresql://dba:p@127.0.0.1:{port}/galaxy"


async def test_tls_that_is_checked_and_an_administrator_who_is_no_superuser(
    ground: Ground, server: EmbeddedPostgres, front: tuple[TlsOnly, str], tmp_path: Path
) -> None:
    door, plain = front
    checked = f"{plain}?sslmode=verify-full&sslrootcert={tmp_path}/"
    good = f"{checked}server.crt"
    no_tls = ground.house.admin_dsn + "?sslmode=require"
    for target, why in (
        (f"{plain}?sslmode=disable", "cannot be entered"),
        (f"{checked}other.crt", "cannot be entered"),
        (good.replace("127.0.0.1", "localhost"), "cannot be entered"),
        (no_tls, "cannot be entered"),
        (good, "needs CREATEROLE and BYPASSRLS"),
    ):
        with pytest.raises(TargetRefused, match=why):
            await ground.move(target)
    server.sql("ALTER ROLE dba BYPASSRLS")
    before = await rows_of(ground.house.admin_dsn, ground.galaxy)
    await ground.move(good)
    assert await rows_of(ground.house.admin_dsn, ground.galaxy) == {}
    for enter in (ground.planes.transaction, ground.planes.session):
        async with enter(ground.galaxy) as scope:
            assert (await scope.fetch("SELECT count(*) AS n FROM gf.queue"))[0]["n"] == before["queue"]
    assert door.plain == 1  # sslmode=disable
    assert door.secure > 6
    done = await migrate_all(ground.house.dsns["gf_migrator"], lambda: BOX, TODAY, lambda _place: None)
    assert [(place.name, place.error) for place in done] == [("shared", None), ("galaxy", None)]
    await holds(ground, good, server.dsn("galaxy"))
    await ground.move(back=True)
    assert (await rows_of(ground.house.admin_dsn, ground.galaxy))["queue"] == before["queue"]
    assert door.plain == 1


async def holds(ground: Ground, admin_dsn: str, superuser_dsn: str) -> None:
    """What only a superuser could revoke opens nothing, and the administrator keeps no membership that it uses."""
    (row,) = await ground.admin.fetch("SELECT access, move_id FROM control.placement")
    access = Access.open(BOX, ground.galaxy, row["access"])
    app = Database(access.dsns["app"], access.signer)
    pool = await app.pool()
    forged = f"1.{TENANT_B}.1.9999999999.{'00' * 32}"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.fetch(f"SELECT s.* FROM (SELECT set_config('app.ctx', '{forged}', true)) c, gf.skill s")
    with pytest.raises(asyncpg.PostgresError, match="not here"):  # signed, and not at home here
        async with app.transaction(ground.harbour) as scope:
            await scope.fetch("SELECT * FROM gf.skill")
    await app.close()
    kept = Kept.open(BOX, ground.galaxy, await ledger.sealed_of(ground.admin, row["move_id"]) or b"")
    assert kept.target.lent
    admin, superuser = await asyncpg.connect(admin_dsn), await asyncpg.connect(superuser_dsn)
    assert await offenders(superuser, kept.target.logins, lent=True) == []
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await admin.fetch("SELECT * FROM guard.key")
    await admin.execute("GRANT gf_guard TO dba WITH INHERIT TRUE")
    assert await offenders(superuser, kept.target.logins, lent=True) != []
    await admin.execute("REVOKE gf_guard FROM dba GRANTED BY dba")
    await admin.close()
    await superuser.close()


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("postgresql://a:b@db.example:5432/x", "postgresql://a:b@db.example:5432/x?sslmode=require"),
        ("postgresql://a@10.1.2.3/x?user=y", "postgresql://a@10.1.2.3/x?user=y&sslmode=require"),
        ("postgresql://a:b@db.example/x?sslmode=verify-full", "postgresql://a:b@db.example/x?sslmode=verify-full"),
        ("postgresql://a:b@db.example/x?sslmode=disable", "postgresql://a:b@db.example/x?sslmode=disable"),
        ("postgresql://a:b@127.0.0.1:5432/x", "postgresql://a:b@127.0.0.1:5432/x"),
        ("nonsense", "nonsense"),
    ],
)
def test_another_machine_is_asked_for_tls(given: str, asked: str) -> None:
    assert secured(given) == asked
