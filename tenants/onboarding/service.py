"""Begin, save, take up and finish an onboarding.

Two colleagues may have the same one open: a save names the version that it saw, and a later one refuses it. Finishing
applies the blueprint like a file; ``applying_at`` is written first, so that after a crash the wizard knows that a
client with this code, made since then, is its own and applies again, which repairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from journal import service as journal
from journal.core.facts import Actor, Payload
from kit.db import Database, Plane
from kit.errors import NotFound
from tenants.access import INSTALLATION, Principal, for_system
from tenants.core.agent_names import AgentNames
from tenants.core.names import CentreNames
from tenants.errors import OnboardingChanged, TakenOver
from tenants.models import Seat, Tenant
from tenants.onboarding.models import Onboarding
from tenants.service import claims
from tenants.service.own_names import read_names


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save writes."""

    content: Mapping[str, Any]
    answers: Mapping[str, Any]
    done: tuple[str, ...]


_TAKEN_OVER = """
SELECT EXISTS (SELECT FROM control.membership m JOIN control.standing s ON s.user_id = m.user_id
WHERE m.tenant_id = $1 AND m.role LIKE 'client%' AND s.signed_in_at IS NOT NULL)
"""


async def look_in(control: Database, tenant_id: UUID, person: Principal) -> None:
    """Let the outsourcer look at a client that it took on, until somebody of the client has signed in.

    From then on by a grant of the client's, as everywhere else. Raises :class:`TakenOver`.
    """
    membership = person.memberships.get(tenant_id)
    if membership is not None and membership.open:
        return
    pool = await control.pool()
    if await pool.fetchval(_TAKEN_OVER, tenant_id):
        raise TakenOver


async def begin(control: Database, saved: Saved, by: str, now: datetime) -> UUID:
    """Start an onboarding; return its id."""
    made = Onboarding(
        name=_name(saved.content), content=dict(saved.content), answers=dict(saved.answers), done=list(saved.done),
        version=1, started_at=now, started_by=by, saved_at=now, saved_by=by,
    )  # fmt: skip
    async with control.plain() as session:
        session.add(made)
        return made.id


async def read(control: Database, onboarding_id: UUID) -> Onboarding:
    """Return an onboarding. Raises :class:`NotFound`."""
    async with control.plain() as session:
        return await _row(session, onboarding_id)


async def unfinished(control: Database) -> list[Onboarding]:
    """Return what is not finished, the newest first."""
    wanted = select(Onboarding).where(col(Onboarding.tenant_id).is_(None)).order_by(col(Onboarding.saved_at).desc())
    async with control.plain() as session:
        return list((await session.execute(wanted.limit(200))).scalars())


async def save(control: Database, onboarding_id: UUID, seen: int, saved: Saved, by: str, now: datetime) -> int:
    """Save over the version that was seen; return the new one. Raises :class:`OnboardingChanged`, :class:`NotFound`."""
    async with control.plain() as session:
        row = await _row(session, onboarding_id, lock=True)
        if row.version != seen or row.tenant_id is not None:
            raise OnboardingChanged(saved_by=row.saved_by)
        row.content, row.answers, row.done = dict(saved.content), dict(saved.answers), list(saved.done)
        row.name, row.version, row.saved_by, row.saved_at = _name(saved.content), row.version + 1, by, now
        return row.version


async def discard(control: Database, onboarding_id: UUID) -> bool:
    """Throw an unfinished onboarding away; one that became a client stays, as its go-live list, and that is False."""
    async with control.plain() as session:
        row = await _row(session, onboarding_id, lock=True)
        if row.tenant_id is None:
            await session.delete(row)
        return row.tenant_id is None


async def is_free(control: Database, code: str, onboarding: Onboarding) -> bool:
    """Say whether a code may become this onboarding's client: nobody's, or its own of a try that was cut short."""
    async with control.plain() as session:
        found = await session.execute(select(col(Tenant.created_at)).where(col(Tenant.code) == code))
        created_at = found.scalar_one_or_none()
    return created_at is None or (onboarding.applying_at is not None and created_at >= onboarding.applying_at)


async def applying(control: Database, onboarding_id: UUID, now: datetime) -> None:
    """Note that the blueprint is about to be applied; the first time counts."""
    async with control.plain() as session:
        row = await _row(session, onboarding_id, lock=True)
        row.applying_at = row.applying_at or now


async def finish(control: Database, onboarding_id: UUID, tenant_id: UUID) -> None:
    """Note which client it became; its content now lives in that client's blueprint, and nowhere else."""
    async with control.plain() as session:
        row = await _row(session, onboarding_id, lock=True)
        row.tenant_id, row.content, row.answers = tenant_id, {}, {}


async def tell(plane: Plane, onboarding_id: UUID, fact: Payload, by: Actor, now: datetime) -> None:
    """Write down what was just done, in the installation's journal: there is no client's yet."""
    async with plane.transaction(for_system(INSTALLATION, "onboarding")) as scope:
        journal.append(scope, fact, subject=onboarding_id, at=now, actor=by)


def code_of(content: Mapping[str, Any]) -> str:
    """Return what the client is to be called, "" while nobody said."""
    return str((content.get("tenant") or {}).get("code") or "")


async def names(control: Database, content: Mapping[str, Any]) -> CentreNames:
    """Return what the centre has, as far as it concerns this onboarding."""
    async with control.plain() as session:
        return await claims.centre_names(session, content, await _agents(session, content))


async def every_seat(control: Database, content: Mapping[str, Any]) -> CentreNames:
    """Return the same, with the other clients' rents of every seat of the centre: for a choice of seats."""
    async with control.plain() as session:
        seats = (await session.execute(select(col(Seat.id)))).scalars().all()
        every = {**content, "seats": [{"seat": seat} for seat in seats]}
        return await claims.centre_names(session, every, await _agents(session, content))


async def _agents(session: AsyncSession, content: Mapping[str, Any]) -> AgentNames:
    """Return the centre's agents, and their names in the client if a try that was cut short has made it."""
    return await read_names(session, await claims.tenant_id_of(session, str((content.get("tenant") or {}).get("code"))))


def _name(content: Mapping[str, Any]) -> str:
    tenant = content.get("tenant") or {}
    return str(tenant.get("name") or "")


async def _row(session: AsyncSession, onboarding_id: UUID, *, lock: bool = False) -> Onboarding:
    wanted = select(Onboarding).where(col(Onboarding.id) == onboarding_id)
    row = (await session.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none()
    if row is None:
        raise NotFound
    return row
