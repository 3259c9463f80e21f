"""Second factors of a person: an authenticator app, and the codes for the day when it is lost.

The app's secret is sealed under the installation's key and bound to its person (kit.secretbox).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import pyotp

from kit.db import Database
from tenants.core.one_time import RECOVERY_BYTES, matching_step, recovery_hash, recovery_text
from tenants.identity.errors import WrongCode
from tenants.identity.facts import SecondFactorChanged
from tenants.service.entrance import Entrance, tell

RECOVERY_CODES = 10
SET_UP_WITHIN = timedelta(minutes=15)
"""How long a new app's secret waits for its first code."""

_FACTORS = """
SELECT u.email, u.password_hash IS NOT NULL AS password, a.confirmed_at AS authenticator_at,
  (SELECT count(*) FROM control.passkey p WHERE p.user_id = u.id) AS passkeys,
  (SELECT count(*) FROM control.recovery_code r WHERE r.user_id = u.id AND r.used_at IS NULL) AS codes
FROM control."user" u LEFT JOIN control.authenticator a ON a.user_id = u.id WHERE u.id = $1
"""
_BEGIN = """
INSERT INTO control.authenticator AS a (user_id, next_sealed, next_at) VALUES ($1, $2, $3)
ON CONFLICT (user_id) DO UPDATE SET next_sealed = $2, next_at = $3
"""
_ACTIVATE = """
UPDATE control.authenticator SET sealed = next_sealed, confirmed_at = $3, last_step = $4, next_sealed = NULL,
  next_at = NULL WHERE user_id = $1 AND next_sealed = $2 RETURNING 1
"""
_USE_STEP = "UPDATE control.authenticator SET last_step = $2 WHERE user_id = $1 AND last_step < $2 RETURNING 1"
_USE_CODE = """
UPDATE control.recovery_code SET used_at = $3 WHERE user_id = $1 AND hash = $2 AND used_at IS NULL RETURNING 1
"""

Shown = Literal["authenticator", "recovery_code"]


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person can show."""

    email: str
    password: bool
    authenticator_at: datetime | None
    passkeys: int
    codes: int
    """Recovery codes that are left."""

    @property
    def second(self) -> bool:
        """Say whether a password alone lets this person in no further."""
        return self.authenticator_at is not None or self.passkeys > 0


async def factors_of(control: Database, user_id: UUID) -> Factors:
    """Return what a person can show."""
    (row,) = await (await control.pool()).fetch(_FACTORS, user_id)
    return Factors(row["email"], row["password"], row["authenticator_at"], row["passkeys"], row["codes"])


def _where(user_id: UUID) -> str:
    return f"authenticator|secret|{user_id}"


async def begin_authenticator(entrance: Entrance, user_id: UUID, now: datetime) -> None:
    """Make a new secret, which counts for nothing until a code proves that an app has it."""
    sealed = entrance.box.seal(pyotp.random_base32(32).encode(), _where(user_id))
    await (await entrance.control.pool()).execute(_BEGIN, user_id, sealed, now)


async def new_secret(entrance: Entrance, user_id: UUID, now: datetime) -> str | None:
    """Return the secret that is being set up, to be shown; None when none is, or it was begun too long ago."""
    sealed = await _next(entrance.control, user_id, now)
    return None if sealed is None else entrance.box.open(sealed, _where(user_id)).decode()


async def confirm_authenticator(entrance: Entrance, user_id: UUID, code: str, now: datetime) -> list[str]:
    """Put the new secret in force once the app shows its code; return fresh recovery codes.

    The code counts as used. Raises :class:`WrongCode`.
    """
    sealed = await _next(entrance.control, user_id, now)
    if sealed is None:
        raise WrongCode
    step = matching_step(entrance.box.open(sealed, _where(user_id)).decode(), code, now, 0)
    if step is None:
        raise WrongCode
    await tell(entrance, user_id, SecondFactorChanged(str(user_id), "added", "authenticator"), now)
    pool = await entrance.control.pool()
    if await pool.fetchval(_ACTIVATE, user_id, sealed, now, step) is None:
        raise WrongCode
    return await new_recovery_codes(entrance.control, user_id)


async def new_recovery_codes(control: Database, user_id: UUID) -> list[str]:
    """Replace a person's recovery codes and return the new ones: the only time that they can be read."""
    codes = [recovery_text(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    async with (await control.pool()).acquire() as connection, connection.transaction():
        await connection.execute('SELECT 1 FROM control."user" WHERE id = $1 FOR UPDATE', user_id)
        await connection.execute("DELETE FROM control.recovery_code WHERE user_id = $1", user_id)
        await connection.executemany(
            "INSERT INTO control.recovery_code (user_id, hash) VALUES ($1, $2)",
            [(user_id, recovery_hash(user_id, code)) for code in codes],
        )
    return codes


async def use_code(entrance: Entrance, user_id: UUID, typed: str, now: datetime) -> Shown | None:
    """Say what the typed code is of this person's, and use it up; None when it is nothing that counts now."""
    pool = await entrance.control.pool()
    row = await pool.fetchrow(
        "SELECT sealed, last_step FROM control.authenticator WHERE user_id = $1 AND confirmed_at IS NOT NULL", user_id
    )
    if row is not None:
        secret = entrance.box.open(row["sealed"], _where(user_id)).decode()
        step = matching_step(secret, typed, now, row["last_step"])
        if step is not None:  # the row decides between two who show the same code at once
            return "authenticator" if await pool.fetchval(_USE_STEP, user_id, step) is not None else None
    used = await pool.fetchval(_USE_CODE, user_id, recovery_hash(user_id, typed), now)
    return "recovery_code" if used is not None else None


async def remove_authenticator(entrance: Entrance, user_id: UUID, now: datetime) -> None:
    """Forget the app; recovery codes go with the last second factor."""
    await tell(entrance, user_id, SecondFactorChanged(str(user_id), "removed", "authenticator"), now)
    pool = await entrance.control.pool()
    await pool.execute("DELETE FROM control.authenticator WHERE user_id = $1", user_id)
    await drop_lone_codes(entrance.control, user_id)


async def drop_lone_codes(control: Database, user_id: UUID) -> None:
    """Forget recovery codes that no factor stands behind any more."""
    if not (await factors_of(control, user_id)).second:
        await (await control.pool()).execute("DELETE FROM control.recovery_code WHERE user_id = $1", user_id)


async def remove_all(control: Database, user_id: UUID) -> None:
    """Forget every second factor of a person, who lost them all."""
    async with (await control.pool()).acquire() as connection, connection.transaction():
        for table in ("authenticator", "passkey", "recovery_code"):
            await connection.execute(f"DELETE FROM control.{table} WHERE user_id = $1", user_id)  # noqa: S608 - our own names


async def _next(control: Database, user_id: UUID, now: datetime) -> bytes | None:
    begun = "SELECT next_sealed FROM control.authenticator WHERE user_id = $1 AND next_at > $2"
    sealed: bytes | None = await (await control.pool()).fetchval(begun, user_id, now - SET_UP_WITHIN)
    return sealed
