"""Which tenants the outsourcer's people work for: rows of ``membership`` that follow from staff, rentals and tenants.

An agent belongs to the tenants that rent its seat; the others to every client, or to those that the centre file names.
The rows are derived, so writing them again repairs them.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from tenants.access import INSTALLATION
from tenants.core.permissions import STAFF

_APPLY = 0x6766
"""Advisory lock of the control plane's database."""

_WANTED = """
SELECT u.id AS user_id, t.id AS tenant_id, u.staff_role AS role FROM control."user" u CROSS JOIN control.tenant t
WHERE u.staff_role <> 'agent' AND u.disabled_at IS NULL AND t.id <> :installation
  AND (u.clients IS NULL OR t.code = ANY(u.clients))
UNION
SELECT a.user_id, r.tenant_id, u.staff_role FROM control.rental r JOIN control.agent a ON a.id = r.agent_id
JOIN control."user" u ON u.id = a.user_id WHERE u.staff_role = 'agent' AND u.disabled_at IS NULL
"""

_END = f"""
DELETE FROM control.membership m WHERE m.role = ANY(:staff)
  AND NOT EXISTS (SELECT FROM ({_WANTED}) w WHERE w.user_id = m.user_id AND w.tenant_id = m.tenant_id)
"""  # noqa: S608 - our own constant

_BEGIN = f"""
INSERT INTO control.membership (user_id, tenant_id, role) {_WANTED}
ON CONFLICT (user_id, tenant_id) DO UPDATE SET role = EXCLUDED.role
"""


async def one_at_a_time(session: AsyncSession) -> None:
    """Wait for every other apply, and keep later ones out until this transaction ends.

    Numbers, seats and staff are shared between tenants, so two applies could each hold what the other waits for; they
    are rare and short, and what was checked under this lock stays true until the commit.
    """
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _APPLY})


async def assign_staff(session: AsyncSession) -> None:
    """Bring the memberships of staff in line, in the caller's transaction of the control plane."""
    await session.flush()
    await session.execute(text(_END), {"staff": sorted(STAFF), "installation": INSTALLATION})
    await session.execute(text(_BEGIN), {"installation": INSTALLATION})
