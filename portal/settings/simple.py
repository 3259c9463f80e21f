"""Numbers and agents: lists that the contract fixes, of which a client changes one thing each.

Which flow a number leads to, and which skills an agent uses for this client. Everything else is shown, not changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from portal.pages import html
from portal.settings import entries, refusals
from portal.settings.fields import Fields
from portal.settings.ground import Ground, change, ground_of, seen_of
from tenants.endpoints import Access, permitted
from tenants.errors import DraftChanged, Refused

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("settings.read"))]
MayChange = Annotated[Access, Depends(permitted("settings.change"))]


@router.get("/settings/numbers")
async def numbers(request: Request, access: MayRead) -> Response:
    """Show the numbers and the flow that each leads to."""
    return _show(request, await ground_of(request, access), "numbers")


@router.post("/settings/numbers")
async def lead_numbers(request: Request, access: MayChange) -> Response:
    """Let numbers lead to other flows."""
    ground = await ground_of(request, access)
    fields = Fields.of((await request.form()).multi_items())
    rows = [
        {**number, "flow": fields.text(f"flow/{at}") or number["flow"]}
        for at, number in enumerate(ground.content["numbers"])
    ]
    shown = fields.text("caller_id") or None
    return await _save(
        request, ground, "numbers", rows, fields, {"tenant": {**ground.content["tenant"], "caller_id": shown}}
    )


@router.get("/settings/agents")
async def agents(request: Request, access: MayRead) -> Response:
    """Show the agents that work for the client, and the skills that each uses for it."""
    return _show(request, await ground_of(request, access), "seats")


@router.post("/settings/agents")
async def skill_agents(request: Request, access: MayChange) -> Response:
    """Give agents other levels of skills."""
    ground = await ground_of(request, access)
    fields = Fields.of((await request.form()).multi_items())
    rows = [
        {**seat, "skills": entries.levels(fields, f"skills/{at}")} for at, seat in enumerate(ground.content["seats"])
    ]
    return await _save(request, ground, "seats", rows, fields)


async def _save(
    request: Request, ground: Ground, section: str, rows: list[Any], fields: Fields,
    beside: Mapping[str, Any] | None = None,
) -> Response:  # fmt: skip
    if fields.text("seen") != seen_of(ground.content, section):
        return _show(request, ground, section, rows=rows, changed=True, status=409)
    wanted = {section: rows, **(beside or {})}
    found = refusals.of_content({**ground.content, **wanted}, section)
    try:
        if not found:
            await change(
                request,
                ground,
                wanted,
                fields.text("seen"),
                {each: fields.text(f"seen/{each}") for each in beside or ()},
            )
    except DraftChanged:
        ground = await ground_of(request, ground.access)
        return _show(request, ground, section, rows=rows, changed=True, status=409)
    except Refused as problem:
        found = refusals.of_problem(problem)
    if found:
        wrong = tuple(dict.fromkeys(refusals.said(refusal.reason, ground.translated) for refusal in found))
        return _show(request, ground, section, rows=rows, wrong=wrong, status=422)
    return RedirectResponse(f"{request.url.path}?saved=1", 303)


def _show(  # noqa: PLR0913 - what a form shows again
    request: Request, ground: Ground, section: str, *, rows: list[Any] | None = None, wrong: tuple[str, ...] = (),
    changed: bool = False, status: int = 200,
) -> Response:  # fmt: skip
    content = ground.content
    return html(
        request, f"settings/{section}.html", ground.page, status=status, draft=ground.banner(),
        rows=content[section] if rows is None else rows, flows=[flow.get("id") for flow in content["flows"]],
        skills=content["skills"], seen=seen_of(content, section), may=ground.changes(section), wrong=wrong,
        changed=changed, tenant=content["tenant"], seen_tenant=seen_of(content, "tenant"),
        saved=request.query_params.get("saved") == "1",
    )  # fmt: skip
