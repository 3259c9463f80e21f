"""Where agents sit: the phones of a place, and sitting down at another one than one's own seat.

A place is taken by whoever sat down there last, or by the agent whose seat it is while it sits there. An agent whose
seat is taken has no phone until it chooses another place.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from journal import service as journal
from journal.core.facts import Actor
from kit.db import Database, Plane
from kit.errors import NotFound
from tenants.access import INSTALLATION, for_system
from tenants.core.configuration import browser_phone_name
from tenants.errors import DeskTaken
from tenants.facts import AgentPhoneChosen, AgentSatDown
from tenants.models import Agent, Seat
from tenants.service.rentals import DESK

_FREE = """
SELECT s.id FROM control.seat s WHERE s.id <> :own
  AND NOT EXISTS (SELECT FROM control.agent a WHERE a.desk_id = s.id)
  AND NOT EXISTS (SELECT FROM control.listening_phone p WHERE p.desk_id = s.id)
  AND (s.spare OR NOT EXISTS (SELECT FROM control.agent a JOIN control."user" u ON u.id = a.user_id
    WHERE a.seat_id = s.id AND a.desk_id IS NULL AND u.disabled_at IS NULL))
ORDER BY s.id
"""
_HERE = f"SELECT {DESK} FROM control.agent a WHERE a.id = :agent"  # noqa: S608 - our own constant
_TURN = "UPDATE control.seat SET web_secret = :secret, turn = turn + 1 WHERE id = :place"


@dataclass(frozen=True, slots=True)
class SeatPhone:
    """A place's browser phone. ``endpoint`` is its name in the phone engine."""

    endpoint: str
    secret: str = field(repr=False)


async def browser_phone(control: Database, desk: str) -> SeatPhone:
    """Return the browser phone of a place. Raises :class:`NotFound`."""
    async with control.plain() as session:
        row = await session.get(Seat, desk)
    if row is None:
        raise NotFound
    return SeatPhone(browser_phone_name(desk, row.turn), row.web_secret)


async def change_browser_phones(session: AsyncSession, places: Collection[str | None]) -> None:
    """Give places another browser phone: whoever sits there now is somebody else, or nobody."""
    for place in sorted(filter(None, places)):
        await session.execute(text(_TURN), {"place": place, "secret": secrets.token_urlsafe(18)})


async def free_desks(control: Database, own: str) -> list[str]:
    """Return where an agent whose seat is ``own`` may sit down: spare places, and seats whose agent is away."""
    async with control.plain() as session:
        return list((await session.execute(text(_FREE), {"own": own})).scalars())


async def sit_down(control: Database, plane: Plane, agent_id: UUID, desk: str, now: datetime) -> None:
    """Let an agent sit down at a place; at its own seat always, which sends whoever sits there away.

    Raises :class:`NotFound` for a place that is not there, :class:`DeskTaken` for one that is not free. Where agents
    sit is the outsourcer's own affair: the fact stands in the installation's journal, and no tenant sees the place.
    The browser phones of both places are others afterwards: nobody keeps one that somebody else's calls go to.
    """
    try:
        async with control.plain() as session:
            agent = await session.get_one(Agent, agent_id, with_for_update=True)
            left = (await session.execute(text(_HERE), {"agent": agent_id})).scalar_one()
            if desk == agent.seat_id:
                await session.execute(
                    text("UPDATE control.agent SET desk_id = NULL WHERE desk_id = :desk AND id <> :agent"),
                    {"desk": desk, "agent": agent_id},
                )
                agent.desk_id = None
            elif desk != agent.desk_id:
                if await session.get(Seat, desk, with_for_update=True) is None:
                    raise NotFound
                free = (await session.execute(text(_FREE), {"own": agent.seat_id})).scalars()
                if desk not in set(free):
                    raise DeskTaken
                agent.desk_id = desk
            if desk != left:
                await change_browser_phones(session, {desk, left})
    except IntegrityError as error:
        raise DeskTaken from error
    async with plane.transaction(for_system(INSTALLATION, "desks")) as scope:
        fact = AgentSatDown(agent_id=str(agent_id), seat=agent.seat_id, desk=desk)
        journal.append(scope, fact, subject=agent_id, at=now, actor=Actor("agent", str(agent_id)))


async def choose_phone(control: Database, plane: Plane, agent_id: UUID, phone: str, now: datetime) -> None:
    """Let an agent talk with its browser or with the phone on its desk (``browser``, ``desk``): only that one rings."""
    async with control.plain() as session:
        agent = await session.get_one(Agent, agent_id, with_for_update=True)
        if agent.phone == phone:
            return
        agent.phone = phone
    async with plane.transaction(for_system(INSTALLATION, "desks")) as scope:
        fact = AgentPhoneChosen(agent_id=str(agent_id), phone=phone)
        journal.append(scope, fact, subject=agent_id, at=now, actor=Actor("agent", str(agent_id)))
