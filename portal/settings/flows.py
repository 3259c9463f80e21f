"""Flows: the list, the text of one with what its checks find, and a rehearsal without a telephone.

A visual editor is another work; here one edits the documented ``flow/1`` as JSON and sees at once what would happen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from kit.errors import NotFound
from portal.pages import html
from portal.settings import rehearsals
from portal.settings.fields import Fields
from portal.settings.findings import Shown, findings_of
from portal.settings.ground import Ground, change, ground_of, seen_of
from portal.settings.refusals import of_problem, said
from portal.settings.uses import uses_of
from tenants.core.names import catalogue
from tenants.endpoints import Access, permitted
from tenants.errors import DraftChanged, Refused

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("settings.read"))]
MayChange = Annotated[Access, Depends(permitted("settings.change"))]
SECTION = "flows"
_WHOLE = ("schema", "id", "entry", "locales", "vars", "handlers", "nodes")
_NODE = ("type", "prompt", "queue", "calendar", "options")


@dataclass(frozen=True, slots=True)
class Text:
    """A flow as text, with what was found in it and a rehearsal, if one was asked for."""

    key: str
    text: str
    found: tuple[Shown, ...] = ()
    wrong: tuple[str, ...] = ()
    changed: bool = False


@router.get("/settings/flows")
async def flows(request: Request, access: MayRead) -> Response:
    """List the flows, or show one with its text; with a time and keys in the address also a rehearsal."""
    ground = await ground_of(request, access)
    key = request.query_params.get("entry")
    if key is None:
        return html(
            request, "settings/flows.html", ground.page, draft=ground.banner(), rows=_rows(ground),
            may=ground.changes(SECTION), saved=request.query_params.get("saved") == "1",
        )  # fmt: skip
    flow = _flow(ground, key)
    text = orjson.dumps(_ordered(flow), option=orjson.OPT_INDENT_2).decode()
    found = findings_of(text, catalogue(ground.content), ground.translated)
    return _show(request, ground, Text(key, text, found))


@router.post("/settings/flows")
async def save(request: Request, access: MayChange) -> Response:
    """Put a flow's text into the draft, when it is one and its checks find no error."""
    ground = await ground_of(request, access)
    fields = Fields.of((await request.form()).multi_items())
    key, text = fields.text("entry"), fields.lines("text")
    _flow(ground, key)
    found = findings_of(text, catalogue(ground.content), ground.translated)
    if fields.text("seen") != seen_of(ground.content, SECTION):
        return _show(request, ground, Text(key, text, found, changed=True), status=409)
    if any(finding.error for finding in found):
        return _show(request, ground, Text(key, text, found), status=422)
    made = orjson.loads(text)
    if made["id"] != key:
        _ = ground.translated
        sentence = _("The id of a flow cannot change: numbers lead to it.")
        return _show(request, ground, Text(key, text, found, (sentence,)), status=422)
    rows = [made if flow.get("id") == key else flow for flow in ground.content[SECTION]]
    try:
        await change(request, ground, {SECTION: rows}, fields.text("seen"))
    except DraftChanged:
        ground = await ground_of(request, access)
        return _show(request, ground, Text(key, text, found, changed=True), status=409)
    except Refused as problem:
        wrong = tuple(said(refusal.reason, ground.translated) for refusal in of_problem(problem))
        return _show(request, ground, Text(key, text, found, wrong), status=422)
    return RedirectResponse("/settings/flows?saved=1", 303)


def _ordered(flow: Mapping[str, Any]) -> dict[str, Any]:
    """Return a flow in the order in which people write one; the database keeps none."""
    nodes = {name: _by(_NODE, node) for name, node in (flow.get("nodes") or {}).items()}
    return _by(_WHOLE, {**flow, "nodes": nodes})


def _by(order: tuple[str, ...], value: Mapping[str, Any]) -> dict[str, Any]:
    last = len(order)
    return dict(sorted(value.items(), key=lambda item: order.index(item[0]) if item[0] in order else last))


def _flow(ground: Ground, key: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] | None = next((f for f in ground.content[SECTION] if f.get("id") == key), None)
    if found is None:
        raise NotFound
    return found


def _rows(ground: Ground) -> list[dict[str, Any]]:
    content = ground.content
    return [
        {
            "id": flow["id"],
            "steps": len(flow.get("nodes") or {}),
            "tests": len(flow.get("tests") or ()),
            "numbers": [number["number"] for number in content["numbers"] if number["flow"] == flow["id"]],
        }
        for flow in content[SECTION]
    ]


def _show(request: Request, ground: Ground, shown: Text, *, status: int = 200) -> Response:
    asked = rehearsals.asked_of(request.query_params, ground.content, ground.page.now)
    played = rehearsals.play(shown.text, ground.content, asked) if asked else None
    return html(
        request, "settings/flow.html", ground.page, status=status, draft=ground.banner(), flow=shown,
        uses=uses_of(ground.content, SECTION, shown.key), may=ground.changes(SECTION),
        seen=seen_of(ground.content, SECTION), asked=asked or rehearsals.first(ground.content, ground.page.now),
        played=played,
    )  # fmt: skip
