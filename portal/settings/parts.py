"""The parts of settings that are lists of entries, each with a page: hours, queues, skills, prompts, people, systems.

One address each: the list, ``?entry=`` one of it, ``?add=1`` a new one. A form saves into the draft; nothing is live
before it is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from kit.errors import NotFound
from portal.pages import html
from portal.settings import entries, lines, refusals, rehearsals
from portal.settings.changes import Describer
from portal.settings.fields import Fields, field_of
from portal.settings.ground import Ground, change, ground_of, seen_of
from portal.settings.pops import tried
from portal.settings.refusals import Refusal
from portal.settings.uses import uses_of
from tenants.core.calendar import NeverOpens, Opening
from tenants.core.names import KEYS
from tenants.core.permissions import Permission, decide
from tenants.endpoints import Access, permitted
from tenants.errors import DraftChanged, Refused
from tenants.idp.people import Vouched, vouched_of
from tenants.service.calendars import opening_hours

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Part:
    """One list of the blueprint, its address, what one needs to change it, and how a new entry begins."""

    slug: str
    section: str
    change: Permission
    blank: Mapping[str, Any]


BLANK_DESK = {
    "wrap_up_ends": True,
    "outcome_required": False,
    "guests_wrap_up": False,
    "screen_pop": "",
    "notes": "",
    "script": [],
}
PROMPTS = Part("prompts", "prompts", "settings.change", {"code": "", "text": {}, "audio": {}})
HOURS = Part("hours", "calendars", "settings.change", {"code": "", "weekly": {}, "holidays": None, "exceptions": []})
PARTS = (
    HOURS,
    Part("queues", "queues", "settings.change", {"code": "", "name": "", "needs": {}, "ring_s": 15, "max_wait_s": 300,
                                                 "wrap_up_s": 30, "dispositions": [], "desk": BLANK_DESK,
                                                 "caller_id": None, "music": None}),
    Part("skills", "skills", "settings.change", {"code": "", "name": ""}),
    PROMPTS,
    Part("people", "people", "people.manage", {"email": "", "name": "", "role": "client_viewer", "locale": "en"}),
    Part("connections", "connections", "integration.manage", {"code": "", "name": "", "url": "",
                                                              "events": ["work_orders"]}),
    Part("directory", "directory", "settings.change", {"code": "", "name": "", "department": "", "phones": [],
                                                       "together": False, "hours": None, "after_hours": "chief",
                                                       "chief": None, "context": {"ways": [], "shown": "masked",
                                                                                  "recording": False, "minutes": 120},
                                                       "email": None, "locale": "en"}),
    Part("reports", "reports", "settings.change", {"code": "", "report": "service_level", "every": "daily",
                                                   "at": "07:00", "weekday": None, "day": None, "format": "csv",
                                                   "to": []}),
    Part("lines", "trunks", "trunk.manage", lines.BLANK),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """One entry as a form shows it. ``at``: its place in the section; ``key`` is empty for a new one."""

    entry: Mapping[str, Any]
    at: int
    key: str = ""
    errors: Mapping[str, str] | None = None
    wrong: tuple[str, ...] = ()
    """What is wrong elsewhere than in a field."""
    changed: bool = False
    """Somebody else changed this part of the draft since the form was shown."""


def _add(part: Part) -> None:
    async def show(request: Request, access: Access = Depends(permitted("settings.read"))) -> Response:  # noqa: B008 - each part's own guard
        ground = await _ground(request, access, part)
        query = request.query_params
        if query.get("add") == "1" and ground.changes(part.section):
            return _form(request, part, ground, Form(part.blank, len(ground.content[part.section])))
        if "entry" in query:
            at = place_of(part, ground, query["entry"])
            return _form(request, part, ground, Form(ground.content[part.section][at], at, query["entry"]))
        return _list(request, part, ground)

    async def save(request: Request, access: Access = Depends(permitted(part.change))) -> Response:  # noqa: B008 - each part's own guard
        return await _save(request, part, await _ground(request, access, part), await request.form())

    router.add_api_route(f"/settings/{part.slug}", show, methods=["GET"])
    router.add_api_route(f"/settings/{part.slug}", save, methods=["POST"])


async def _ground(request: Request, access: Access, part: Part) -> Ground:
    """Return the draft; for the people also in which role their own sign-in services let them in."""
    if part.section == "people":
        request.state.vouched = await vouched_of(request.app.state.control, access.tenant_id)
    return await ground_of(request, access)


def _vouched(request: Request) -> Mapping[str, Vouched]:
    found: Mapping[str, Vouched] = getattr(request.state, "vouched", {})
    return found


def place_of(part: Part, ground: Ground, key: str) -> int:
    """Return where an entry stands in its section. Raises :class:`NotFound`."""
    rows = ground.content[part.section]
    found = next((at for at, row in enumerate(rows) if row.get(KEYS[part.section]) == key), None)
    if found is None:
        raise NotFound
    return found


async def _save(request: Request, part: Part, ground: Ground, form: FormData) -> Response:
    fields = Fields.of(form.multi_items())
    key, rows = fields.text("entry"), list(ground.content[part.section])
    at = place_of(part, ground, key) if key else len(rows)
    removes = bool(key) and fields.text("do") == "remove"
    wanted = Form(rows[at] if removes else _read(part, fields, key, rows), at, key)
    if fields.text("seen") != seen_of(ground.content, part.section):
        return _form(request, part, ground, replace(wanted, changed=True), status=409)
    if not removes and key in _vouched(request) and wanted.entry["role"] != rows[at]["role"]:
        _ = ground.translated
        refused = {"role": _("Your sign-in service decides about this role.")}
        return _form(request, part, ground, replace(wanted, entry=rows[at], errors=refused), status=422)
    rows[at : at + 1] = [] if removes else [wanted.entry]
    found = () if removes else _own(part, at, refusals.of_content({**ground.content, part.section: rows}, part.section))
    if found:
        return _form(request, part, ground, _with(part, ground, wanted, found), status=422)
    try:
        await change(request, ground, {part.section: rows}, fields.text("seen"))
    except DraftChanged:
        ground = await ground_of(request, ground.access)
        return _form(request, part, ground, replace(wanted, changed=True), status=409)
    except Refused as problem:
        return _form(request, part, ground, _with(part, ground, wanted, refusals.of_problem(problem)), status=422)
    return RedirectResponse(f"/settings/{part.slug}?saved=1", 303)


def _own(part: Part, at: int, found: Iterable[Refusal]) -> tuple[Refusal, ...]:
    """Return what is wrong in this entry; a name that leads nowhere in another one is found before publishing."""
    return tuple(refusal for refusal in found if field_of(refusal.pointer, part.section, at) is not None)


def _with(part: Part, ground: Ground, form: Form, found: Iterable[Refusal]) -> Form:
    """Return the form with each refusal at its field, or above the fields when it has none."""
    errors, elsewhere = refusals.by_field(found, part.section, form.at, ground.translated)
    return replace(form, errors=errors, wrong=elsewhere)


def _read(part: Part, fields: Fields, key: str, rows: list[Any]) -> dict[str, Any]:
    entry = entries.READERS[part.section](fields)
    name = KEYS[part.section]
    if key:
        entry[name] = key
    elif name == "code":
        taken = {row["code"] for row in rows}
        said = entry["code"] or entry.get("name") or entry.get("report") or ""
        entry["code"] = entries.code_from(said, taken, entries.KINDS[part.section])
    return entry


def answer(  # noqa: PLR0913 - what a form shows again
    request: Request, part: Part, ground: Ground, form: Form, *, errors: Mapping[str, str] | None = None,
    changed: bool = False, status: int = 200,
) -> Response:  # fmt: skip
    """Show an entry's form again, with what is wrong."""
    return _form(request, part, ground, replace(form, errors=errors, changed=changed), status=status)


