"""The configuration of a tenant's providers: read, made, changed, removed; and who may still use a password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from journal import service as journal
from journal.core.facts import Actor, Payload
from kit.db import AccessibleTenantId, Database, Plane
from kit.errors import Detail, NotFound
from kit.ids import new_id
from kit.secretbox import SecretBox
from tenants import facts
from tenants.core.idp import AUTH_METHODS, origin
from tenants.core.permissions import CLIENT_PEOPLE
from tenants.idp.client import Connection
from tenants.idp.errors import IdpInvalid, WouldLockOut

MOST = 10
"""A tenant has at most so many providers."""
_COLUMNS = """id, tenant_id, name, issuer, client_id, client_secret, auth_method, domains, groups_claim,
roles::text AS roles, default_role, origins, enabled, changed_at"""
_MANAGERS = """
SELECT u.id, u.name, u.email, u.password_hash IS NOT NULL AS has_password,
  EXISTS (SELECT FROM control.idp_identity i JOIN control.idp p ON p.id = i.idp_id AND p.enabled
          WHERE i.user_id = u.id AND i.tenant_id = m.tenant_id AND i.role = 'client_manager') AS linked
FROM control.membership m JOIN control."user" u ON u.id = m.user_id
WHERE m.tenant_id = $1 AND m.role = 'client_manager' AND u.disabled_at IS NULL ORDER BY u.name
"""


@dataclass(frozen=True, slots=True)
class Idp:
    """One provider as it is configured, without its secret."""

    id: UUID
    tenant_id: UUID
    name: str
    issuer: str
    client_id: str
    auth_method: str
    domains: tuple[str, ...] = ()
    groups_claim: str = "groups"
    roles: Mapping[str, str] = field(default_factory=dict)
    default_role: str | None = None
    origins: tuple[str, ...] = ()
    enabled: bool = True
    has_secret: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes a tenant's configuration, and when."""

    tenant_id: AccessibleTenantId
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Planes:
    """What configuring needs: both planes, and the box for secrets."""

    control: Database
    plane: Plane
    box: SecretBox


def redirect_uri(public_url: str, idp_id: UUID) -> str:
    """Return the address that a provider sends browsers back to: one for each connection (RFC 9700, 4.4)."""
    return f"{public_url}/sign-in/idp/{idp_id}/callback"


def check(idp: Idp, *, allow_http: bool = False) -> None:
    """Refuse a configuration that cannot work or should not. Raises :class:`IdpInvalid` with the fields."""
    wrong = []
    if not 1 <= len(idp.name) <= 80 or not idp.name.isprintable():  # noqa: PLR2004 - as long as a company's name
        wrong.append(("name", "1 to 80 characters"))
    if not _issuer_fits(idp.issuer, allow_http=allow_http):
        wrong.append(("issuer", "an https address without query or fragment"))
    if not 1 <= len(idp.client_id) <= 255 or not idp.client_id.isprintable() or not idp.client_id.isascii():  # noqa: PLR2004
        wrong.append(("client_id", "what the service calls us, 1 to 255 characters"))
    if idp.auth_method not in AUTH_METHODS:
        wrong.append(("auth_method", "not one of those offered"))
    wrong += [("domains", f"{domain}: not a domain") for domain in idp.domains if not _is_domain(domain)]
    if not 1 <= len(idp.groups_claim) <= 100 or not idp.groups_claim.isprintable():  # noqa: PLR2004
        wrong.append(("groups_claim", "the name of a claim"))
    roles = {*idp.roles.values(), *([idp.default_role] if idp.default_role else [])}
    if roles - set(CLIENT_PEOPLE):
        wrong.append(("roles", "only the client's own roles can be given"))
    if not roles:
        wrong.append(("roles", "name a group, or a role for everybody"))
    if len(idp.roles) > 100 or not all(1 <= len(group) <= 255 and group.isprintable() for group in idp.roles):  # noqa: PLR2004
        wrong.append(("roles", "at most 100 groups, each of 1 to 255 characters"))
    wrong += [("origins", f"{o}: not an origin") for o in idp.origins if origin(o) != o or not _safe(o, allow_http)]
    if wrong:
        raise IdpInvalid(errors=tuple(Detail(f"/{name}", "invalid", text) for name, text in wrong))


def _safe(address: str, allow_http: bool) -> bool:  # noqa: FBT001 - passed on
    return address.startswith("https://") or (allow_http and address.startswith("http://"))


def _issuer_fits(issuer: str, *, allow_http: bool) -> bool:
    clean = issuer.isprintable() and issuer.isascii() and not set(issuer) & set(" ?#@\\")
    return clean and len(issuer) <= 500 and bool(origin(issuer)) and _safe(issuer, allow_http)  # noqa: PLR2004


