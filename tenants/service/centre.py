"""Apply the centre file: floor, breaks, trunks, seats, staff, and the installation with its own journal. Idempotent.

The control plane is written in one transaction; then the installation's journal is opened, which is harmless to repeat.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from journal.service import open_journal
from kit.db import Database, Plane
from tenants.access import INSTALLATION, for_system
from tenants.core.permissions import CLIENT_PEOPLE, Role
from tenants.core.staffing import staffing_complaints
from tenants.core.trunks import centre_line_complaints
from tenants.models import Agent, Floor, Membership, Rental, Seat, Session, Tenant, User
from tenants.schemas import Centre, StaffPart
from tenants.service.assignments import assign_staff, one_at_a_time
from tenants.service.engines import note_engines
from tenants.service.files import load_centre, refuse_if_any
from tenants.service.seats import change_browser_phones
from tenants.service.synthetic import SYNTHETIC_SEATS, is_synthetic
from tenants.service.trunks import taken_addresses, write_centre_trunks

_Row = TypeVar("_Row")


async def apply_centre(control: Database, plane: Plane, source: str, now: datetime) -> Centre:
    """Make the centre what the file says and return what was read. Raises :class:`tenants.errors.Refused`.

    A seat keeps the password of its phones; a person who is gone from the file is signed out and disabled, but for whom
    a colleague added.
    """
    document, centre = load_centre(source)
    async with control.plain() as session:
        await one_at_a_time(session)
        content = centre.model_dump(mode="json")
        refuse_if_any(document, staffing_complaints(content, await _rented(session), await _clients(session)))
        refuse_if_any(
            document, centre_line_complaints(content, await taken_addresses(session, None, content["trunks"]))
        )
        # Only if it is new: fence and lease of one that exists belong to its engine, which may be at work.
        await session.execute(insert(Floor).values(id=centre.floor, fence=0).on_conflict_do_nothing())
        breaks = [each.model_dump(mode="json") for each in centre.breaks]
        said = {"breaks": breaks, "calls_without_desk": centre.calls_without_desk}
        await session.execute(update(Floor).where(col(Floor.id) == centre.floor).values(said))
        await _installation(session, centre, now)
        await write_centre_trunks(session, {t.name: t.model_dump(mode="json") for t in centre.trunks})
        await note_engines(session, centre.floor, centre.engines)
        await _dismiss(session, centre, now)
        await _seats(session, centre)
        for person in centre.staff:
            await _staff(session, person, centre.floor)
        await assign_staff(session)
    async with plane.transaction(for_system(INSTALLATION, "centre file")) as scope:
        await open_journal(scope)
    return centre


async def _rented(session: AsyncSession) -> frozenset[str]:
    rows = await session.execute(
        text(
            "SELECT DISTINCT r.seat_id, u.email FROM control.rental r JOIN control.agent a ON a.id = r.agent_id"
            ' JOIN control."user" u ON u.id = a.user_id'
            " JOIN control.tenant t ON t.id = r.tenant_id WHERE NOT t.synthetic"
        )
    )
    return frozenset(f"{seat} {email}" for seat, email in rows)


async def _clients(session: AsyncSession) -> frozenset[str]:
    rows = await session.execute(
        text(
            'SELECT u.email FROM control."user" u JOIN control.membership m ON m.user_id = u.id'
            " WHERE m.role = ANY(:roles)"
        ),
        {"roles": sorted(CLIENT_PEOPLE)},
    )
    return frozenset(rows.scalars())


async def _installation(session: AsyncSession, centre: Centre, now: datetime) -> None:
    row = await session.get(Tenant, INSTALLATION)
    if row is None:
        row = Tenant(
            id=INSTALLATION, code="installation", name=centre.name, zone=centre.zone, languages=["en"], created_at=now
        )
        session.add(row)
    row.name, row.zone = centre.name, centre.zone


async def _dismiss(session: AsyncSession, centre: Centre, now: datetime) -> None:
    """End what the file no longer has: people, and agents whose seat changed (nobody rents them: that was checked)."""
    emails = {person.email for person in centre.staff}
    for user in await _all(session, User):
        stays = user.email in emails or user.added_by_colleague or is_synthetic(user.email)
        if user.staff_role is not None and not stays:
            user.staff_role, user.disabled_at = None, now
            await session.execute(delete(Session).where(col(Session.user_id) == user.id))
            await session.execute(delete(Membership).where(col(Membership.user_id) == user.id))
    kept = {(person.email, person.seat) for person in centre.staff}
    users = {user.id: user for user in await _all(session, User)}
    rented = {rental.agent_id for rental in await _all(session, Rental)}
    for agent in await _all(session, Agent):
        if (users[agent.user_id].email, agent.seat_id) not in kept and agent.id not in rented:
            await change_browser_phones(session, {agent.seat_id, agent.desk_id})
            await session.delete(agent)
    await session.flush()


async def _seats(session: AsyncSession, centre: Centre) -> None:
    """Make seats and spare desks; who sits at one that is gone sits at its own seat again."""
    wanted = dict.fromkeys(centre.seats, False) | dict.fromkeys(centre.desks, True)
    have = {seat.id: seat for seat in await _all(session, Seat)}
    for seat_id, spare in wanted.items():
        if seat_id in have:
            have[seat_id].spare = spare
        else:
            session.add(Seat(id=seat_id, spare=spare, secret=secrets.token_urlsafe(18)))
    for agent in await _all(session, Agent):
        if agent.desk_id not in wanted:
            agent.desk_id = None
    await session.flush()
    for seat_id in have.keys() - wanted.keys() - set(SYNTHETIC_SEATS):
        await session.delete(have[seat_id])
    await session.flush()


async def _staff(session: AsyncSession, person: StaffPart, floor_id: str) -> None:
    user = (await session.execute(select(User).where(col(User.email) == person.email))).scalar_one_or_none()
    if user is None:
        user = User(email=person.email, name=person.name)
        session.add(user)
    user.name, user.locale, user.staff_role = person.name, person.locale, person.role.value
    user.clients, user.disabled_at, user.added_by_colleague = person.clients, None, False
    user.clients_until = dict(person.clients_until) or None
    await session.flush()
    if person.role is Role.AGENT and person.seat is not None:
        agent = (await session.execute(select(Agent).where(col(Agent.user_id) == user.id))).scalar_one_or_none()
        if agent is None:
            session.add(Agent(user_id=user.id, seat_id=person.seat, floor_id=floor_id))
        else:
            agent.floor_id = floor_id


async def _all(session: AsyncSession, model: type[_Row]) -> Sequence[_Row]:
    return (await session.execute(select(model))).scalars().all()
