"""Where agents sit: the phones of a place, and sitting down at another one than one's own seat.

A place is taken by whoever sat down there last, or by the agent whose seat it is while it sits there. An agent whose
seat is taken has no phone until it chooses another place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from journal import service as journal
from journal.core.facts import Actor
from kit.db import Database, Plane
from kit.errors import NotFound
from tenants.access import INSTALLATION, for_system
from tenants.errors import DeskTaken
from tenants.facts import AgentSatDown
from tenants.models import Agent, Seat

_FREE = """
SELECT s.id FROM control.seat s WHERE s.id <> :own
  AND NOT EXISTS (SELECT FROM control.agent a WHERE a.desk_id = s.id)
  AND (s.spare OR NOT EXISTS (SELECT FROM control.agent a JOIN control."user" u ON u.id = a.user_id
    WHERE a.seat_id = s.id AND a.desk_id IS NULL AND u.disabled_at IS NULL))
ORDER BY s.id
"""


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
    return SeatPhone(f"o-{desk}-web", row.secret)


async def free_desks(control: Database, own: str) -> list[str]:
    """Return where an agent whose seat is ``own`` may sit down: spare places, and seats whose agent is away."""
    async with control.plain() as session:
        return list((await session.execute(text(_FREE), {"own": own})).scalars())


async def sit_down(control: Database, plane: Plane, agent_id: UUID, desk: str, now: datetime) -> None:
    """Let an agent sit down at a place; at its own seat always, which sends whoever sits there away.

    Raises :class:`NotFound` for a place that is not there, :class:`DeskTaken` for one that is not free. Where agents
    sit is the outsourcer's own affair: the fact stands in the installation's journal, and no tenant sees the place.
    """
    try:
        async with control.plain() as session:
            agent = await session.get_one(Agent, agent_id, with_for_update=True)
            if desk == agent.seat_id:
                await session.execute(
                    text("UPDATE control.agent SET desk_id = NULL WHERE desk_id = :desk AND id <> :agent"),
                    {"desk": desk, "agent": agent_id},
                )
                agent.desk_id = None
            elif desk != agent.desk_id:
                if await session.get(Seat, desk) is None:
                    raise NotFound
                free = (await session.execute(text(_FREE), {"own": agent.seat_id})).scalars()
                if desk not in set(free):
                    raise DeskTaken
                agent.desk_id = desk
    except IntegrityError as error:
        raise DeskTaken from error
    async with plane.transaction(for_system(INSTALLATION, "desks")) as scope:
        fact = AgentSatDown(agent_id=str(agent_id), seat=agent.seat_id, desk=desk)
        journal.append(scope, fact, subject=agent_id, at=now, actor=Actor("agent", str(agent_id)))
