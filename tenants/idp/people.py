"""Which of a tenant's people a provider may vouch for: found by their whole address, or invited by a link."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kit.db import Database
from kit.errors import NotFound
from tenants import facts
from tenants.core.permissions import CLIENT_PEOPLE
from tenants.idp import connections
from tenants.idp.connections import Change, Idp, Planes
from tenants.idp.flows import INVITATION_LIFE, digest

PERSON = """
SELECT u.id, u.email FROM control."user" u JOIN control.membership m ON m.user_id = u.id
WHERE m.tenant_id = $1 AND m.role = ANY($2) AND u.staff_role IS NULL AND u.disabled_at IS NULL
"""
"""One of a tenant's own people, never the outsourcer's; a condition on ``u`` may follow."""


async def find_for(control: Database, email: str, code: str | None) -> list[Idp]:
    """Return the enabled providers of the person with this address, in the tenant with this code when one is given.

    Only a whole address of somebody who belongs to a tenant finds anything: a domain alone tells a stranger nothing.
    """
    pool = await control.pool()
    rows = await pool.fetch(
        'SELECT p.id, p.tenant_id FROM control.idp p JOIN control.tenant t ON t.id = p.tenant_id'
        ' JOIN control.membership m ON m.tenant_id = t.id JOIN control."user" u ON u.id = m.user_id'
        " WHERE p.enabled AND u.email = $1 AND u.staff_role IS NULL AND u.disabled_at IS NULL AND m.role = ANY($3)"
        " AND ($2::text IS NULL OR t.code = $2) ORDER BY t.name, p.name",
        email.strip().lower(), code, sorted(CLIENT_PEOPLE),
    )  # fmt: skip
    return [await connections.get_idp(control, row["tenant_id"], row["id"]) for row in rows]


async def invite(planes: Planes, change: Change, idp_id: UUID, user_id: UUID) -> str:
    """Return the secret of a link that connects one person's account, once, within a week. Raises ``NotFound``."""
    await connections.get_idp(planes.control, change.tenant_id, idp_id)
    token = secrets.token_urlsafe(32)
    pool = await planes.control.pool()
    async with pool.acquire() as connection, connection.transaction():
        if not await connection.fetchval(PERSON + "AND u.id = $3", change.tenant_id, sorted(CLIENT_PEOPLE), user_id):
            raise NotFound
        await connection.execute(
            "INSERT INTO control.idp_invitation (token_hash, idp_id, tenant_id, user_id, created_by, expires_at)"
            " VALUES ($1, $2, $3, $4, $5, $6)"
            " ON CONFLICT (idp_id, user_id) DO UPDATE SET token_hash = $1, created_by = $5, expires_at = $6",
            digest(token), idp_id, change.tenant_id, user_id, change.by.id, change.at + INVITATION_LIFE,
        )  # fmt: skip
        fact = facts.IdentityInvited(idp_id=str(idp_id), user_id=str(user_id))
        await connections.tell(planes.plane, change, fact, user_id)
    return token


async def invited(control: Database, token: str, now: datetime) -> tuple[UUID, UUID] | None:
    """Return (provider, user) of a living invitation, else None."""
    pool = await control.pool()
    row = await pool.fetchrow(
        "SELECT idp_id, user_id FROM control.idp_invitation WHERE token_hash = $1 AND expires_at > $2",
        digest(token), now,
    )  # fmt: skip
    return None if row is None else (row["idp_id"], row["user_id"])


async def idp_of(control: Database, identity_id: UUID) -> UUID | None:
    """Return the provider that vouches for an identity; None when there is none any more."""
    found: UUID | None = await (await control.pool()).fetchval(
        "SELECT idp_id FROM control.idp_identity WHERE id = $1", identity_id
    )
    return found


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a provider's groups made of a person when it last signed in there; ``role`` None: it comes in no more."""

    idp: str
    role: str | None
    seen_at: datetime


async def vouched_of(control: Database, tenant_id: UUID) -> dict[str, Vouched]:
    """Return, by e-mail address, the people whose role comes from a provider; of several the last one they used."""
    rows = await (await control.pool()).fetch(
        'SELECT u.email, p.name, i.role, i.seen_at FROM control.idp_identity i JOIN control.idp p ON p.id = i.idp_id'
        ' JOIN control."user" u ON u.id = i.user_id'
        " JOIN control.membership m ON m.user_id = u.id AND m.tenant_id = i.tenant_id AND m.role = ANY($2)"
        " WHERE i.tenant_id = $1 AND p.enabled ORDER BY i.seen_at",
        tenant_id, sorted(CLIENT_PEOPLE),
    )  # fmt: skip
    return {row["email"]: Vouched(row["name"], row["role"], row["seen_at"]) for row in rows}


async def people_of(control: Database, tenant_id: UUID, idp_id: UUID) -> list[dict[str, object]]:
    """Return the tenant's own people: id, name, email, and at this provider linked_at, seen_at and role (or None)."""
    pool = await control.pool()
    rows = await pool.fetch(
        'SELECT u.id, u.name, u.email, i.linked_at, i.seen_at, i.role FROM control."user" u'
        " JOIN control.membership m ON m.user_id = u.id"
        " LEFT JOIN control.idp_identity i ON i.user_id = u.id AND i.idp_id = $3"
        " WHERE m.tenant_id = $1 AND m.role = ANY($2) AND u.staff_role IS NULL AND u.disabled_at IS NULL"
        " ORDER BY i.seen_at DESC NULLS LAST, u.name",
        tenant_id, sorted(CLIENT_PEOPLE), idp_id,
    )  # fmt: skip
    return [dict(row) for row in rows]