def _is_domain(domain: str) -> bool:
    parts = domain.split(".")
    return (
        len(domain) <= 253  # noqa: PLR2004 - RFC 1035
        and len(parts) > 1
        and domain == domain.lower()
        and all(part and part.isascii() and part.replace("-", "").isalnum() and len(part) < 64 for part in parts)  # noqa: PLR2004
    )


async def list_idps(control: Database, tenant_id: UUID) -> list[Idp]:
    """Return a tenant's providers by name."""
    pool = await control.pool()
    rows = await pool.fetch(f"SELECT {_COLUMNS} FROM control.idp WHERE tenant_id = $1 ORDER BY name", tenant_id)  # noqa: S608 - our constant
    return [_idp(row) for row in rows]


async def get_idp(control: Database, tenant_id: UUID, idp_id: UUID) -> Idp:
    """Return one provider of this tenant. Raises :class:`NotFound`, for another tenant's as for none."""
    found = next((idp for idp in await list_idps(control, tenant_id) if idp.id == idp_id), None)
    if found is None:
        raise NotFound
    return found


async def opened(control: Database, box: SecretBox, idp_id: UUID, public_url: str) -> tuple[Idp, Connection]:
    """Return a provider by its id, with its secret, for a sign-in. Raises :class:`NotFound`."""
    pool = await control.pool()
    row = await pool.fetchrow(f"SELECT {_COLUMNS} FROM control.idp WHERE id = $1", idp_id)  # noqa: S608 - our constant
    if row is None:
        raise NotFound
    sealed = row["client_secret"]
    secret = None if sealed is None else box.open(bytes(sealed), _where(idp_id)).decode()
    return _idp(row), Connection(
        id=row["id"], tenant_id=row["tenant_id"], name=row["name"], issuer=row["issuer"], client_id=row["client_id"],
        auth_method=row["auth_method"], redirect_uri=redirect_uri(public_url, idp_id), origins=tuple(row["origins"]),
        secret=secret,
    )  # fmt: skip


async def save_idp(planes: Planes, change: Change, idp: Idp, secret: str | None) -> Idp:
    """Make or change a provider; ``secret`` None keeps the old one. The configuration was checked before.

    Raises :class:`IdpInvalid` (a name twice, too many) and :class:`WouldLockOut` (the last one switched off).
    """
    if not idp.enabled:
        await refuse_last(planes.control, change.tenant_id, idp.id)
    pool = await planes.control.pool()
    sealed = None if secret is None else planes.box.seal(secret.encode(), _where(idp.id))
    values = (idp.id, change.tenant_id, idp.name, idp.issuer, idp.client_id, sealed, idp.auth_method,
              list(idp.domains), idp.groups_claim, orjson.dumps(dict(idp.roles)).decode(), idp.default_role,
              list(idp.origins), idp.enabled, change.at)  # fmt: skip
    try:
        async with pool.acquire() as connection, connection.transaction():
            old = await connection.fetchrow(
                f"SELECT {_COLUMNS} FROM control.idp WHERE id = $1 AND tenant_id = $2 FOR UPDATE",  # noqa: S608 - ours
                idp.id, change.tenant_id,
            )  # fmt: skip
            if old is None:
                await _refuse_too_many(connection, change.tenant_id)
            if old is not None and (old["issuer"], old["client_id"]) != (idp.issuer, idp.client_id):
                # another provider under the same name: nobody's identity there is one here
                await connection.execute("DELETE FROM control.idp_identity WHERE idp_id = $1", idp.id)
            await connection.execute(_SAVE, *values)
            await tell(planes.plane, change, _fact(idp, old), idp.id)
    except asyncpg.UniqueViolationError as error:
        raise IdpInvalid(errors=(Detail("/name", "taken", "there is one of this name"),)) from error
    return replace(idp, has_secret=secret is not None or (old is not None and old["client_secret"] is not None))


_SAVE = """
INSERT INTO control.idp AS p (id, tenant_id, name, issuer, client_id, client_secret, auth_method, domains, groups_claim,
  roles, default_role, origins, enabled, created_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11, $12, $13, $14, $14)
ON CONFLICT (id) DO UPDATE SET name = $3, issuer = $4, client_id = $5, auth_method = $7,
  client_secret = CASE WHEN $7 = 'none' THEN NULL ELSE COALESCE($6, p.client_secret) END,
  domains = $8, groups_claim = $9, roles = $10::jsonb, default_role = $11, origins = $12, enabled = $13,
  changed_at = $14
WHERE p.tenant_id = $2
"""


