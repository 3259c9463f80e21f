"""Help: every figure with its formula and this client's own values, the keys, and who may do what."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from kit.errors import Problem
from portal import i18n
from portal.figures import figures
from portal.pages import html, page_of, visitor_of
from tenants.access import Principal
from tenants.core.permissions import PERMISSIONS, Role, decide
from tenants.core.service_level import Formula, Variant
from tenants.endpoints import signed_in
from tenants.service.blueprints import newest

router = APIRouter(include_in_schema=False)


@router.get("/help")
async def show(
    request: Request, principal: Annotated[Principal, Depends(signed_in("everybody may know how figures are counted"))]
) -> HTMLResponse:
    """Explain every figure, with the formula of the chosen client's contract beside it."""
    visitor = visitor_of(principal)
    page = page_of(request, visitor)
    words = i18n.translations(page.locale)
    role = page.reader.role if page.reader else ""
    return html(
        request, "help.html", page, figures=figures(words.gettext),
        variants=[variant.value for variant in Variant], formula=await _formula(request, visitor),
        may=[each for each in PERMISSIONS if role in set(Role) and decide(Role(role), each)],
    )  # fmt: skip


async def _formula(request: Request, visitor: Any) -> Formula | None:  # noqa: ANN401 - portal.pages.Visitor
    """Return what the chosen client's contract says; without one, or while its database is away, nothing."""
    if visitor.access is None or not decide(visitor.access.role, "live.read"):
        return None
    try:
        async with request.app.state.plane.session(visitor.access.tenant_id) as session:
            version = await newest(session)
    except (Problem, OSError):
        return None
    return Formula.from_dict(version.content["contract"]["service_level"]) if version else None
