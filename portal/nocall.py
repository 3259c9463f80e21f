"""The do-not-call list, for people: its page in the settings, and an agent's button for the contact that it has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import UploadFile
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from interactions import service as interactions
from interactions.nocall import service
from interactions.nocall.errors import MayNotList
from interactions.nocall.service import Wanted, Who
from kit import clock
from kit.errors import Problem, ValidationFailed
from portal.desk import AtDesk
from portal.desk_view import place_of
from portal.pages import Visitor, form_status, html, local_instant, page_of
from switchboard.errors import NotYours
from tenants.access import enter
from tenants.core.numbers import e164
from tenants.endpoints import Access, permitted
from tenants.service.at_desk import home_number
from tenants.service.policies import policy_of
from workorders.endpoints import doer_of

router = APIRouter(include_in_schema=False)

PAGE = "/settings/do-not-call"
MayKeep = Annotated[Access, Depends(permitted("do_not_call.keep"))]
_SEE_OTHER = 303
_AT_WORK = frozenset({"talking", "wrapping_up", "working"})
"""States of an agent who has a contact, or has just had it."""
_FIELDS = ("numbers", "why", "until")
_LONGEST = 800_000
"""Signs of a list that is typed or read from a file."""


def who_of(access: Access) -> Who:
    """Return who changes the list, as the client may know it."""
    doer = doer_of(access)
    return Who(doer.kind, doer.id, doer.name)


@router.get(PAGE)
async def page(request: Request, access: MayKeep) -> HTMLResponse:
    """Show the list, newest first, or what it says about one number; and a form to add to it."""
    return await _show(request, access, {})


@router.post(PAGE)
async def add(request: Request, access: MayKeep) -> Response:
    """Put one number or many on the list: typed, or from a file with one in the first column of each line."""
    form = await request.form(max_part_size=_LONGEST)
    typed = {name: str(form.get(name) or "")[:_LONGEST] for name in _FIELDS}
    file = form.get("file")
    try:
        text = typed["numbers"]
        if isinstance(file, UploadFile) and file.filename:
            text += "\n" + _text(await file.read(_LONGEST + 1))
        expires = _end_of(typed["until"], page_of(request, Visitor(access.principal, access)).day_zone)
        home = await home_number(request.app.state.control, access.tenant_id)
        wanted = Wanted(numbers_of(text), typed["why"], expires, home)
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            added = await service.add(scope, wanted, who_of(access), clock.now())
    except Problem as problem:
        return await _show(request, access, typed, problem)
    told = ",".join(map(str, added.refused[:20]))
    query = f"added={added.count}&known={added.known}&wrong={len(added.refused)}&lines={told}"
    return RedirectResponse(f"{PAGE}?{query}", _SEE_OTHER)


@router.post(PAGE + "/{line_id}/lift")
async def lift(
    request: Request, line_id: UUID, access: MayKeep, reason: Annotated[str, Form(max_length=1000)] = ""
) -> Response:
    """Take a number off the list."""
    try:
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            await service.take_off(scope, line_id, reason, who_of(access), clock.now())
    except ValidationFailed as problem:
        return await _show(request, access, {}, problem)
    return RedirectResponse(PAGE, _SEE_OTHER)


class ContactForm(BaseModel):
    """Why the contact of a conversation is not to be called again."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    interaction: UUID
    reason: str = Field(max_length=1000)


@router.post("/desk/do-not-call")
async def add_contact(request: Request, form: ContactForm, staff: AtDesk) -> JSONResponse:
    """Put the contact whom the agent has, or has just had, on the client's list; the agent sees no more of it."""
    plane = request.app.state.plane
    place = await place_of(plane, staff, form.interaction)
    known_as = staff.known_as(place["tenant_id"])
    async with plane.transaction(enter(staff.principal, place["tenant_id"])) as scope:
        if not (await policy_of(scope)).agents_may_list:
            raise MayNotList
        now = clock.now()
        state = await interactions.agent_state(scope, known_as, now)
        if state is None or state["interaction_id"] != form.interaction or state["state"] not in _AT_WORK:
            raise NotYours
        who = Who("agent", str(known_as), place["alias"])
        added = await service.add_contact(scope, form.interaction, form.reason, who, now)
    return JSONResponse({"added": added.count})


def numbers_of(text: str) -> list[str]:
    """Return the first cell of each line that has one; a heading without a digit is none."""
    cells = [
        line.replace(";", ",").replace("\t", ",").split(",", 1)[0].strip().strip('"') for line in text.splitlines()
    ]
    filled = [cell for cell in cells if cell]
    return filled[1:] if len(filled) > 1 and not any(each.isdigit() for each in filled[0]) else filled


def _text(content: bytes) -> str:
    if len(content) > _LONGEST:
        raise ValidationFailed("the file is too long")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationFailed("this is no text")


def _end_of(typed: str, zone: ZoneInfo) -> datetime | None:
    """Return the end of a day that was typed, in the client's zone."""
    try:
        day = local_instant(typed, zone)
        end = None if day is None else day + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise ValidationFailed("a date is written as 2026-11-21") from error
    if end is not None and end <= clock.now():
        raise ValidationFailed("this day is over")
    return end


async def _show(
    request: Request, access: Access, typed: Mapping[str, str], problem: Problem | None = None
) -> HTMLResponse:
    now, query = clock.now(), request.query_params
    asked, home = query.get("q", "").strip()[:80], await home_number(request.app.state.control, access.tenant_id)
    number = e164(asked, home) if asked else ""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        lines: list[dict[str, Any]] = []
        if number is not None:
            lines = await service.entries(scope, now, number, _cursor(query.get("after")))
        total = await service.count(scope, now)
    return html(
        request, "do_not_call.html", page_of(request, Visitor(access.principal, access)), status=form_status(problem),
        lines=lines, total=total, asked=asked, next=lines[-1]["id"] if len(lines) == service.PAGE else None,
        typed={name: typed.get(name, "") for name in _FIELDS}, error=problem.code if problem else None,
        came={name: query.get(name, "")[:120] for name in ("added", "known", "wrong", "lines")},
    )  # fmt: skip


def _cursor(written: str | None) -> UUID | None:
    try:
        return None if written is None else UUID(written)
    except ValueError as error:
        raise ValidationFailed("after is not a cursor") from error
