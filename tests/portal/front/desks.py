"""A desk that a client may see: its contract, its agent's word, where the agent stands, and the bytes between."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from playwright.async_api import Page

from interactions.core.agent_record import AgentRecord
from interactions.desktop.core.frames import unpacked
from interactions.records import save_agents
from journal import service as journal
from journal.core.facts import SYSTEM, Payload
from tenants.service import policies
from tests.portal import telling
from tests.support.axe import violations
from tests.support.site import Site
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import NewWorkOrder
from workorders.service import changes


async def shared(site: Site, code: str = "galaxy") -> tuple[telling.Place, str]:
    """Return a client's place with an agent who serves the other one too as its second, and that agent's address."""
    at = await telling.place(site, code)
    both = {email for _, email in await site.agents("galaxy")} & {e for _, e in await site.agents("harbour-light")}
    email = min(both)
    agent = next(agent for agent, address in await site.agents(code) if address == email)
    return replace(at, agents=(at.agents[0], agent)), email


async def ordered(site: Site, at: telling.Place, call: UUID, title: str) -> None:
    """Let the agent have escalated something of a conversation: it stands on its desk until it is solved."""
    who = Doer(Side.OUTSOURCER, "agent", str(at.agents[1]), at.aliases[1], agent_id=at.agents[1])
    async with site.house.app.session(at.tenant) as scope:
        body = NewWorkOrder(type="refund", title=title, description=title)
        await changes.escalate(scope, changes.Asked(body, call, at.agents[1]), who, datetime.now(UTC))


async def accessible(page: Page) -> None:
    """Nothing that axe knows is wrong on the page as it stands."""
    assert await violations(page) == []


async def contract(site: Site, client: str = "galaxy", **desks: Any) -> None:
    """Let the contract of a client say so about desks."""
    admin = await asyncpg.connect(site.house.admin_dsn)
    sql = "UPDATE gf.blueprint SET content = jsonb_set(content, '{contract,desktop}', $1::jsonb) WHERE tenant_id = $2"
    try:
        await admin.execute(sql, json.dumps(desks), site.tenants[client])
    finally:
        await admin.close()
    policies._kept.clear()


async def stands(site: Site, at: telling.Place, state: str, call: UUID | None) -> None:
    """Let the record say where the agent is."""
    async with site.house.app.transaction(at.tenant) as scope:
        await save_agents(scope, [AgentRecord(at.agents[1], "S1", state, None, datetime.now(UTC), call, phone=True)])


async def told(site: Site, at: telling.Place, call: UUID, *facts: Payload) -> None:
    async with site.house.app.transaction(at.tenant) as scope:
        for fact in facts:
            journal.append(scope, fact, subject=call, at=datetime.now(UTC), actor=SYSTEM)


def frames(page: Page, address: str) -> list[str]:
    """Keep every frame, sent and received, of a page's sockets at this address, opened."""
    kept: list[str] = []

    def take(frame: str | bytes) -> None:
        kept.append(frame if isinstance(frame, str) else unpacked(frame).decode())

    def opened(socket: Any) -> None:
        if address in socket.url:
            socket.on("framesent", take)
            socket.on("framereceived", take)

    page.on("websocket", opened)
    return kept
