"""A second factor is shown: counted before it is looked at, told when it was wrong, locked when too often so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from uuid import UUID

from tenants.identity.errors import SignInLocked as Locked
from tenants.identity.errors import WrongCode
from tenants.identity.facts import SignInFailed, SignInLocked
from tenants.service import factors, standing
from tenants.service.entrance import Entrance, tell
from tenants.service.letters import write


async def show_second(entrance: Entrance, user_id: UUID, code: str, now: datetime) -> factors.Shown:
    """Check a code and use it up. Raises :class:`WrongCode`, and ``SignInLocked`` while or once it is locked."""
    tried = await standing.claim_try(entrance.control, user_id, now)
    shown = await factors.use_code(entrance, user_id, code, now)
    if shown is None:
        await tell(entrance, user_id, SignInFailed(str(user_id), "second_factor"), now)
        raise Locked if await _locks(entrance, user_id, tried, now) else WrongCode
    await standing.was_right(entrance.control, user_id)
    return shown


@asynccontextmanager
async def passkey_tried(entrance: Entrance, user_id: UUID, address: str, now: datetime) -> AsyncIterator[None]:
    """Throttle, count and tell what goes wrong inside, as a password and a code together: a passkey is both.

    Whoever has no right passkey learns nothing of a lock. Raises ``TooManySignIns``, and what is raised inside.
    """
    pool = await entrance.control.pool()
    email = str(await pool.fetchval('SELECT email FROM control."user" WHERE id = $1', user_id))
    await entrance.door.knock(address, email)
    try:
        yield
    except WrongCode:
        await tell(entrance, user_id, SignInFailed(str(user_id), "passkey"), now)
        with suppress(Locked):
            await _locks(entrance, user_id, await standing.claim_try(entrance.control, user_id, now), now)
        raise
    await entrance.door.welcome(address, email)
    await standing.refuse_locked(entrance.control, user_id)
    await standing.was_right(entrance.control, user_id)


async def _locks(entrance: Entrance, user_id: UUID, tried: int, now: datetime) -> bool:
    """Lock after the last allowed try, with the fact and the letter; say whether this one did it."""
    if not await standing.was_wrong(entrance.control, user_id, tried, now):
        return False
    await tell(entrance, user_id, SignInLocked(str(user_id), tried), now)
    await write(entrance, user_id, "locked", now)
    return True
