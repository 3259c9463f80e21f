"""All work orders by state: what waits longest stands first, and a card moves by the lawful steps only."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from journal import service as journal
from kit import clock
from portal import order_clocks
from portal.orders.details import names
from portal.orders.page import MayRead, head
from portal.pages import Visitor, html, page_of
from tenants.core.masks import mask_value
from tenants.core.permissions import decide
from tenants.endpoints import reader_of
from tenants.service import reading
from tenants.service.policies import shown_to
from workorders.clocks.shown import clocks_of
from workorders.core.states import TERMINAL, Status
from workorders.endpoints import doer_of
from workorders.service.columns import OPEN, Card, Column, columns
from workorders.service.rules import rules_of

router = APIRouter(include_in_schema=False)

FIRST, MORE = 15, 100
"""So many cards a column has, and one that more is asked of."""


@router.get("/work-orders/board")
async def board(request: Request, access: MayRead, column: Annotated[str, Query(max_length=20)] = "") -> HTMLResponse:
    """Show the columns; ``column``: the status of which more is shown."""
    doer, now = doer_of(access), clock.now()
    limits = {status: MORE if status.value == column else FIRST for status in OPEN}
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        upto = await journal.head(scope)
        found = await columns(scope, doer, limits, now)
        orders = [card.order for each in found for card in each.cards]
        await reading.listed(scope, reader_of(access), "work_orders", len(orders), {"column": column})
        owed = await clocks_of(scope, orders, now)
        types = {code: kind.name for code, kind in (await rules_of(scope)).types.items()}
        seen = await shown_to(scope, access.role)
    changes = decide(access.role, "work_order.change") is not None

    def card(each: Card) -> dict[str, Any]:
        order = mask_value(each.order, seen)
        side = doer.side.value
        return {
            **head(order), "due": order_clocks.next_due(owed[order["id"]]), "pending_on": order["pending_on"],
            "type_name": types.get(order["type"]), "version": order["version"],
            "works": names(order["assignment"][side]), "steps": each.steps if changes else [],
        }  # fmt: skip

    def shown(each: Column) -> dict[str, Any]:
        more = each.count > len(each.cards)
        cards = [card(one) for one in each.cards]
        return {"status": each.status.value, "count": each.count, "cards": cards, "more": more}

    page = page_of(request, Visitor(access.principal, access))
    return html(
        request, "work_order_board.html", page, columns=[shown(each) for each in found], upto=upto, opened=column,
        ends=[status.value for status in Status if status in TERMINAL], changes=changes, most=MORE,
    )  # fmt: skip
