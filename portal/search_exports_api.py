"""Exports of what a search of interactions finds, for a client's systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from exits.searched import service as exports
from kit import clock
from kit.db import Scope
from kit.ids import new_id
from portal.pages import Visitor, page_of
from portal.search_exports import asker_of, deciders, hand_out, told, wish_of
from tenants.endpoints import Access, permitted
from workorders.endpoints import answer_once
from workorders.service.idempotency import Answer

router = APIRouter(prefix="/v1/interactions/exports", tags=["interactions"], default_response_class=Response)

MayTake = Annotated[Access, Depends(permitted("interaction.export"))]
_ACCEPTED = 202
_SHOWN = (
    "id", "state", "wants", "found", "reason", "asked_at", "asked_name", "done", "total", "percent", "left_s", "gone",
    "recordings", "files", "bytes", "manifest_sha256", "error", "built_at", "expires_at", "fetches",
)  # fmt: skip


class Asked(BaseModel):
    """What to export: ``filters`` of docs/searching.md, parts, columns of the list, and why (10 to 300 characters)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    filters: dict[Annotated[str, Field(max_length=20)], Annotated[str, Field(max_length=300)]] = Field(
        default_factory=dict, max_length=40
    )
    wants: Annotated[list[Literal["csv", "recordings", "facts"]], Field(min_length=1, max_length=3)]
    columns: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=30)] = []
    reason: Annotated[str, Field(max_length=1000)]


@router.post("", status_code=_ACCEPTED)
async def ask(request: Request, body: Asked, access: MayTake) -> Response:
    """Begin an export (202); one of more than 100 conversations waits for a manager of the client."""
    page = page_of(request, Visitor(access.principal, access))

    async def act(scope: Scope) -> Answer:
        pairs = {**body.filters, "columns": ",".join(body.columns)}
        wish = await wish_of(scope, access, page, (new_id(), pairs, body.wants, body.reason))
        wish = replace(wish, deciders=await deciders(request, access))
        made = await exports.ask(scope, wish, asker_of(access), clock.now())
        (row,) = await exports.described(scope, [await exports.one(scope, made, asker_of(access))])
        return Answer(_ACCEPTED, {"Location": f"/v1/interactions/exports/{made}"}, _json(_document(row, access)))

    return await answer_once(request, access, body, act)


@router.get("")
async def several(
    request: Request, access: MayTake, after: UUID | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Response:
    """List exports, newest first: one's own, a manager's all; ``after`` is the ``next`` of the page before."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        rows = await exports.page(scope, asker_of(access), after=after, limit=limit + 1)
    last = rows[limit - 1]["id"] if len(rows) > limit else None
    data = [_document(row, access) for row in rows[:limit]]
    return Response(_json({"data": data, "has_more": last is not None, "next": last}), media_type="application/json")


@router.get("/{export_id}")
async def one(request: Request, export_id: UUID, access: MayTake) -> Response:
    """Say how far an export is; ``file`` is where it lies once it is built."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        (row,) = await exports.described(scope, [await exports.one(scope, export_id, asker_of(access))])
    return Response(_json(_document(row, access)), media_type="application/json")


@router.get("/{export_id}/file")
async def file(request: Request, export_id: UUID, access: MayTake) -> Response:
    """Hand out a built export as one zip file, whole or in ranges."""
    return await hand_out(request, access, export_id)


@router.delete("/{export_id}")
async def cancel(request: Request, export_id: UUID, access: MayTake) -> Response:
    """Stop an export, or discard one that is built; a second time changes nothing."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        state = await exports.cancel(scope, export_id, asker_of(access), clock.now())
    return Response(_json({"id": str(export_id), "state": state}), media_type="application/json")


def _document(row: Mapping[str, Any], access: Access) -> dict[str, Any]:
    shown = told(row, clock.now(), own=access.who[1])
    built = shown["state"] == "built"
    return {
        **{name: shown[name] for name in _SHOWN}, "filters": shown["told_of"]["filters"],
        "zone": shown["told_of"]["zone"], "encrypted_to": shown["recipient"],
        "file": f"/v1/interactions/exports/{shown['id']}/file" if built else None,
    }  # fmt: skip


def _json(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    return orjson.dumps(value, option=orjson.OPT_UTC_Z, default=str)
