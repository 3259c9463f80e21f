"""One seat's day for the board's drawer: its states from the journal, and its last interactions.

Of a board of the past (``at``) they are those of that day up to that moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse

from interactions import past
from interactions import service as interactions
from interactions.shown import as_shown
from kit import clock
from kit.db import Scope
from kit.errors import NotFound
from live.core.board import Board
from portal.rewind import moment, rewound_board, watched_by
from tenants.core.masks import Shown
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to

router = APIRouter(include_in_schema=False)

LAST = 20
_STATES = """
SELECT at, data ->> 'state' AS state, coalesce(data ->> 'reason', '') AS reason FROM gf.journal
WHERE tenant_id = $1 AND subject = $2 AND kind = 'AgentStateChanged' AND at >= $3 AND seq <= $4 ORDER BY seq
"""
_BEFORE = """
SELECT at, data ->> 'state' AS state, coalesce(data ->> 'reason', '') AS reason FROM gf.journal
WHERE tenant_id = $1 AND subject = $2 AND kind = 'AgentStateChanged' AND at < $3 AND seq <= $4 ORDER BY seq DESC LIMIT 1
"""
_ALIAS = "SELECT 1 AS known FROM gf.agent_profile WHERE tenant_id = $1 AND agent_id = $2 AND retired_at IS NULL"
_EVERY = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Then:
    """The moment whose day is told: up to which fact, and the board of it; None: it is now."""

    at: datetime
    upto: int = _EVERY
    board: Board | None = None

    def had_by(self, agent_id: UUID) -> str:
        """Return the interaction that was at the agent's seat then, or nothing."""
        row = self.board.seat_of(str(agent_id)) if self.board else None
        return row.interaction_id if row else ""


@router.get("/live/seats/{agent_id}/day")
async def seat_day(
    request: Request, agent_id: UUID, access: Annotated[Access, Depends(permitted("live.read"))], at: str = ""
) -> JSONResponse:
    """Tell the day's states of the agent at one of the client's seats, and the last interactions; times are in ms.

    ``at``: of the day of that moment, and up to it; else of today.
    """
    zone, plane = ZoneInfo(watched_by(access).zone), request.app.state.plane
    then = Then(clock.now())
    if at:
        board = await rewound_board(plane, access, moment(at))
        then = Then(moment(at), board.seq, board)
    midnight = then.at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    async with plane.transaction(access.tenant_id) as scope:
        if not await _is_known(scope, agent_id, then):
            raise NotFound
        shown = await shown_to(scope, access.role)
        spans = await _spans(scope, agent_id, midnight, then.upto)
        calls = await _calls(scope, agent_id, shown, then) if decide(access.role, "interaction.read") else []
        await reading.listed(scope, reader_of(access), "board", len(calls), {"seat": str(agent_id), "at": at})
    begins = spans[0]["at"] if spans else clock.millis(midnight)
    return JSONResponse({"from": begins, "spans": spans, "interactions": calls})


async def _is_known(scope: Scope, agent_id: UUID, then: Then) -> bool:
    if then.board is not None:
        return then.board.seat_of(str(agent_id)) is not None
    return bool(await scope.fetch(_ALIAS, scope.tenant_id, agent_id))


async def _spans(scope: Scope, agent_id: UUID, midnight: datetime, upto: int) -> list[dict[str, Any]]:
    """Return the states since midnight, each from its beginning; one that came over midnight begins there."""
    of = scope.tenant_id, agent_id, midnight, upto
    told = [*({**row, "at": midnight} for row in await scope.fetch(_BEFORE, *of)), *await scope.fetch(_STATES, *of)]
    spans = [{"at": clock.millis(row["at"]), "state": row["state"], "reason": row["reason"]} for row in told]
    lasting = [span for span, after in zip_longest(spans, spans[1:]) if after is None or after["at"] > span["at"]]
    while lasting and lasting[0]["state"] == "offline" and len(lasting) > 1:
        lasting.pop(0)  # the night before the first sign-in is no part of the day
    return lasting


async def _calls(scope: Scope, agent_id: UUID, shown: Shown, then: Then) -> list[dict[str, Any]]:
    rows = await (_last if then.board is None else _last_then)(scope, agent_id, then)
    return [
        {
            "id": row["id"], "started_at": clock.millis(row["started_at"]), "contact": row["contact"],
            "queue": row["queue"], "outcome": row["outcome"], "state": row["state"], "talk_ms": row["talk_ms"],
        }
        for row in await as_shown(scope, rows, min(shown, Shown.MASKED))
    ]  # fmt: skip


async def _last(scope: Scope, agent_id: UUID, then: Then) -> list[dict[str, Any]]:
    until = then.at + timedelta(microseconds=1) if then.board else None
    wanted = interactions.Filters(agent=agent_id, until=until)
    return (await interactions.list_interactions(scope, wanted, limit=LAST)).rows


async def _last_then(scope: Scope, agent_id: UUID, then: Then) -> list[dict[str, Any]]:
    """Return the last ones as they stood then: what the agent has come to have since is none of them."""
    rows = await _last(scope, agent_id, then)
    offered = then.had_by(agent_id)
    if offered and offered not in {row["id"] for row in rows}:  # it rang then, and somebody else answered it
        rows = [*await interactions.several(scope, [UUID(offered)]), *rows]
    return [row for row in await past.as_of(scope, rows, then.upto) if str(agent_id) in row.pop("had_by")]
