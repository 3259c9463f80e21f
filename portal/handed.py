"""The page by which one of the client's people is told of a call, without signing in: its signed address is the key.

Looking at the address changes nothing, so a mail program that tries links opens nothing. The button opens it, which is
a fact, for this browser only; another browser hears when it was opened before, and may open it again knowingly.
"""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from interactions import before
from interactions import service as interactions
from interactions.endpoints import Heard, play_to
from interactions.listening import seconds
from interactions.people import links, replies
from interactions.people import service as people
from interactions.people.errors import ContextOver, ContextUnknown
from interactions.shown import as_shown
from journal.core.facts import Actor
from kit import clock
from kit.db import AccessibleTenantId, Scope
from kit.errors import Problem
from kit.signing import BadSignature
from portal import i18n
from portal.hearing import Spans
from portal.pages import html, page_of
from portal.rendering import Page
from tenants.access import for_system
from tenants.callers import from_own_page
from tenants.core.masks import mask_value, shown_named
from tenants.endpoints import public
from tenants.errors import NotFromOurPage
from tenants.streams import Standing
from workorders.service import lists

router = APIRouter(include_in_schema=False)

_OPEN = Depends(public("one of the client's people has the signed address, and nothing else to show"))
_COOKIE, _KIND = "gf_c", "client-context-opened/1"
_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
_SEE_OTHER, _NO_CONTENT = 303, 204
_CLIENT = """
SELECT content -> 'tenant' ->> 'name' AS name, content -> 'tenant' ->> 'zone' AS zone FROM gf.blueprint
WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1
"""

Action = Literal["open", "acknowledge", "call_back", "note"]


@dataclass(frozen=True, slots=True)
class Door:
    """A signed address whose time is not over: which tenant, which telling."""

    tenant_id: AccessibleTenantId
    context: UUID


@router.get("/c/{context_token}", dependencies=[_OPEN])
async def show(request: Request, context_token: str) -> HTMLResponse:
    """Show the cover; to the browser that opened it, what is told."""
    try:
        door = _door(request, context_token)
        async with request.app.state.plane.transaction(door.tenant_id) as scope:
            found = await people.living(scope, door.context, clock.now())
            page = await _page_for(request, scope, found)
            told = await _told(scope, found) if _has_opened(request, door.context) else None
    except (ContextUnknown, ContextOver) as problem:
        return _closed(request, problem)
    return _answer(
        request, page, told=told, token=context_token, row=found.row, person=found.person,
        said=request.query_params.get("said", ""),
    )  # fmt: skip


