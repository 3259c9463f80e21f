"""The agent's desk: the page, its phone's credentials, its buttons. What it shows comes from portal.desk_feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from kit import clock
from kit.errors import Conflict, NotFound, Problem, ValidationFailed
from portal.desk_view import desk_document
from portal.pages import Visitor, html, page_of
from portal.rendering import Page, words_of
from switchboard.inbox import inbox_name
from tenants.endpoints import StaffAccess, permitted_staff
from tenants.errors import DeskTaken
from tenants.service.breaks import Break, breaks_of
from tenants.service.desk_keys import own_keys
from tenants.service.seats import browser_phone, choose_phone, free_desks, sit_down

router = APIRouter(include_in_schema=False)

AtDesk = Annotated[StaffAccess, Depends(permitted_staff("call.handle"))]
_SEE_OTHER = 303
_LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "en": (), "zh_Hans": ("zh-CN", "zh-SG"), "zh_Hant": ("zh-HK", "zh-TW", "zh-MO", "zh-CN"),
}  # fmt: skip
"""The languages of a centre file that serve each language of the screens, the nearest first."""
ANSWER_WITHIN = timedelta(seconds=3)


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StateForm(_Form):
    """What the agent wants to be."""

    state: Literal["available", "on_break", "offline"]
    reason: str | None = Field(default=None, max_length=40)


class PhoneForm(_Form):
    """With which phone the agent talks."""

    phone: Literal["browser", "desk"]


class ReasonUnknown(ValidationFailed):
    """The centre has no such reason of a break."""

    code = "break_reason_unknown"
    title = "Choose one of the centre's reasons for a break"


class InteractionForm(_Form):
    """The interaction that a button is about."""

    interaction: UUID


class DispositionForm(InteractionForm):
    """The outcome that the agent chose."""

    code: str = Field(max_length=64)
    note: str = Field(default="", max_length=4000)


class NoteForm(InteractionForm):
    """What the agent has written so far."""

    note: str = Field(max_length=4000)


class Refused(Conflict):
    """The switchboard did not accept what the desk asked for; an answer carries the floor's own code instead."""

    code = "floor_refused"
    title = "The switchboard refused this"


@router.get("/desk")
async def desk(request: Request, staff: AtDesk) -> HTMLResponse:
    """Show the desk of the agent who is signed in."""
    return await _page(request, staff)


@router.post("/desk/place")
async def place(request: Request, staff: AtDesk, desk: Annotated[str, Form(max_length=40)]) -> Response:
    """Sit down at another place: its phones ring for this agent from now on. Not while there is work on the phone."""
    state = request.app.state
    shown = await desk_document(state.plane, staff, clock.now())
    if shown["interaction"] is not None:
        return await _page(request, staff, refused="not_possible_now", status=409)
    try:
        await sit_down(state.control, state.plane, staff.agent_id, desk, clock.now())
    except (DeskTaken, NotFound):
        return await _page(request, staff, refused=DeskTaken.code, status=409)
    return RedirectResponse("/desk", _SEE_OTHER)


async def _page(request: Request, staff: StaffAccess, *, refused: str = "", status: int = 200) -> HTMLResponse:
    shown = await desk_document(request.app.state.plane, staff, clock.now())
    places = [each for each in await free_desks(request.app.state.control, staff.seat) if each != staff.desk]
    if staff.desk != staff.seat:
        places.insert(0, staff.seat)
    page = page_of(request, Visitor(staff.principal))
    breaks = break_words(page, await breaks_of(request.app.state.control, staff.floor))
    keys = await own_keys(request.app.state.control, UUID(staff.principal.id))
    more = {"desk": shown, "places": places, "refused": refused, "breaks": breaks, "keys": keys}
    return html(request, "desk.html", page, status=status, **more)


def break_words(page: Page, breaks: Sequence[Break]) -> list[dict[str, Any]]:
    """Return reasons to choose, in the reader's language; ``longest_ms``: after which the desk says so."""
    words = words_of(page)["reason"]
    languages = (*_LANGUAGES[page.locale], "en")
    return [
        {
            "code": each.code,
            "name": each.name(languages) or words.get(each.code, each.code),
            "longest_ms": None if each.longest_s is None else each.longest_s * 1000,
        }
        for each in breaks
    ]


