"""The kinds of work orders: a list, a form for each, and what holds for all of them. A form saves into the draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from kit.errors import NotFound
from portal.pages import html
from portal.settings import refusals
from portal.settings.entries import code_from
from portal.settings.fields import Fields
from portal.settings.ground import Ground, change, ground_of, seen_of
from portal.settings.pops import SAMPLE, sample_values
from portal.settings.refusals import Refusal
from portal.settings.sla import PRIORITIES
from tenants.core.guide import complaint_of_text, filled_text
from tenants.endpoints import Access, permitted
from tenants.errors import DraftChanged, Refused

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("settings.read"))]
MayChange = Annotated[Access, Depends(permitted("settings.change"))]

PAGE, SECTION = "/settings/work-orders", "work_orders"
SEVERITIES = ("critical", "major", "minor")
KINDS = ("text", "choice", "date", "number", "phone")
_WORDS = ("title", "description", "instructions", "script")
BLANK_FIELD: Mapping[str, Any] = {"code": "", "name": "", "kind": "text", "required": False, "choices": []}
BLANK: Mapping[str, Any] = {
    "code": "", "name": "", **dict.fromkeys(_WORDS, ""), "priority": "medium", "severity": "minor", "fields": [],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """One type, or the rules, as a form shows it. ``at``: its place among the types; ``key`` is empty for a new one."""

    entry: Mapping[str, Any]
    at: int = 0
    key: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    changed: bool = False


@router.get(PAGE)
async def show(request: Request, access: MayRead) -> Response:
    """List the types and the rules, or show one type, or the form of a new one."""
    ground, query = await ground_of(request, access), request.query_params
    if query.get("add") == "1" and ground.changes(SECTION):
        return _type(request, ground, Form(BLANK, len(ground.content[SECTION]["types"])))
    if "entry" in query:
        at = _place(ground, query["entry"])
        return _type(request, ground, Form(ground.content[SECTION]["types"][at], at, query["entry"]))
    return _list(request, ground, Form(ground.content[SECTION]))


@router.post(PAGE)
async def save(request: Request, access: MayChange) -> Response:
    """Save one type, take it away, or save the rules."""
    ground = await ground_of(request, access)
    fields = Fields.of((await request.form()).multi_items())
    said, does = ground.content[SECTION], fields.text("do")
    if does == "rules":
        wanted = {**said, **_rules(fields)}
        return await _save(request, ground, Form(wanted), wanted, fields)
    types, key = list(said["types"]), fields.text("entry")
    at = _place(ground, key) if key else len(types)
    form = Form(types[at] if does == "remove" else read(fields, key, types), at, key)
    types[at : at + 1] = [] if does == "remove" else [form.entry]
    return await _save(request, ground, form, {**said, "types": types}, fields)


async def _save(request: Request, ground: Ground, form: Form, wanted: Mapping[str, Any], fields: Fields) -> Response:
    shows, begins = (_list, f"/{SECTION}/") if "types" in form.entry else (_type, f"/{SECTION}/types/{form.at}")
    found = refusals.of_content({**ground.content, SECTION: wanted}, SECTION)
    own = [refusal for refusal in found if refusal.pointer.startswith(begins)]
    if own:
        return shows(request, ground, _refused(form, own, begins, ground), status=422)
    try:
        await change(request, ground, {SECTION: wanted}, fields.text("seen") or "nothing")
    except DraftChanged:
        later = Form(form.entry, form.at, form.key, changed=True)
        return shows(request, await ground_of(request, ground.access), later, status=409)
    except Refused as problem:
        told = refusals.of_problem(problem)
        return shows(request, ground, _refused(form, told, begins, ground), status=422)
    return RedirectResponse(f"{PAGE}?saved=1", 303)


def read(fields: Fields, key: str, types: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Read a type; a row of its fields without a name and a code is none, and one that is ticked goes."""
    name = fields.text("name")
    code = key or fields.text("code") or code_from(name, {each["code"] for each in types}, "type")
    rows: list[dict[str, Any]] = []
    for row in fields.rows("fields"):
        if row.has("remove") or not (row.text("name") or row.text("code")):
            continue
        own = row.text("code") or code_from(row.text("name"), {each["code"] for each in rows}, "field")
        choices = [line.strip() for line in row.lines("choices").splitlines() if line.strip()]
        kind = row.text("kind") or "text"
        rows.append({
            "code": own, "name": row.text("name"), "kind": kind, "required": row.has("required"),
            "choices": choices if kind == "choice" else [],
        })  # fmt: skip
    return {
        "code": code, "name": name, "title": fields.text("title"), "priority": fields.text("priority"),
        "severity": fields.text("severity"), "description": fields.lines("description"), "fields": rows,
        "instructions": fields.lines("instructions"), "script": fields.lines("script"),
    }  # fmt: skip


def _rules(fields: Fields) -> dict[str, Any]:
    return {
        "reopen_days": fields.whole("reopen_days"),
        "auto_close_business_days": fields.whole("auto_close_business_days"),
        "calendar": fields.text("calendar") or None,
        "acknowledge_at_once": fields.keys("acknowledge_at_once"),
        "inform_customer": fields.has("inform_customer"),
    }


def _place(ground: Ground, key: str) -> int:
    found = (at for at, kind in enumerate(ground.content[SECTION]["types"]) if kind["code"] == key)
    at = next(found, None)
    if at is None:
        raise NotFound
    return at


def _refused(form: Form, found: Iterable[Refusal], begins: str, ground: Ground) -> Form:
    errors: dict[str, str] = {}
    for refusal in found:
        name = refusal.pointer.removeprefix(begins).removeprefix("/")
        errors.setdefault(name, refusals.said(refusal.reason, ground.translated))
    return Form(form.entry, form.at, form.key, errors)


def _preview(ground: Ground, kind: Mapping[str, Any]) -> dict[str, str] | None:
    """Return what a desk would begin with for a made-up caller; None while its words are wrong."""
    if any(complaint_of_text(kind[name]) for name in ("title", "description")):
        return None
    values = sample_values(ground.content, SAMPLE, next(iter(ground.content["queues"]), {"code": "", "name": ""}))
    return {name: filled_text(kind[name], values) for name in ("title", "description")}


def _list(request: Request, ground: Ground, form: Form, *, status: int = 200) -> Response:
    return _page(request, ground, "settings/order_types.html", form, status, types=ground.content[SECTION]["types"])


def _type(request: Request, ground: Ground, form: Form, *, status: int = 200) -> Response:
    more = {
        "blank": BLANK_FIELD, "priorities": PRIORITIES, "severities": SEVERITIES, "kinds": KINDS,
        "preview": _preview(ground, form.entry) if form.key and not form.errors else None,
    }  # fmt: skip
    return _page(request, ground, "settings/order_type.html", form, status, **more)


def _page(
    request: Request, ground: Ground, template: str, form: Form, status: int,
    **more: Any,  # noqa: ANN401 - what the page shows besides
) -> Response:  # fmt: skip
    content = ground.content
    return html(
        request, template, ground.page, status=status, draft=ground.banner(), form=form, errors=form.errors,
        may=ground.changes(SECTION), seen=seen_of(content, SECTION), saved=request.query_params.get("saved") == "1",
        calendars=[calendar["code"] for calendar in content["calendars"]], connections=content["connections"], **more,
    )  # fmt: skip
