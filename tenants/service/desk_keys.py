"""A person's own keys of the desk. They are the person's taste, as light and dark are: no client's affair, no fact."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from kit.db import Database
from tenants.core.desk_keys import choose, keys_of
from tenants.models import User


async def own_keys(control: Database, user_id: UUID) -> dict[str, str]:
    """Return the key of each act of the desk for a person."""
    async with control.plain() as session:
        user = await session.get_one(User, user_id)
        return keys_of(user.desk_keys)


async def keep_keys(control: Database, user_id: UUID, keys: Mapping[str, str]) -> dict[str, str]:
    """Keep a person's whole set, and return it; an empty one is the house's. Raises what :func:`choose` does."""
    kept = choose(keys)
    async with control.plain() as session:
        user = await session.get_one(User, user_id, with_for_update=True)
        user.desk_keys = kept
    return keys_of(kept)
