"""Links to recordings for those who make them: a page of each conversation, and the client's list of all."""

from __future__ import annotations

import re
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from interactions import service as interactions
from interactions.endpoints import readable
from interactions.sharing import service as sharing
from interactions.sharing.endpoints import MayShare, address, maker
from interactions.sharing.errors import PartNotClear, SharingNotAllowed, TooManyLinks
from interactions.shown import as_shown
from kit import clock
from kit.errors import Problem
from portal.audit_told import Teller
from portal.markers import marks
from portal.pages import Visitor, form_status, html, page_of
from portal.rendering import words_of
from tenants.core.permissions import STAFF, decide
from tenants.core.sharing import ANYONE, PEOPLE
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import policy_of, shown_to

router = APIRouter(include_in_schema=False)

ALL = "/settings/sharing/links"
HOURS = (1, 4, 24, 72, 168, 720)
"""The lives that a form offers, in hours, as far as the policy goes; its own longest beside them."""
_PLACE = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:\.(\d))?")
_FIELDS = ("recording", "audience", "hours", "openings", "from", "until")
_SEE_OTHER = 303


@router.get("/interactions/{interaction_id}/links")
async def links(request: Request, interaction_id: UUID, access: MayShare) -> HTMLResponse:
    """Show the links to a conversation's recordings, and a form for another one."""
    typed = {name: request.query_params.get(name, "")[:60] for name in _FIELDS}
    return await _page(request, interaction_id, access, typed)


@router.post("/interactions/{interaction_id}/links")
async def make(request: Request, interaction_id: UUID, access: MayShare) -> HTMLResponse:
    """Make a link and show its address and passcode, once."""
    typed = _typed(await request.form())
    try:
        wanted = _wanted(interaction_id, typed)
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            await readable(scope, interaction_id, access)
            made = await sharing.make(scope, wanted, maker(access), clock.now())
    except (PartNotClear, SharingNotAllowed, TooManyLinks) as problem:
        return await _page(request, interaction_id, access, typed, problem)
    shown = {"address": address(request, wanted.audience, made), "passcode": made.passcode}
    return await _page(request, interaction_id, access, {}, made=shown)


@router.post("/interactions/{interaction_id}/links/{link_id}/end")
async def end(request: Request, interaction_id: UUID, link_id: UUID, access: MayShare) -> Response:
    """End a link at once."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await readable(scope, interaction_id, access)
        await sharing.revoke(scope, link_id, interaction_id, maker(access), clock.now())
    back = ALL if (await request.form()).get("back") == "all" else f"/interactions/{interaction_id}/links"
    return RedirectResponse(back, _SEE_OTHER)


@router.get(ALL)
async def every(request: Request, access: Annotated[Access, Depends(permitted("settings.read"))]) -> HTMLResponse:
    """Show every link of the client to its recordings."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        rows = await sharing.all_of(scope, clock.now())
    page = page_of(request, Visitor(access.principal, access))
    return html(
        request, "settings/links.html", page, links=rows, may=decide(access.role, "recording.share") is not None
    )


def _typed(form: FormData) -> dict[str, str]:
    return {name: str(form.get(name) or "").strip()[:60] for name in _FIELDS}


def _wanted(interaction: UUID, typed: dict[str, str]) -> sharing.Wanted:
    """Return what a form asks for. Raises :class:`PartNotClear`."""
    try:
        recording = UUID(typed["recording"])
        hours, openings = int(typed["hours"]), int(typed["openings"])
    except ValueError as error:
        raise PartNotClear from error
    begin = _place(typed["from"]) if typed["from"] else 0
    until = _place(typed["until"]) if typed["until"] else None
    return sharing.Wanted(interaction, recording, typed["audience"], hours, openings, begin, until)


def _place(text: str) -> int:
    """Return a place such as ``1:05`` or ``1:02:03.5`` in milliseconds. Raises :class:`PartNotClear`."""
    found = _PLACE.fullmatch(text)
    if found is None:
        raise PartNotClear
    hours, minutes, seconds, tenths = (int(each or 0) for each in found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + tenths * 100


async def _page(
    request: Request, interaction_id: UUID, access: Access, typed: dict[str, str], problem: Problem | None = None,
    made: dict[str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        seen, policy = await shown_to(scope, access.role), (await policy_of(scope)).sharing
        (row,) = await as_shown(scope, [await readable(scope, interaction_id, access)], seen)
        facts = await interactions.history(scope, interaction_id)
        rows = await sharing.of_interaction(scope, interaction_id, clock.now())
        await reading.interaction_opened(scope, reader_of(access), interaction_id)
    page = page_of(request, Visitor(access.principal, access))
    teller = Teller(words_of(page), {}, str)
    told = {f.seq: teller.told(f.kind, dict(f.data)) for f in facts}
    places = [(mark.at_ms, told[mark.seq]) for each in marks(facts).values() for mark in each]
    allowed = access.role not in STAFF or policy.by_staff
    answer = html(
        request, "recording_links.html", page, status=form_status(problem), interaction=row, links=rows, made=made,
        typed=typed, problem=problem.code if problem else "", places=places[:200], policy=policy,
        audiences=policy.audiences if allowed else (), hours=_lives(policy.longest_h), anyone=ANYONE, people=PEOPLE,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _lives(longest: int) -> list[int]:
    return sorted({*(each for each in HOURS if each < longest), longest})


def shown_links(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the links that a conversation's own page names: those that live, and what became of the last others."""
    return [row for row in rows if row["state"] in {"lives", "used_up"}] + [
        row for row in rows if row["state"] not in {"lives", "used_up"}
    ][:3]
