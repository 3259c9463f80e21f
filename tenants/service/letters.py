"""Letters to people: rows that are written in the transaction that they are about and sent by the worker afterwards.

What is secret in a letter (a link's token) is sealed while it waits, and gone when the letter has gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from kit.db import Database
from kit.ids import new_id
from kit.secretbox import SecretBox
from tenants.service.entrance import Entrance

Kind = Literal["invite", "reset", "locked", "factor_removed", "factor_added", "password_changed"]

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 10
_RETRY = timedelta(seconds=30)
KEPT = timedelta(days=1)
"""A letter that could not be sent for so long is given up: its link has ended by then."""

_WRITE = "INSERT INTO control.letter (id, user_id, kind, sealed, created_at, due_at) VALUES ($1, $2, $3, $4, $5, $5)"
_CLAIM = """
UPDATE control.letter l SET due_at = $2, attempts = l.attempts + 1
FROM (SELECT id FROM control.letter WHERE ended_at IS NULL AND due_at <= $1 ORDER BY due_at LIMIT 20
      FOR UPDATE SKIP LOCKED) due, control."user" u
WHERE l.id = due.id AND u.id = l.user_id
RETURNING l.id, l.kind, l.sealed, l.attempts, l.created_at, u.email, u.name, u.locale
"""
_END = "UPDATE control.letter SET ended_at = $2, sealed = NULL, error = $3 WHERE id = $1"
_LATER = "UPDATE control.letter SET due_at = $2, error = $3 WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that is due: to whom, what about, and its secret if it has one, still sealed (:func:`secret_of`)."""

    id: UUID
    kind: str
    email: str
    name: str
    locale: str
    sealed: bytes | None
    attempts: int
    created_at: datetime


async def write(entrance: Entrance, user_id: UUID, kind: Kind, now: datetime, *, secret: str = "") -> bool:
    """Leave a letter to be sent; False where no mail is set up, and then nothing is kept."""
    if not entrance.mail:
        return False
    letter = new_id()
    sealed = entrance.box.seal(secret.encode(), _where(letter)) if secret else None
    await (await entrance.control.pool()).execute(_WRITE, letter, user_id, kind, sealed, now)
    return True


async def claim(control: Database, now: datetime) -> list[Waiting]:
    """Take the letters that are due, for the time of a lease."""
    rows = await (await control.pool()).fetch(_CLAIM, now, now + LEASE)
    return [Waiting(**dict(row)) for row in rows]


def secret_of(letter: Waiting, box: SecretBox) -> str:
    """Return a letter's secret, empty when it has none. Raises :class:`kit.secretbox.Unreadable`."""
    return box.open(letter.sealed, _where(letter.id)).decode() if letter.sealed else ""


async def sent(control: Database, letter: UUID, now: datetime) -> None:
    """Keep that a letter has gone, and forget its secret."""
    await (await control.pool()).execute(_END, letter, now, None)


async def failed(control: Database, letter: Waiting, error: str, now: datetime) -> None:
    """Try again later, or give up."""
    pool = await control.pool()
    if letter.attempts >= MOST_ATTEMPTS or now - letter.created_at > KEPT:
        await pool.execute(_END, letter.id, now, error[:300])
    else:
        await pool.execute(_LATER, letter.id, now + _RETRY * letter.attempts, error[:300])


def _where(letter: UUID) -> str:
    return f"letter|sealed|{letter}"
