"""Legal holds for a client's systems: which conversations are held, holding some, and lifting a hold."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from exits.service import holds
from interactions import records
from interactions import service as interactions
from kit import clock
from kit.db import Scope
from kit.errors import NotFound, ValidationFailed
from kit.instants import Instant
from tenants.core.masks import Shown
from tenants.endpoints import Access, permitted
from workorders.endpoints import answer_once
from workorders.service.idempotency import Answer

router = APIRouter(prefix="/v1/holds", tags=["holds"])

MayHold = Annotated[Access, Depends(permitted("recording.hold"))]
Reason = Annotated[str, Field(max_length=1000)]
_CREATED = 201


class Why(BaseModel):
    """Why something is held, or held no longer: 10 to 300 characters."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    reason: Reason


class Named(Why):
    """Which conversations, by their ids."""

    interaction_ids: Annotated[list[UUID], Field(min_length=1, max_length=holds.MOST)]


class Wanted(Why):
    """Which conversations: all of some time, of a contact (a whole number or its last four digits), or both."""

    contact: Annotated[str, Field(min_length=3, max_length=40)] | None = None
    since: Instant | None = None
    until: Instant | None = None


@router.get("")
async def held(
    request: Request, access: MayHold, after: UUID | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Response:
    """List what is held, newest first; ``after`` is the ``next`` of the page before."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        rows = await holds.page(scope, after, limit + 1)
    last = rows[limit - 1]["id"] if len(rows) > limit else None
    return _json({"data": rows[:limit], "has_more": last is not None, "next": last})


@router.get("/{interaction_id}")
async def one(request: Request, interaction_id: UUID, access: MayHold) -> Response:
    """Return the hold on a conversation."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        return _json(await _held(scope, interaction_id))


@router.put("/{interaction_id}")
async def hold_one(request: Request, interaction_id: UUID, body: Why, access: MayHold) -> Response:
    """Hold a conversation; of one that is held already the hold stays as it is (200 instead of 201)."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        made = await _hold(scope, [interaction_id], access, body.reason)
        return _json(await _held(scope, interaction_id), _CREATED if made else 200)


@router.post("")
async def hold_several(request: Request, body: Named, access: MayHold) -> Response:
    """Hold several conversations, all or none; say how many were not held before."""

    async def act(scope: Scope) -> Answer:
        return await _several(scope, list(dict.fromkeys(body.interaction_ids)), access, body.reason)

    return await answer_once(request, access, body, act)


@router.post("/found")
async def hold_found(request: Request, body: Wanted, access: MayHold) -> Response:
    """Hold everything that a search finds, at most 1000 conversations; say how many were not held before."""

    async def act(scope: Scope) -> Answer:
        if body.contact is None and body.since is None and body.until is None:
            raise ValidationFailed("say which conversations: contact, since or until")
        return await _several(scope, await _found(scope, body), access, body.reason)

    return await answer_once(request, access, body, act)


@router.post("/{interaction_id}/lift")
async def lift(request: Request, interaction_id: UUID, body: Why, access: MayHold) -> Response:
    """Lift the hold on a conversation: it is deleted when its time is over."""

    async def act(scope: Scope) -> Answer:
        await holds.lift(scope, interaction_id, _who(access), body.reason, clock.now())
        return Answer(200, {}, orjson.dumps({"interaction_id": str(interaction_id), "held": False}))

    return await answer_once(request, access, body, act)


async def _several(scope: Scope, found: list[UUID], access: Access, reason: str) -> Answer:
    made = await _hold(scope, found, access, reason)
    return Answer(200, {}, orjson.dumps({"found": len(found), "held": made}))


async def _hold(scope: Scope, ids: list[UUID], access: Access, reason: str) -> int:
    """Hold them. Raises :class:`NotFound` when one does not exist, and what :func:`holds.hold` raises."""
    if len(await records.which_exist(scope, ids)) < len(ids):
        raise NotFound
    return await holds.hold(scope, ids, _who(access), reason, clock.now())


async def _found(scope: Scope, body: Wanted) -> list[UUID]:
    wanted = interactions.Filters(text=body.contact or "", since=body.since, until=body.until)
    page = await interactions.list_interactions(scope, wanted, shown=Shown.FULL, limit=holds.MOST)
    return [] if page.next else [UUID(str(row["id"])) for row in page.rows]


async def _held(scope: Scope, interaction_id: UUID) -> dict[str, Any]:
    found = await holds.of(scope, interaction_id)
    if found is None:
        raise NotFound
    return {"interaction_id": str(interaction_id), **found}


def _who(access: Access) -> holds.Person:
    kind, identifier = access.who
    return holds.Person(identifier, access.principal.name, kind)


def _json(value: Any, status: int = 200) -> Response:  # noqa: ANN401 - any JSON value
    return Response(orjson.dumps(value, option=orjson.OPT_UTC_Z), status, media_type="application/json")
