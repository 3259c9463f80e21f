"""What a blueprint claims in the control plane: the tenant itself, its people, its numbers, its seats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from kit.ids import new_id
from tenants.core.agent_names import AgentNames
from tenants.core.names import CentreNames
from tenants.core.permissions import CLIENT_PEOPLE
from tenants.core.rents import Rent
from tenants.errors import NoCentre
from tenants.models import Floor, Number, Tenant, User
from tenants.service.assignments import assign_staff
from tenants.service.rentals import write_rentals
from tenants.service.synthetic import SYNTHETIC_FLOOR
from tenants.service.trunks import taken_addresses, write_trunks

_AGENTS = """
SELECT s.id, u.email FROM control.seat s LEFT JOIN control.agent a ON a.seat_id = s.id
LEFT JOIN control."user" u ON u.id = a.user_id WHERE NOT s.spare AND s.id = ANY(:seats)
"""
_RENTED = """
SELECT r.seat_id, r.kind, r.from_on, r.until_on FROM control.rental r JOIN control.tenant t ON t.id = r.tenant_id
WHERE t.code <> :code AND r.seat_id = ANY(:seats)
"""
_TAKEN = """
SELECT n.number FROM control.number n JOIN control.tenant t ON t.id = n.tenant_id
WHERE t.code <> :code AND n.number = ANY(:numbers)
"""
_ADD_PERSON = """
INSERT INTO control."user" (id, email, name, locale) VALUES (:id, :email, :name, :locale) ON CONFLICT (email) DO NOTHING
"""
_RENAME_PERSON = """
UPDATE control."user" u SET name = :name, locale = :locale, disabled_at = NULL WHERE u.email = :email
  AND NOT EXISTS (SELECT FROM control.membership m WHERE m.user_id = u.id AND m.tenant_id <> :tenant)
"""
_ADD_MEMBERSHIP = """
INSERT INTO control.membership (user_id, tenant_id, role)
SELECT u.id, :tenant, :role FROM control."user" u WHERE u.email = :email
ON CONFLICT (user_id, tenant_id) DO UPDATE SET role = EXCLUDED.role
"""
_END_MEMBERSHIPS = """
DELETE FROM control.membership m USING control."user" u
WHERE u.id = m.user_id AND m.tenant_id = :tenant AND m.role = ANY(:roles) AND u.email <> ALL(:emails)
"""


async def centre_names(
    session: AsyncSession, content: Mapping[str, Any], names: AgentNames, *, real: bool = True
) -> CentreNames:
    """Read what the centre has of what one tenant's blueprint asks for; other tenants appear as "not free" only.

    ``real``: the writer may name seats and agents as the centre does; else only by the tenant's own names.
    """
    code = content["tenant"]["code"]
    seats = [names.real_pair(seat["seat"], "")[0] for seat in content["seats"]]
    agents = {row[0]: row[1] for row in await session.execute(text(_AGENTS), {"seats": seats})}
    rented = await session.execute(text(_RENTED), {"code": code, "seats": seats})
    rents: dict[str, list[Rent]] = {}
    for seat, kind, from_on, until_on in rented:
        rents.setdefault(seat, []).append(Rent(kind, from_on, until_on))
    numbers = [number["number"] for number in content["numbers"]]
    taken = await session.execute(text(_TAKEN), {"code": code, "numbers": numbers})
    emails = [person["email"] for person in content["people"]]
    staff = await session.execute(
        select(col(User.email)).where(col(User.staff_role).is_not(None), col(User.email).in_(emails))
    )
    own = {seat: name for seat, mail in agents.items() if mail and (name := names.own_pair(seat, mail)[0]) != seat}
    return CentreNames(
        agents={name: name for name in own.values()} | (agents if real else {}),
        rented={own[seat]: rent for seat, rent in rents.items() if seat in own} | (rents if real else {}),
        own=own if real else {},
        mails=frozenset(names.mails) if real else frozenset(),
        taken_numbers=frozenset(taken.scalars()),
        taken_addresses=await taken_addresses(session, await tenant_id_of(session, code), content["trunks"]),
        staff=frozenset(staff.scalars()),
    )


async def tenant_id_of(session: AsyncSession, code: str) -> UUID | None:
    """Return the id of the tenant with this code, or None."""
    found = await session.execute(select(col(Tenant.id)).where(col(Tenant.code) == code))
    return found.scalar_one_or_none()


async def create_tenant(session: AsyncSession, content: Mapping[str, Any], now: datetime) -> None:
    """Make the tenant's row, on the centre's first floor; harmless when it exists. Raises :class:`NoCentre`."""
    real = select(col(Floor.id)).where(col(Floor.id) != SYNTHETIC_FLOOR).order_by(col(Floor.id)).limit(1)
    floor = (await session.execute(real)).scalar_one_or_none()
    if floor is None:
        raise NoCentre
    tenant = content["tenant"]
    await session.execute(
        text(
            "INSERT INTO control.tenant (id, code, name, zone, languages, floor_id, created_at)"
            " VALUES (:id, :code, :name, :zone, :languages, :floor, :now) ON CONFLICT (code) DO NOTHING"
        ),
        {**tenant, "id": new_id(), "floor": floor, "now": now},
    )


async def tenant_of(session: AsyncSession, content: Mapping[str, Any]) -> Tenant:
    """Return the tenant's row."""
    found = await session.execute(select(Tenant).where(col(Tenant.code) == content["tenant"]["code"]))
    return found.scalar_one()


async def write_claims(
    session: AsyncSession, tenant: Tenant, content: Mapping[str, Any], names: AgentNames
) -> dict[str, UUID]:
    """Write tenant, people, numbers and rentals as the blueprint says; return its own id of each seat's agent."""
    wanted = content["tenant"]
    tenant.name, tenant.zone, tenant.languages = wanted["name"], wanted["zone"], wanted["languages"]
    await _people(session, tenant.id, content["people"])
    await session.execute(delete(Number).where(col(Number.tenant_id) == tenant.id))
    session.add_all(Number(number=n["number"], tenant_id=tenant.id, flow=n["flow"]) for n in content["numbers"])
    await session.flush()
    await write_trunks(session, tenant, content["trunks"])
    agents = await write_rentals(session, tenant.id, content["seats"], names)
    await assign_staff(session, tenant.id)
    return agents


async def _people(session: AsyncSession, tenant_id: UUID, people: list[Mapping[str, Any]]) -> None:
    """Add, rename and remove the client's people; somebody who belongs to others too keeps its name."""
    for person in people:
        values = {**person, "id": new_id(), "tenant": tenant_id}
        for statement in (_ADD_PERSON, _RENAME_PERSON, _ADD_MEMBERSHIP):
            await session.execute(text(statement), values)
    gone = {"tenant": tenant_id, "roles": sorted(CLIENT_PEOPLE), "emails": [person["email"] for person in people]}
    await session.execute(text(_END_MEMBERSHIPS), gone)
