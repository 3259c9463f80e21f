"""The database that a tenant shall live in: looked at before anything is changed, then made ready.

The administrative address (``--to``) is used here only and kept nowhere. Best it is a superuser's: then the guard's
second line takes rights away that PostgreSQL grants to everybody. Else see :data:`LENT`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import orjson

from kit.away import MAYBE_AWAY
from kit.guard import ContextSigner
from kit.secretbox import SecretBox
from migrations.logins import LOGINS, Logins
from migrations.prepare import login_dsn, prepare
from migrations.run import migrate
from placements.errors import TargetRefused
from tenants.placements import Access

OLDEST = 180_000
"""PostgreSQL 18: ``uuidv7()`` and what the revisions use."""
LENT = "CREATEROLE and BYPASSRLS, and must own the database"
"""What an administrator needs who is no superuser, as on a managed server: the migrator's login has BYPASSRLS, which
only who has it can give."""
_CONNECT_S = 10

_LOOK = """
SELECT current_setting('server_version_num')::int AS version, rolsuper AS super,
  current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby,
  (SELECT system_identifier::text FROM pg_control_system()) || '/' || current_database() AS identity,
  (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND c.relkind IN ('r', 'p', 'v', 'm', 'S')) AS things,
  EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS begun,
  rolcreaterole AND rolbypassrls
    AND pg_has_role((SELECT datdba FROM pg_database WHERE datname = current_database()), 'USAGE') AS lent,
  (SELECT string_agg(r.rolname, ', ' ORDER BY r.rolname) FROM pg_roles r WHERE r.rolname IN ('gf_owner', 'gf_guard')
    AND NOT pg_has_role(r.oid, 'MEMBER WITH ADMIN OPTION')) AS foreign
FROM pg_roles WHERE rolname = current_user
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A tenant's own database to be: its logins' names, their passwords and its guard's key, made once for a move."""

    server: str
    logins: Logins
    passwords: dict[str, str]
    signer: ContextSigner
    lent: bool = False
    """Its administrator is no superuser."""

    @classmethod
    def new(cls, admin_dsn: str, *, lent: bool) -> Target:
        """Make names, passwords and a key that nobody has."""
        passwords = {login: secrets.token_urlsafe(24) for login in LOGINS}
        signer = ContextSigner(1, secrets.token_bytes(32))
        return cls(server_of(admin_dsn), Logins(secrets.token_hex(8)), passwords, signer, lent)

    def dsn(self, admin_dsn: str, login: str) -> str:
        """Return the address of a standard login there."""
        return login_dsn(admin_dsn, self.logins.name(login), self.passwords[login])

    def access(self, admin_dsn: str) -> Access:
        """Return what the processes need."""
        return Access({name: self.dsn(admin_dsn, f"gf_{name}") for name in ("app", "worker", "sealer")}, self.signer)

    def seal(self, box: SecretBox, admin_dsn: str, tenant_id: UUID) -> bytes:
        """Return what only the migrator may read: its own address, and what :meth:`open` needs to prepare again."""
        content = {
            "migrator": self.dsn(admin_dsn, "gf_migrator"), "server": self.server, "suffix": self.logins.suffix,
            "passwords": self.passwords, "key": self.signer.key.hex(),
            "lent": self.lent,
        }  # fmt: skip
        return box.seal(orjson.dumps(content), _where(tenant_id))


@dataclass(frozen=True, slots=True)
class Kept:
    """What ``deploy.placement`` keeps of a tenant's own database."""

    migrator: str
    target: Target

    @classmethod
    def open(cls, box: SecretBox, tenant_id: UUID, sealed: bytes) -> Kept:
        """Read what :meth:`Target.seal` wrote. Raises ``kit.secretbox.Unreadable``."""
        content: dict[str, Any] = orjson.loads(box.open(sealed, _where(tenant_id)))
        signer = ContextSigner(1, bytes.fromhex(content["key"]))
        target = Target(
            content["server"], Logins(content["suffix"]), content["passwords"], signer, content.get("lent", False)
        )
        return cls(content["migrator"], target)


def _where(tenant_id: UUID) -> str:
    return f"deploy.placement|access|{tenant_id}"


