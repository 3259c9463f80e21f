"""Signing in with an e-mail address and a password, and setting one.

Failures are limited by address and by person, in this process: a token bucket each. With several web processes the
limit is that many times wider, which argon2's price bears; nothing is lost when a process restarts.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from kit.db import Database
from kit.errors import NotFound
from tenants.core.buckets import Buckets
from tenants.errors import TooManySignIns, WrongPassword
from tenants.models import User
from tenants.service import passwords
from tenants.service.sessions import close_all, open_session


@dataclass(slots=True)
class Door:
    """How often signing in may fail: 30 times in a row from one address, 10 times for one person."""

    addresses: Buckets = field(default_factory=lambda: Buckets(size=30, refill_s=2.0))
    persons: Buckets = field(default_factory=lambda: Buckets(size=10, refill_s=30.0))

    def refuse_if_closed(self, address: str, email: str, now: float) -> None:
        """Raise :class:`TooManySignIns` with the seconds to wait."""
        wait = max(self.addresses.wait_s(address, now), self.persons.wait_s(email, now))
        if wait > 0:
            seconds = int(wait) + 1
            raise TooManySignIns(retry_after_s=seconds, headers={"Retry-After": str(seconds)})

    def count(self, address: str, email: str, now: float) -> None:
        """Count one failure."""
        self.addresses.take(address, now)
        self.persons.take(email, now)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody typed, and the network address it came from."""

    email: str
    password: str = field(repr=False)
    address: str

    @property
    def person(self) -> str:
        """The e-mail address as it is stored: trimmed, in lower case."""
        return self.email.strip().lower()


async def sign_in(control: Database, door: Door, attempt: Attempt, now: datetime) -> tuple[UUID, str]:
    """Check the password and open a session: return the user and the token.

    Raises :class:`WrongPassword` (also for an unknown or disabled person, after the same time),
    :class:`TooManySignIns` and :class:`tenants.errors.SignInBusy`.
    """
    door.refuse_if_closed(attempt.address, attempt.person, time.monotonic())
    async with control.plain() as session:
        user = (await session.execute(select(User).where(col(User.email) == attempt.person))).scalar_one_or_none()
    stored = user.password_hash if user is not None and user.disabled_at is None else None
    if not await passwords.verify(attempt.password, stored) or user is None:
        door.count(attempt.address, attempt.person, time.monotonic())
        raise WrongPassword
    return user.id, await open_session(control, user.id, now, tenant_id=await _first_tenant(control, user.id))


async def _first_tenant(control: Database, user_id: UUID) -> UUID | None:
    """Return the tenant that a new session begins in: the first open one by name."""
    found: UUID | None = await (await control.pool()).fetchval(
        "SELECT t.id FROM control.place p JOIN control.tenant t ON t.id = p.tenant_id"
        " WHERE p.user_id = $1 AND t.state = 'active' ORDER BY t.name LIMIT 1",
        user_id,
    )
    return found


async def set_password(control: Database, email: str, password: str) -> None:
    """Give a person a new password and end all its sessions. Raises :class:`NotFound` and ``ValidationFailed``."""
    hashed = await passwords.hash_password(password)
    async with control.plain() as session:
        user = (
            await session.execute(select(User).where(col(User.email) == email.strip().lower()))
        ).scalar_one_or_none()
        if user is None:
            raise NotFound("Nobody has this e-mail address")
        user.password_hash = hashed
        user_id = user.id
    await close_all(control, user_id)
