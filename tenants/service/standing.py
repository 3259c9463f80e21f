"""The durable lock: ten wrong second factors in a row, over all browsers and days, and nobody gets in as this person.

It is a row, not a count in memory, because six digits fall to patience. A right factor begins the count anew; a lock
is lifted by somebody else only.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kit.db import Database
from tenants.identity.errors import SignInLocked

MOST_WRONG = 10

_CLAIM = """
INSERT INTO control.standing AS s (user_id, wrong_factors) VALUES ($1, 1)
ON CONFLICT (user_id) DO UPDATE SET wrong_factors = s.wrong_factors + 1,
  locked_at = CASE WHEN s.wrong_factors >= $3 THEN coalesce(s.locked_at, $2) ELSE s.locked_at END
RETURNING wrong_factors, locked_at
"""
_LOCK = "UPDATE control.standing SET locked_at = $2 WHERE user_id = $1 AND locked_at IS NULL RETURNING 1"
_RIGHT = "UPDATE control.standing SET wrong_factors = 0 WHERE user_id = $1 AND locked_at IS NULL"
_SIGNED_IN = """
INSERT INTO control.standing (user_id, signed_in_at) VALUES ($1, $2)
ON CONFLICT (user_id) DO UPDATE SET signed_in_at = $2, wrong_factors = 0
"""
_LIFT = "UPDATE control.standing SET wrong_factors = 0, locked_at = NULL WHERE user_id = $1 AND locked_at IS NOT NULL"


async def claim_try(control: Database, user_id: UUID, now: datetime) -> int:
    """Count a try before it is looked at and return how many in a row it is. Raises :class:`SignInLocked`."""
    (row,) = await (await control.pool()).fetch(_CLAIM, user_id, now, MOST_WRONG)
    if row["locked_at"] is not None:
        raise SignInLocked
    return int(row["wrong_factors"])


async def was_wrong(control: Database, user_id: UUID, tried: int, now: datetime) -> bool:
    """Lock after the last allowed try; say whether this one did it."""
    if tried < MOST_WRONG:
        return False
    return await (await control.pool()).fetchval(_LOCK, user_id, now) is not None


async def was_right(control: Database, user_id: UUID) -> None:
    """Begin to count anew."""
    await (await control.pool()).execute(_RIGHT, user_id)


async def signed_in(control: Database, user_id: UUID, now: datetime) -> None:
    """Keep when the person was last let in."""
    await (await control.pool()).execute(_SIGNED_IN, user_id, now)


async def refuse_locked(control: Database, user_id: UUID) -> None:
    """Raise :class:`SignInLocked` while the person is locked out."""
    locked = "SELECT 1 FROM control.standing WHERE user_id = $1 AND locked_at IS NOT NULL"
    if await (await control.pool()).fetchval(locked, user_id) is not None:
        raise SignInLocked


async def lift(control: Database, user_id: UUID) -> bool:
    """Lift the lock; say whether there was one."""
    return str(await (await control.pool()).execute(_LIFT, user_id)) != "UPDATE 0"