@router.get("/desk/document")
async def document(request: Request, staff: AtDesk) -> JSONResponse:
    """Return what the desk shows, for a script."""
    return JSONResponse(await desk_document(request.app.state.plane, staff, clock.now()))


@router.get("/desk/phone")
async def phone(request: Request, staff: AtDesk) -> JSONResponse:
    """Give the browser its phone: an account of the place where the agent sits, and where it registers."""
    if staff.desk is None:
        raise DeskTaken
    settings = request.app.state.settings
    account = await browser_phone(request.app.state.control, staff.desk)
    host = urlsplit(settings.phone_ws_url).hostname or "127.0.0.1"
    return JSONResponse(
        {
            "uri": f"sip:{account.endpoint}@{host}",
            "ws_url": settings.phone_ws_url,
            "password": account.secret,
            "extension": staff.desk,
            "ice": settings.ice.for_browser(account.endpoint, clock.now()),
        },
        headers={"Cache-Control": "no-store"},
    )


@router.post("/desk/phone")
async def choose(request: Request, form: PhoneForm, staff: AtDesk) -> JSONResponse:
    """Talk with the browser or with the phone on the desk from now on: only that one rings."""
    state = request.app.state
    await choose_phone(state.control, state.plane, staff.agent_id, form.phone, clock.now())
    return JSONResponse({"ok": True})


@router.post("/desk/state")
async def set_state(request: Request, form: StateForm, staff: AtDesk) -> JSONResponse:
    """Become available, take a break with a reason, or sign off."""
    if form.state == "on_break":
        known = await breaks_of(request.app.state.control, staff.floor)
        if form.reason not in {each.code for each in known}:
            raise ReasonUnknown
    return await ask_floor(request, staff, "set_state", state=form.state, reason=form.reason)


@router.post("/desk/hang-up")
async def hang_up(request: Request, form: InteractionForm, staff: AtDesk) -> JSONResponse:
    """End the call."""
    return await ask_floor(request, staff, "hang_up", interaction=str(form.interaction))


@router.post("/desk/reject")
async def reject(request: Request, form: InteractionForm, staff: AtDesk) -> JSONResponse:
    """Refuse the offer; the contact keeps its place."""
    return await ask_floor(request, staff, "reject", interaction=str(form.interaction))


@router.post("/desk/disposition")
async def disposition(request: Request, form: DispositionForm, staff: AtDesk) -> JSONResponse:
    """Say how the interaction ended."""
    more = {"interaction": str(form.interaction), "code": form.code, "note": form.note}
    return await ask_floor(request, staff, "disposition", **more)


@router.post("/desk/note")
async def note(request: Request, form: NoteForm, staff: AtDesk) -> JSONResponse:
    """Keep the note while it is written: whoever of the client's is told of the call reads it there."""
    return await ask_floor(request, staff, "note", interaction=str(form.interaction), note=form.note)


@router.post("/desk/wrap-up/end")
async def end_wrap_up(request: Request, form: InteractionForm, staff: AtDesk) -> JSONResponse:
    """Be ready for the next."""
    return await ask_floor(request, staff, "end_wrap_up", interaction=str(form.interaction))


async def ask_floor(request: Request, staff: StaffAccess, command: str, **fields: object) -> JSONResponse:
    """Ask the floor, and give its refusal its own code. Raises :class:`kit.errors.Unavailable`."""
    asked = {"command": command, "agent": str(staff.agent_id), **fields}
    answer = await request.app.state.bus.ask(inbox_name(staff.floor), asked, ANSWER_WITHIN)
    if not answer.get("ok"):
        raise refusal(answer)
    return JSONResponse({"ok": True})


def refusal(answer: dict[str, Any]) -> Problem:
    """Return the floor's refusal with its own code."""
    problem = Refused(str(answer.get("detail") or "The switchboard refused this"))
    problem.code = str(answer.get("code") or Refused.code)  # type: ignore[misc] # this instance's own code
    return problem
