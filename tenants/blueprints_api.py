"""The routes of a tenant's blueprint: what is in force, its versions, the plan of a change, applying, reverting.

A client's people and the outsourcer's change it here within the limits of ``tenants.core.own_sections``. The body of
a plan or of an apply is the whole file, as YAML or as JSON.
"""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from kit.clock import now
from kit.errors import IfMatchRequired
from tenants.access import Principal
from tenants.core.permissions import STAFF
from tenants.core.plan import Plan
from tenants.endpoints import Access, permitted
from tenants.errors import Refused, SectionNotYours
from tenants.service import history
from tenants.service.blueprints import Applied, Order, apply_blueprint, plan_blueprint
from tenants.service.days_off import take_days_off
from tenants.service.files import from_json, text_from
from tenants.words import Remark

router = APIRouter(prefix="/v1/blueprint", tags=["blueprint"], default_response_class=Response)

Reading = Annotated[Access, Depends(permitted("settings.read"))]
Changing = Annotated[Access, Depends(permitted("settings.change"))]
Before = Annotated[int | None, Query(ge=1, lt=2**31)]
Why = Annotated[str, Query(max_length=200)]

YAML, JSON, ICS = "application/yaml", "application/json", "text/calendar"
"""RFC 9512, RFC 8259, RFC 5545."""
_TAG = re.compile(r'"blueprint-(\d{1,9})"')
_NEVER = -1
"""A version that nothing has: for a tag that is not ours."""


class Revert(BaseModel):
    """Which earlier version is to be in force again, and why."""

    model_config = ConfigDict(extra="forbid")
    to_version: Annotated[int, Field(ge=1, lt=2**31)]
    why: Remark = ""


@router.get("")
async def current(request: Request, access: Reading) -> Response:
    """Return the blueprint in force: the text that was applied, comments included, or JSON if ``Accept`` asks."""
    return await _version(request, access, None)


@router.get("/versions")
async def versions(request: Request, access: Reading, before: Before = None) -> Response:
    """List the versions, newest first: who, when, why, and what each changed in one line."""
    found = await history.list_versions(request.app.state.plane, access.tenant_id, before=before)
    return _json({"data": [asdict(version) for version in found]})


@router.get("/versions/{version}")
async def one_version(request: Request, version: int, access: Reading) -> Response:
    """Return one version, in the same two forms."""
    return await _version(request, access, min(version, 2**31 - 1))


@router.get("/diff")
async def difference(
    request: Request,
    access: Reading,
    earlier: Annotated[int, Query(ge=1, lt=2**31)],
    later: Annotated[int, Query(ge=1, lt=2**31)],
) -> Response:
    """Say what changed from one version to another."""
    plan = await history.difference(request.app.state.plane, access.tenant_id, earlier, later)
    return _json(_plan(plan))


@router.post("/plan")
async def plan(request: Request, access: Changing) -> Response:
    """Say what applying this file would change, and whether it would be refused; nothing is changed."""
    order = _order(request, access)

    async def look(text: str) -> Plan:
        return await plan_blueprint(request.app.state.control, request.app.state.plane, text, order)

    found = await _with_body(request, look)
    return _json(_plan(found), {"ETag": _etag(found.version)})


@router.post("/apply")
async def apply(request: Request, access: Changing, why: Why = "") -> Response:
    """Make the client what the file says, if ``If-Match`` is the version in force. It may be repeated."""
    order = replace(_order(request, access), why=why, seen=_seen(request))

    async def change(text: str) -> Applied:
        return await apply_blueprint(request.app.state.control, request.app.state.plane, text, order)

    return _applied(await _with_body(request, change))


@router.post("/calendars/{code}/days-off")
async def close_days(request: Request, code: str, access: Changing, why: Why = "") -> Response:
    """Close the days of an iCalendar file in a calendar, if ``If-Match`` is the version in force. It may be repeated.

    Days that the calendar names already stay as they are. ``left_out``: lines of events that close no whole day.
    """
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != ICS:
        raise HTTPException(415, f"Send {ICS}")
    order = replace(_order(request, access), why=why, seen=_seen(request))
    state = request.app.state
    file = (code, await request.body())
    applied, taken = await take_days_off(state.control, state.plane, access.tenant_id, file, order)
    told = {**_plan(applied.plan), "version": applied.version, "days": taken.days, "left_out": taken.left_out}
    return _json(told, {"ETag": _etag(applied.version)})


@router.post("/revert")
async def revert(request: Request, body: Revert, access: Changing) -> Response:
    """Bring an earlier version into force again, as a new one, if ``If-Match`` is the version in force."""
    order = replace(_order(request, access), why=body.why, seen=_seen(request))
    state = request.app.state
    return _applied(
        await history.revert_blueprint(state.control, state.plane, access.tenant_id, body.to_version, order)
    )


def order_of(access: Access, check_flow: Any) -> Order:  # noqa: ANN401 - app hands it in
    """Return an order in the name of who asks, within the limits of its role, for this tenant only."""
    by = author(access.principal, staff=access.role in STAFF, role=access.role.value)
    return Order(
        by=by, at=now(), check_flow=check_flow, user=str(access.principal.id), role=access.role, only=access.tenant_id
    )


def author(principal: Principal, *, staff: bool, role: str) -> str:
    """Return how a version names its author: the client never sees the real name of the outsourcer's people."""
    return role if staff else principal.name


def _order(request: Request, access: Access) -> Order:
    return order_of(access, request.app.state.check_flow)


async def _with_body(request: Request, work: Any) -> Any:  # noqa: ANN401 - a plan or what was applied
    body = await request.body()
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        return await work(text_from(body))
    try:
        return await work(from_json(body))
    except (Refused, SectionNotYours) as refused:
        places = tuple(replace(place, line=None) for place in refused.errors)
        raise type(refused)(places) from refused


async def _version(request: Request, access: Access, version: int | None) -> Response:
    found = await history.read_version(request.app.state.plane, access.tenant_id, version)
    headers = {"ETag": _etag(found.version), "Vary": "Accept"}
    if JSON in request.headers.get("Accept", ""):
        return _json(dict(found.content), headers)
    return Response(found.text, headers=headers, media_type=YAML)


def _seen(request: Request) -> int:
    """Return the version that the caller saw. Raises :class:`IfMatchRequired`; ``*`` says nothing."""
    tags = request.headers.get("If-Match", "").strip()
    if tags in {"", "*"}:
        raise IfMatchRequired
    found = _TAG.search(tags)
    return int(found.group(1)) if found else _NEVER


def _etag(version: int) -> str:
    return f'"blueprint-{version}"'


def _applied(applied: Applied) -> Response:
    content = {**_plan(applied.plan), "version": applied.version}
    return _json(content, {"ETag": _etag(applied.version)})


def _plan(plan: Plan) -> dict[str, Any]:
    changes = [asdict(change) for change in plan.changes]
    return {"version": plan.version, "summary": plan.summary, "changes": changes, "text": "\n".join(plan.lines())}


def _json(content: Any, headers: dict[str, str] | None = None) -> Response:  # noqa: ANN401 - any JSON
    return Response(orjson.dumps(content), headers=headers, media_type=JSON)
