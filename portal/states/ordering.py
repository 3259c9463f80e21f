"""Invented kinds of work orders, and supervisors' figures of those that are open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from portal.floor_orders import STATUSES, Place
from portal.floor_view import Door
from portal.rendering import render
from portal.settings.order_types import BLANK, BLANK_FIELD, KINDS, SEVERITIES, Form
from portal.settings.sla import PRIORITIES
from portal.states import board, desk
from portal.states.pages import answer, page
from workorders.service.ageing import EDGES, Figures, Which

_BANNER = {"count": 0, "by": None, "changed_at": None, "outdated": False, "base_version": 7, "version": 7, "may": True}
_COUNTS = ((4, 2, 1, 0, 0, 0), (3, 5, 2, 1, 0, 0), (6, 8, 4, 3, 2, 1), (1, 2, 0, 1, 0, 0), (0, 1, 1, 0, 1, 0),
           (2, 3, 4, 0, 0, 0))  # fmt: skip


def open_orders(request: Request) -> HTMLResponse:
    """Serve the figures of two clients; `list=1` with the work orders behind one."""
    now, is_open = board.now(), "list" in request.query_params
    cells = {(status, age): n for status, row in zip(STATUSES, _COUNTS, strict=True) for age, n in enumerate(row)}
    doors = [Door(UUID(int=1), "galaxy", "银河商城"), Door(UUID(int=2), "harbour-light", "Harbour Light")]
    back = {UUID(int=9): 5, UUID(int=8): 3}
    orders = [{"id": f"w-{n}", "number": f"WO-10{40 + n}", "title": title, "status": "inProgress", "priority": "high",
               "created_at": now - timedelta(days=9 * n), "days": 9 * n, "turned": n + 2, "door": doors[n % 2]}
              for n, title in ((3, "發票抬頭需要更正"), (2, "退款未到账"), (1, "Parcel went astray"))]  # fmt: skip
    due = [{"order": order, "metric": "resolve", "owed_by": "tenant", "door": order["door"],
            "due_at": now + timedelta(hours=5 * n)} for n, order in enumerate(orders, 1)]  # fmt: skip
    places = [Place(doors[0], Figures(cells, 7, 5, back), [], []), Place(doors[1], Figures({}, 0, 0, {}), [], [])]
    context: dict[str, Any] = {
        "doors": doors, "places": places, "chosen": "", "which": Which(back=True) if is_open else None, "due": due,
        "rows": orders if is_open else [], "counted": 3, "statuses": STATUSES, "ages": len(EDGES) + 1, "now": now,
        "cells": cells,
    }  # fmt: skip
    return answer(request, render("floor_orders.html", page(request, "supervisor"), **context))


def order_types(request: Request) -> HTMLResponse:
    """Serve the kinds of work orders; `entry=` one of them, `state=error` what is wrong with it."""
    query, types = request.query_params, desk.order_types()
    shared = {"draft": _BANNER, "may": True, "seen": "nothing", "saved": False, "calendars": ["office"],
              "connections": [{"code": "oms", "name": "OMS"}]}  # fmt: skip
    if "entry" in query:
        wrong = {"title": "没有字段“x”。", "fields/0/name": "请填写此项。"} if query.get("state") == "error" else {}
        kind = next((each for each in types if each["code"] == query["entry"]), None)
        form = Form({**BLANK, **(kind or {}), "script": "退款三个工作日内到账。"}, 1, query["entry"], wrong)
        preview = None if wrong else {"title": "订单 {order} 退款", "description": "来电 +86138****1234"}
        more = {"blank": BLANK_FIELD, "priorities": PRIORITIES, "severities": SEVERITIES, "kinds": KINDS}
        context = {**shared, **more, "form": form, "errors": wrong, "preview": preview}
        return answer(request, render("settings/order_type.html", page(request), **context))
    rules = {"reopen_days": 14, "auto_close_business_days": 3, "calendar": None, "acknowledge_at_once": ["oms"],
             "inform_customer": True}  # fmt: skip
    context = {**shared, "form": Form(rules), "errors": {}, "types": types}
    return answer(request, render("settings/order_types.html", page(request), **context))


def raised(post: dict[str, Any], once: str | None) -> JSONResponse:
    """Take a work order, or refuse it for what is missing; ``post`` keeps the key by which it is raised once."""
    post["once"] = once
    wanted = {"/description": post["description"], "/custom/order": post["custom"].get("order")}
    wrong = [{"pointer": place, "code": "missing", "detail": "-"} for place, said in wanted.items() if not said]
    if wrong:
        return JSONResponse({"code": "validation_failed", "detail": "-", "errors": wrong}, 400)
    return JSONResponse({"id": "w-9", "number": "WO-1043"}, 201)


ROUTES = (Route("/floor/work-orders", open_orders), Route("/settings/work-orders", order_types))
