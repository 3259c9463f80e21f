"""One interaction for people, in full, and its recording to hear."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from exits.service import holds
from interactions import service as interactions
from interactions.desktop import service as desktop
from interactions.endpoints import play, readable
from interactions.listening import heard as listening
from interactions.listening import peaks as loudness
from interactions.people import service as people
from interactions.reveal import Reader, offered
from interactions.sharing import service as sharing
from interactions.shown import as_shown
from journal.core.facts import Fact
from kit import clock
from kit.db import Scope
from kit.errors import NotFound
from portal import i18n, order_moments, remarks
from portal.audit_told import Teller
from portal.desktop import in_step, shows
from portal.pages import Visitor, html, page_of
from portal.rendering import Page, words_of
from portal.sharing import shown_links
from tenants.core.masks import Shown, mask_value
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted, reader_of
from tenants.models import AgentProfile, Queue
from tenants.service import reading
from tenants.service.directory import people_of
from tenants.service.policies import shown_to
from workorders.service import lists

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("interaction.read"))]
MayListen = Annotated[Access, Depends(permitted("recording.listen"))]

_QUEUES = f"""SELECT id::text AS id, name FROM gf.{Queue.__tablename__}
WHERE tenant_id = $1 AND retired_at IS NULL ORDER BY name"""  # noqa: S608 - the model's own name
_AGENTS = f"""SELECT agent_id::text AS id, alias AS name FROM gf.{AgentProfile.__tablename__}
WHERE tenant_id = $1 AND retired_at IS NULL ORDER BY alias"""  # noqa: S608 - as above
_USERS = 'SELECT id::text AS id, name FROM control."user" WHERE id = ANY($1::uuid[])'
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_CHOICES = (_QUEUES, _AGENTS)


@router.get("/interactions/{interaction_id}")
async def one_page(request: Request, interaction_id: UUID, access: MayRead) -> HTMLResponse:
    """Show one interaction: what happened, why this agent, its recording, its work orders."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        seen = await shown_to(scope, access.role)
        row = await readable(scope, interaction_id, access)
        held = await holds.of(scope, interaction_id)
        may_reveal = await offered(scope, row, Reader(access.role, reader_of(access), access.agent_id), seen)
        (shown,) = await as_shown(scope, [row], seen)
        said = await remarks.comments_of(scope, access, interaction_id)
        facts = remarks.readable_facts(await interactions.history(scope, interaction_id), said)
        heard = await listening.by(scope, interaction_id)
        links = await sharing.of_interaction(scope, interaction_id, clock.now())
        contexts = await people.of_interaction(scope, interaction_id)
        await reading.interaction_opened(scope, reader_of(access), interaction_id)
        shown["work_orders"] = mask_value(await lists.list_for_interaction(scope, interaction_id), seen)
        order_offer = await order_moments.offer(scope, access)
        desk = await desktop.parts(scope, interaction_id) if await shows(scope, access, interaction_id) else []
        called = {person.code: person.name for person in await people_of(scope)}
        names = called | await _names(scope) | {access.principal.id: access.principal.name}
        names |= {choice["code"]: choice["name"] for choice in shown["dispositions"]}
    page = page_of(request, Visitor(access.principal, access))
    makers = {str(link["id"]): link["made_name"] for link in links}
    by_link = words_of(page)["sharing"]["by_link"]
    names |= {link: by_link.replace("%(name)s", name) for link, name in makers.items()}
    heard = await _with_names(request, heard, names, called)
    ladder = _ladder(page, facts, seen, names)
    told = {f.seq: str(step["told"]) for f, step in zip(facts, ladder, strict=True)}
    remarks.place(ladder, facts, shown["recordings"], said)
    remarks.mark(shown["recordings"], facts, told, said)
    return html(
        request, "interaction.html", page, interaction=shown, ladder=ladder, because=shown["because"],
        may_reveal=may_reveal, contexts=contexts, may_revoke=decide(access.role, "context.revoke") is not None,
        desk_steps=in_step(facts, shown["recordings"]) if desk else None, held=held,
        may_hold=decide(access.role, "recording.hold") is not None, heard=heard, link_makers=makers, comments=said,
        order_offer=order_offer,
        links=shown_links(links) if decide(access.role, "recording.share") else None,
    )  # fmt: skip


