"""Work orders for people: the client's inbox, and one order with its thread, where it is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from kit import clock
from portal import order_clocks
from portal.pages import Visitor, html, page_of
from tenants.core.masks import mask_value
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to
from workorders.clocks.shown import clocks_of
from workorders.endpoints import doer_of
from workorders.service import lists

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("work_order.read"))]
MayChange = Annotated[Access, Depends(permitted("work_order.change"))]
MayComment = Annotated[Access, Depends(permitted("work_order.comment"))]

_STATUS = {"validation_failed": 400, "reason_missing": 400, "comment_missing": 400}
"""A form that was filled wrong; every other refusal is a conflict with the present state."""


@router.get("/work-orders")
async def work_orders(request: Request, access: MayRead) -> HTMLResponse:
    """List the client's work orders, newest first; the filter and the cursor are in the address."""
    query = request.query_params
    filters = {"status": query.get("status", "")}
    wanted = lists.Wanted({k: v for k, v in filters.items() if v}, after=query.get("after") or None)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        found = await lists.list_orders(scope, wanted, doer_of(access))
        told = {**wanted.filters, "after": wanted.after}
        await reading.listed(scope, reader_of(access), "work_orders", len(found.data), told)
        owed = await clocks_of(scope, found.data, clock.now())
        orders = mask_value(found.data, await shown_to(scope, access.role))
        rows = [{**_row(order), "due": order_clocks.next_due(owed[order["id"]])} for order in orders]
    page = page_of(request, Visitor(access.principal, access))
    return html(request, "work_orders.html", page, filters=filters, rows=rows, next=found.next)


def _row(order: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": order["id"],
        "number": order["number"],
        "title": order["title"],
        "type": order["type"],
        "status": order["status"],
        "priority": order["priority"],
        "requester": order["requester_side"],
        "created_at": _instant(order["created_at"]),
        "updated_at": _instant(order["updated_at"]),
    }


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
