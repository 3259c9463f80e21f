"""The parts of settings that are one of their kind: recording, callbacks, masking, and so on.

One address each. A form saves the whole part into the draft; nothing is live before it is published.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from portal.pages import html
from portal.settings import contract_entries, contract_words, policy_entries, refusals
from portal.settings.changes import Describer
from portal.settings.fields import Fields
from portal.settings.ground import Ground, change, ground_of, seen_of
from portal.settings.refusals import Refusal
from tenants.core.own_sections import extent
from tenants.core.permissions import Permission
from tenants.endpoints import Access, permitted
from tenants.errors import DraftChanged, Refused, SectionNotYours

router = APIRouter(include_in_schema=False)

POLICIES: Mapping[str, str] = {
    "recording": "recording",
    "callbacks": "callbacks",
    "masking": "masking",
    "retention": "retention",
    "letting-in": "staff_access",
    "supervision": "supervision",
    "contract": "contract",
    "sharing": "sharing",
}
"""The address of each policy, and its section of the blueprint."""
READERS = {**policy_entries.READERS, "contract": contract_entries.contract}
_CHANGE: Mapping[str, Permission] = {"contract": "contract.change"}
"""What one needs to change a section, where that is not what the client's own settings need."""

_QUEUE = re.compile("(queues|numbers)/[^/]*")
"""A queue or number that differs has fields of its own below this place, and none for itself."""


@dataclass(frozen=True, slots=True)
class Form:
    """A policy as its form shows it; ``wrong`` is what belongs to none of its fields."""

    entry: Mapping[str, Any]
    errors: Mapping[str, str]
    wrong: tuple[str, ...] = ()
    changed: bool = False
    """Somebody else changed this part of the draft since the form was shown."""


def _add(slug: str, section: str) -> None:
    change_of = _CHANGE.get(section, "settings.change")

    async def show(request: Request, access: Access = Depends(permitted("settings.read"))) -> Response:  # noqa: B008 - each part's own guard
        ground = await ground_of(request, access)
        return _show(request, ground, section, Form(ground.content[section], {}))

    async def save(request: Request, access: Access = Depends(permitted(change_of))) -> Response:  # noqa: B008 - as above
        fields = Fields.of((await request.form()).multi_items())
        return await _save(request, await ground_of(request, access), section, fields)

    router.add_api_route(f"/settings/{slug}", show, methods=["GET"])
    router.add_api_route(f"/settings/{slug}", save, methods=["POST"])


async def _save(request: Request, ground: Ground, section: str, fields: Fields) -> Response:
    form = Form({**ground.content[section], **READERS[section](fields)}, {})
    found = refusals.of_content({**ground.content, section: form.entry}, section)
    if found:
        return _show(request, ground, section, _with(form, section, found, ground), status=422)
    try:
        await change(request, ground, {section: form.entry}, fields.text("seen") or "nothing")
    except DraftChanged:
        ground = await ground_of(request, ground.access)
        return _show(request, ground, section, replace(form, changed=True), status=409)
    except (Refused, SectionNotYours) as problem:
        told = _with(form, section, (Refusal(p.pointer, p.detail) for p in problem.errors), ground)
        return _show(request, ground, section, told, status=problem.status)
    return RedirectResponse(f"{request.url.path}?saved=1", 303)


def _with(form: Form, section: str, found: Iterable[Refusal], ground: Ground) -> Form:
    """Return the form with each refusal at its field, or above the fields when it has none."""
    errors: dict[str, str] = {}
    elsewhere = []
    for refusal in found:
        name = refusal.pointer.removeprefix(f"/{section}").removeprefix("/")
        sentence = refusals.said(refusal.reason, ground.translated)
        if refusal.pointer.startswith(f"/{section}/") and not _QUEUE.fullmatch(name):
            errors.setdefault(name, sentence)
        else:
            elsewhere.append(sentence)
    return replace(form, errors=errors, wrong=tuple(dict.fromkeys(elsewhere)))


def _show(request: Request, ground: Ground, section: str, form: Form, *, status: int = 200) -> Response:
    content = ground.content
    reach, tell = extent(ground.access.role, section), Describer.of(ground.translated, content)
    told = tell.describe(section, content[section])
    return html(
        request, "settings/policy.html", ground.page, status=status, section=section, form=form, errors=form.errors,
        draft=ground.banner(), seen=seen_of(content, section), may=ground.changes(section),
        narrows=reach is not None and reach.narrowing,
        told=contract_words.grouped(told, tell.label) if section == "contract" else [("", list(told.items()))],
        saved=request.query_params.get("saved") == "1",
        **choices_of(content, ground.draft.in_force, narrows=reach is not None and reach.narrowing),
    )  # fmt: skip


def choices_of(content: Mapping[str, Any], present: Mapping[str, Any], *, narrows: bool) -> dict[str, Any]:
    """Return what the fields of the policies offer: queues, prompts, people, examples, and what is closed to whom."""
    return {
        "queues": content["queues"],
        "numbers": content["numbers"],
        "calendars": [calendar["code"] for calendar in content["calendars"]],
        "flow_choices": [flow["id"] for flow in content["flows"]],
        "prompt_choices": [prompt["code"] for prompt in content["prompts"]],
        "people": content["people"],
        "examples": policy_entries.examples(content["tenant"]["zone"]),
        "closed": policy_entries.closed(narrows, present),
    }


for _slug, _section in POLICIES.items():
    _add(_slug, _section)
