"""Time limits of work orders: all policies in one form, and when an order of a chosen moment would be due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from portal.pages import html
from portal.settings import refusals
from portal.settings.entries import code_from
from portal.settings.fields import Fields
from portal.settings.ground import Ground, change, ground_of, seen_of
from portal.settings.refusals import Refusal
from portal.settings.rehearsals import asked_of, first
from tenants.core.calendar import NeverOpens
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted
from tenants.errors import DraftChanged, Refused
from tenants.service.calendars import opening_hours
from workorders.core.agreed import AGREED, Metric, Plan, rules_of

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("settings.read"))]
MayChange = Annotated[Access, Depends(permitted("contract.change"))]
"""What both sides owe is the contract's: who writes that writes this."""

SECTION = "work_orders"
PRIORITIES = ("critical", "high", "medium", "low")
WAITS = ("requester", "end_customer", "third_party")
_ABOUT = ("connection", "type", "priority", "calendar", "requester_calendar")
BLANK = {"code": "", **dict.fromkeys(_ABOUT), **{f"{m}_min": None for m in AGREED}, "pause_on": list(WAITS[:2])}
_FIRST = (Metric.ACKNOWLEDGE, Metric.NEXT_UPDATE, Metric.RESOLVE)
"""What begins with the work order."""


@dataclass(frozen=True, slots=True)
class Form:
    """The policies as the form shows them."""

    policies: list[Mapping[str, Any]]
    errors: Mapping[str, str]
    wrong: tuple[str, ...] = ()
    changed: bool = False


@router.get("/settings/time-limits")
async def show(request: Request, access: MayRead) -> Response:
    """Show the policies of the draft, and when an order that is asked about would be due."""
    ground = await ground_of(request, access)
    return _show(request, ground, Form(ground.content[SECTION]["sla"]["policies"], {}))


@router.post("/settings/time-limits")
async def save(request: Request, access: MayChange) -> Response:
    """Save the policies into the draft."""
    ground = await ground_of(request, access)
    fields = Fields.of((await request.form()).multi_items())
    policies = read(fields)
    wanted = {**ground.content[SECTION], "sla": {"policies": policies}}
    found = refusals.of_content({**ground.content, SECTION: wanted}, SECTION)
    if found:
        return _show(request, ground, _refused(policies, found, ground), status=422)
    try:
        await change(request, ground, {SECTION: wanted}, fields.text("seen") or "nothing")
    except DraftChanged:
        return _show(request, await ground_of(request, access), Form(policies, {}, changed=True), status=409)
    except Refused as problem:
        return _show(request, ground, _refused(policies, refusals.of_problem(problem), ground), status=422)
    return RedirectResponse("/settings/time-limits?saved=1", 303)


def read(fields: Fields) -> list[Mapping[str, Any]]:
    """Read the policies of the form; an empty row is none, and one that is ticked goes."""
    policies: list[Mapping[str, Any]] = []
    for row in fields.rows("policies"):
        said = {name: row.text(name) or None for name in _ABOUT}
        limits = {f"{metric}_min": row.whole(f"{metric}_min") for metric in AGREED}
        code = row.text("code")
        if row.has("remove") or not (code or any(value is not None for value in (*said.values(), *limits.values()))):
            continue
        taken = {policy["code"] for policy in policies}
        pauses = [wait for wait in WAITS if row.has(f"pause_on/{wait}")]
        code = code or code_from("", taken, "policy")
        policies.append({"code": code, **said, **limits, "pause_on": pauses})
    return policies


def _refused(policies: list[Mapping[str, Any]], found: Iterable[Refusal], ground: Ground) -> Form:
    errors: dict[str, str] = {}
    for refusal in found:
        name = refusal.pointer.removeprefix(f"/{SECTION}/sla/")
        errors.setdefault(name, refusals.said(refusal.reason, ground.translated))
    return Form(policies, errors)


def due(content: Mapping[str, Any], about: Mapping[str, str], at: datetime) -> list[tuple[str, datetime | None]]:
    """Return when an order of that moment would be due, by metric; none where it never is. The content is right."""
    zone = content["tenant"]["zone"]
    calendars = {each["code"]: opening_hours(each, zone, at) for each in content["calendars"]}
    plan = Plan(1, rules_of(content[SECTION]["sla"]["policies"], calendars))
    terms = plan.terms_for(about["connection"], about["type"], about["priority"])
    found: list[tuple[str, datetime | None]] = []
    for metric in _FIRST if terms else ():
        if terms and metric in terms.targets:
            try:
                found.append((metric.value, terms.calendar(metric).add_business(at, terms.targets[metric])))
            except NeverOpens:
                found.append((metric.value, None))
    return found


def _preview(request: Request, ground: Ground) -> dict[str, Any] | None:
    """Say when an order of the moment of the address would be due, by the draft; None while that is wrong."""
    content, query = ground.content, request.query_params
    if refusals.of_content(content, SECTION, "calendars"):
        return None
    asked = asked_of(query, content, ground.page.now) or first(content, ground.page.now)
    about = {name: query.get(name, "") for name in ("connection", "type", "priority")}
    about["priority"] = about["priority"] or "medium"
    found = None
    if asked.moment is not None:
        found = due(content, about, asked.moment)
    return {"at": asked.at, "about": about, "due": found}


def _show(request: Request, ground: Ground, form: Form, *, status: int = 200) -> Response:
    content = ground.content
    return html(
        request, "settings/sla.html", ground.page, status=status, draft=ground.banner(), form=form, blank=BLANK,
        errors=form.errors, metrics=[metric.value for metric in AGREED], priorities=PRIORITIES, waits=WAITS,
        calendars=[calendar["code"] for calendar in content["calendars"]], connections=content["connections"],
        may=decide(ground.access.role, "contract.change") is not None,
        seen=seen_of(content, SECTION), saved=request.query_params.get("saved") == "1",
        zone=content["tenant"]["zone"], preview=_preview(request, ground),
    )  # fmt: skip
