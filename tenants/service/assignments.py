"""Which tenants the outsourcer's people work for, as the files say: derived rows, so writing them again repairs them.

An agent belongs to the tenants that rent its seat (rows of ``membership``). The others have standing grants: for every
client, or for those that the centre file names, to the day that it gives. Each client sees them and may end them at any
time; what a client ended is not granted again by a file, it has to be asked for. Platform has none (break-glass only).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from tenants.access import INSTALLATION
from tenants.core.permissions import STAFF

FILE = "centre file"
"""Who decides about a standing grant."""

_APPLY = 0x6766
"""Advisory lock of the control plane's database."""


def _statements(only_agents: str = "", only_tenants: str = "", only: str = "") -> tuple[str, str, str, str]:
    """Return what ends and begins memberships and grants; the conditions keep it to one tenant."""
    agents = f"""
SELECT a.user_id, r.tenant_id, u.staff_role AS role FROM control.rental r JOIN control.agent a ON a.id = r.agent_id
JOIN control."user" u ON u.id = a.user_id WHERE u.staff_role = 'agent' AND u.disabled_at IS NULL {only_agents}
"""  # noqa: S608 - our own constants
    wanted = f"""
SELECT u.id AS user_id, t.id AS tenant_id, t.code, u.staff_role AS role,
  ((u.clients_until ->> t.code)::date + 1)::timestamp AT TIME ZONE
    (SELECT c.zone FROM control.tenant c WHERE c.id = :installation) AS until_at
FROM control."user" u CROSS JOIN control.tenant t
WHERE u.staff_role NOT IN ('agent', 'platform') AND u.disabled_at IS NULL AND t.id <> :installation
  AND (u.clients IS NULL AND NOT t.synthetic OR t.code = ANY(u.clients)) {only_tenants}
"""  # noqa: S608 - our own constants
    end = f"""
DELETE FROM control.membership m WHERE m.role = ANY(:staff) {only.format("m")}
  AND NOT EXISTS (SELECT FROM ({agents}) w WHERE w.user_id = m.user_id AND w.tenant_id = m.tenant_id)
"""  # noqa: S608 - our own constants
    begin = f"""
INSERT INTO control.membership (user_id, tenant_id, role) {agents}
ON CONFLICT (user_id, tenant_id) DO UPDATE SET role = EXCLUDED.role
"""
    withdraw = f"""
UPDATE control.staff_grant g SET ended_at = clock_timestamp(), ended_by = :file
WHERE g.kind = 'standing' AND g.ended_at IS NULL {only.format("g")} AND NOT EXISTS (SELECT FROM ({wanted}) w
  WHERE w.user_id = g.user_id AND w.tenant_id = g.tenant_id AND w.role = g.role
    AND w.until_at IS NOT DISTINCT FROM g.until_at)
"""  # noqa: S608 - our own constants
    grant = f"""
INSERT INTO control.staff_grant
  (id, user_id, tenant_id, code, role, kind, reason, asked_at, decided_at, decided_by, from_at, until_at)
SELECT uuidv7(), w.user_id, w.tenant_id, w.code, w.role, 'standing', :file, now(), now(), :file, now(), w.until_at
FROM ({wanted}) w
WHERE NOT EXISTS (SELECT FROM control.staff_grant g WHERE g.user_id = w.user_id AND g.tenant_id = w.tenant_id
  AND g.kind = 'standing' AND (g.ended_at IS NULL OR g.ended_by <> :file))
"""  # noqa: S608 - our own constants
    return end, begin, withdraw, grant


_EVERYWHERE = _statements()
_IN_ONE = _statements("AND r.tenant_id = :tenant", "AND t.id = :tenant", "AND {}.tenant_id = :tenant")


async def one_at_a_time(session: AsyncSession) -> None:
    """Wait for every other apply, and keep later ones out until this transaction ends.

    Numbers, seats and staff are shared between tenants, so two applies could each hold what the other waits for; they
    are rare and short, and what was checked under this lock stays true until the commit.
    """
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _APPLY})


async def assign_staff(session: AsyncSession, tenant_id: UUID | None = None) -> None:
    """Bring memberships of agents and standing grants in line, in the caller's transaction of the control plane.

    ``tenant_id`` keeps it to one tenant: one client's blueprint says nothing about the others.
    """
    await session.flush()
    values: dict[str, Any] = {"installation": INSTALLATION, "file": FILE, "staff": sorted(STAFF), "tenant": tenant_id}
    for statement in _EVERYWHERE if tenant_id is None else _IN_ONE:
        bound = text(statement)
        await session.execute(bound, {name: values[name] for name in bound._bindparams})  # noqa: SLF001 - its names
