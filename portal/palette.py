"""The palette: one box that finds pages, figures, queues, agents, conversations and work orders, as far as one may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse

from interactions import service as interactions
from kit.db import Scope
from kit.errors import Problem, ValidationFailed
from portal import i18n, places
from portal.figures import figures
from portal.pages import page_of, visitor_of
from portal.rendering import Page, words_of
from tenants.access import Principal
from tenants.core.masks import mask_value
from tenants.core.permissions import Role, decide
from tenants.endpoints import Access, inside, reader_of, signed_in
from tenants.models import AgentProfile, Queue
from tenants.service import reading
from tenants.service.policies import shown_to
from workorders.core import numbers
from workorders.endpoints import doer_of
from workorders.service import lists

router = APIRouter(include_in_schema=False)

MOST = 6
"""So many of each kind are shown."""
_SHORTEST = 2
_NAMED = {
    "queue": f"""SELECT id::text AS id, name FROM gf.{Queue.__tablename__}
WHERE tenant_id = $1 AND retired_at IS NULL AND lower(name) LIKE $2 ORDER BY name LIMIT {MOST}""",  # noqa: S608 - ours
    "agent": f"""SELECT agent_id::text AS id, alias AS name FROM gf.{AgentProfile.__tablename__}
WHERE tenant_id = $1 AND retired_at IS NULL AND lower(alias) LIKE $2 ORDER BY alias LIMIT {MOST}""",  # noqa: S608 - ours
}


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the palette."""

    group: str
    text: str
    href: str
    icon: str


@router.get("/palette")
async def find(
    request: Request,
    principal: Annotated[Principal, Depends(signed_in("each kind of thing is looked for only where the role may"))],
    q: Annotated[str, Query(max_length=80, pattern="^[^\\x00]*$")] = "",
) -> JSONResponse:
    """Return what fits the words: pages at once, things of the chosen client from two characters on."""
    wanted = q.strip().lower()
    visitor = visitor_of(principal)
    page = page_of(request, visitor)
    found = [one for one in _known(page) if wanted in f"{one.text} {one.href}".lower()][: MOST * 2]
    if len(wanted) >= _SHORTEST and visitor.access is not None:
        found += await _things(request, visitor.access, page, wanted)
    return JSONResponse({"found": [asdict(one) for one in found]}, headers={"Cache-Control": "no-store"})


def _known(page: Page) -> Iterator[Found]:
    _ = i18n.translations(page.locale).gettext
    words, role = words_of(page), page.reader.role if page.reader else ""
    for place in page.navigation:
        yield Found(_("Pages"), words["nav"][place["key"]], place["href"], place["icon"])
    for area in places.AREAS.values():
        for each in area(_) if role in set(Role) else ():
            if decide(Role(role), each.permission):
                yield Found(_("Pages"), each.word, each.href, each.icon)
    if page.client and role in set(Role) and decide(Role(role), "live.read"):
        yield Found(_("Pages"), _("Queues"), "/live/queues", "stack-2")
        yield Found(_("Pages"), _("Alerts"), "/alerts", "bell")
    for text, href, icon in (
        (_("Language and time"), "/account/preferences", "adjustments"),
        (_("Security"), "/account/security", "shield-lock"),
        (_("Sessions"), "/account/sessions", "device-laptop"), (words["nav"]["help"], "/help", "help"),
    ):  # fmt: skip
        yield Found(_("Pages"), text, href, icon)
    for figure in figures(_):
        yield Found(_("How it is counted"), figure.name, f"/help#figure-{figure.key}", "info-circle")


async def _things(request: Request, access: Access, page: Page, wanted: str) -> list[Found]:
    """Look into the chosen client's data; what the role may not see is not looked for."""
    try:
        if decide(access.role, "interaction.read") is None or access.own is not None:
            return []
        entered = await inside(request, access.principal, access.tenant_id, "interaction.read")
        async with request.app.state.plane.transaction(entered.tenant_id) as scope:
            return [*await _named(scope, page, wanted), *await _calls(scope, entered, page, wanted),
                    *await _orders(scope, entered, page, wanted)]  # fmt: skip
    except Problem:  # the client's own database is away, or its door was closed just now
        return []


async def _named(scope: Scope, page: Page, wanted: str) -> list[Found]:
    _ = i18n.translations(page.locale).gettext
    like = "%" + wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    groups = {"queue": (_("Queues"), "stack-2"), "agent": (_("Agents"), "user")}
    return [
        Found(*(groups[kind][0], row["name"], f"/interactions?{kind}={row['id']}&from=today", groups[kind][1]))
        for kind, sql in _NAMED.items()
        for row in await scope.fetch(sql, scope.tenant_id, like)
    ]


async def _calls(scope: Scope, access: Access, page: Page, wanted: str) -> list[Found]:
    """Find conversations by id, number or last four digits, as the list does."""
    if not any(letter.isdigit() for letter in wanted):
        return []
    _ = i18n.translations(page.locale).gettext
    try:
        asked = interactions.Filters(text=wanted)
        shown = await shown_to(scope, access.role)
        rows = (await interactions.list_interactions(scope, asked, shown=shown, limit=MOST)).rows
    except ValidationFailed:
        return []
    if rows:
        await reading.listed(scope, reader_of(access), "interactions", len(rows), {"q": wanted})
    return [Found(_("Interactions"), _told(row, page), f"/interactions/{row['id']}", "history") for row in rows]


def _told(row: dict[str, Any], page: Page) -> str:
    return f"{i18n.moment(row['started_at'], page.zone, page.locale, hours=page.hours)} · {row['contact']}"


async def _orders(scope: Scope, access: Access, page: Page, wanted: str) -> list[Found]:
    """Find a work order by its number, as it is written on its page or as digits."""
    if decide(access.role, "work_order.read") is None:
        return []
    number = numbers.parse(wanted.upper())
    if number is None:
        return []
    found = await lists.list_orders(scope, lists.Wanted({"number": str(number)}), doer_of(access))
    if found.data:
        await reading.listed(scope, reader_of(access), "work_orders", len(found.data), {"number": str(number)})
    seen, group = await shown_to(scope, access.role), words_of(page)["nav"]["work_orders"]
    return [
        Found(group, f"{row['number']} {row['title']}", f"/work-orders/{row['id']}", "clipboard-list")
        for row in mask_value(found.data, seen)
    ]
