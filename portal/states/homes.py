"""The harness's first pages, the help, the palette and the preferences, with invented data."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kit.counting import Counted
from portal import i18n
from portal.figures import figures
from portal.homes.told import Headline, Item, headline, reasons
from portal.rendering import render, render_block
from portal.states import board, pages, records
from tenants.core.permissions import PERMISSIONS, Role, decide
from tenants.core.preferences import Preferences, zones
from tenants.core.service_level import Formula, Variant

_KINDS = {
    "client_manager": "manager", "client_viewer": "heard", "client_developer": "systems", "supervisor": "floor",
    "onboarding": "centre",
}  # fmt: skip


def home(request: Request) -> Response:
    """Serve the home of a role; `?state=empty`: nothing waits."""
    shown = pages.page(request)
    kind = _KINDS[request.query_params.get("role", "client_manager")]
    now = board.now()
    words = i18n.translations(shown.locale)
    empty = request.query_params.get("state") == "empty"
    document = board.board(now, 24, busy=not empty)
    as_of = board.milliseconds(now)
    items = [] if empty else [
        Item("clock", "Callbacks are overdue in 1 queue", "/interactions?outcome=open_tasks", "bad"),
        Item("clipboard-list", "3 work orders that nobody has begun", "/work-orders", "warn"),
        Item("pencil", "2 changes are not published", "/settings/changes"),
    ]  # fmt: skip
    context: dict[str, Any] = {
        "kind": kind, "items": items, "as_of": as_of, "board": document,
        "feed": f"/live/feed?{request.url.query}" if kind in {"manager", "heard"} else "",
        "headline": headline(document, as_of, words.gettext, words.ngettext),
        **_more(kind, now, words.gettext, empty=empty),
    }  # fmt: skip
    if request.headers.get("hx-request"):
        return pages.answer(request, render_block("home.html", "now", shown, **context))
    return pages.answer(request, render("home.html", shown, **context))


def _more(kind: str, now: Any, _: Any, *, empty: bool) -> dict[str, Any]:  # noqa: ANN401 - the harness's clock, gettext
    as_of = board.milliseconds(now)
    worth = [{**row, "why": why} for row, why in zip(records.interactions(now), reasons(_).values(), strict=False)]
    none = Counted(0, True)
    endpoints = [
        {"connection": "crm", "url": "https://crm.galaxy.example/hook", "state": "active", "failing_since": None,
         "waiting": none, "dead": none, "delivered": Counted(999, False), "last_at": now - timedelta(minutes=2)},
        {"connection": "oms", "url": "https://oms.galaxy.example/in", "state": "active",
         "waiting": Counted(12, True), "dead": Counted(3, True), "delivered": Counted(80, True),
         "failing_since": now - timedelta(minutes=31), "last_at": now - timedelta(minutes=33)},
    ]  # fmt: skip
    keys = [
        {"id": "gfk_crm_1", "connection": "crm", "used_at": now, "expires_at": now + timedelta(days=9), "soon": True}
    ]
    clients = [
        {"id": "a", "name": "银河商城", "state": "open", "waiting": 3, "oldest_wait_at": as_of - 71_000,
         "level": {"num": 84, "den": 100}},
        {"id": "b", "name": "Harbour Light", "state": "locked", "waiting": None, "oldest_wait_at": None, "level": None},
    ]  # fmt: skip
    alerts = [{"kind": "help_asked", "name": "李娜", "since": as_of - 40_000, "level": 1},
              {"kind": "waits_long", "name": "售后", "since": as_of - 190_000, "level": 2}]  # fmt: skip
    of_kind: dict[str, dict[str, Any]] = {
        "manager": {},
        "heard": {"worth": [] if empty else worth, "since": now - timedelta(hours=9)},
        "systems": {"endpoints": endpoints, "keys": keys,
                    "headline": Headline(_("Something between your systems and the call centre is broken."), "bad")},
        "floor": {"clients": clients, "on": {"a": 14}, "alerts": alerts,
                  "headline": Headline(_("Nobody needs you at the moment."), "ok")},
        "centre": {"count": "2 clients", "resting": [SimpleNamespace(name="Harbour Light", state="suspended")],
                   "headline": Headline(_("Nothing is urgent. What waits for you stands below."), "warn")},
    }  # fmt: skip
    return of_kind[kind]


def help_page(request: Request) -> Response:
    """Serve the help."""
    shown = pages.page(request)
    context = {
        "figures": figures(i18n.translations(shown.locale).gettext), "variants": [v.value for v in Variant],
        "formula": Formula(), "may": [each for each in PERMISSIONS if decide(Role.CLIENT_MANAGER, each)],
    }  # fmt: skip
    return pages.answer(request, render("help.html", shown, **context))


def preferences(request: Request) -> Response:
    """Serve language and time."""
    regions: dict[str, list[str]] = {}
    for name in sorted(zones()):
        regions.setdefault(name.split("/", maxsplit=1)[0], []).append(name)
    context = {"chosen": Preferences(zone="Europe/Berlin"), "regions": regions, "told": "kept", "error": ""}
    return pages.answer(request, render("account_preferences.html", pages.page(request), **context))


async def kept(request: Request) -> Response:
    """Take a guided visit and forget it."""
    await request.body()
    return Response(status_code=204)


def found(request: Request) -> Response:
    """Find what a real palette would, of invented things."""
    q = request.query_params.get("q", "").lower()
    every = [
        {"group": "Pages", "text": "Live board", "href": "/live", "icon": "layout-grid"},
        {"group": "Pages", "text": "Interactions", "href": "/interactions", "icon": "history"},
        {"group": "How it is counted", "text": "Occupancy", "href": "/help#figure-occupancy", "icon": "info-circle"},
    ]
    return JSONResponse({"found": [one for one in every if q in str(one["text"]).lower()]})
