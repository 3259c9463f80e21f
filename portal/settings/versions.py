"""Every version that was in force: by whom, when, why, what it changed; going back, and carrying a draft over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from kit.errors import NotFound
from portal.pages import html
from portal.settings import refusals
from portal.settings.changes import readable
from portal.settings.fields import Fields
from portal.settings.ground import Ground, edit_of, ground_of, order_of
from tenants.core.plan import compare
from tenants.endpoints import Access, permitted
from tenants.errors import BlueprintChanged, Refused, SectionNotYours
from tenants.service.drafts import carry_over, undo
from tenants.service.history import list_versions, read_version, revert_blueprint

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("settings.read"))]
MayChange = Annotated[Access, Depends(permitted("settings.change"))]
_LARGEST = 9


@router.get("/settings/versions")
async def versions(request: Request, access: MayRead) -> Response:
    """List the versions; ``?version=`` shows what one of them changed."""
    return await _show(request, await ground_of(request, access))


@router.post("/settings/versions")
async def go_back(request: Request, access: MayChange) -> Response:
    """Bring an earlier version into force again as a new one, or take the newest back as far as the role may."""
    ground = await ground_of(request, access)
    fields = Fields.of((await request.form()).multi_items())
    state, version = request.app.state, fields.whole("to")
    if ground.draft.plan.changes:
        return await _show(request, ground, error="draft", status=409)
    if not isinstance(version, int) and fields.text("do") != "undo":
        raise NotFound
    seen = fields.whole("seen")
    order = order_of(access, fields.lines("why")[:400], seen=seen if isinstance(seen, int) else 0)
    try:
        if fields.text("do") == "undo":
            await undo(state.control, state.plane, access.tenant_id, order)
        else:
            await revert_blueprint(state.control, state.plane, access.tenant_id, int(version or 0), order)
    except BlueprintChanged:
        return await _show(request, await ground_of(request, access), error="changed", status=409)
    except SectionNotYours:
        return await _show(request, ground, error="not_yours", status=403)
    except Refused as problem:
        told = tuple(refusals.said(found.reason, ground.translated) for found in refusals.of_problem(problem))
        return await _show(request, ground, error="refused", wrong=told, status=422)
    return RedirectResponse("/settings/versions?published=1", 303)


@router.post("/settings/changes/carry")
async def carry(request: Request, access: MayChange) -> Response:
    """Put an outdated draft's changes on top of what is in force; a section that both changed is named."""
    try:
        left = await carry_over(request.app.state.plane, access.tenant_id, edit_of(access))
    except SectionNotYours:
        left = []
    return RedirectResponse(f"/settings/changes?left={','.join(left)}" if left else "/settings/changes", 303)


async def _show(
    request: Request, ground: Ground, *, error: str = "", wrong: tuple[str, ...] = (), status: int = 200
) -> Response:
    plane, tenant_id, asked = request.app.state.plane, ground.access.tenant_id, request.query_params.get("version", "")
    rows = await list_versions(plane, tenant_id)
    chosen = int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < _LARGEST else None
    if asked and chosen not in {row.version for row in rows}:
        raise NotFound
    sections = await _difference(plane, ground, chosen) if chosen else []
    return html(
        request, "settings/versions.html", ground.page, status=status, draft=ground.banner(), rows=rows,
        chosen=chosen, sections=sections, error=error, wrong=wrong, may=ground.banner()["may"],
        published=request.query_params.get("published") == "1",
    )  # fmt: skip


async def _difference(plane: Any, ground: Ground, version: int) -> list[dict[str, Any]]:  # noqa: ANN401 - kit.db.Plane
    """Return what a version changed, against the one before it."""
    tenant_id = ground.access.tenant_id
    after: Mapping[str, Any] = (await read_version(plane, tenant_id, version)).content
    before = (await read_version(plane, tenant_id, version - 1)).content if version > 1 else None
    return readable(before, after, compare(before, after, version - 1), ground.translated)
