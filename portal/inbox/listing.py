"""The list of work orders for people: what waits for whom, filters in the address, views of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from journal import service as journal
from kit import clock
from kit.db import Scope
from kit.errors import ValidationFailed
from kit.ids import new_id
from portal import order_clocks
from portal.inbox.asked import CHOICES, MORE, PAGE, SHOWN, Address
from portal.pages import Visitor, block, form_status, html, page_of
from tenants.core.masks import Shown, mask_value
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to
from tenants.views import service as views
from workorders.clocks.shown import clocks_of
from workorders.core.doer import Doer
from workorders.core.states import Status
from workorders.endpoints import doer_of
from workorders.service import inbox
from workorders.service.inbox import Group

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("work_order.read"))]

VIEWS_OF = "work_orders"
MOST_AT_ONCE = 200
"""So many are acted on by one form."""
_SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class Bulk:
    """What was typed into the form of acts on many, and what became of it; ``once``: the form's own number."""

    typed: Mapping[str, str] = field(default_factory=dict)
    ticked: Sequence[str] = ()
    wrong: str | None = None
    act: str | None = None
    outcomes: Sequence[Mapping[str, Any]] | None = None
    again: bool = False
    """Some of it was not tried, and may be sent once more."""
    once: str = ""


@router.get(PAGE)
async def list_page(request: Request, access: MayRead) -> HTMLResponse:
    """List work orders; htmx gets the results alone."""
    return await show(request, access, request.url.query, after=request.query_params.get("after"))


@router.post(f"{PAGE}/views")
async def save_view(
    request: Request, access: MayRead,
    name: Annotated[str, Form(max_length=300)] = "", query: Annotated[str, Form(max_length=4000)] = "",
) -> Response:  # fmt: skip
    """Keep the group, filters and order of the page under a name, for oneself."""
    address = Address(query, page_of(request, Visitor(access.principal, access)))
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await views.save(scope, reader_of(access), (VIEWS_OF, name, address.query), clock.now())
    return RedirectResponse(f"{PAGE}?{address.query}", _SEE_OTHER)


@router.post(f"{PAGE}/views/{{kept_id}}/forget")
async def forget_view(request: Request, kept_id: UUID, access: MayRead) -> Response:
    """Keep one of one's views no longer."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await views.forget(scope, reader_of(access), kept_id, clock.now())
    return RedirectResponse(PAGE, _SEE_OTHER)


async def show(
    request: Request, access: Access, query: str, bulk: Bulk | None = None, after: str | None = None
) -> HTMLResponse:
    """Show the list of an address, and what became of acts on many."""
    page = replace(page_of(request, Visitor(access.principal, access)), path=PAGE, query=query)
    address, doer = Address(query, page, after), doer_of(access)
    page = replace(page, query=address.query)
    context: dict[str, Any] = {
        "address": address, "filters": address.filters, "wrong": address.wrong, "rows": [], "next": None, "counts": {},
        "upto": 0,
        "error": None, "part": "HX-Request" in request.headers, "side": doer.side.value, "choices_of": CHOICES,
        "fields": SHOWN, "more": MORE, "most": MOST_AT_ONCE, "bulk": bulk or Bulk(), "once": str(new_id()),
        "groups": {group.value: address.of_group(group) for group in Group},
        "may_change": decide(access.role, "work_order.change") is not None,
        "may_comment": decide(access.role, "work_order.comment") is not None,
        "may_take": decide(access.role, "interaction.export") is not None, "curl": _curl(request, address),
    }  # fmt: skip
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        try:
            context["upto"] = await journal.head(scope)
            context |= await _found(scope, address, access, doer, page.now)
        except ValidationFailed as problem:
            context["error"] = problem.code
        context |= await inbox.choices(scope)
        context["views"] = await views.of(scope, reader_of(access), VIEWS_OF)
    if context["part"] and bulk is None:
        return block("work_orders.html", "results", page, **context)
    wrong = None if bulk is None or bulk.wrong is None else ValidationFailed(bulk.wrong)
    return html(request, "work_orders.html", page, status=form_status(wrong), **context)


async def _found(scope: Scope, address: Address, access: Access, doer: Doer, now: datetime) -> dict[str, Any]:
    asked = address.asked
    found = await inbox.page(scope, asked, doer, now)
    told = {**asked.filters, "group": asked.group, "sort": asked.order, "after": asked.after}
    await reading.listed(scope, reader_of(access), "work_orders", len(found.data), told)
    counts = await inbox.counts(scope, asked.filters, doer, now)
    shown = await shown_to(scope, access.role)
    return {"rows": await rows_of(scope, found.data, doer, shown, now), "next": found.next, "counts": counts}


async def rows_of(
    scope: Scope, orders: Sequence[Mapping[str, Any]], doer: Doer, shown: Shown, now: datetime
) -> list[dict[str, Any]]:
    """Return work orders as the list and files of it have them, as far as this reader sees them."""
    owed, turns = await clocks_of(scope, orders, now), await inbox.turns(scope, orders)
    return [
        {
            **mask_value(dict(order), shown),
            "at": {name: _instant(order[name]) for name in ("created_at", "updated_at", "resolved_at", "closed_at",
                                                            "expected_resolution_at")},
            "due": order_clocks.next_due(owed[order["id"]]),
            "own": order["assignment"][doer.side.value],
            **_turn(order, *turns[order["id"]], doer),
        }
        for order in orders
    ]  # fmt: skip


def _turn(order: Mapping[str, Any], turn: str | None, cancel_asked: bool, doer: Doer) -> dict[str, Any]:  # noqa: FBT001 - a row's column
    """Return whose turn it is, whether that is the reader's, and what for; of what is over nothing."""
    status = Status(order["status"])
    if turn is None:
        return {"turn": None, "mine": False, "need": None}
    return {"turn": turn, "mine": turn == doer.side.value, "need": "cancel" if cancel_asked else _need(order, status)}


def _need(order: Mapping[str, Any], status: Status) -> str:
    if status is Status.PENDING:
        return "answer" if order["pending_on"] == order["requester_side"] else str(order["pending_on"])
    return {
        Status.SUBMITTED: "acknowledge", Status.ACKNOWLEDGED: "begin", Status.HELD: "held", Status.RESOLVED: "confirm",
    }.get(status, "work")  # fmt: skip


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _curl(request: Request, address: Address) -> str:
    """Return the command that gets what these filters find from the API."""
    base = str(request.app.state.settings.public_url).rstrip("/")
    asked = urlencode(address.wanted)
    return f"curl -H \"Authorization: Bearer $GLASSFLOOR_KEY\" '{base}/v1/work-orders{'?' if asked else ''}{asked}'"
