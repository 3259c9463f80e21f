"""The technician's pages: where events go and how that is, what went there, every attempt, and sending again.

What happened, whether it went somewhere or not, is on :mod:`portal.event_pages`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, get_args
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from journal.core.facts import Actor
from kit import clock
from kit.db import Scope
from kit.errors import NotFound, Problem, ValidationFailed
from portal import endpoint_forms as forms
from portal.pages import Visitor, form_status, html, page_of, typed
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted
from tenants.oneself import fresh
from webhooks.core.formats import CONNECTOR
from webhooks.core.signature import Scheme
from webhooks.endpoints import ask_consent, refuse_private
from webhooks.schemas import Rotation
from webhooks.service import keeping, log
from webhooks.service.deliveries import replay

router = APIRouter(prefix="/settings/endpoints", include_in_schema=False)
Builder = Annotated[Access, Depends(permitted("endpoint.manage"))]
BuildsNow = Annotated[Access, Depends(fresh(permitted("endpoint.manage")))]
"""Whoever is given a secret, or sends events to another address."""

_HOME = "/settings/endpoints"
_SEE_OTHER = 303
STATES = ("waiting", "delivered", "dead")


@router.get("")
async def show_all(request: Request, access: Builder) -> HTMLResponse:
    """Show every endpoint of the client with how it is."""
    return await _all(request, access)


@router.post("")
async def add(request: Request, access: BuildsNow) -> HTMLResponse:
    """Add an address and show its secret, once; nothing goes there until it has answered its challenge."""
    form = await request.form()
    try:
        wanted = forms.new_endpoint(form)
        await refuse_private(request, wanted.url)
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            by, connection = Actor(*access.who), typed(form, "connection")
            made, secret = await keeping.add(scope, wanted, connection, by, clock.now())
    except Problem as problem:
        return await _all(request, access, form=form, problem=problem)
    return await _page(request, access, made, log.Filter(), secret=secret)


@router.get("/{endpoint_id}")
async def show(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
    request: Request, endpoint_id: UUID, access: Builder, state: Annotated[str, Query(max_length=20)] = "",
    delivery_id: UUID | None = None, after: UUID | None = None, sent: Annotated[int | None, Query(ge=0)] = None,
) -> HTMLResponse:  # fmt: skip
    """Show one endpoint with its log of deliveries, and the attempts of one of them."""
    wanted, saved = log.Filter(state if state in STATES else None, after=after), "saved" in request.query_params
    return await _page(request, access, endpoint_id, wanted, delivery_id=delivery_id, sent=sent, saved=saved)


@router.post("/{endpoint_id}/change")
async def change(request: Request, endpoint_id: UUID, access: BuildsNow) -> Response:
    """Change the address, the form, the filter or the description; a new address has to answer its challenge."""
    form, plane = await request.form(), request.app.state.plane
    async with plane.transaction(access.tenant_id) as scope:
        row = await keeping.endpoint(scope, endpoint_id)
    try:
        wanted = forms.change_of(form, row["url"])
        if wanted.url is not None:
            await refuse_private(request, wanted.url)
        async with plane.transaction(access.tenant_id) as scope:
            await keeping.change(scope, endpoint_id, wanted, None, Actor(*access.who), clock.now())
    except NotFound:
        raise
    except Problem as problem:
        return await _page(request, access, endpoint_id, log.Filter(), problem=problem, form=form, changing=True)
    return RedirectResponse(f"{_HOME}/{endpoint_id}?saved=1", _SEE_OTHER)


@router.post("/{endpoint_id}/rotate")
async def rotate(request: Request, endpoint_id: UUID, access: BuildsNow) -> HTMLResponse:
    """Sign with a new secret and show it, once; or with a new key, whose public half stands on the page."""
    form = await request.form()
    wanted = typed(form, "signature")
    scheme = Rotation(signature=wanted).signature if wanted in get_args(Scheme) else None
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        secret = await keeping.rotate(scope, endpoint_id, None, Actor(*access.who), clock.now(), scheme)
    return await _page(request, access, endpoint_id, log.Filter(), secret=secret, turned=True)


@router.post("/{endpoint_id}/delete")
async def delete(request: Request, endpoint_id: UUID, access: Builder) -> Response:
    """Send nothing there any more, and take it off the page."""
    try:
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            await keeping.remove(scope, endpoint_id, None, Actor(*access.who), clock.now())
    except NotFound:
        raise
    except Problem as problem:
        return await _page(request, access, endpoint_id, log.Filter(), problem=problem)
    return RedirectResponse(_HOME, _SEE_OTHER)


@router.post("/{endpoint_id}/verify")
async def verify(request: Request, endpoint_id: UUID, access: Builder) -> Response:
    """Ask the address for its consent."""
    try:
        await ask_consent(request, endpoint_id, access)
    except NotFound:
        raise
    except Problem as problem:
        return await _page(request, access, endpoint_id, log.Filter(), problem=problem)
    return RedirectResponse(f"{_HOME}/{endpoint_id}", _SEE_OTHER)


@router.post("/{endpoint_id}/enable")
async def enable(request: Request, endpoint_id: UUID, access: Builder) -> Response:
    """Send there again."""
    return await _act(
        request, access, endpoint_id,
        lambda scope: keeping.switch(scope, endpoint_id, None, Actor(*access.who), clock.now(), on=True),
    )  # fmt: skip


@router.post("/{endpoint_id}/disable")
async def disable(request: Request, endpoint_id: UUID, access: Builder) -> Response:
    """Send nothing there until somebody enables it."""
    return await _act(
        request, access, endpoint_id,
        lambda scope: keeping.switch(scope, endpoint_id, None, Actor(*access.who), clock.now(), on=False),
    )  # fmt: skip


@router.post("/{endpoint_id}/test")
async def send_test(request: Request, endpoint_id: UUID, access: Builder) -> Response:
    """Send a test event there."""
    return await _act(
        request, access, endpoint_id, lambda scope: keeping.send_test(scope, endpoint_id, None, clock.now())
    )


@router.post("/{endpoint_id}/replay")
async def send_again(request: Request, endpoint_id: UUID, access: Builder) -> Response:
    """Send again, in order: whatever was given up, what happened in a time, or chosen events."""
    form, zone = await request.form(), page_of(request, Visitor(access.principal, access)).zone
    try:
        wanted = forms.selection(form, zone)
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            await keeping.locked(scope, endpoint_id)
            count = await replay(scope, endpoint_id, wanted)
    except ValidationFailed as problem:
        return await _page(request, access, endpoint_id, log.Filter(), problem=problem, form=form)
    return RedirectResponse(f"{_HOME}/{endpoint_id}?sent={count}", _SEE_OTHER)


@router.post("/{endpoint_id}/deliveries/{delivery_id}/redeliver")
async def redeliver(request: Request, endpoint_id: UUID, delivery_id: UUID, access: Builder) -> Response:
    """Send one event again."""

    async def act(scope: Scope) -> None:
        await keeping.locked(scope, endpoint_id)
        await log.redeliver(scope, delivery_id)

    return await _act(request, access, endpoint_id, act)


async def _act(
    request: Request, access: Access, endpoint_id: UUID, act: Callable[[Scope], Awaitable[None]]
) -> Response:
    try:
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            await act(scope)
    except NotFound:
        raise
    except Problem as problem:
        return await _page(request, access, endpoint_id, log.Filter(), problem=problem)
    return RedirectResponse(f"{_HOME}/{endpoint_id}", _SEE_OTHER)


async def _all(
    request: Request, access: Access, *, form: FormData | None = None, problem: Problem | None = None
) -> HTMLResponse:
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        rows = [with_look(row) for row in await keeping.endpoints(scope)]
        connections = await keeping.connections(scope)
    given = FormData() if form is None else form
    return html(
        request, "endpoints.html", page_of(request, Visitor(access.principal, access)), status=form_status(problem),
        endpoints=rows, connections=connections, problem=problem, schemes=get_args(Scheme),
        typed={name: typed(given, name) for name in ("connection", "signature")},
        fields=forms.fields(forms.typed_in(given)),
    )  # fmt: skip


async def _page(  # noqa: PLR0913 - what a page can show
    request: Request, access: Access, endpoint_id: UUID, wanted: log.Filter, *, delivery_id: UUID | None = None,
    problem: Problem | None = None, form: FormData | None = None, changing: bool = False,
    **shown: Any,  # noqa: ANN401 - what only this answer shows
) -> HTMLResponse:  # fmt: skip
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        row = with_look(await keeping.endpoint(scope, endpoint_id))
        found = await log.deliveries(scope, endpoint_id, wanted)
        opened = None if delivery_id is None else await log.delivery(scope, delivery_id)
    given, more = FormData() if form is None else form, len(found) > wanted.limit
    context = {
        "endpoint": row, "deliveries": found[: wanted.limit], "more": found[wanted.limit - 1]["id"] if more else None,
        "opened": opened, "state": wanted.state or "", "states": STATES, "problem": problem,
        "scheme": keeping.scheme_of(row), "schemes": get_args(Scheme), "reads": decide(access.role, "event.read"),
        "typed": {name: typed(given, name) for name in ("since", "until", "only_failed")},
        "ours": row["format"] != CONNECTOR, "fields": forms.fields(forms.typed_in(given) if changing else row),
        "changing": changing, "secret": None, "turned": False, "sent": None, "saved": False, **shown,
    }  # fmt: skip
    page = page_of(request, Visitor(access.principal, access))
    answer = html(request, "endpoint.html", page, status=form_status(problem), **context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def with_look(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return an endpoint with how it looks: its state, and failing while it takes nothing."""
    failing = row["state"] == "active" and row["failing_since"] is not None
    return {**row, "look": "failing" if failing else row["state"]}
