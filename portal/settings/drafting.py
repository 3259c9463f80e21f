"""The draft as a whole: what would change, publishing it with a reason, throwing it away; and taking a version back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ivr.validate import check_document
from portal.pages import block, html
from portal.settings import refusals
from portal.settings.changes import Describer, readable
from portal.settings.fields import Fields
from portal.settings.ground import Ground, ground_of, order_of
from tenants.core.names import KEYS, CentreNames, complaints
from tenants.endpoints import Access, permitted
from tenants.errors import BlueprintChanged, DraftChanged, DraftOutdated, NoDraft, Refused, SectionNotYours
from tenants.service.blueprints import in_force
from tenants.service.drafts import discard_draft, publish_draft
from tenants.service.files import digest

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("settings.read"))]
MayChange = Annotated[Access, Depends(permitted("settings.change"))]
LONGEST_REASON = 400


@router.get("/settings/changes")
async def changes(request: Request, access: MayRead) -> Response:
    """Show what publishing the draft would change, old and new side by side."""
    return await _show(request, await ground_of(request, access))


@router.get("/settings/changes/banner")
async def banner(request: Request, access: MayRead) -> HTMLResponse:
    """Give the banner alone, to pages of settings that have no draft at hand."""
    ground = await ground_of(request, access)
    return block("settings/banner.html", "banner", ground.page, draft=ground.banner())


@router.post("/settings/changes/publish")
async def publish(request: Request, access: MayChange) -> Response:
    """Bring the draft into force, when it is still the one that was looked at."""
    fields = Fields.of((await request.form()).multi_items())
    ground = await ground_of(request, access)
    why = fields.lines("why")
    if not why or len(why) > LONGEST_REASON:
        return await _show(request, ground, error="why", why=why, status=422)
    state, looked_at = request.app.state, fields.text("seen") or "nothing"
    try:
        order = order_of(access, why, seen=ground.draft.version)
        await publish_draft(state.control, state.plane, access.tenant_id, order, looked_at=looked_at)
    except (DraftChanged, DraftOutdated, BlueprintChanged, NoDraft):
        return await _show(request, await ground_of(request, access), error="changed", why=why, status=409)
    except SectionNotYours:
        return await _show(request, ground, error="not_yours", why=why, status=403)
    except Refused as problem:
        return await _show(request, ground, error="refused", why=why, found=refusals.of_problem(problem), status=422)
    return RedirectResponse("/settings/versions?published=1", 303)


@router.post("/settings/changes/discard")
async def discard(request: Request, access: MayChange) -> Response:
    """Throw the draft away."""
    await discard_draft(request.app.state.plane, access.tenant_id)
    return RedirectResponse("/settings", 303)


async def _show(
    request: Request, ground: Ground, *, error: str = "", why: str = "",
    found: tuple[refusals.Refusal, ...] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    async with request.app.state.plane.session(ground.access.tenant_id) as scope:
        present = await in_force(scope)
    sections = readable(present.content, ground.content, ground.draft.plan, ground.translated)
    wrong = _findings(ground.content) if found is None and sections else found or ()
    return html(
        request, "settings/changes.html", ground.page, status=status, draft=ground.banner(), sections=sections,
        wrong=[_placed(refusal, ground) for refusal in wrong], error=error, why=why, seen=digest(ground.content),
        may=ground.banner()["may"], left=_left(request, ground),
    )  # fmt: skip


def _left(request: Request, ground: Ground) -> list[str]:
    """Return the names of sections that could not be carried over to a newer version, as the address says."""
    words = Describer.of(ground.translated, ground.content).words["section"]
    return [words[name] for name in request.query_params.get("left", "").split(",") if name in words]


def _findings(content: Mapping[str, Any]) -> tuple[refusals.Refusal, ...]:
    """Return what publishing would find, as far as it can be known without the centre's names."""
    found = complaints(content, CentreNames(), check_document)
    own = (complaint for complaint in found if not complaint.pointer.startswith(("/numbers", "/seats")))
    return tuple(refusals.Refusal(complaint.pointer, complaint.reason) for complaint in own)


def _placed(refusal: refusals.Refusal, ground: Ground) -> dict[str, str]:
    """Return a refusal with the names of its section and entry, for people."""
    _, section, *rest = [*refusal.pointer.split("/"), "", ""]
    name = ""
    if section in KEYS and rest[0].isdecimal():
        rows = ground.content.get(section) or []
        entry = rows[int(rest[0])] if int(rest[0]) < len(rows) else {}
        name = str(entry.get("name") or entry.get(KEYS[section]) or "")
    words = Describer.of(ground.translated, ground.content).words["section"]
    return {
        "section": words.get(section, section),
        "name": name,
        "sentence": refusals.said(refusal.reason, ground.translated),
    }
