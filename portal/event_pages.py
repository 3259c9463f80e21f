"""What happened at a client's connections, to look through: newest first, by type, work order and time.

Who keeps endpoints sees what there is and how far it came; what is in an event, only who may read events.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse

from kit.db import Scope
from portal.pages import Visitor, html, local_instant, page_of
from tenants.core.masks import mask_value
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to
from webhooks.core.events import TYPES
from webhooks.service import browsing, feed, keeping
from workorders.endpoints import doer_of
from workorders.service import lists
from workorders.service import rows as orders

router = APIRouter(prefix="/settings/events", include_in_schema=False)
Builder = Annotated[Access, Depends(permitted("endpoint.manage"))]
Reader = Annotated[Access, Depends(permitted("event.read"))]
_Text = Annotated[str, Query(max_length=100)]
_DIGITS = 19
"""A place in the feed has fewer: it is a bigint."""


@router.get("")
async def show_all(  # noqa: PLR0913, PLR0917 - each is a field of the filter
    request: Request, access: Builder, connection: _Text = "", type: _Text = "",  # noqa: A002 - its name in the address
    order: _Text = "", since: _Text = "", until: _Text = "", before: _Text = "",
) -> HTMLResponse:  # fmt: skip
    """Show what happened at one connection."""
    page = page_of(request, Visitor(access.principal, access))
    typed = {"connection": connection, "type": type, "order": order, "since": since, "until": until}
    wrong: list[str] = []
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        codes = await keeping.connections(scope)
        typed["connection"] = connection if connection in codes else next(iter(codes), "")
        wanted = browsing.Look(
            typed["connection"], (type,) if type else (), await _order(scope, access, order.strip(), wrong),
            _instant(since, page.zone, "since", wrong), _instant(until, page.zone, "until", wrong),
            int(before) if before.isascii() and before.isdigit() and len(before) < _DIGITS else None,
        )  # fmt: skip
        rows, older = ([], None) if wrong else await browsing.look(scope, wanted)
        numbers = await orders.numbers(scope, [row["subject"] for row in rows])
    query = {name: text for name, text in typed.items() if text}
    return html(
        request, "events.html", page, rows=rows, numbers=numbers, typed=typed, wrong=wrong, connections=codes,
        types=TYPES,
        older=f"?{urlencode({**query, 'before': older})}" if older is not None else None,
        filtered=bool(type or order or since or until), reads=decide(access.role, "event.read"),
    )  # fmt: skip


@router.get("/{event_id}")
async def show(request: Request, event_id: UUID, access: Reader) -> HTMLResponse:
    """Show one event: what was told, where it went, and how a system fetches it."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        told = await browsing.one(scope, event_id)
        number = (await orders.numbers(scope, [told.event["subject"]])).get(told.event["subject"])
        content: Any = mask_value(orjson.loads(told.body), await shown_to(scope, access.role))
        after = feed.cursor_before(scope, told.event["connection"], told.event["position"])
        about = {"connection": told.event["connection"], "work_order": str(told.event["subject"]), "type": None}
        await reading.listed(scope, reader_of(access), "work_orders", 1, about)
    base, query = str(request.app.state.settings.public_url).rstrip("/"), urlencode({"after": after, "limit": 1})
    answer = html(
        request, "event.html", page_of(request, Visitor(access.principal, access)), event=told.event, number=number,
        went=told.went,
        pretty=orjson.dumps(content, option=orjson.OPT_INDENT_2).decode(), raw=orjson.dumps(content).decode(),
        curl=f'curl -H "Authorization: Bearer $GLASSFLOOR_KEY" "{base}/v1/events?{query}"',
        manages=decide(access.role, "endpoint.manage"), opens=decide(access.role, "work_order.read"),
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _order(scope: Scope, access: Access, text: str, wrong: list[str]) -> UUID | None:
    """Return the id of a work order that was named by its number or id; one that is not there is ``wrong``."""
    try:
        return UUID(text) if text else None
    except ValueError:
        found = (await lists.list_orders(scope, lists.Wanted({"number": text}, limit=1), doer_of(access))).data
    if not found:
        wrong.append("order")
    return UUID(found[0]["id"]) if found else None


def _instant(text: str, zone: ZoneInfo, name: str, wrong: list[str]) -> datetime | None:
    """Return the instant of a local time as a browser writes it; anything else is ``wrong``."""
    try:
        return local_instant(text, zone)
    except ValueError:
        wrong.append(name)
        return None
