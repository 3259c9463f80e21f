"""The page behind a link to a recording: a player of that part, and nothing else of the portal.

Two doors: ``/r/`` for anyone who has the address and its passcode, ``/shared/`` for the client's own people, signed in.
Looking at the address opens nothing, so a mail program that tries links uses none up; opening it is a fact, for this
browser only, and one of as many as the link has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from interactions import service as interactions
from interactions.listening import seconds
from interactions.sharing import service as sharing
from interactions.sharing.endpoints import play_part
from interactions.sharing.errors import LinkOver, LinkUnknown, PasscodeWrong
from interactions.sharing.facts import RecordingLinkRefused
from journal import service as journal
from journal.core.facts import Actor
from kit import clock
from kit.db import Scope
from kit.errors import Problem
from portal.hearing import Spans
from portal.pages import html, page_of
from portal.shared_door import COOKIE, LIFE, Door, LinkStanding, door_of, living, network_of, opened_by
from tenants.access import Principal
from tenants.callers import from_own_page
from tenants.core.masks import Shown, mask_value
from tenants.endpoints import public, signed_in
from tenants.errors import NotFromOurPage
from tenants.service import passwords
from tenants.service.policies import policy_of
from tenants.throttle import refuse_guessing

router = APIRouter(include_in_schema=False)

_OPEN = Depends(public("the signed address and its passcode are the key, to one part of one recording"))
_SIGNED_IN = Depends(signed_in("a link for the client's own people says by itself whose it is"))
_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
_SEE_OTHER, _NO_CONTENT = 303, 204
_LONGEST_PASSCODE = 60
_CLIENT = """
SELECT content -> 'tenant' ->> 'name' AS name, content -> 'tenant' ->> 'zone' AS zone FROM gf.blueprint
WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1
"""


@router.get("/r/{link_token}", dependencies=[_OPEN])
async def show(request: Request, link_token: str) -> HTMLResponse:
    """Show the cover that asks for the passcode; to the browser that opened it, the player."""
    return await _show(request, link_token, None)


@router.post("/r/{link_token}", dependencies=[_OPEN])
async def enter(request: Request, link_token: str, passcode: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Open a link with its passcode."""
    return await _enter(request, link_token, None, passcode)


@router.get("/r/{link_token}/recording", dependencies=[_OPEN])
async def hear(request: Request, link_token: str) -> Response:
    """Play the part to the browser that opened the link."""
    return await _hear(request, link_token, None)


@router.post("/r/{link_token}/heard", dependencies=[_OPEN])
async def heard(request: Request, link_token: str, body: Spans) -> Response:
    """Take down what the player has played."""
    return await _heard(request, link_token, None, body)


@router.get("/shared/{link_token}")
async def show_to_people(request: Request, link_token: str, who: Annotated[Principal, _SIGNED_IN]) -> HTMLResponse:
    """Show the cover to one of the client's people; once it is opened, the player."""
    return await _show(request, link_token, who)


@router.post("/shared/{link_token}")
async def enter_as_people(request: Request, link_token: str, who: Annotated[Principal, _SIGNED_IN]) -> Response:
    """Open a link as one of the client's people."""
    return await _enter(request, link_token, who, "")


@router.get("/shared/{link_token}/recording")
async def hear_as_people(request: Request, link_token: str, who: Annotated[Principal, _SIGNED_IN]) -> Response:
    """Play the part to one of the client's people."""
    return await _hear(request, link_token, who)


@router.post("/shared/{link_token}/heard")
async def heard_by_people(
    request: Request, link_token: str, body: Spans, who: Annotated[Principal, _SIGNED_IN]
) -> Response:
    """Take down what the player of one of the client's people has played."""
    return await _heard(request, link_token, who, body)


async def _show(request: Request, token: str, who: Principal | None) -> HTMLResponse:
    try:
        door, opened = await door_of(request, token, who)
        async with request.app.state.plane.transaction(door.tenant_id) as scope:
            link = await living(scope, door, opened=opened)
            return await _cover(request, scope, door, link, opened=opened)
    except (LinkUnknown, LinkOver) as problem:
        return _closed(request, problem)


