"""Clients that are none: two that the isolation probe keeps beside the real ones.

They have no numbers and stand on a floor of their own that no engine serves, so no call and no real agent meets them;
lists of clients leave them out (``Tenant.synthetic``), and the centre file neither knows nor ends their people.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from kit.clock import now
from kit.db import AccessibleTenantId, Database
from kit.ids import new_id
from tenants.access import for_system

SYNTHETIC_FLOOR = "probe"
SYNTHETIC_DOMAIN = "probe.invalid"
"""Where their people's e-mail addresses live: ``invalid`` is reserved (RFC 6761), so no mail to it leaves."""
SYNTHETIC_SEATS = ("probe-a", "probe-b")
"""Not the form of a real seat's number."""

_STATEMENTS = (
    "INSERT INTO control.floor (id, fence) VALUES (:floor, 0) ON CONFLICT DO NOTHING",
    (
        "INSERT INTO control.tenant (id, code, name, zone, languages, synthetic, created_at)"
        " VALUES (:tenant, :code, :name, 'UTC', '{en}', true, :now) ON CONFLICT (code) DO NOTHING"
    ),
    "INSERT INTO control.seat (id, secret) VALUES (:seat, :secret) ON CONFLICT DO NOTHING",
    (
        'INSERT INTO control."user" (id, email, name, locale, staff_role, clients)'
        " VALUES (:user, :email, :alias, 'en', 'agent', ARRAY[:code]) ON CONFLICT (email) DO NOTHING"
    ),
    (
        "INSERT INTO control.agent (id, user_id, seat_id, floor_id)"
        ' SELECT :agent, id, :seat, :floor FROM control."user" WHERE email = :email ON CONFLICT DO NOTHING'
    ),
    (
        "INSERT INTO control.rental (tenant_id, seat_id, agent_id, kind, alias)"
        " SELECT t.id, :seat, a.id, 'dedicated', :alias FROM control.tenant t, control.agent a"
        " WHERE t.code = :code AND a.seat_id = :seat ON CONFLICT DO NOTHING"
    ),
    (
        "INSERT INTO control.agent_alias (tenant_id, agent_id, id, seat) SELECT t.id, a.id, :known_as, :seat"
        " FROM control.tenant t, control.agent a WHERE t.code = :code AND a.seat_id = :seat ON CONFLICT DO NOTHING"
    ),
    (
        "INSERT INTO control.membership (user_id, tenant_id, role)"
        " SELECT a.user_id, t.id, 'agent' FROM control.tenant t, control.agent a"
        " WHERE t.code = :code AND a.seat_id = :seat ON CONFLICT DO NOTHING"
    ),
)


@dataclass(frozen=True, slots=True)
class Synthetic:
    """One synthetic client to be: ``seat`` is one of :data:`SYNTHETIC_SEATS`."""

    code: str
    name: str
    seat: str
    alias: str

    @property
    def agent_email(self) -> str:
        """The address of its only agent."""
        return f"agent-{self.code}@{SYNTHETIC_DOMAIN}"


def is_synthetic(email: str) -> bool:
    """Say whether somebody is of the probe."""
    return email.endswith(f"@{SYNTHETIC_DOMAIN}")


async def make_synthetic(control: Database, wanted: Synthetic, secret: str) -> tuple[AccessibleTenantId, UUID]:
    """Make the client's row, its seat and its agent, or find them; return the tenant, and what it calls the agent."""
    values = {
        "floor": SYNTHETIC_FLOOR, "tenant": new_id(), "code": wanted.code, "name": wanted.name, "now": now(),
        "seat": wanted.seat, "secret": secret, "user": new_id(), "agent": new_id(), "known_as": new_id(),
        "alias": wanted.alias, "email": wanted.agent_email,
    }  # fmt: skip
    async with control.plain() as session:
        for statement in _STATEMENTS:
            await session.execute(text(statement), values)
        found = await session.execute(
            text("SELECT t.id, x.id FROM control.tenant t JOIN control.agent_alias x ON x.tenant_id = t.id"
                 " WHERE t.code = :code AND t.synthetic"), {"code": wanted.code}
        )  # fmt: skip
        tenant, agent = found.one()
    return for_system(tenant, "isolation probe"), agent
