"""The phone engines of every floor: how each is, emptying one, taking it back, and giving one up for good.

How an engine is comes from the floor that uses it, at the moment of asking; nothing is changed while that does not
answer, because nobody could say then whether the engine is really away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from kit import clock
from kit.errors import NotFound, Problem, ValidationFailed
from live.alerting import Carer, acknowledge
from live.core.alerts import Alert, alerts
from live.service import open_board
from portal.entering import SEE_OTHER
from portal.floor_doors import of_the_centre
from portal.pages import form_status, html, page_of, visitor_of
from switchboard.errors import EngineStillThere, FloorSilent
from switchboard.inbox import ENGINES, RELOAD, inbox_name
from tenants.core.alerts import AlertLimits
from tenants.endpoints import CentreAccess, permitted_centre
from tenants.oneself import fresh
from tenants.service import trunks
from tenants.service.engines import REASON_MAX, REASON_MIN, give_up, set_drained

router = APIRouter(include_in_schema=False)

HERE = "/centre/engines"
ANSWERS_WITHIN, RELOADED_WITHIN = timedelta(seconds=2), timedelta(seconds=10)
May = Annotated[CentreAccess, Depends(permitted_centre("engine.manage"))]
MayNow = Annotated[CentreAccess, Depends(fresh(permitted_centre("engine.manage")))]
Name = Annotated[str, Form(max_length=90, pattern="^[^\\x00]*$")]
Alerted = Annotated[str, Form(max_length=160, pattern="^[^\\x00]*$")]
Why = Annotated[str, Form(max_length=1000, pattern="^[^\\x00]*$")]
Act = Annotated[Literal["drain", "undrain"], Form()]
_Engines = list[Mapping[str, Any]]


@router.get(HERE)
async def show(request: Request, access: May, told: str = "") -> Response:
    """List the engines of every floor."""
    return await _page(request, access, told=told)


@router.post(f"{HERE}/drain")
async def drain(request: Request, access: May, floor: Name = "", engine: Name = "", act: Act = "drain") -> Response:
    """Let an engine take no new calls, or take them again."""
    try:
        await _engine(request, floor, engine)
        at = clock.now() if act == "drain" else None
        await set_drained(request.app.state.control, floor, engine, _by(access), at)
        await _reload(request, floor)
    except FloorSilent as problem:
        return await _page(request, access, problem=problem)
    return RedirectResponse(f"{HERE}?told={act}ed", SEE_OTHER)


@router.post(f"{HERE}/give-up")
async def gone(request: Request, access: MayNow, floor: Name = "", engine: Name = "", why: Why = "") -> Response:
    """Give up an engine that never returns: its calls end."""
    try:
        await _is_away(request, floor, engine)
        await give_up(request.app.state.control, floor, engine, _by(access), why, clock.now())
        await _reload(request, floor)
    except (FloorSilent, EngineStillThere, ValidationFailed) as problem:
        return await _page(request, access, problem=problem, wrong=(floor, engine, why))
    return RedirectResponse(f"{HERE}?told=given_up", SEE_OTHER)


@router.post(f"{HERE}/alert")
async def care(request: Request, access: May, alert: Alerted = "") -> Response:
    """Say that one takes care of an alert of the centre; its journal has it. Raises :class:`NotFound`."""
    who, (_, watched) = access.principal, await of_the_centre(request)
    by = Carer(who.id, who.name, str(access.role))
    await acknowledge(request.app.state.plane, watched, alert, AlertLimits(), by, clock.now())
    return RedirectResponse(HERE, SEE_OTHER)


async def _alerts(request: Request) -> list[Alert]:
    """Return the alerts of the centre's lines and engines."""
    _, watched = await of_the_centre(request)
    board = await open_board(request.app.state.plane, watched)
    return alerts(board, AlertLimits(), clock.millis(clock.now()))


def _by(access: CentreAccess) -> str:
    return f"user:{access.principal.id}"


async def _engine(request: Request, floor: str, name: str) -> Mapping[str, Any]:
    """Return how an engine is. Raises :class:`NotFound` and :class:`FloorSilent`."""
    if floor not in await trunks.floors_of(request.app.state.control):
        raise NotFound
    found = await _asked(request, floor)
    if found is None:
        raise FloorSilent
    engine = next((each for each in found if each["name"] == name), None)
    if engine is None:
        raise NotFound
    return engine


async def _is_away(request: Request, floor: str, name: str) -> None:
    """Raise :class:`EngineStillThere` for an engine that answers."""
    if (await _engine(request, floor, name))["here"]:
        raise EngineStillThere


async def _asked(request: Request, floor: str) -> _Engines | None:
    """Ask a floor for its engines; None: it does not answer."""
    try:
        answer = await request.app.state.bus.ask(inbox_name(floor), {"command": ENGINES}, ANSWERS_WITHIN)
    except Problem:
        return None
    return list(answer["engines"]) if answer.get("ok") else None


async def _reload(request: Request, floor: str) -> None:
    """Let the floor read what was written. One that is silent now reads it as soon as it can."""
    command = {"command": RELOAD, "tenants": []}
    try:
        await request.app.state.bus.ask(inbox_name(floor), command, RELOADED_WITHIN)
    except Problem as problem:
        raise FloorSilent from problem


async def _page(
    request: Request, access: CentreAccess, *, told: str = "", problem: Problem | None = None,
    wrong: tuple[str, str, str] = ("", "", ""),
) -> Response:  # fmt: skip
    found = {floor: await _asked(request, floor) for floor in await trunks.floors_of(request.app.state.control)}
    rows = [_row(floor, each) for floor, engines in found.items() for each in engines or ()]
    return html(
        request, "centre_engines.html", page_of(request, visitor_of(access.principal)), status=form_status(problem),
        rows=rows, silent=[floor for floor, engines in found.items() if engines is None], told=told,
        error=problem.code if problem else "", wrong=wrong, reason_min=REASON_MIN, reason_max=REASON_MAX,
        floors=len(found), alerts=await _alerts(request),
    )  # fmt: skip


def _row(floor: str, engine: Mapping[str, Any]) -> dict[str, Any]:
    away = engine["away_since"]
    return {
        **engine,
        "floor": floor,
        "state": state_of(engine),
        "away_since": None if away is None else datetime.fromisoformat(away),
    }


def state_of(engine: Mapping[str, Any]) -> str:
    """Return the word for how an engine is: gone, away, emptying, empty or ready."""
    if engine["gone"]:
        return "gone"
    if not engine["here"]:
        return "away"
    if engine["drained"]:
        return "emptying" if engine["calls"] else "empty"
    return "ready"
