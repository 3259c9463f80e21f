"""Views of one's own of the live board: what the address says, under a name; one of them may open by itself."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from kit import clock
from kit.db import Scope
from kit.errors import Forbidden, NotFound
from tenants.core.permissions import Reach
from tenants.endpoints import Access, permitted, reader_of
from tenants.views import service as views

router = APIRouter(include_in_schema=False)

VIEWS_OF, USUAL_OF = "live", "live_usual"
"""The second holds one row at most: the view that opens when the address names none."""
MayRead = Annotated[Access, Depends(permitted("live.read"))]
_SEE_OTHER = 303


async def views_of(scope: Scope, access: Access) -> list[dict[str, Any]]:
    """Return a reader's views of the board by name, the usual one marked."""
    usual = {each["query"] for each in await views.of(scope, reader_of(access), USUAL_OF)}
    found = await views.of(scope, reader_of(access), VIEWS_OF)
    return [{**each, "usual": each["query"] in usual} for each in found]


@router.post("/live/views")
async def save_view(
    request: Request, access: MayRead,
    name: Annotated[str, Form(max_length=300)] = "", query: Annotated[str, Form(max_length=4000)] = "",
) -> Response:  # fmt: skip
    """Keep what the board shows under a name, for oneself."""
    _whole(access)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await views.save(scope, reader_of(access), (VIEWS_OF, name, query), clock.now())
    return RedirectResponse(f"/live?{query}" if query else "/live", _SEE_OTHER)


@router.post("/live/views/{kept_id}/usual")
async def usual_view(request: Request, kept_id: UUID, access: MayRead) -> Response:
    """Let one of one's views open by itself; asked again for the same one, none does."""
    _whole(access)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        found = next((each for each in await views_of(scope, access) if each["id"] == str(kept_id)), None)
        if found is None:
            raise NotFound
        for old in await views.of(scope, reader_of(access), USUAL_OF):
            await views.forget(scope, reader_of(access), UUID(old["id"]), clock.now())
        if not found["usual"]:
            await views.save(scope, reader_of(access), (USUAL_OF, found["name"], found["query"]), clock.now())
    return RedirectResponse(f"/live?{found['query']}" if found["query"] else "/live", _SEE_OTHER)


@router.post("/live/views/{kept_id}/forget")
async def forget_view(request: Request, kept_id: UUID, access: MayRead) -> Response:
    """Keep one of one's views no longer."""
    _whole(access)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        found = next((each for each in await views_of(scope, access) if each["id"] == str(kept_id)), None)
        if found is None:
            raise NotFound
        await views.forget(scope, reader_of(access), kept_id, clock.now())
        for old in await views.of(scope, reader_of(access), USUAL_OF) if found["usual"] else ():
            await views.forget(scope, reader_of(access), UUID(old["id"]), clock.now())
    return RedirectResponse("/live", _SEE_OTHER)


def _whole(access: Access) -> None:
    """Refuse who sees no board but its own row."""
    if access.grant.reach is Reach.OWN:
        raise Forbidden
