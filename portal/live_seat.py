"""One seat's day for the board's drawer: its states from the journal, and its last interactions."""

from __future__ import annotations

from datetime import datetime
from itertools import zip_longest
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse

from interactions import service as interactions
from interactions.shown import as_shown
from kit import clock
from kit.db import Scope
from kit.errors import Forbidden, NotFound
from tenants.core.masks import Shown
from tenants.core.permissions import Reach, decide
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to

router = APIRouter(include_in_schema=False)

LAST = 20
_STATES = """
SELECT at, data ->> 'state' AS state, coalesce(data ->> 'reason', '') AS reason FROM gf.journal
WHERE tenant_id = $1 AND subject = $2 AND kind = 'AgentStateChanged' AND at >= $3 ORDER BY seq
"""
_BEFORE = """
SELECT at, data ->> 'state' AS state, coalesce(data ->> 'reason', '') AS reason FROM gf.journal
WHERE tenant_id = $1 AND subject = $2 AND kind = 'AgentStateChanged' AND at < $3 ORDER BY seq DESC LIMIT 1
"""
_ALIAS = "SELECT 1 AS known FROM gf.agent_profile WHERE tenant_id = $1 AND agent_id = $2 AND retired_at IS NULL"


@router.get("/live/seats/{agent_id}/day")
async def seat_day(
    request: Request, agent_id: UUID, access: Annotated[Access, Depends(permitted("live.read"))]
) -> JSONResponse:
    """Tell today's states of the agent at one of the client's seats, and the last interactions; times are in ms."""
    if access.grant.reach is Reach.OWN:
        raise Forbidden
    zone = ZoneInfo(access.principal.memberships[access.tenant_id].zone)
    midnight = clock.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        if not await scope.fetch(_ALIAS, scope.tenant_id, agent_id):
            raise NotFound
        shown = await shown_to(scope, access.role)
        spans = await _spans(scope, agent_id, midnight)
        calls = await _calls(scope, agent_id, shown) if decide(access.role, "interaction.read") else []
        await reading.listed(scope, reader_of(access), "board", len(calls), {"seat": str(agent_id)})
    begins = spans[0]["at"] if spans else clock.millis(midnight)
    return JSONResponse({"from": begins, "spans": spans, "interactions": calls})


async def _spans(scope: Scope, agent_id: UUID, midnight: datetime) -> list[dict[str, Any]]:
    """Return the states since midnight, each from its beginning; one that came over midnight begins there."""
    before = [{**row, "at": midnight} for row in await scope.fetch(_BEFORE, scope.tenant_id, agent_id, midnight)]
    told = [*before, *await scope.fetch(_STATES, scope.tenant_id, agent_id, midnight)]
    spans = [{"at": clock.millis(row["at"]), "state": row["state"], "reason": row["reason"]} for row in told]
    lasting = [span for span, after in zip_longest(spans, spans[1:]) if after is None or after["at"] > span["at"]]
    while lasting and lasting[0]["state"] == "offline" and len(lasting) > 1:
        lasting.pop(0)  # the night before the first sign-in is no part of the day
    return lasting


async def _calls(scope: Scope, agent_id: UUID, shown: Shown) -> list[dict[str, Any]]:
    page = await interactions.list_interactions(scope, interactions.Filters(agent=agent_id), limit=LAST)
    return [
        {
            "id": row["id"], "started_at": clock.millis(row["started_at"]), "contact": row["contact"],
            "queue": row["queue"], "outcome": row["outcome"], "state": row["state"], "talk_ms": row["talk_ms"],
        }
        for row in await as_shown(scope, page.rows, min(shown, Shown.MASKED))
    ]  # fmt: skip
