"""The harness's pages of work orders: the list, one of them, all by state."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.orders.page import Refused
from portal.rendering import render
from portal.states import board, work_orders
from portal.states.pages import answer, page


def orders(request: Request) -> Response:
    """Serve the work orders."""
    made = page(request)
    context = work_orders.inbox(board.now(), made, request.query_params.get("state", ""))
    return answer(request, render("work_orders.html", made, **context))


def order(request: Request) -> Response:
    """One work order."""
    state = request.query_params.get("state", "submitted")
    refused = state == "error"
    made = work_orders.order(board.now(), "submitted" if refused else state)
    wrong = Refused("edit", "version_mismatch", 412, {"title": "half a thought"}, ("priority",)) if refused else None
    if refused:
        made["missed"] = [{**each, **change} for each in made["timeline"] for change in each.get("changes", [])[-1:]]
    return answer(request, render(
        "work_order.html", page(request), order=made, upto=1, refused=wrong, typed=dict(wrong.typed) if wrong else {},
    ))  # fmt: skip


def order_board(request: Request) -> Response:
    """Serve the work orders by state."""
    columns = work_orders.board(board.now())
    if request.query_params.get("state") == "empty":
        columns = [{**each, "cards": [], "count": 0, "more": False} for each in columns]
    return answer(request, render(
        "work_order_board.html", page(request), columns=columns, upto=1, opened="", changes=True, most=100,
        ends=["closed", "rejected", "cancelled"],
    ))  # fmt: skip