@router.post("/c/{context_token}", dependencies=[_OPEN])
async def act(
    request: Request,
    context_token: str,
    do: Annotated[Action, Form()],
    text: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Open it, say that it was read, or write to the agent."""
    if not from_own_page(request):
        raise NotFromOurPage
    try:
        door = _door(request, context_token)
        async with request.app.state.plane.transaction(door.tenant_id) as scope:
            if do != "open" and not _has_opened(request, door.context):
                return RedirectResponse(f"{links.PATH}{context_token}", _SEE_OTHER)
            await _do(scope, door.context, do, text.replace("\0", "").strip())
    except (ContextUnknown, ContextOver) as problem:
        return _closed(request, problem)
    answer = RedirectResponse(f"{links.PATH}{context_token}" + ("" if do == "open" else f"?said={do}"), _SEE_OTHER)
    if do == "open":
        answer.set_cookie(
            _COOKIE, _opened_by(request, door.context), max_age=int(timedelta(days=1).total_seconds()),
            path=f"{links.PATH}{context_token}", httponly=True, samesite="lax",
            secure=request.app.state.settings.secure_cookies,
        )  # fmt: skip
    return answer


async def _do(scope: Scope, context: UUID, do: Action, text: str) -> None:
    now = clock.now()
    if do == "open":
        await people.open_page(scope, context, now)
    elif do == "acknowledge":
        await people.living(scope, context, now)
        await people.acknowledge(scope, context, "page", now)
    elif do == "call_back" or text:
        await people.reply(scope, context, "call_back" if do == "call_back" else "note", text, now)


def _door(request: Request, token: str) -> Door:
    """Return what the address leads to. Raises :class:`ContextUnknown` and :class:`ContextOver`."""
    try:
        known = links.read(request.app.state.signer, token)
    except BadSignature as error:
        raise ContextUnknown from error
    if known.ends <= clock.now():
        raise ContextOver
    return Door(for_system(known.tenant_id, "client's person"), known.context_id)


def _opened_by(request: Request, context: UUID) -> str:
    return str(request.app.state.signer.token(_KIND, context.bytes))


def _has_opened(request: Request, context: UUID) -> bool:
    return hmac.compare_digest(request.cookies.get(_COOKIE, ""), _opened_by(request, context))


async def _page_for(request: Request, scope: Scope, found: people.Opened) -> Page:
    """Return the page in the person's language and the client's zone; a language in the address goes before."""
    client = (await scope.fetch(_CLIENT, scope.tenant_id))[0]
    locale = i18n.choose(request.query_params.get("lang"), found.person.locale)
    page = replace(page_of(request, None, csrf="-"), locale=locale, zone=ZoneInfo(client["zone"]))
    request.state.client_name = client["name"]
    return page


async def _told(scope: Scope, found: people.Opened) -> dict[str, Any]:
    """Return what this person may see of the call: as masked as the client wants it for it."""
    shown = shown_named(found.person.shown)
    interaction_id: UUID = found.row["interaction_id"]
    row = await interactions.brief(scope, interaction_id)
    if row is None:
        raise ContextOver
    (row,) = await as_shown(scope, [row], shown)
    orders = mask_value(await lists.list_for_interaction(scope, interaction_id), shown)
    recordings = await interactions.recordings(scope, interaction_id) if found.person.recording else []
    steps = [step.partition(":") for step in row["path"]]
    threads = await replies.threads_of(scope, interaction_id)
    return {
        "interaction": row,
        "asked": mask_value(await before.asked_of(scope, interaction_id), shown),
        "steps": [{"node": node, "entered": entered} for node, _, entered in steps],
        "orders": orders,
        "recordings": recordings,
        "threads": [each for each in threads if each.replies[0].context == found.row["id"]],
    }


def _answer(request: Request, page: Page, **context: Any) -> HTMLResponse:  # noqa: ANN401 - the template documents it
    answer = html(request, "handed.html", page, client=request.state.client_name, **context)
    answer.headers.update(_HEADERS)
    return answer


def _closed(request: Request, problem: Problem) -> HTMLResponse:
    over = isinstance(problem, ContextOver)
    answer = html(request, "handed_closed.html", page_of(request, None), status=problem.status, over=over)
    answer.headers.update(_HEADERS)
    if "HX-Request" in request.headers:  # an open page looks again: it shall show this instead of what it showed
        answer.status_code, answer.headers["HX-Refresh"] = 200, "true"
    return answer


class _Standing(Standing):
    """Ends a recording that is listened to when its page is closed."""

    def __init__(self, request: Request, door: Door) -> None:
        """Take who listens, and to what."""
        self._request, self._door = request, door
        self.over = asyncio.Event()

    async def look(self) -> None:
        """Look whether the page is open."""
        async with self._request.app.state.plane.transaction(self._door.tenant_id) as scope:
            await people.living(scope, self._door.context, clock.now())


@router.get("/c/{context_token}/recording", dependencies=[_OPEN])
async def recording(request: Request, context_token: str, recording: str) -> Response:
    """Play what was recorded so far to the browser that opened the page; each listening is a fact."""
    door = _door(request, context_token)
    async with request.app.state.plane.session(door.tenant_id) as scope:
        heard = await _heard_by(request, scope, door, recording)
        return await play_to(request, scope, heard, _Standing(request, door))


@router.post("/c/{context_token}/heard", dependencies=[_OPEN])
async def heard(request: Request, context_token: str, recording: str, body: Spans) -> Response:
    """Take down what the player of the browser that opened the page has played."""
    if not from_own_page(request):
        raise NotFromOurPage
    door = _door(request, context_token)
    async with request.app.state.plane.transaction(door.tenant_id) as scope:
        known = await _heard_by(request, scope, door, recording)
        sound = known.recording
        listening = seconds.Listening(known.actor, known.interaction, sound["id"], 0, sound["duration_ms"])
        await seconds.report(scope, listening, body.spans, clock.now())
    return Response(status_code=_NO_CONTENT, headers=_HEADERS)


async def _heard_by(request: Request, scope: Scope, door: Door, recording: str) -> Heard:
    """Return who hears what. Raises :class:`ContextUnknown`: the browser has not opened it, or it is not told of it."""
    if not _has_opened(request, door.context):
        raise ContextUnknown
    found = await people.living(scope, door.context, clock.now())
    call = found.row["interaction_id"]
    kept = await interactions.recordings(scope, call) if found.person.recording else []
    chosen = next((each for each in kept if each["id"] == recording), None)
    if chosen is None:
        raise ContextUnknown
    return Heard(chosen, call, Actor("person", found.person.code))
