"""What a client changes while its centre runs, for its systems: acts in force, doing one, and taking one back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from kit import clock
from kit.db import Scope
from tenants.controls import service as acts
from tenants.controls.errors import ControlChanged, NotAgreed
from tenants.controls.wanted import Doer, Wanted
from tenants.core import controls
from tenants.core.controls import Agreed
from tenants.endpoints import Access, permitted
from workorders.endpoints import answer_once
from workorders.service.idempotency import Answer

router = APIRouter(prefix="/v1/controls", tags=["controls"])

MayRead = Annotated[Access, Depends(permitted("control.read"))]
MayAct = Annotated[Access, Depends(permitted("control.act"))]
LATELY = 50


class _NewAct(BaseModel):
    """``until``: ``18:00`` or ``today`` in the client's zone, a number of minutes, or ``open``: until it is taken back.

    What is in force about the same is replaced only with its id in If-Match.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    target: Annotated[str, Field(min_length=1, max_length=64)]
    until: Annotated[str, Field(min_length=1, max_length=8)] = "open"
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class NewHours(_NewAct):
    """Open or close a calendar, a queue (close only) or a number, whatever the calendar says."""

    scope: Literal["calendar", "queue", "number"]
    opening: Literal["open", "closed"]


class NewPause(_NewAct):
    """Pause a number: callers hear a prompt and the end, or walk through another flow."""

    scope: Literal["number"] = "number"
    prompt: Annotated[str, Field(max_length=64)] = ""
    flow: Annotated[str, Field(max_length=64)] = ""


class NewAnnouncement(_NewAct):
    """Say something, by language: texts, or recordings (``sha256:..`` of ``/v1/sounds``).

    ``waiting``: also to those who wait already.
    """

    scope: Literal["queue", "flow", "number"]
    texts: dict[str, Annotated[str, Field(max_length=1000)]] = {}
    sounds: dict[str, Annotated[str, Field(pattern="^sha256:[0-9a-f]{64}$")]] = {}
    waiting: bool = False


class NewPriority(_NewAct):
    """Move those who wait in a queue forward, or (below 0) back: seconds of waited time, within the agreed bounds."""

    scope: Literal["queue"] = "queue"
    seconds: Annotated[int, Field(ge=-3600, le=3600)]


@router.get("")
async def in_force(request: Request, access: MayRead) -> Response:
    """Return what is agreed, what is in force, and what ended lately."""
    now = clock.now()
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        agreed = Agreed.of(await acts.content_of(scope))
        present, ended = await acts.in_force(scope, now), await acts.lately(scope, LATELY)
    shown = {"agreed": _agreed(agreed, access), "in_force": list(map(told, present)), "ended": list(map(told, ended))}
    return _json(shown)


@router.get("/{act_id}")
async def one(request: Request, act_id: UUID, access: MayRead) -> Response:
    """Return one act, with its id as its ETag."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        row = await acts.one(scope, act_id)
    return _json(told(row), headers=_tag(row))


@router.post("/hours", status_code=201)
async def hours(request: Request, body: NewHours, access: MayAct) -> Response:
    """Open or close something for a time, once for each Idempotency-Key."""
    return await _begin(request, access, body, controls.HOURS)


@router.post("/pauses", status_code=201)
async def pause(request: Request, body: NewPause, access: MayAct) -> Response:
    """Pause a number for a time, once for each Idempotency-Key."""
    return await _begin(request, access, body, controls.PAUSE)


@router.post("/announcements", status_code=201)
async def announce(request: Request, body: NewAnnouncement, access: MayAct) -> Response:
    """Publish an announcement for a time, once for each Idempotency-Key."""
    return await _begin(request, access, body, controls.ANNOUNCEMENT)


@router.post("/priorities", status_code=201)
async def prioritise(request: Request, body: NewPriority, access: MayAct) -> Response:
    """Move a queue for a time, once for each Idempotency-Key."""
    return await _begin(request, access, body, controls.PRIORITY)


@router.delete("/{act_id}", status_code=204)
async def take_back(request: Request, act_id: UUID, access: MayAct) -> Response:
    """Take an act back; harmless when it has ended."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await acts.take_back(scope, act_id, doer_of(access), clock.now())
    return Response(status_code=204)


async def _begin(request: Request, access: Access, body: _NewAct, act: str) -> Response:
    wanted = Wanted(act, **body.model_dump())
    seen = _seen(request)

    async def begin(scope: Scope) -> Answer:
        row = await acts.begin(scope, wanted, doer_of(access), clock.now(), seen=seen)
        return Answer(201, {**_tag(row), "Location": f"{router.prefix}/{row['id']}"}, _bytes(told(row)))

    return await answer_once(request, access, body, begin)


def _seen(request: Request) -> UUID | None:
    """Return the act that is to be replaced. Raises :class:`ControlChanged` for what is no act's ETag."""
    tag = request.headers.get("If-Match")
    if tag is None:
        return None
    try:
        return UUID(tag.strip().strip('"'))
    except ValueError:
        raise ControlChanged("If-Match is the ETag of the act to be replaced") from None


def doer_of(access: Access) -> Doer:
    """Return who acts: a person or a key of the client. Raises :class:`NotAgreed` for the outsourcer's people."""
    kind, identifier = access.who
    if kind == "agent":
        raise NotAgreed
    return Doer(identifier, access.principal.name, access.role, kind)


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return an act as pages and systems read it."""
    kept = ("id", "act", "scope", "target", "reason", "name", "role", "begins_at", "until", "ended_at", "ended_by")
    return {**{name: row[name] for name in kept}, "ended_why": row["why"], **row["details"]}


def _agreed(agreed: Agreed, access: Access) -> dict[str, Any]:
    bounds = agreed.priority
    return {
        "acts": sorted(agreed.acts), "asks": sorted(agreed.asks), "you_may": agreed.lets(access.role),
        "longest_min": agreed.longest // controls.SHORTEST, "announcements": agreed.announcements,
        "priority": {"lowest_s": bounds.lowest_s, "highest_s": bounds.highest_s, "step_s": bounds.step_s},
        "only": {name: [{"scope": s, "target": t} for s, t in sorted(about)] for name, about in agreed.only.items()},
    }  # fmt: skip


def _tag(row: Mapping[str, Any]) -> dict[str, str]:
    return {"ETag": f'"{row["id"]}"'}


def _bytes(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def _json(value: Any, headers: Mapping[str, str] | None = None) -> Response:  # noqa: ANN401 - as above
    return Response(_bytes(value), 200, headers, media_type="application/json")
