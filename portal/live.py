"""The live board's page. Its first paint is the board itself; after that the feed (live.endpoints) changes it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from kit import clock
from kit.errors import Forbidden
from live.core import view
from live.hub import narrowed
from portal import live_queues, live_rows, live_rows_file, live_seat, live_views
from portal.desk import break_words
from portal.live_listening import may_listen
from portal.live_numbers import numbers_of, ways_of
from portal.pages import Visitor, html, page_of
from portal.rendering import words_of
from portal.rewind import board_of_page, moment_of_page, past_of_page
from tenants.core.permissions import STAFF, Reach
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.breaks import breaks_seen_by
from tenants.service.policies import policy_of, shown_to

router = APIRouter(include_in_schema=False)
for _each in (live_queues, live_rows_file, live_rows, live_seat, live_views):
    router.include_router(_each.router)


@router.get("/live")
async def live_board(
    request: Request, access: Annotated[Access, Depends(permitted("live.read"))], at: str = ""
) -> Response:
    """Show the seats and queues of the chosen client, now, or as they were at a moment of the past."""
    if access.grant.reach is Reach.OWN:
        raise Forbidden
    page = page_of(request, Visitor(access.principal, access))
    now = clock.now()
    past = moment_of_page(at, page.zone) if at else None
    if past is not None and past >= now:
        return RedirectResponse("/live", 303)
    plane = request.app.state.plane
    board = await board_of_page(plane, access, past, now)
    async with plane.transaction(access.tenant_id) as scope:
        await reading.listed(scope, reader_of(access), "board", len(board.calls), {})
        seen = await shown_to(scope, access.role)
        everything = await policy_of(scope)
        policy = everything.supervision
        numbers = await numbers_of(scope, access, everything.controls) if past is None else None
        ways = await ways_of(scope, access, everything.controls, board) if past is None else None
        kept = await live_views.views_of(scope, access)
    named = break_words(page, await breaks_seen_by(request.app.state.control, access.tenant_id))
    reasons = {**words_of(page)["reason"], **{each["code"]: each["name"] for each in named}}
    return html(
        request, "live.html", page, reasons=reasons, board=narrowed(view.snapshot(board), seen),
        as_of=clock.millis(past or now), **(past_of_page(past, page) if past else {}),
        views=None if past else kept, numbers=numbers, ways=ways, listens=past is None and may_listen(access, policy),
        needs_reason=access.role in STAFF and not policy.without_reason,
        views_desks=past is None and everything.desktop.lets(access.role),
    )  # fmt: skip