def _ladder(page: Page, facts: list[Fact], seen: Shown, names: Mapping[str, str]) -> list[dict[str, Any]]:
    teller = Teller(words_of(page), names, partial(i18n.moment, zone=page.zone, locale=page.locale, hours=page.hours))
    return [
        {
            "seq": f.seq, "at": f.at, "kind": f.kind, "actor": f.actor.get("kind", ""),
            "told": teller.told(f.kind, mask_value(dict(f.data), seen)),
            "data": _named(mask_value(dict(f.data), seen), names),
        }
        for f in facts
    ]  # fmt: skip


async def _names(scope: Scope) -> dict[str, str]:
    rows = [row for choice in _CHOICES for row in await scope.fetch(choice, scope.tenant_id)]
    return {row["id"]: row["name"] for row in rows}


def _named(data: Any, names: Mapping[str, str]) -> dict[str, Any]:  # noqa: ANN401 - a fact's JSON object
    """Return a fact's data with the names of its agent, queue, reader and disposition, where they are known."""
    ids = {"agent": "agent_id", "queue_name": "queue_id", "by_name": "by", "name": "code"}
    more = {name: names.get(data.get(key) or "", "") for name, key in ids.items()}
    return {**data, **{key: value for key, value in more.items() if value}}


async def _with_names(
    request: Request, heard: list[dict[str, Any]], names: Mapping[str, str], called: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return who heard it with their names: users, agents by their alias, people of the directory (``called``)."""
    known = [UUID(each) for each in {row["who"] for row in heard} if _ID.fullmatch(each)]
    rows = await (await request.app.state.control.pool()).fetch(_USERS, known) if known else []
    every = {**names, **{row["id"]: row["name"] for row in rows}}
    named = {"person": called}
    return [{**row, "name": row["name"] or named.get(row["kind"], every).get(row["who"], "")} for row in heard]


@router.get("/interactions/{interaction_id}/peaks")
async def peaks(request: Request, interaction_id: UUID, access: MayListen, recording: str | None = None) -> Response:
    """Say how loud a recording is over its length, for the player to draw; nothing can be heard from it."""
    state = request.app.state
    async with state.plane.transaction(access.tenant_id) as scope:
        row = await readable(scope, interaction_id, access)
    chosen = next((r for r in row["recordings"] if recording in (None, r["id"])), None)
    if chosen is None or not chosen["key"].startswith(f"t/{access.tenant_id}/"):
        raise NotFound
    found = await loudness.of(state.plane, access.tenant_id, state.recordings, chosen)
    content = {"duration_ms": found.milliseconds, "channels": [list(each) for each in found.channels]}
    return Response(
        orjson.dumps(content), media_type="application/json", headers={"Cache-Control": "private, no-store"}
    )


@router.post("/interactions/{interaction_id}/contexts/{context_id}/revoke")
async def revoke(
    request: Request, interaction_id: UUID, context_id: UUID,
    access: Annotated[Access, Depends(permitted("context.revoke"))],
) -> Response:  # fmt: skip
    """Close the page by which one of the client's people was told of this call."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await readable(scope, interaction_id, access)
        if (await people.told(scope, context_id))["interaction_id"] != interaction_id:
            raise NotFound
        await people.revoke(scope, context_id, clock.now(), reader_of(access))
    return RedirectResponse(f"/interactions/{interaction_id}", 303)


@router.get("/interactions/{interaction_id}/recording")
async def recording(request: Request, interaction_id: UUID, access: MayListen) -> Response:
    """Play a recording, in ranges; each listening is a fact in the client's journal."""
    return await play(request, access, interaction_id, request.query_params.get("recording"))
