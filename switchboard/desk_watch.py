"""Whether agents' desks are reached: looked up beside the loop, and what follows from it on the floor.

Who wants calls and whose desk is gone is offered none, if the centre has it so (``calls_without_desk``): nobody would
see who calls or say what came of it. A telephone on the desk that rings, a conversation, a task and a wrap-up go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from kit.away import MAYBE_AWAY, is_away
from kit.db import Database
from switchboard.clock import Clock
from switchboard.core import agent as agents
from switchboard.core.agent import Agent, AgentState
from switchboard.floor import Floor
from switchboard.inputs import DesksSeen
from tenants.desks import service as desk_pages

LOOKS_EVERY_S = 2.0

log = structlog.get_logger(__name__)


def seen(floor: Floor, item: DesksSeen, now: datetime) -> None:
    """Take it that desks are reached or not. Whoever is signed off is not looked for."""
    for agent in list(floor.agents.values()):
        lost_at = _lost_at(agent, item)
        if lost_at != agent.lost_at:
            floor.put_agent(agents.with_desk(agent, lost_at, now), now)


def _lost_at(agent: Agent, item: DesksSeen) -> datetime | None:
    unheard_since = item.unheard.get(agent.id)
    if agent.state is AgentState.OFFLINE or unheard_since is None:
        return None
    if agent.lost_at is None and not item.sure:
        return None
    return agent.lost_at or unheard_since


async def watch(control: Database, floor_id: str, floor: Floor, put: Callable[[DesksSeen], None], clock: Clock) -> None:
    """Look every :data:`LOOKS_EVERY_S`, until cancelled; while the database is away nothing is known."""
    while True:
        try:
            await look(control, floor_id, floor, put, clock.now())
        except MAYBE_AWAY as error:
            if not is_away(error):
                raise
            log.warning("desks_not_seen", error=type(error).__name__)
        await asyncio.sleep(LOOKS_EVERY_S)


async def look(control: Database, floor_id: str, floor: Floor, put: Callable[[DesksSeen], None], now: datetime) -> None:
    """Look once. A page that somebody closed who signed off then, or is signed off, is forgotten."""
    known = floor.agents
    off = {agent.id: now - agent.signed_off_at for agent in known.values() if agent.signed_off_at is not None}
    # how long ago: two machines' clocks agree on that; later than this nothing is written down of a page of before
    off = {agent_id: ago for agent_id, ago in off.items() if ago < desk_pages.GRACE}
    if off:
        await desk_pages.forget(control, off)
    found = await desk_pages.unheard(control, floor_id)
    if found.agents or any(agent.lost_at for agent in known.values()):
        put(DesksSeen(found.agents, found.sure))
    gone = [each for each in found.agents if each not in known or known[each].state is AgentState.OFFLINE]
    if gone:
        await desk_pages.forget(control, dict.fromkeys(gone, desk_pages.GRACE))