def _fact(idp: Idp, old: Mapping[str, Any] | None) -> Payload:
    roles = sorted({*idp.roles.values(), *([idp.default_role] if idp.default_role else [])})
    if old is None:
        return facts.IdpConnected(
            idp_id=str(idp.id), name=idp.name, issuer=idp.issuer, enabled=idp.enabled, roles=roles
        )
    before = _idp(old)
    changed = sorted(
        name
        for name in ("name", "issuer", "client_id", "auth_method", "domains", "groups_claim", "roles", "default_role",
                     "origins", "enabled")
        if getattr(before, name) != getattr(idp, name)
    )  # fmt: skip
    return facts.IdpChanged(
        idp_id=str(idp.id), name=idp.name, issuer=idp.issuer, enabled=idp.enabled, roles=roles, changed=changed
    )


async def _refuse_too_many(connection: Any, tenant_id: UUID) -> None:  # noqa: ANN401 - asyncpg's proxy
    await connection.execute("SELECT 1 FROM control.tenant WHERE id = $1 FOR UPDATE", tenant_id)
    if await connection.fetchval("SELECT count(*) FROM control.idp WHERE tenant_id = $1", tenant_id) >= MOST:
        raise IdpInvalid(f"a client has at most {MOST} sign-in services")


async def remove_idp(planes: Planes, change: Change, idp_id: UUID) -> None:
    """Remove a provider, its identities and their sessions. Raises :class:`NotFound` and :class:`WouldLockOut`."""
    idp = await get_idp(planes.control, change.tenant_id, idp_id)
    await refuse_last(planes.control, change.tenant_id, idp_id)
    pool = await planes.control.pool()
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("DELETE FROM control.idp WHERE id = $1 AND tenant_id = $2", idp_id, change.tenant_id)
        await tell(planes.plane, change, facts.IdpRemoved(idp_id=str(idp_id), name=idp.name), idp_id)


async def refuse_last(control: Database, tenant_id: UUID, idp_id: UUID) -> None:
    """Raise :class:`WouldLockOut` when passwords are closed and this is the last enabled provider."""
    only, _ = await policy(control, tenant_id)
    others = [idp for idp in await list_idps(control, tenant_id) if idp.enabled and idp.id != idp_id]
    if only and not others:
        raise WouldLockOut


async def policy(control: Database, tenant_id: UUID) -> tuple[bool, UUID | None]:
    """Return whether only providers sign this tenant's people in, and who may use a password all the same."""
    pool = await control.pool()
    row = await pool.fetchrow(
        "SELECT only_idp, recovery_user_id FROM control.idp_policy WHERE tenant_id = $1", tenant_id
    )
    return (False, None) if row is None else (row["only_idp"], row["recovery_user_id"])


async def managers(control: Database, tenant_id: UUID) -> list[Mapping[str, Any]]:
    """Return the tenant's managers: id, name, email, has_password, linked (came in through a provider)."""
    pool = await control.pool()
    return [dict(row) for row in await pool.fetch(_MANAGERS, tenant_id)]


async def set_policy(planes: Planes, change: Change, *, only_idp: bool, recovery: UUID | None) -> None:
    """Close or open password sign-in for the tenant's people; their sessions by password end at the next request.

    To close it, one manager must have come in through a provider already, and one manager with a password keeps it.
    Raises :class:`WouldLockOut`.
    """
    known = await managers(planes.control, change.tenant_id)
    keeps = next((m for m in known if m["id"] == recovery and m["has_password"]), None)
    if only_idp and (keeps is None or not any(m["linked"] for m in known)):
        raise WouldLockOut
    pool = await planes.control.pool()
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "INSERT INTO control.idp_policy (tenant_id, only_idp, recovery_user_id) VALUES ($1, $2, $3)"
            " ON CONFLICT (tenant_id) DO UPDATE SET only_idp = $2, recovery_user_id = $3",
            change.tenant_id, only_idp, recovery if only_idp else None,
        )  # fmt: skip
        fact = facts.SignInPolicyChanged(only_idp=only_idp, recovery_user_id=str(recovery) if only_idp else None)
        await tell(planes.plane, change, fact, change.tenant_id)


async def tell(plane: Plane, change: Change, fact: Payload, subject: UUID) -> None:
    """Write a fact; called inside the open transaction of the other plane, so that no change is without its fact."""
    async with plane.transaction(change.tenant_id) as scope:
        journal.append(scope, fact, subject=subject, at=change.at, actor=change.by)


def fresh_id() -> UUID:
    """Return an id for a new provider: its secret is sealed for it before the row exists."""
    return new_id()


def _where(idp_id: UUID) -> str:
    return f"idp|client_secret|{idp_id}"


def _idp(row: Mapping[str, Any]) -> Idp:
    return Idp(
        id=row["id"], tenant_id=row["tenant_id"], name=row["name"], issuer=row["issuer"], client_id=row["client_id"],
        auth_method=row["auth_method"], domains=tuple(row["domains"]), groups_claim=row["groups_claim"],
        roles=orjson.loads(row["roles"]), default_role=row["default_role"], origins=tuple(row["origins"]),
        enabled=row["enabled"], has_secret=row["client_secret"] is not None,
    )  # fmt: skip
