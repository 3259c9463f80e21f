"""Legal holds for a client's managers: on one conversation, on what a search finds, and the list of what is held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from exits.service import holds
from interactions import service as interactions
from kit import clock
from kit.errors import NotFound, Problem, ValidationFailed
from portal.pages import Visitor, form_status, html, local_instant, page_of
from tenants.core.masks import Shown
from tenants.endpoints import Access, permitted

router = APIRouter(include_in_schema=False)

PAGE = "/settings/holds"
MayHold = Annotated[Access, Depends(permitted("recording.hold"))]
Why = Annotated[str, Form(max_length=1000)]

_SEE_OTHER = 303
_FIELDS = ("q", "from", "to", "reason")


@router.get(PAGE)
async def page(request: Request, access: MayHold) -> HTMLResponse:
    """Show what is held, and a form to hold what a search finds."""
    return await _show(request, access, {})


@router.post(PAGE)
async def hold_found(request: Request, access: MayHold) -> Response:
    """Hold every conversation of some days, or of one contact."""
    form = await request.form()
    typed = {name: str(form.get(name) or "").strip()[:1000] for name in _FIELDS}
    visitor = Visitor(access.principal, access)
    try:
        wanted = _filters(typed, page_of(request, visitor).day_zone)
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            found = await interactions.list_interactions(scope, wanted, shown=Shown.FULL, limit=holds.MOST)
            ids = [] if found.next else [UUID(str(row["id"])) for row in found.rows]
            await holds.hold(scope, ids, _who(access), typed["reason"], clock.now())
    except Problem as problem:
        return await _show(request, access, typed, problem)
    return RedirectResponse(PAGE, _SEE_OTHER)


@router.post("/interactions/{interaction_id}/hold")
async def hold_one(request: Request, interaction_id: UUID, access: MayHold, reason: Why = "") -> Response:
    """Hold one conversation."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        if await interactions.brief(scope, interaction_id) is None:
            raise NotFound
        await holds.hold(scope, [interaction_id], _who(access), reason, clock.now())
    return RedirectResponse(f"/interactions/{interaction_id}", _SEE_OTHER)


@router.post("/interactions/{interaction_id}/hold/lift")
async def lift(request: Request, interaction_id: UUID, access: MayHold, reason: Why = "") -> Response:
    """Lift the hold on a conversation."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await holds.lift(scope, interaction_id, _who(access), reason, clock.now())
    return RedirectResponse(f"/interactions/{interaction_id}", _SEE_OTHER)


def _who(access: Access) -> holds.Person:
    return holds.Person(access.principal.id, access.principal.name)


def _filters(typed: Mapping[str, str], zone: ZoneInfo) -> interactions.Filters:
    try:
        since, until = local_instant(typed["from"], zone), local_instant(typed["to"], zone)
        until = None if until is None else until + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise ValidationFailed("a date is written as 2026-11-21") from error
    if not (typed["q"] or since or until):
        raise ValidationFailed("say which conversations: a number, or days")
    return interactions.Filters(text=typed["q"], since=since, until=until)


async def _show(
    request: Request, access: Access, typed: Mapping[str, str], problem: Problem | None = None
) -> HTMLResponse:
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        held: list[dict[str, Any]] = await holds.in_force(scope)
    return html(
        request, "holds.html", page_of(request, Visitor(access.principal, access)), status=form_status(problem),
        held=held, typed={name: typed.get(name, "") for name in _FIELDS}, error=problem.code if problem else None,
    )  # fmt: skip
