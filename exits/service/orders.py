"""Two of the outsourcer's people decide about an erasure: one asks, another confirms, then there is time to stop it.

Nobody who serves the web can erase anything: the order only says that it may be done, from ``due_at`` on, by
``glassfloor tenants erase-due``, which runs where the migrator's address is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from exits.errors import ErasureUnderWay, NotItsCode, NotLeft, OwnErasure
from exits.facts import ErasureAsked, ErasureConfirmed, ErasureWithdrawn
from exits.service import holds
from journal import service as journal
from journal.core.facts import Actor, Payload
from kit.db import Database, Plane
from kit.errors import NotFound
from tenants.access import INSTALLATION, for_system
from tenants.core.grants import clean_reason
from tenants.errors import ReasonNotClear

_LEFT = ("suspended", "left")
_ASK = """
INSERT INTO control.erasure_order (tenant_id, why, asked_by, asked_name, asked_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING tenant_id
"""
_CONFIRM = """
UPDATE control.erasure_order SET confirmed_by = $2, confirmed_name = $3, confirmed_at = $4, due_at = $5
WHERE tenant_id = $1 AND confirmed_by IS NULL RETURNING tenant_id
"""
_WITHDRAW = """
DELETE FROM control.erasure_order o WHERE tenant_id = $1
  AND NOT EXISTS (SELECT FROM control.erasure e WHERE e.tenant_id = o.tenant_id) RETURNING tenant_id
"""
_OPEN = """
SELECT o.*, t.code, t.name, t.state FROM control.erasure_order o JOIN control.tenant t ON t.id = o.tenant_id
WHERE NOT EXISTS (SELECT FROM control.erasure e WHERE e.tenant_id = o.tenant_id) ORDER BY o.asked_at
"""
_ERASURES = """
SELECT e.tenant_id, e.step, e.begun_at, e.destroyed_at, e.done_at, t.name, t.state, e.found::text AS found
FROM control.erasure e JOIN control.tenant t ON t.id = e.tenant_id ORDER BY e.begun_at DESC LIMIT 50
"""


@dataclass(frozen=True, slots=True)
class Staff:
    """One of the outsourcer's people: id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class House:
    """Where orders are kept, and where it is told: the installation's own journal is in the shared database."""

    control: Database
    plane: Plane


async def ask(house: House, who: Staff, code: str, why: str, now: datetime) -> UUID:
    """Ask for the erasure of a client that has left; return its id.

    Raises ``NotFound``, ``ReasonNotClear``, :class:`NotLeft`, ``HeldStill`` and :class:`ErasureUnderWay`.
    """
    pool = await house.control.pool()
    reason = clean_reason(why)
    tenant = await pool.fetchrow(
        "SELECT id, state FROM control.tenant WHERE code = $1 AND id <> $2", code, INSTALLATION
    )
    if tenant is None or tenant["state"] == "erased":
        raise NotFound
    if reason is None:
        raise ReasonNotClear
    if tenant["state"] == "erasing":
        raise ErasureUnderWay
    if tenant["state"] not in _LEFT:
        raise NotLeft
    await _not_held(house, tenant["id"])
    if not await pool.fetch(_ASK, tenant["id"], reason, who.id, who.name, now):
        raise ErasureUnderWay
    await _tell(house, tenant["id"], ErasureAsked(who.id, who.name, reason), who, now)
    return UUID(str(tenant["id"]))


async def confirm(house: House, who: Staff, tenant_id: UUID, typed: str, when: tuple[datetime, timedelta]) -> None:
    """Confirm what somebody else asked for; ``when``: now, and how long it can still be stopped.

    Raises ``NotFound``, :class:`OwnErasure`, :class:`NotItsCode`, :class:`NotLeft` and :class:`ErasureUnderWay`.
    """
    (now, wait), pool = when, await house.control.pool()
    order = await one(house.control, tenant_id)
    if order["asked_by"] == who.id:
        raise OwnErasure
    if typed.strip() != order["code"]:
        raise NotItsCode
    if order["state"] not in _LEFT:
        raise NotLeft
    await _not_held(house, tenant_id)
    try:
        confirmed = await pool.fetch(_CONFIRM, tenant_id, who.id, who.name, now, now + wait)
    except asyncpg.CheckViolationError as error:
        raise OwnErasure from error
    if not confirmed:
        raise ErasureUnderWay
    await _tell(house, tenant_id, ErasureConfirmed(who.id, who.name, (now + wait).isoformat()), who, now)


async def _not_held(house: House, tenant_id: UUID) -> None:
    """Raise :class:`HeldStill` while the client's managers hold conversations."""
    async with house.plane.transaction(for_system(tenant_id, "erase")) as scope:
        await holds.refuse_while_held(scope)


async def withdraw(house: House, who: Staff, tenant_id: UUID, now: datetime) -> None:
    """Stop what was asked for or confirmed, until it has begun. Raises ``NotFound`` and :class:`ErasureUnderWay`."""
    await one(house.control, tenant_id)
    pool = await house.control.pool()
    if not await pool.fetch(_WITHDRAW, tenant_id):
        raise ErasureUnderWay
    await _tell(house, tenant_id, ErasureWithdrawn(who.id, who.name), who, now)


async def one(control: Database, tenant_id: UUID) -> Mapping[str, Any]:
    """Return an order that has not begun. Raises ``NotFound``."""
    found = next((row for row in await under_way(control) if row["tenant_id"] == tenant_id), None)
    if found is None:
        raise NotFound
    return found


async def under_way(control: Database) -> list[dict[str, Any]]:
    """Return the orders that have not begun, oldest first, with the client's code, name and state."""
    return [dict(row) for row in await (await control.pool()).fetch(_OPEN)]


async def due(control: Database, now: datetime) -> list[UUID]:
    """Return the clients that may be erased now: confirmed, their time of grace over, and still gone."""
    orders = await under_way(control)
    return [o["tenant_id"] for o in orders if o["due_at"] is not None and o["due_at"] <= now and o["state"] in _LEFT]


async def erasures(control: Database) -> list[dict[str, Any]]:
    """Return the newest erasures that were begun, with the step that comes next."""
    return [dict(row) for row in await (await control.pool()).fetch(_ERASURES)]


async def askable(control: Database) -> list[dict[str, Any]]:
    """Return the clients that have left and about whom nobody asked yet: code and name."""
    rows = await (await control.pool()).fetch(
        "SELECT code, name FROM control.tenant t WHERE state = ANY($1) AND id <> $2 AND NOT synthetic"
        " AND NOT EXISTS (SELECT FROM control.erasure_order o WHERE o.tenant_id = t.id) ORDER BY name",
        list(_LEFT), INSTALLATION,
    )  # fmt: skip
    return [dict(row) for row in rows]


async def certificate(control: Database, tenant_id: UUID) -> str:
    """Return the signed certificate of an erasure that is done, as JSON. Raises ``NotFound``."""
    found = await (await control.pool()).fetchval(
        "SELECT certificate::text FROM control.erasure WHERE tenant_id = $1 AND done_at IS NOT NULL", tenant_id
    )
    if found is None:
        raise NotFound
    return str(found)


async def _tell(house: House, tenant_id: UUID, fact: Payload, who: Staff, now: datetime) -> None:
    async with house.plane.transaction(for_system(INSTALLATION, "erasure orders")) as scope:
        journal.append(scope, fact, subject=tenant_id, at=now, actor=Actor("user", who.id))
