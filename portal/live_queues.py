"""The client's queues, now or at a past second: who waits at which place, the service level, who can serve each."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from kit import clock
from kit.db import Scope
from kit.errors import Forbidden
from live.core import view
from live.hub import narrowed
from portal.pages import Visitor, html, page_of
from portal.rewind import board_of_page, moment_of_page, past_of_page
from tenants.core.permissions import Reach
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to

router = APIRouter(include_in_schema=False)

_NEEDS = "SELECT id::text AS id, needs::text AS needs FROM gf.queue WHERE tenant_id = $1 AND retired_at IS NULL"
_SKILLS = "SELECT seat, skills::text AS skills FROM gf.agent_profile WHERE tenant_id = $1 AND retired_at IS NULL"


@router.get("/live/queues")
async def queues_page(
    request: Request, access: Annotated[Access, Depends(permitted("live.read"))], at: str = ""
) -> Response:
    """Show every queue of the client, and who waits in it, or waited at a moment of the past."""
    if access.grant.reach is Reach.OWN:
        raise Forbidden
    page = page_of(request, Visitor(access.principal, access))
    now = clock.now()
    past = moment_of_page(at, page.zone) if at else None
    if past is not None and past >= now:
        return RedirectResponse("/live/queues", 303)
    plane = request.app.state.plane
    board = await board_of_page(plane, access, past, now)
    async with plane.transaction(access.tenant_id) as scope:
        seen = await shown_to(scope, access.role)
        waiting = sum(len(queue.waiting) for queue in board.queues.values())
        await reading.listed(scope, reader_of(access), "board", waiting, {"page": "queues"})
        serves = await _serves(scope)
    return html(
        request, "live_queues.html", page, board=narrowed(view.snapshot(board), seen), serves=serves,
        as_of=clock.millis(past or now), **(past_of_page(past, page) if past else {}),
    )  # fmt: skip


async def _serves(scope: Scope) -> dict[str, list[str]]:
    """Return, by queue, the seats whose agents have every skill that it needs, at the level that it needs."""
    seats: dict[str, dict[str, Any]] = {
        row["seat"]: orjson.loads(row["skills"]) for row in await scope.fetch(_SKILLS, scope.tenant_id)
    }
    queues = {row["id"]: orjson.loads(row["needs"]) for row in await scope.fetch(_NEEDS, scope.tenant_id)}
    return {
        queue: sorted(
            seat for seat, skills in seats.items() if all(skills.get(code, 0) >= level for code, level in needs.items())
        )
        for queue, needs in queues.items()
    }
