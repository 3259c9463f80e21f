"""Where each client's data lives, and the moves under way: a page of the back office."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from placements import board
from portal.pages import html, page_of, visitor_of
from tenants.endpoints import CentreAccess, permitted_centre

router = APIRouter(include_in_schema=False)

PAGE = "/centre/placements"


@router.get(PAGE)
async def page(
    request: Request, access: Annotated[CentreAccess, Depends(permitted_centre("tenant.create"))]
) -> HTMLResponse:
    """List the clients with kind, server, version and state of their database."""
    state = request.app.state
    away: frozenset[object] = state.plane.away()
    rows = [
        {**asdict(row), "state": "away" if row.tenant_id in away and row.state == "open" else row.state}
        for row in await board.rows(state.control)
    ]
    return html(
        request, "centre_placements.html", page_of(request, visitor_of(access.principal)), rows=rows,
        moving=any(row["step"] for row in rows),
    )  # fmt: skip