async def _enter(request: Request, token: str, who: Principal | None, typed: str) -> Response:
    if not from_own_page(request):
        raise NotFromOurPage
    try:
        door, opened = await door_of(request, token, who)
        async with request.app.state.plane.transaction(door.tenant_id) as scope:
            link = await living(scope, door, opened=opened)
        if not opened:
            await _check(request, door, link, typed)
            async with request.app.state.plane.transaction(door.tenant_id) as scope:
                link = await living(scope, door, opened=False)
                user = str(door.user) if door.user else ""
                await sharing.open_link(scope, link, user, network_of(request), clock.now())
    except PasscodeWrong as problem:
        async with request.app.state.plane.transaction(door.tenant_id) as scope:
            return await _cover(request, scope, door, link, opened=False, wrong=problem.code)
    except (LinkUnknown, LinkOver) as problem:
        return _closed(request, problem)
    answer = RedirectResponse(door.path, _SEE_OTHER, _HEADERS)
    answer.set_cookie(
        COOKIE, opened_by(request, door), max_age=int(LIFE.total_seconds()), path=door.path, httponly=True,
        samesite="lax", secure=request.app.state.settings.secure_cookies,
    )  # fmt: skip
    return answer


async def _check(request: Request, door: Door, link: Mapping[str, Any], typed: str) -> None:
    """Compare a passcode, so often only. Raises :class:`PasscodeWrong` and ``RateLimited``."""
    if door.user is not None:
        return
    await refuse_guessing(request, door.place.tenant_id, str(link["id"]))
    if await passwords.verify(sharing.plain(typed[:_LONGEST_PASSCODE]), link["passcode_hash"]):
        return
    async with request.app.state.plane.transaction(door.tenant_id) as scope:
        fact = RecordingLinkRefused(str(link["id"]), link["made_name"], network_of(request))
        who = Actor("link", str(link["id"]))
        journal.append(scope, fact, subject=link["interaction_id"], at=clock.now(), actor=who)
    raise PasscodeWrong


async def _hear(request: Request, token: str, who: Principal | None) -> Response:
    door, opened = await door_of(request, token, who)
    if not opened:
        raise LinkUnknown
    async with request.app.state.plane.session(door.tenant_id) as scope:
        link = await living(scope, door, opened=True)
        answer = await play_part(request, scope, link, door.actor(link["id"]), LinkStanding(request, door))
    answer.headers.update(_HEADERS)
    return answer


async def _heard(request: Request, token: str, who: Principal | None, body: Spans) -> Response:
    if not from_own_page(request):
        raise NotFromOurPage
    door, opened = await door_of(request, token, who)
    if not opened:
        raise LinkUnknown
    async with request.app.state.plane.transaction(door.tenant_id) as scope:
        link = await living(scope, door, opened=True)
        begin, end = link["from_ms"], link["until_ms"]
        listening = seconds.Listening(
            door.actor(link["id"]), link["interaction_id"], str(link["recording_id"]), begin, end, str(link["id"])
        )
        await seconds.report(scope, listening, [(a + begin, b + begin) for a, b in body.spans], clock.now())
    return Response(status_code=_NO_CONTENT, headers=_HEADERS)


async def _cover(
    request: Request, scope: Scope, door: Door, link: Mapping[str, Any], *, opened: bool, wrong: str = ""
) -> HTMLResponse:
    client = (await scope.fetch(_CLIENT, scope.tenant_id))[0]
    page = replace(page_of(request, None, csrf="" if door.user else "-"), zone=ZoneInfo(client["zone"]))
    told = await _told(scope, link) if opened else None
    answer = html(
        request, "shared.html", page, status=403 if wrong else 200, client=client["name"], told=told, path=door.path,
        link=link, wrong=wrong, asks=door.user is None,
    )  # fmt: skip
    answer.headers.update(_HEADERS)
    return answer


async def _told(scope: Scope, link: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands beside the player: when, queue, the masked number, and the note if the client says so."""
    row = await interactions.brief(scope, link["interaction_id"])
    if row is None:
        raise LinkOver
    recordings = await interactions.recordings(scope, link["interaction_id"])
    channels = next((each["channels"] for each in recordings if each["id"] == str(link["recording_id"])), 1)
    note = row["note"] if (await policy_of(scope)).sharing.with_note else None
    return {
        "started_at": row["started_at"], "queue": row["queue"], "contact": row["contact"], "channels": channels,
        "note": mask_value(note, Shown.MASKED) if note else "",
    }  # fmt: skip


def _closed(request: Request, problem: Problem) -> HTMLResponse:
    over = isinstance(problem, LinkOver)
    answer = html(request, "shared_closed.html", page_of(request, None), status=problem.status, over=over)
    answer.headers.update(_HEADERS)
    return answer
