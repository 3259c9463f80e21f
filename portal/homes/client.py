"""Homes of a client's people who look at work: the manager, and whoever reads and hears."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import Request

from exits.service import exports
from interactions import service as interactions
from interactions.shown import as_shown
from kit import clock
from kit.counting import Counted
from kit.db import Scope
from live.core import view
from live.service import Watched, open_board
from live.thresholds import standing
from portal import i18n
from portal.homes.told import Item, headline, reasons, worth_hearing
from portal.rendering import Page
from portal.settings.ground import banner_of
from tenants.core.permissions import decide
from tenants.endpoints import Access, reader_of
from tenants.errors import NoBlueprint
from tenants.service import grants, reading
from tenants.service.drafts import read_draft
from tenants.service.policies import shown_to
from workorders.service.inbox import COUNTED

_NEWEST = 200
"""So many conversations of the day are looked through for those worth hearing."""
_ORDERS = """
SELECT (SELECT count(*) FROM (SELECT FROM gf.work_order WHERE tenant_id = $1 AND requester_side = 'outsourcer'
    AND status IN ('submitted', 'acknowledged') LIMIT $2) AS n) AS new,
  (SELECT count(*) FROM (SELECT FROM gf.work_order WHERE tenant_id = $1 AND status = 'pending'
    AND pending_on = 'tenant' LIMIT $2) AS n) AS asked"""
_ESCALATED = """SELECT DISTINCT interaction_id::text AS id FROM gf.work_order
WHERE tenant_id = $1 AND interaction_id = ANY($2)"""


@dataclass(frozen=True, slots=True)
class Looks:
    """Who looks at which client's home, and the page around it."""

    request: Request
    access: Access
    page: Page


async def now_of(looks: Looks) -> dict[str, Any]:
    """Return the figures of this moment with the sentence above them; they come from the board itself."""
    access, member = looks.access, looks.access.principal.memberships[looks.access.tenant_id]
    board = await open_board(looks.request.app.state.plane, Watched(access.tenant_id, member.name, member.zone))
    now = clock.now()
    shown = view.snapshot(board)
    words = i18n.translations(looks.page.locale)
    return {
        "board": {key: shown[key] for key in ("totals", "formula", "limits", "queues")},
        "as_of": clock.millis(now),
        "headline": headline(shown, clock.millis(now), words.gettext, words.ngettext),
    }


async def manager(looks: Looks) -> dict[str, Any]:
    """Return what a client's manager asks first: is all well, and what waits for me."""
    found = await now_of(looks)
    return {**found, "items": [item async for item in _waits(looks, found["board"])]}


async def _waits(looks: Looks, board: dict[str, Any]) -> Any:  # noqa: ANN401 - an async iterator of items
    words = i18n.translations(looks.page.locale)
    _, ngettext = words.gettext, words.ngettext
    access, state = looks.access, looks.request.app.state
    now = looks.page.now
    if decide(access.role, "staff_access.decide"):
        asked = [row for row in await grants.of_tenant(state.control, access.tenant_id, now) if row["state"] == "asked"]
        if asked:
            text = ngettext(
                "%(num)s person of the call centre asks for access",
                "%(num)s people of the call centre ask for access",
                len(asked),
            )
            yield Item("door-enter", text % {"num": len(asked)}, "/settings/staff-access", "warn")
    for item in _tasks(board, clock.millis(now), ngettext):
        yield item
    async with state.plane.transaction(access.tenant_id) as scope:
        for item in [*await _alerts(scope, ngettext), *await _orders(scope, ngettext)]:
            yield item
        if decide(access.role, "export.approve"):
            open_ = [row for row in await exports.newest(scope) if row["state"] == "asked"]
            if open_:
                yield Item(
                    "database-export",
                    _("An export of all your data waits for a second manager"),
                    "/settings/data",
                    "warn",
                )
    if decide(access.role, "settings.change"):
        try:
            draft = banner_of(await read_draft(state.plane, access.tenant_id), access)
        except NoBlueprint:
            return
        if draft["count"]:
            text = ngettext("%(num)s change is not published", "%(num)s changes are not published", draft["count"])
            yield Item("pencil", text % {"num": draft["count"]}, "/settings/changes")


def _tasks(board: dict[str, Any], now_ms: int, ngettext: Any) -> Iterator[Item]:  # noqa: ANN401 - gettext's
    late = sum(1 for queue in board["queues"] if queue["tasks_due_at"] and queue["tasks_due_at"] < now_ms)
    if late:
        text = ngettext("Callbacks are overdue in %(num)s queue", "Callbacks are overdue in %(num)s queues", late)
        yield Item("clock", text % {"num": late}, "/interactions?outcome=open_tasks", "bad")


async def _alerts(scope: Scope, ngettext: Any) -> list[Item]:  # noqa: ANN401 - gettext's
    """Return the client's own alerts that nobody takes care of, as one line."""
    left = [row for row in await standing.open_alerts(scope) if row["taken_at"] is None]
    if not left:
        return []
    text = ngettext("%(num)s alert is open", "%(num)s alerts are open", len(left))
    urgent = any(row["content"]["severity"] == "critical" for row in left)
    return [Item("bell", text % {"num": len(left)}, "/alerts", "bad" if urgent else "warn")]


async def _orders(scope: Scope, ngettext: Any) -> list[Item]:  # noqa: ANN401 - gettext's
    row = (await scope.fetch(_ORDERS, scope.tenant_id, COUNTED + 1))[0]
    new, asked = Counted.upto(COUNTED, row["new"]), Counted.upto(COUNTED, row["asked"])
    found = []
    if new.number:
        text = ngettext(
            "%(num)s work order that nobody has begun", "%(num)s work orders that nobody has begun", new.number
        )
        found.append(Item("clipboard-list", text % {"num": new}, "/work-orders?status=submitted", "warn"))
    if asked.number:
        text = ngettext(
            "%(num)s work order waits for your answer", "%(num)s work orders wait for your answer", asked.number
        )
        found.append(Item("message", text % {"num": asked}, "/work-orders?status=pending", "warn"))
    return found


async def heard(looks: Looks) -> dict[str, Any]:
    """Return what a quality reader asks first: which conversations to hear."""
    access, page = looks.access, looks.page
    found = await now_of(looks)
    begin = page.now.astimezone(page.day_zone).replace(hour=0, minute=0, second=0, microsecond=0)
    async with looks.request.app.state.plane.transaction(access.tenant_id) as scope:
        shown = await shown_to(scope, access.role)
        since = begin if begin < page.now - timedelta(hours=1) else begin - timedelta(days=1)
        wanted = interactions.Filters(since=since, last_agent=access.own)
        rows = (await interactions.list_interactions(scope, wanted, shown=shown, limit=_NEWEST)).rows
        raised = await scope.fetch(_ESCALATED, scope.tenant_id, [row["id"] for row in rows])
        worth = worth_hearing(await as_shown(scope, rows, shown), frozenset(row["id"] for row in raised))
        await reading.listed(scope, reader_of(access), "interactions", len(worth), {"from": since.isoformat()})
    said = reasons(i18n.translations(page.locale).gettext)
    return {**found, "items": [], "worth": [{**one.row, "why": said[one.reason]} for one in worth], "since": since}
