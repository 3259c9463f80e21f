"""Interactions for people: the list with its filters in the address, one in full, and its recording to hear."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from interactions import service as interactions
from interactions.endpoints import play, readable
from kit.db import Scope
from kit.errors import ValidationFailed
from portal.pages import Visitor, block, html, page_of
from tenants.endpoints import Access, permitted
from tenants.models import AgentProfile, Queue
from workorders.service import lists

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("interaction.read"))]
MayListen = Annotated[Access, Depends(permitted("recording.listen"))]

_DAY = timedelta(days=1)
_QUEUES = f"""SELECT id::text AS id, name FROM gf.{Queue.__tablename__}
WHERE tenant_id = $1 AND retired_at IS NULL ORDER BY name"""  # noqa: S608 - the model's own name
_AGENTS = f"""SELECT agent_id::text AS id, alias AS name FROM gf.{AgentProfile.__tablename__}
WHERE tenant_id = $1 AND retired_at IS NULL ORDER BY alias"""  # noqa: S608 - as above
_CHOICES = (_QUEUES, _AGENTS)


@router.get("/interactions")
async def list_page(request: Request, access: MayRead) -> HTMLResponse:
    """List interactions, newest first; htmx gets the results alone."""
    query = request.query_params
    filters = {name: query.get(name, "") for name in ("q", "queue", "agent", "outcome", "from", "to")}
    page = page_of(request, Visitor(access.principal, access))
    context: dict[str, Any] = {"filters": filters, "rows": [], "next": None, "total": None, "error": None}
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        try:
            wanted = _filters(filters, page.zone, access)
            found = await interactions.list_interactions(
                scope, wanted, after=query.get("after") or None, whole_numbers=not access.grant.masked
            )
            context |= {"rows": found.rows, "next": found.next}
        except ValidationFailed as problem:
            context["error"] = problem.detail
        for name, choice in zip(("queues", "agents"), _CHOICES, strict=True):
            context[name] = [dict(row) for row in await scope.fetch(choice, scope.tenant_id)]
    if request.headers.get("HX-Request"):
        return block("interactions.html", "results", page, **context)
    return html(request, "interactions.html", page, **context)


def _filters(given: dict[str, str], zone: ZoneInfo, access: Access) -> interactions.Filters:
    try:
        own = access.principal.agent_id if access.grant.reach == "own" else None
        return interactions.Filters(
            text=given["q"],
            queue=UUID(given["queue"]) if given["queue"] else None,
            agent=own or (UUID(given["agent"]) if given["agent"] else None),
            outcome=given["outcome"],
            since=_day(given["from"], zone) if given["from"] else None,
            until=_day(given["to"], zone) + _DAY if given["to"] else None,
        )
    except (ValueError, OverflowError) as error:
        raise ValidationFailed("a date is written as 2026-11-21, a queue and an agent by their ids") from error


def _day(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@router.get("/interactions/{interaction_id}")
async def one_page(request: Request, interaction_id: UUID, access: MayRead) -> HTMLResponse:
    """Show one interaction: what happened, why this agent, its recording, its work orders."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        shown = await readable(scope, interaction_id, access)
        facts = await interactions.history(scope, interaction_id)
        shown["work_orders"] = await lists.list_for_interaction(scope, interaction_id)
        aliases = await _names(scope)
    ladder = [
        {"seq": f.seq, "at": f.at, "kind": f.kind, "actor": f.actor.get("kind", ""), "data": _named(f.data, aliases)}
        for f in facts
    ]
    page = page_of(request, Visitor(access.principal, access))
    return html(request, "interaction.html", page, interaction=shown, ladder=ladder, because=shown["because"])


async def _names(scope: Scope) -> dict[str, str]:
    rows = [row for choice in _CHOICES for row in await scope.fetch(choice, scope.tenant_id)]
    return {row["id"]: row["name"] for row in rows}


def _named(data: Any, names: dict[str, str]) -> dict[str, Any]:  # noqa: ANN401 - a fact's JSON object
    """Return a fact's data with the names of its agent and queue beside their ids."""
    more = {"agent": names.get(data.get("agent_id") or "", ""), "queue_name": names.get(data.get("queue_id") or "", "")}
    return {**data, **{key: value for key, value in more.items() if value}}


@router.get("/interactions/{interaction_id}/recording")
async def recording(request: Request, interaction_id: UUID, access: MayListen) -> Response:
    """Play a recording, in ranges; each listening is a fact in the client's journal."""
    return await play(request, access, interaction_id, request.query_params.get("recording"))
