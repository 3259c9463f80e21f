"""The page from which a client steers its running centre: what is in force, what it may change, what it changed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from ivr.errors import BadSound, LocaleUnspoken, SpeechFailed
from ivr.uploads import MOST_BYTES, for_phones
from kit import clock
from kit.errors import NotFound, Problem, Unavailable
from kit.scoping import ScopedSession
from live.service import Watched, open_board
from portal.asks_agreed import LISTENING, TO_SEATS, seats_for
from portal.control_api import doer_of, told
from portal.pages import Visitor, form_status, html, page_of
from tenants.controls import service as acts
from tenants.controls.errors import ControlChanged, ControlNotClear
from tenants.controls.wanted import LONGEST_TEXT, Wanted
from tenants.core import controls
from tenants.core.controls import Agreed
from tenants.core.permissions import STAFF
from tenants.core.texts import normalised
from tenants.endpoints import Access, permitted, reader_of
from tenants.service.sounds import NewSound, keep_sound, name_of

router = APIRouter(include_in_schema=False)

PAGE = "/control"
LATELY = 20
MayRead = Annotated[Access, Depends(permitted("control.read"))]
MayAct = Annotated[Access, Depends(permitted("control.act"))]
_SEE_OTHER = 303
_EMPTY = dict.fromkeys(("act", "about", "until", "until_time", "reason", "opening", "seconds", "answer", "waiting"), "")
_SECONDS = re.compile("-?[0-9]{1,4}")


@router.get(PAGE)
async def page(request: Request, access: MayRead, act: Annotated[str, Query(max_length=20)] = "",
               about: Annotated[str, Query(max_length=80)] = "") -> HTMLResponse:  # fmt: skip
    """Show what is in force and what may be changed; ``act`` and ``about`` open one of the forms."""
    return await _show(request, access, {"act": act, "about": about})


@router.post(PAGE)
async def change(request: Request, access: MayAct) -> Response:
    """Do one act, as its form says."""
    form = await request.form(max_part_size=MOST_BYTES)
    typed = {name: str(value)[:1000] for name, value in form.multi_items() if isinstance(value, str)}
    try:
        seen = _seen(typed.get("seen", ""))
        async with request.app.state.plane.session(access.tenant_id) as scope:
            sounds = await _sounds(scope, access, form)
            await acts.begin(scope, _wanted(typed, sounds), doer_of(access), clock.now(), seen=seen)
    except Problem as problem:
        return await _show(request, access, typed, problem)
    return RedirectResponse(PAGE, _SEE_OTHER)


@router.post(f"{PAGE}/{{act_id}}/take-back")
async def take_back(request: Request, act_id: UUID, access: MayAct) -> Response:
    """Take an act back; harmless when it has ended."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await acts.take_back(scope, act_id, doer_of(access), clock.now())
    return RedirectResponse(PAGE, _SEE_OTHER)


@router.get(f"{PAGE}/preview")
async def preview(
    request: Request, access: MayAct, text: Annotated[str, Query(min_length=1, max_length=LONGEST_TEXT)],
    language: Annotated[str, Query(max_length=20)],
) -> Response:  # fmt: skip
    """Speak a text as contacts would hear it."""
    speaker = request.app.state.speaker
    if speaker is None:
        raise Unavailable("No speaking machine is set up beside these pages")
    try:
        words = normalised(text.strip(), lines=False)
    except ValueError:
        raise ControlNotClear("the text holds what nobody can see") from None
    try:
        path = await asyncio.to_thread(speaker.file_of, words, language, str(access.tenant_id))
    except LocaleUnspoken:
        raise NotFound from None
    except SpeechFailed as error:
        raise Unavailable("This text cannot be spoken here") from error
    return FileResponse(path, media_type="audio/wav", headers={"Cache-Control": "private, no-store"})


def _seen(said: str) -> UUID | None:
    try:
        return UUID(said) if said else None
    except ValueError:
        raise ControlChanged from None


