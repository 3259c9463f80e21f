"""The review of an onboarding, applying it, the go-live list, and its blueprint as a file."""

from __future__ import annotations

import re
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from ivr.validate import check_document
from kit import clock
from kit.errors import Problem
from portal import i18n
from portal.centre import golive, steps
from portal.centre.judging import field_of
from portal.centre.wizard import HOME, tell
from portal.pages import html, page_of, visitor_of
from portal.settings import refusals
from portal.settings.changes import readable
from portal.settings.refusals import Refusal
from tenants.access import for_system
from tenants.core.plan import compare
from tenants.endpoints import CentreAccess, permitted_centre
from tenants.errors import BlueprintChanged, Refused
from tenants.onboarding import service as onboardings
from tenants.onboarding.facts import OnboardingApplying, OnboardingFinished
from tenants.onboarding.models import Onboarding
from tenants.schemas import Blueprint
from tenants.service import reading
from tenants.service.blueprints import Order, apply_blueprint, in_force, plan_blueprint
from tenants.service.files import render_readable
from tenants.service.own_names import names_of

router = APIRouter(include_in_schema=False)

MayCreate = Annotated[CentreAccess, Depends(permitted_centre("tenant.create"))]
ONE = HOME + "/{onboarding_id}"


@router.get(ONE + "/review")
async def review(request: Request, onboarding_id: UUID, access: MayCreate) -> Response:
    """Show what would be made, as the command line's plan shows it, and what is still wrong, by step."""
    row = await onboardings.read(request.app.state.control, onboarding_id)
    if row.tenant_id is not None:
        return RedirectResponse(f"{HOME}/{row.id}/live", 303)
    return await _review(request, access, row)


@router.post(ONE + "/apply")
async def apply(request: Request, onboarding_id: UUID, access: MayCreate) -> Response:
    """Make the client, all of it or nothing. After a crash, the same button finishes."""
    state = request.app.state
    row = await onboardings.read(state.control, onboarding_id)
    if row.tenant_id is not None:
        return RedirectResponse(f"{HOME}/{row.id}/live", 303)
    if not await onboardings.is_free(state.control, str(row.content["tenant"]["code"]), row):
        return await _review(request, access, row, taken=True, status=409)
    await onboardings.applying(state.control, row.id, clock.now())
    await tell(request, access, row.id, OnboardingApplying(onboardings.code_of(row.content)))
    try:
        applied = await apply_blueprint(state.control, state.plane, render_readable(row.content), _order(access))
    except (Refused, BlueprintChanged):
        return await _review(request, access, row, status=422)
    await onboardings.finish(state.control, row.id, applied.tenant_id)
    await tell(request, access, row.id, OnboardingFinished(str(applied.tenant_id)))
    return RedirectResponse(f"{HOME}/{row.id}/live", 303)


@router.get(ONE + "/live")
async def live(request: Request, onboarding_id: UUID, access: MayCreate) -> Response:
    """Show what is left before the client is really live: numbers, seats, people, a test call."""
    row = await onboardings.read(request.app.state.control, onboarding_id)
    if row.tenant_id is None:
        return RedirectResponse(f"{HOME}/{row.id}/review", 303)
    await onboardings.look_in(request.app.state.control, row.tenant_id, access.principal)
    found = await golive.checks(request.app.state, row.tenant_id, access.principal)
    return html(request, "centre/live.html", page_of(request, visitor_of(access.principal)), row=row, **found)


@router.get(ONE + "/blueprint.yaml")
async def file(request: Request, onboarding_id: UUID, access: MayCreate) -> Response:
    """Give the blueprint as a file: as far as it is, or as it was applied."""
    row = await onboardings.read(request.app.state.control, onboarding_id)
    content: Any = row.content
    if row.tenant_id is not None:
        await onboardings.look_in(request.app.state.control, row.tenant_id, access.principal)
        async with request.app.state.plane.session(for_system(row.tenant_id, "onboarding's file")) as scope:
            content = (await in_force(scope)).content or {}
            await reading.looked_in(scope, access.principal, "blueprint")
        content = (await names_of(request.app.state.control, row.tenant_id)).real(content)
    name = re.sub(r"[^a-z0-9_-]", "", str(content["tenant"]["code"])) or "client"
    headers = {"Content-Disposition": f'attachment; filename="{name}.yaml"'}
    return Response(render_readable(content), media_type="application/yaml", headers=headers)


def _order(access: CentreAccess) -> Order:
    person = access.principal
    return Order(by=person.name, at=clock.now(), check_flow=check_document, why="Onboarding", user=person.id, seen=0)


async def _review(
    request: Request, access: CentreAccess, row: Onboarding, *, taken: bool = False, status: int = 200
) -> Response:
    state, page = request.app.state, page_of(request, visitor_of(access.principal))
    _ = i18n.translations(page.locale).gettext
    found: tuple[Refusal, ...] = ()
    lines: list[str] = []
    try:
        plan = await plan_blueprint(state.control, state.plane, render_readable(row.content), _order(access))
        lines = list(plan.lines())
    except Refused as problem:
        found = refusals.of_problem(problem)
    except Problem:
        taken = True
    sections = [] if found or taken else _difference(row, _)
    wrong = [
        {
            "step": steps.step_of(refusal.pointer.split("/")[1]),
            "field": field_of(refusal.pointer, row.content) or refusal.pointer,
            "sentence": refusals.said(refusal.reason, _),
        }
        for refusal in found
    ]
    return html(
        request, "centre/review.html", page, status=status, row=row, steps=steps.STEPS, sections=sections, wrong=wrong,
        lines=lines, taken=taken, content=row.content, step="review",
    )  # fmt: skip


def _difference(row: Onboarding, _: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - gettext
    content = Blueprint.model_validate(row.content).model_dump(mode="json")
    return readable(None, content, compare(None, content, 0), _)
