"""A tenant's own names for the centre's agents: given once for ever, put into what is stored, taken out for the centre.

Whatever a tenant's database holds of a blueprint is in these names, so that two tenants cannot join by it. The
outsourcer's files, its command line and its back office name seats and agents as the centre does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from kit.db import Database
from tenants.core.agent_names import AgentName, AgentNames, mentions
from tenants.core.documents import BadDocument
from tenants.core.renaming import comments_of, renamed_text
from tenants.models import Agent, AgentAlias
from tenants.service.files import LoadedBlueprint, digest, render_readable
from tenants.service.texts import says

_NAMES = """
SELECT coalesce(a.seat_id, x.seat_id) AS seat, u.email, coalesce(x.seat, '') AS own, x.id, a.id AS agent_id
FROM (SELECT * FROM control.agent_alias WHERE tenant_id = :tenant) x
FULL JOIN control.agent a ON a.id = x.agent_id JOIN control."user" u ON u.id = coalesce(a.user_id, x.user_id)
ORDER BY a.id IS NOT NULL, x.seat, a.seat_id
"""


async def read_names(session: AsyncSession, tenant_id: UUID | None) -> AgentNames:
    """Return every agent of the centre with its name in the tenant; None: a tenant that is still to be."""
    rows = await session.execute(text(_NAMES), {"tenant": tenant_id})
    return AgentNames(tuple(AgentName(**row) for row in rows.mappings()))


async def names_of(control: Database, tenant_id: UUID) -> AgentNames:
    """Return the same, for those who read what is stored as the centre calls it."""
    async with control.plain() as session:
        return await read_names(session, tenant_id)


async def name_agents(session: AsyncSession, tenant_id: UUID, loaded: LoadedBlueprint, words: str) -> AgentNames:
    """Name every agent that a file rents, or that its comments or ``words`` mention; return all names.

    Committed before anything that uses the names, so that no crash can give an agent two of them.
    """
    names = await read_names(session, tenant_id)
    unnamed = names.unnamed(loaded.content, "\n".join([*comments_of(loaded.text), words]))
    if not unnamed:
        return names
    taken = {name.own for name in names.known}
    free = (own for n in range(1, len(taken) + len(unnamed) + 1) if (own := f"S{n}") not in taken)
    agents = select(Agent).where(col(Agent.id).in_(unnamed)).order_by(col(Agent.seat_id))
    session.add_all(
        AgentAlias(tenant_id=tenant_id, agent_id=agent.id, seat=own, user_id=agent.user_id, seat_id=agent.seat_id)
        for agent, own in zip((await session.execute(agents)).scalars().all(), free, strict=False)
    )
    await session.flush()
    return await read_names(session, tenant_id)


def in_own_names(loaded: LoadedBlueprint, names: AgentNames) -> LoadedBlueprint:
    """Return what is stored of a file of the outsourcer's. Its lines are those of the file.

    A text that cannot be renamed in place, or would still name an agent, is written anew, without its comments.
    """
    content = names.own(loaded.content)
    made = renamed_text(loaded.text, names.own_pair, names.own_words)
    if next(mentions(made, names.mails), None) is not None or not says(made, content):
        made = render_readable(content)
    return replace(loaded, text=made, content=content, digest=digest(content))


def in_real_names(stored: str, content: Mapping[str, Any], names: AgentNames) -> str:
    """Return a stored text as the centre would write it: the file that was applied. ``content``: its value."""
    try:
        made = renamed_text(stored, names.real_pair, names.real_words)
    except BadDocument:
        made = ""
    real = names.real(content)
    return made if made and says(made, real) else render_readable(real)
