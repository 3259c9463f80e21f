"""Phones of those who listen: a supervisor's browser phone and spare place, and a client's own listener.

A supervisor has no seat. Its browser phone is known to the floor for half a day after it was given out, under a new
name each time; beside it a spare place's desk phone may ring, as long as nobody else sits there. A client's listener
has a browser phone of that client alone, and no desk.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from journal import service as journal
from journal.core.facts import Actor
from kit.db import AccessibleTenantId, Database, Plane
from kit.ids import new_id
from tenants.access import INSTALLATION, Principal, for_system
from tenants.core.configuration import listening_phone_name
from tenants.errors import DeskTaken
from tenants.facts import ListeningPhoneGiven
from tenants.service.floor_parts import LISTENS_FOR
from tenants.service.seats import SeatPhone

RENEWED_AFTER = LISTENS_FOR / 2
"""A phone that is older gets a new name and password when the page asks for it."""

_GIVE = """
INSERT INTO control.listening_phone AS p (id, user_id, tenant_id, floor_id, secret, made_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (user_id, tenant_id) DO UPDATE SET floor_id = $4, secret = $5, made_at = $6, turn = p.turn + 1
WHERE p.made_at < $7 OR p.floor_id <> $4 RETURNING id, turn, desk_id
"""
_PRESENT = """
SELECT id, secret, turn FROM control.listening_phone WHERE user_id = $1 AND tenant_id IS NOT DISTINCT FROM $2
"""
_FREE = """
SELECT s.id FROM control.seat s WHERE s.spare AND NOT EXISTS (SELECT FROM control.agent a WHERE a.desk_id = s.id)
  AND NOT EXISTS (SELECT FROM control.listening_phone p WHERE p.desk_id = s.id AND p.user_id <> $1) ORDER BY s.id
"""
_HOLD = "SELECT 1 FROM control.seat WHERE id = $1 FOR UPDATE"
_SIT = "UPDATE control.listening_phone SET desk_id = $2 WHERE user_id = $1 AND tenant_id IS NULL RETURNING id"


@dataclass(frozen=True, slots=True)
class Places:
    """Where a supervisor sits (None: nowhere), and where it may."""

    here: str | None
    free: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listener:
    """Who wants a phone, on which floor; ``tenant_id``: of a client's own person."""

    who: Principal
    floor: str
    tenant_id: AccessibleTenantId | None = None


async def phone_of(control: Database, plane: Plane, listener: Listener, now: datetime) -> SeatPhone:
    """Return the browser phone of a supervisor, or of a client's listener; a new one when the last is old.

    Whoever is given one is a fact: in the client's journal, or in the installation's.
    """
    pool, tenant_id = await control.pool(), listener.tenant_id
    user, secret = UUID(listener.who.id), secrets.token_urlsafe(18)
    values = (new_id(), user, tenant_id, listener.floor, secret, now, now - RENEWED_AFTER)
    made = await pool.fetchrow(_GIVE, *values)
    if made is not None:
        await _tell(plane, listener, made["id"], made["desk_id"], now)
        return SeatPhone(listening_phone_name(made["id"], made["turn"], tenant_id), secret)
    present: Any = await pool.fetchrow(_PRESENT, user, tenant_id)
    return SeatPhone(listening_phone_name(present["id"], present["turn"], tenant_id), present["secret"])


async def places(control: Database, who: Principal) -> Places:
    """Return where a supervisor sits and the spare places that are free."""
    pool, user = await control.pool(), UUID(who.id)
    here = await pool.fetchval(
        "SELECT desk_id FROM control.listening_phone WHERE user_id = $1 AND tenant_id IS NULL", user
    )
    return Places(here, tuple(row["id"] for row in await pool.fetch(_FREE, user)))


async def sit_at(control: Database, plane: Plane, listener: Listener, desk: str | None, now: datetime) -> None:
    """Let a spare place's desk phone ring for a supervisor, or (None) none any more.

    Raises :class:`DeskTaken` for a place that is not free, or while the supervisor has no phone at all.
    """
    pool, user = await control.pool(), UUID(listener.who.id)
    async with pool.acquire() as connection, connection.transaction():
        if desk is not None:
            await connection.execute(_HOLD, desk)
            if desk not in {row["id"] for row in await connection.fetch(_FREE, user)}:
                raise DeskTaken
        phone = await connection.fetchval(_SIT, user, desk)
    if phone is None:
        raise DeskTaken
    await _tell(plane, listener, phone, desk, now)


async def _tell(plane: Plane, listener: Listener, phone: UUID, desk: str | None, now: datetime) -> None:
    tenant_id, user = listener.tenant_id or for_system(INSTALLATION, "listening phones"), listener.who.id
    async with plane.transaction(tenant_id) as scope:
        fact = ListeningPhoneGiven(user_id=user, desk=desk)
        journal.append(scope, fact, subject=phone, at=now, actor=Actor("user", user))
