"""The lines to carriers and to clients' own telephone systems: how each is, and the secret of its login.

How a line is comes from the floor that uses it, at the moment of asking; a floor that does not answer is said so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from journal.core.facts import Actor
from kit import clock
from kit.errors import NotFound, Problem
from portal.entering import entrance
from portal.pages import html, page_of, visitor_of
from switchboard.inbox import LINES, inbox_name
from tenants.endpoints import CentreAccess, permitted_centre
from tenants.errors import Refused
from tenants.oneself import fresh
from tenants.service import trunks
from tenants.service.trunks import Keeping, LineSummary, TrunkOf

router = APIRouter(include_in_schema=False)

HERE = "/centre/lines"
ANSWERS_WITHIN = timedelta(seconds=2)
SEE_OTHER, UNPROCESSABLE = 303, 422
May = Annotated[CentreAccess, Depends(permitted_centre("trunk.manage"))]
MayNow = Annotated[CentreAccess, Depends(fresh(permitted_centre("trunk.manage")))]
Name = Annotated[str, Form(max_length=90, pattern="^[^\\x00]*$")]
Secret = Annotated[str, Form(max_length=1000)]


@router.get(HERE)
async def show(request: Request, access: May, told: str = "") -> Response:
    """List the lines of the centre and of every client."""
    return await _page(request, access, told=told)


@router.post(f"{HERE}/secret")
async def secret(request: Request, access: MayNow, line: Name = "", secret: Secret = "") -> Response:
    """Keep the secret of a line's login, or take it away when it is empty."""
    state = request.app.state
    found = next((each for each in await trunks.list_lines(state.control) if each.name == line), None)
    if found is None:
        raise NotFound
    keeping = Keeping(state.control, state.plane, entrance(request).box)
    try:
        await trunks.change_secret(
            keeping, TrunkOf(found.tenant_id, found.code), secret, Actor("user", access.principal.id), clock.now()
        )
    except Refused:
        return await _page(request, access, wrong=found.name, status=UNPROCESSABLE)
    return RedirectResponse(f"{HERE}?told={'kept' if secret else 'gone'}", SEE_OTHER)


async def _page(
    request: Request, access: CentreAccess, *, told: str = "", wrong: str = "", status: int = 200
) -> Response:
    conditions, silent = await _conditions(request)
    page = page_of(request, visitor_of(access.principal))
    rows = [_row(each, conditions, page.now) for each in await trunks.list_lines(request.app.state.control)]
    return html(request, "centre_lines.html", page, status=status, rows=rows, silent=silent, told=told, wrong=wrong)


async def _conditions(request: Request) -> tuple[dict[str, Mapping[str, Any]], bool]:
    """Ask every floor how its lines are; say also whether one was silent."""
    state, found, silent = request.app.state, dict[str, Mapping[str, Any]](), False
    for floor in await trunks.floors_of(state.control):
        try:
            answer = await state.bus.ask(inbox_name(floor), {"command": LINES}, ANSWERS_WITHIN)
        except Problem:
            silent = True
        else:
            found |= answer.get("lines", {})
    return found, silent


def _row(summary: LineSummary, conditions: Mapping[str, Mapping[str, Any]], now: datetime) -> dict[str, Any]:
    condition = conditions.get(summary.name, {})
    failed_at = condition.get("failed_at")
    return {
        "summary": summary,
        "line": summary.line,
        "state": state_of(condition, now) if _may_work(summary) else "no_secret",
        "places": places(summary.line, condition, now),
        "calls": condition.get("calls"),
        "failed_at": None if failed_at is None else datetime.fromisoformat(failed_at),
        "cause": condition.get("cause"),
        "sip": condition.get("sip"),
    }


def _may_work(summary: LineSummary) -> bool:
    return summary.has_secret or (summary.line["register_s"] is None and summary.line["known_by"] != "login")


def places(line: Mapping[str, Any], condition: Mapping[str, Any], now: datetime) -> list[tuple[str, str]]:
    """Return the addresses of a line, each with what hinders it alone: away, resting, or nothing."""
    ways = condition.get("ways", ())
    found = [(address, "") for address in (line["address"], *line["others"])]
    if len(found) == 1 or len(ways) != len(found):
        return found
    said = ("away" if way["silent"] else "resting" if _rests(way["rests_until"], now) else "" for way in ways)
    return [(address, word) for (address, _), word in zip(found, said, strict=True)]


def state_of(condition: Mapping[str, Any], now: datetime) -> str:
    """Return the word for how a line is: unknown, away, unregistered, resting or ready."""
    if not condition or condition["reachable"] is None:
        return "unknown"
    if condition["reachable"] is False:
        return "away"
    if condition["registered"] is False:
        return "unregistered"
    return "resting" if _rests(condition["rests_until"], now) else "ready"


def _rests(until: str | None, now: datetime) -> bool:
    return until is not None and datetime.fromisoformat(until) > now
