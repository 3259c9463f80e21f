"""The technician's pages: where events go and how that is, what went there, every attempt, and sending again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from journal.core.facts import Actor
from kit import clock
from kit.db import Scope
from kit.errors import NotFound, Problem
from portal.pages import Visitor, form_status, html, page_of
from tenants.endpoints import Access, permitted
from tenants.oneself import fresh
from webhooks.endpoints import ask_consent
from webhooks.service import keeping, log
from webhooks.service.deliveries import Selection, replay

router = APIRouter(prefix="/settings/endpoints", include_in_schema=False)
Builder = Annotated[Access, Depends(permitted("endpoint.manage"))]
BuildsNow = Annotated[Access, Depends(fresh(permitted("endpoint.manage")))]
"""Whoever is given a secret."""

_HOME = "/settings/endpoints"
_SEE_OTHER = 303
STATES = ("waiting", "delivered", "dead")


@router.get("")
async def show_all(request: Request, access: Builder) -> HTMLResponse:
    """Show every endpoint of the client with how it is."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        rows = [_with_look(row) for row in await keeping.endpoints(scope)]
    return html(request, "endpoints.html", page_of(request, Visitor(access.principal, access)), endpoints=rows)


@router.get("/{endpoint_id}")
async def show(
    request: Request, endpoint_id: UUID, access: Builder, state: Annotated[str, Query(max_length=20)] = "",
    delivery_id: UUID | None = None, after: UUID | None = None,
) -> HTMLResponse:  # fmt: skip
    """Show one endpoint with its log of deliveries, and the attempts of one of them."""
    wanted = log.Filter(state if state in STATES else None, after=after)
    return await _page(request, access, endpoint_id, wanted, delivery_id=delivery_id)


@router.post("/{endpoint_id}/rotate")
async def rotate(request: Request, endpoint_id: UUID, access: BuildsNow) -> HTMLResponse:
    """Make a new secret and show it, once."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        secret, _until = await keeping.rotate(scope, endpoint_id, None, Actor(*access.who), clock.now())
    return await _page(request, access, endpoint_id, log.Filter(), secret=secret)


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
async def replay_dead(request: Request, endpoint_id: UUID, access: Builder) -> Response:
    """Send again, in order, whatever was given up."""

    async def act(scope: Scope) -> None:
        await keeping.locked(scope, endpoint_id)
        await replay(scope, endpoint_id, Selection(only_failed=True))

    return await _act(request, access, endpoint_id, act)


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


async def _page(  # noqa: PLR0913 - what a page can show
    request: Request, access: Access, endpoint_id: UUID, wanted: log.Filter, *, delivery_id: UUID | None = None,
    secret: str | None = None, problem: Problem | None = None,
) -> HTMLResponse:  # fmt: skip
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        row = _with_look(await keeping.endpoint(scope, endpoint_id))
        found = await log.deliveries(scope, endpoint_id, wanted)
        opened = None if delivery_id is None else await log.delivery(scope, delivery_id)
    answer = html(
        request, "endpoint.html", page_of(request, Visitor(access.principal, access)), status=form_status(problem),
        endpoint=row, deliveries=found[: wanted.limit], more=found[wanted.limit - 1]["id"] if len(found) > wanted.limit
        else None, opened=opened, state=wanted.state or "", states=STATES, secret=secret, problem=problem,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _with_look(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return an endpoint with how it looks: its state, and failing while it takes nothing."""
    failing = row["state"] == "active" and row["failing_since"] is not None
    return {**row, "look": "failing" if failing else row["state"]}