def server_of(dsn: str) -> str:
    """Return ``host:port/database`` of an address: what people are shown of it."""
    try:
        parts = urlsplit(dsn)
        host, port = parts.hostname, parts.port or 5432
    except ValueError:
        host, port, parts = None, 0, urlsplit("")
    if parts.scheme not in {"postgresql", "postgres"} or not host or len(parts.path) < 2:  # noqa: PLR2004 - "/" and a name
        raise TargetRefused("Give the target as postgresql://LOGIN:PASSWORD@HOST:PORT/DATABASE")
    return f"{host}:{port}{parts.path}"


async def require_good(admin_dsn: str, home_dsn: str, begun: Logins | None = None) -> bool:
    """Look at the target and change nothing. ``home_dsn``: the shared database; ``begun``: names that we made before.

    Returns whether the administrator is no superuser (:data:`LENT`).

    Raises :class:`TargetRefused` with what is wrong and what to do.
    """
    found = await _look(admin_dsn, "" if begun is None else begun.name("gf_migrator"))
    if found["version"] < OLDEST:
        raise TargetRefused(f"The target is PostgreSQL {found['version'] // 10_000}; it has to be 18 or newer")
    if found["standby"]:
        raise TargetRefused("The target is a standby and takes no writes; give its primary")
    if found["encoding"] != "UTF8":
        raise TargetRefused(f"The target's encoding is {found['encoding']}; create the database with UTF8")
    _require_rights(found)
    await require_password(admin_dsn)
    home = await _look(home_dsn, "")
    if home["identity"] == found["identity"]:
        raise TargetRefused("The target is the shared database itself; to go back there use --back")
    if found["things"] and not found["begun"]:
        raise TargetRefused(f"The target is not empty: it holds {found['things']} tables or views; give an empty one")
    return not found["super"]


def _require_rights(found: Any) -> None:  # noqa: ANN401 - asyncpg's record
    if found["super"]:
        return
    if not found["lent"]:
        raise TargetRefused(
            f"The login of --to is no superuser; then it needs {LENT}. It is not kept, and its password can be changed"
            " as soon as the move has begun"
        )
    if found["foreign"]:
        raise TargetRefused(f"Somebody else made {found['foreign']} on this server; that login has to prepare it")


def secured(admin_dsn: str) -> str:
    """Return the address with TLS asked for, when it says nothing of it and leads to another machine."""
    parts = urlsplit(admin_dsn)
    asked = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if {"sslmode", "ssl"} & asked or parts.hostname in {None, "localhost", "::1"} or _is_loopback(str(parts.hostname)):
        return admin_dsn
    return urlunsplit(parts._replace(query=f"{parts.query}&sslmode=require".lstrip("&")))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


async def _look(dsn: str, login: str) -> Any:  # noqa: ANN401 - asyncpg's record
    try:
        connection = await asyncpg.connect(dsn, timeout=_CONNECT_S)
    except (*MAYBE_AWAY, TimeoutError, ValueError) as error:
        said = str(error) or type(error).__name__
        raise TargetRefused(f"{server_of(dsn)} cannot be entered: {said}") from error
    try:
        return await connection.fetchrow(_LOOK, login)
    finally:
        await connection.close()


async def make_ready(admin_dsn: str, target: Target, tenant_id: UUID, today: date) -> None:
    """Make logins, guard and tables. Idempotent. Raises ``migrations.run.GateClosed``."""
    made = await prepare(
        admin_dsn, target.passwords, target.signer.key, logins=target.logins, only=tenant_id
    )  # fmt: skip
    await migrate(made.dsns["gf_migrator"], today=today, logins=target.logins, lent=target.lent)


async def require_password(dsn: str) -> None:
    """Refuse a server that asks for no password ("trust"): there any process is any role, and no ring holds."""
    wrong = login_dsn(dsn, str(urlsplit(dsn).username), secrets.token_hex(8))
    try:
        connection = await asyncpg.connect(wrong, timeout=_CONNECT_S)
    except asyncpg.InvalidAuthorizationSpecificationError:
        return
    await connection.close()
    raise TargetRefused("The target accepted a wrong password; set its pg_hba.conf to scram-sha-256")
