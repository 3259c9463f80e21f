"""Keeping how a person wants pages (``tenants.core.preferences``)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from kit.db import Database
from tenants.core.preferences import Preferences, stored
from tenants.models import User


async def keep(control: Database, user_id: UUID, change: Callable[[Preferences], Preferences]) -> Preferences:
    """Change a person's preferences under a lock: two pages at once lose nothing. Raises what ``change`` does."""
    async with control.plain() as session:
        user = await session.get_one(User, user_id, with_for_update=True)
        made = change(stored(user.preferences))
        user.preferences = made.as_json()
    return made
