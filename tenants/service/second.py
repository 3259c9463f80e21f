"""A second factor is shown: counted before it is looked at, told when it was wrong, locked when too often so."""

from __future__ import annotations

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
        if await standing.was_wrong(entrance.control, user_id, tried, now):
            await tell(entrance, user_id, SignInLocked(str(user_id), tried), now)
            await write(entrance, user_id, "locked", now)
            raise Locked
        raise WrongCode
    await standing.was_right(entrance.control, user_id)
    return shown