def _list(request: Request, part: Part, ground: Ground) -> Response:
    tell = Describer.of(ground.translated, ground.content)
    rows = [
        {"key": entry[KEYS[part.section]], "entry": entry, "told": tell.describe(part.section, entry)}
        for entry in ground.content[part.section]
    ]
    return html(
        request, "settings/list.html", ground.page, part=part, rows=rows, draft=ground.banner(),
        may=_may(part, ground), vouched=_vouched(request), saved=request.query_params.get("saved") == "1",
    )  # fmt: skip


def _form(request: Request, part: Part, ground: Ground, form: Form, *, status: int = 200) -> Response:
    content = ground.content
    context = {
        "form": form,
        "errors": form.errors or {},
        "told": Describer.of(ground.translated, content).describe(part.section, form.entry),
        "uses": uses_of(content, part.section, form.key) if form.key else [],
        "seen": seen_of(content, part.section),
        "skills": content["skills"],
        "numbers": content["numbers"],
        "people": content["people"],
        "music": content["music"],
        "calendar_choices": [(each["code"], each["code"]) for each in content["calendars"]],
        "chief_choices": [(p["code"], p["name"]) for p in content["directory"] if p["code"] != form.key],
        "vouched": _vouched(request).get(form.key),
        "languages": content["tenant"]["languages"],
        "zone": content["tenant"]["zone"],
        "saved": request.query_params.get("saved") == "1",
        "speaks": request.app.state.speaker is not None,
        "pop": tried(content, form.entry, request.query_params.get("caller", ""))
        if part.section == "queues" and form.key and not form.errors
        else None,
        "preview": _preview(request, ground, form.entry) if part.section == "calendars" and form.key else None,
        "taken": _taken(request.query_params),
    }
    return html(
        request, "settings/entry.html", ground.page, status=status, part=part, draft=ground.banner(),
        may=_may(part, ground), **context,
    )  # fmt: skip


def _taken(query: Mapping[str, str]) -> dict[str, int] | None:
    """Return what came of a calendar file, as the address says it after it was taken; None: none was."""
    said = {name: query.get(name, "") for name in ("days", "left_out")}
    if not all(text.isascii() and text.isdecimal() and len(text) < 5 for text in said.values()):  # noqa: PLR2004
        return None
    return {name: int(text) for name, text in said.items()}


def _preview(request: Request, ground: Ground, entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """Say whether a calendar of the draft is open at the moment of the address; None while its hours are wrong."""
    asked = rehearsals.asked_of(request.query_params, ground.content, ground.page.now)
    asked = asked or rehearsals.first(ground.content, ground.page.now)
    if asked.moment is None:
        return {"at": asked.at, "opening": None}
    try:
        calendar = opening_hours(entry, ground.content["tenant"]["zone"], asked.moment)
        opening = calendar.opening(asked.moment)
        later = None if opening == Opening.OPEN else calendar.next_open(asked.moment)
    except ValueError:
        return None
    except NeverOpens:
        later = None
    return {"at": asked.at, "opening": str(opening), "next": later}


def _may(part: Part, ground: Ground) -> bool:
    return decide(ground.access.role, part.change) is not None and ground.changes(part.section)


for _part in PARTS:
    _add(_part)
