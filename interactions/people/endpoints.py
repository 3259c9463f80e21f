"""Tellings of the client's people, for the client's machines: to read, to acknowledge, to count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from interactions.core.handed import FORMULA, Figure, Telling, figure
from interactions.endpoints import readable
from interactions.people import service
from kit import clock
from kit.errors import ValidationFailed
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading

router = APIRouter(prefix="/v1", tags=["client's people"], default_response_class=Response)

_SHOWN = (
    "id", "interaction_id", "person", "ways", "sent_at", "expires_at", "answered_at", "taken_at", "mailed_at",
    "opened_at", "acknowledged_at", "acknowledged_by", "revoked_at", "in_time",
)  # fmt: skip
_LONGEST = timedelta(days=400)


@router.get("/interactions/{interaction_id}/contexts")
async def contexts(
    request: Request, interaction_id: UUID, access: Annotated[Access, Depends(permitted("interaction.read"))]
) -> Response:
    """List whom of the client's people was told of a call, how, and whether it arrived before the answer."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await readable(scope, interaction_id, access)
        rows = await service.of_interaction(scope, interaction_id)
        await reading.interaction_opened(scope, reader_of(access), interaction_id)
    return _json({"formula": FORMULA, "data": [{name: row[name] for name in _SHOWN} for row in rows]})


@router.post("/contexts/{context_id}/acknowledge")
async def acknowledge(
    request: Request, context_id: UUID, access: Annotated[Access, Depends(permitted("context.acknowledge"))]
) -> Response:
    """Say that the call is known; a second time answers the same. 404 for one that is not this client's."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        row = await service.acknowledge(scope, context_id, "api", clock.now(), reader_of(access))
    return _json({name: row[name] for name in ("id", "interaction_id", "person", "acknowledged_at", "acknowledged_by")})


@router.get("/figures/context-delivered")
async def delivered(
    request: Request,
    access: Annotated[Access, Depends(permitted("report.read"))],
    since: Annotated[datetime, Query()],
    until: Annotated[datetime, Query()],
) -> Response:
    """Count tellings by formula CD1, all together and for each day of the client; at most 400 days."""
    if since.tzinfo is None or until.tzinfo is None or not timedelta() < until - since <= _LONGEST:
        raise ValidationFailed("since and until are moments with an offset, at most 400 days apart")
    zone = ZoneInfo(access.principal.memberships[access.tenant_id].zone)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        tellings = await service.between(scope, since, until)
    days: defaultdict[str, list[Telling]] = defaultdict(list)
    for each in tellings:
        days[each.sent_at.astimezone(zone).date().isoformat()].append(each)
    by_day = [{"on": on, **_figure(figure(each))} for on, each in sorted(days.items())]
    return _json({"formula": FORMULA, **_figure(figure(tellings)), "days": by_day})


def _figure(made: Figure) -> Mapping[str, Any]:
    return {
        "sent": made.sent, "answered": made.answered, "delivered_before_answer": made.in_time,
        "carried_in_the_call": made.carried, "share_pct": made.share_pct,
    }  # fmt: skip


def _json(value: Any) -> Response:  # noqa: ANN401 - any JSON value
    return Response(orjson.dumps(value, option=orjson.OPT_UTC_Z), media_type="application/json")