def _wanted(typed: Mapping[str, str], sounds: Mapping[str, str]) -> Wanted:
    act = typed.get("act", "")
    scope, _, target = typed.get("about", "").partition(":")
    kind, _, code = typed.get("answer", "").partition(":")
    until = typed.get("until", "")
    seconds = typed.get("seconds", "")
    if act not in controls.ACTS or (act == controls.PRIORITY and not _SECONDS.fullmatch(seconds)):
        raise ControlNotClear
    return Wanted(
        act, scope, target, typed.get("until_time", "") if until == "time" else until, typed.get("reason", ""),
        opening=typed.get("opening", "") if act == controls.HOURS else "",
        seconds=int(seconds) if act == controls.PRIORITY else 0,
        prompt=code if kind == "prompt" else "", flow=code if kind == "flow" else "",
        texts={name.removeprefix("text-"): text for name, text in typed.items() if name.startswith("text-") and text},
        sounds=sounds, waiting=typed.get("waiting") == "1" and scope == "queue",
    )  # fmt: skip


async def _sounds(scope: ScopedSession, access: Access, form: FormData) -> dict[str, str]:
    """Keep the recordings that were chosen, by language. Raises :class:`ControlNotClear` for what is none."""
    found = {}
    for name, file in form.multi_items():
        if isinstance(file, UploadFile) and file.filename and name.startswith("sound-"):
            try:
                heard = await asyncio.to_thread(for_phones, await file.read(MOST_BYTES + 1))
            except BadSound as error:
                raise ControlNotClear(f"the recording: {error.reason}") from error
            by, actor = access.principal.name, reader_of(access)
            await keep_sound(scope, NewSound(heard.wav, heard.duration_ms, by, actor, clock.now()))
            found[name.removeprefix("sound-")] = name_of(heard.wav)
    return found


async def _show(
    request: Request, access: Access, typed: Mapping[str, str], problem: Problem | None = None
) -> HTMLResponse:
    now = clock.now()
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        content = await acts.content_of(scope)
        present, ended = await acts.in_force(scope, now), await acts.lately(scope, LATELY)
        agreed = Agreed.of(content)
        writes, hears = [await seats_for(scope, agreed, ask) for ask in (TO_SEATS, LISTENING)]
    member = access.principal.memberships[access.tenant_id]
    board = await open_board(request.app.state.plane, Watched(access.tenant_id, member.name, member.zone))
    asks = agreed.lets(access.role) and access.principal.kind == "user" and access.role not in STAFF
    page_ = page_of(request, Visitor(access.principal, access))
    return html(
        request, "control.html", page_, status=form_status(problem),
        present=[told(row) for row in present], ended=[told(row) for row in ended], agreed=agreed,
        may=agreed.acts if agreed.lets(access.role) else frozenset(), acts=tuple(controls.ACTS),
        typed={**_EMPTY, **typed}, error=problem.code if problem else None, choices=_choices(content),
        asks=agreed.asks if asks else frozenset(),
        writes=[(seat.agent_id, seat.alias) for seat in board.seats.values() if seat.agent_id in writes],
        hears=[(seat.agent_id, seat.alias) for seat in board.seats.values() if seat.agent_id in hears],
        queues=[(q.id, q.name) for q in board.queues.values() if agreed.names(LISTENING, "queue", q.code)],
        replaces=problem.data.get("in_force") if problem else None,
        now=clock.millis(now), longest_min=agreed.longest // controls.SHORTEST,
    )  # fmt: skip


def _choices(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what forms offer: targets by scope as (code, name), prompts, languages."""
    return {
        "calendar": [(each["code"], each["code"]) for each in content["calendars"]],
        "queue": [(each["code"], each["name"]) for each in content["queues"]],
        "number": [(each["number"], each["number"]) for each in content["numbers"]],
        "flow": [(each["id"], each["id"]) for each in content["flows"]],
        "prompts": [each["code"] for each in content["prompts"]],
        "languages": content["tenant"]["languages"],
    }
