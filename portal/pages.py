"""From a request to what a page knows of its reader, and from a page to an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse

from kit import clock
from kit.errors import Problem, ValidationFailed
from portal import i18n
from portal.places import CENTRE, area_of
from portal.rendering import Client, Page, Reader, render, render_block
from probe.service.alarms import Alarm
from tenants.access import Principal, enter
from tenants.callers import session_token
from tenants.core.permissions import Grant, Role
from tenants.endpoints import Access
from tenants.oneself import is_fresh
from tenants.service.sessions import csrf_token

LANGUAGE_COOKIE = "lang"
THEME_COOKIE = "theme"
"""Set by static/js/theme.js, so that the next page is painted right from the start."""
THEMES = ("auto", "light", "dark")
YEAR = int(timedelta(days=365).total_seconds())


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in reader, and the client whose data it looks at (none at an agent's desk)."""

    principal: Principal
    access: Access | None = None


def visitor_of(principal: Principal) -> Visitor:
    """Return a person outside every permission: with the chosen client, if it is open, for the page's frame only."""
    place = principal.memberships.get(principal.chosen) if principal.chosen else None
    if place is None or not place.open:
        return Visitor(principal)
    return Visitor(principal, Access(principal, enter(principal, place.tenant_id), place.role, Grant()))


def page_of(request: Request, visitor: Visitor | None, *, csrf: str = "") -> Page:
    """Return what every page knows: language, zone, reader, client, where we are."""
    principal = visitor.principal if visitor else None
    chosen = _chosen(visitor)
    theme = request.cookies.get(THEME_COOKIE, "auto")
    token = session_token(request)
    return Page(
        locale=_locale(request, principal),
        zone=_own_zone(principal) or _zone(principal, chosen),
        days=_zone(principal, chosen),
        hours=principal.preferences.clock if principal else "24",
        single_keys=principal is None or principal.preferences.single_keys == "on",
        toured=principal.preferences.toured if principal else None,
        now=clock.now(),
        path="/" + request.url.path.lstrip("/\\"),  # a page links to itself, and `//host` is another site
        query=request.url.query,
        csrf=csrf or (csrf_token(token) if token else ""),
        reader=Reader(principal.name, principal.email, _role(visitor)) if principal else None,
        client=Client(chosen.code, chosen.name) if chosen else None,
        clients=tuple(
            Client(m.code, m.name) for m in principal.memberships.values() if m is not chosen and m.open
        ) if principal and principal.staff_role is not Role.AGENT else (),
        theme=theme if theme in THEMES else "auto",
        kiosk=request.query_params.get("kiosk") == "1",
        fresh=principal is None or is_fresh(principal, clock.now()),
        alarms=_alarms(request, visitor, chosen),
    )  # fmt: skip


def _alarms(request: Request, visitor: Visitor | None, chosen: Any) -> tuple[Alarm, ...]:  # noqa: ANN401 - as below
    """Return the red results that this page says first: the chosen client's, in the back office everybody's."""
    role = _role(visitor)
    known = getattr(request.app.state, "alarms", None)
    if not role or role == Role.AGENT or known is None:
        return ()
    if area_of(request.url.path) == CENTRE:
        return tuple(known.every)
    alarm = known.of(chosen.tenant_id) if chosen else None
    return (alarm,) if alarm else ()


def _chosen(visitor: Visitor | None) -> Any:  # noqa: ANN401 - a Membership or None
    if visitor is None or visitor.access is None:
        return None
    return visitor.principal.memberships[visitor.access.tenant_id]


def _zone(principal: Principal | None, chosen: Any) -> ZoneInfo:  # noqa: ANN401 - a Membership or None
    """Return the chosen client's zone; at a desk, which has none, the first one that the agent serves."""
    places = [chosen] if chosen else list(principal.memberships.values()) if principal else []
    return ZoneInfo(places[0].zone if places else "UTC")


def _own_zone(principal: Principal | None) -> ZoneInfo | None:
    return ZoneInfo(principal.preferences.zone) if principal and principal.preferences.zone else None


def _role(visitor: Visitor | None) -> str:
    if visitor is None:
        return ""
    return str(visitor.access.role if visitor.access else visitor.principal.staff_role or "")


def _locale(request: Request, principal: Principal | None) -> i18n.CatalogueName:
    return i18n.choose(
        request.query_params.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
        (principal.preferences.language or principal.locale) if principal else None,
        accept_language=request.headers.get("accept-language"),
    )


def html(request: Request, template: str, page: Page, *, status: int = 200, **context: Any) -> HTMLResponse:  # noqa: ANN401 - each template documents its context
    """Render a page; a language that was chosen in the address is remembered."""
    answer = HTMLResponse(render(template, page, **context), status, {"Content-Language": page.lang})
    if i18n.normalise(request.query_params.get("lang")):
        answer.set_cookie(LANGUAGE_COOKIE, page.lang, max_age=YEAR, samesite="lax", httponly=True)
    return answer


def typed(form: FormData, name: str, most: int = 10_000) -> str:
    """Return what was typed into a field of a form, without blanks around it and what is never stored; else nothing."""
    value = form.get(name)
    return value.strip().replace("\0", "")[:most] if isinstance(value, str) else ""


def local_instant(text: str, zone: ZoneInfo) -> datetime | None:
    """Return the instant of a local day or minute as a browser writes it, in its zone; None of nothing.

    Raises ``ValueError``, also for one that is no instant in UTC: the first day of all, in a zone that is ahead.
    """
    if not text:
        return None
    at = datetime.fromisoformat(text).replace(tzinfo=zone)
    try:
        at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error
    return at


def form_status(problem: Problem | None) -> int:
    """Return the status of a page that shows a form: again, with what was wrong in it, is 422 (RFC 9110)."""
    if problem is None:
        return 200
    return 422 if isinstance(problem, ValidationFailed) else problem.status


def block(template: str, name: str, page: Page, **context: Any) -> HTMLResponse:  # noqa: ANN401 - as above
    """Render one block of a page, for an htmx answer."""
    return HTMLResponse(render_block(template, name, page, **context), headers={"Content-Language": page.lang})


def error_page(request: Request, status: int, code: str, detail: str | None, request_id: str) -> str:
    """Render the page of an error; it needs no sign-in and no database.

    What the reader is told comes from the code, in the reader's language; ``detail`` is English, for machines.
    """
    del detail
    return render("error.html", page_of(request, None), status=status, code=code, request_id=request_id)
