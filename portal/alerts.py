"""A client's own thresholds: what stands, what stood, and setting them; taking care of an alert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kit import clock
from kit.db import Scope
from kit.errors import Forbidden, Problem
from live.core.rule_checks import wrong
from live.core.thresholds import FIGURES, OF_QUEUES, OF_SEATS, OF_WINDOWS, SHARES, WHOM, Rule
from live.service import Watched
from live.thresholds import notices, rules, standing
from live.thresholds.errors import RuleNotClear
from live.thresholds.people import people_of
from live.thresholds.preview import preview, values
from live.thresholds.rules import Person
from portal import alert_forms, alert_words, i18n
from portal.alert_forms import NotReadable, Typed
from portal.pages import Visitor, block, form_status, html, page_of
from tenants.core.permissions import Reach, decide
from tenants.endpoints import Access, permitted

router = APIRouter(include_in_schema=False)

PAGE = "/alerts"
_SEE_OTHER = 303
_HISTORY = 50
_QUEUES = "SELECT id::text AS id, name FROM gf.queue WHERE tenant_id = $1 AND retired_at IS NULL ORDER BY name"
_SEATS = """
SELECT agent_id::text AS id, alias AS name FROM gf.agent_profile WHERE tenant_id = $1 AND retired_at IS NULL
ORDER BY alias
"""

Sees = Annotated[Access, Depends(permitted("live.read"))]
Sets = Annotated[Access, Depends(permitted("settings.change"))]
Note = Annotated[str, Form(max_length=1000)]


@router.get(PAGE)
async def page(request: Request, access: Sees) -> HTMLResponse:
    """Show the open alerts, the thresholds with what they see now, and what was raised."""
    return await _list(request, access)


async def _list(request: Request, access: Access, problem: Problem | None = None) -> HTMLResponse:
    _not_only_own(access)
    shown, plane = page_of(request, Visitor(access.principal, access)), request.app.state.plane
    async with plane.transaction(access.tenant_id) as scope:
        kept, past = await rules.rules_of(scope), await standing.history(scope, _HISTORY)
        open_now, parts = await standing.open_alerts(scope), await _parts(scope)
    now = await values(plane, _watched(access), [each for each in kept if each.enabled], clock.now())
    gettext = i18n.translations(shown.locale).gettext
    names = {each["id"]: each["name"] for group in parts.values() for each in group}
    return html(
        request, "alerts.html", shown, status=form_status(problem), rules=[
            _row(gettext, rule, names, now.readings.get(rule.id), open_now) for rule in kept
        ],
        open=[_alert(gettext, row) for row in open_now],
        past=[_alert(gettext, row) for row in past if row["cleared_at"]],
        changes=_may_change(access), takes=str(access.role) in WHOM, words_of=_words(gettext),
        error=problem.code if problem else None,
    )  # fmt: skip


@router.get(f"{PAGE}/new")
async def new(request: Request, access: Sets) -> HTMLResponse:
    """Show the form of a new threshold."""
    return await _form(request, access, "", alert_forms.blank())


@router.post(f"{PAGE}/new")
async def add(request: Request, access: Sets) -> Response:
    """Set a new threshold."""
    return await _save(request, access, "")


@router.post(f"{PAGE}/preview")
async def look_back(request: Request, access: Sets) -> HTMLResponse:
    """Say what the threshold in the form would have raised within the last 24 hours."""
    shown, typed = page_of(request, Visitor(access.principal, access)), alert_forms.typed_in(await request.form())
    told: dict[str, Any] = {"state": "error", "episodes": [], "count": 0, "upto": None}
    try:
        rule = alert_forms.rule_of({**typed, "name": typed["name"] or "-"}, "")
        if not set(wrong(rule)) - {"name", "whom", "ways"}:
            made = await preview(request.app.state.plane, _watched(access), rule, clock.now())
            episodes = [
                {
                    "name": each.name, "at": each.at, "until": each.until,
                    "value": alert_words.shown_value(each.value, rule.unit),
                }
                for each in reversed(made.rehearsal.episodes[-5:])
            ]  # fmt: skip
            told = {
                "state": "unknown" if made.rehearsal.unknown else "ready", "episodes": episodes,
                "count": len(made.rehearsal.episodes), "upto": made.upto,
            }  # fmt: skip
    except NotReadable:
        pass  # the answer says that the form is not whole yet
    return block("alert_form.html", "preview", shown, told=told)


@router.get(f"{PAGE}/{{rule_id}}")
async def edit(request: Request, rule_id: UUID, access: Sets) -> HTMLResponse:
    """Show the form of a threshold."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        rule = await rules.rule_of(scope, rule_id)
    return await _form(request, access, rule.id, alert_forms.typed_of(rule))


@router.post(f"{PAGE}/{{rule_id}}")
async def change(request: Request, rule_id: UUID, access: Sets) -> Response:
    """Change a threshold."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await rules.rule_of(scope, rule_id)
    return await _save(request, access, str(rule_id))


@router.post(f"{PAGE}/{{rule_id}}/delete")
async def delete(request: Request, rule_id: UUID, access: Sets) -> Response:
    """Delete a threshold; what it raised is over."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await rules.delete(scope, rule_id, person_of(access), clock.now())
    return RedirectResponse(PAGE, _SEE_OTHER)


@router.post(f"{PAGE}/{{rule_id}}/test")
async def test(request: Request, rule_id: UUID, access: Sets) -> Response:
    """Tell oneself of this threshold by every way, now, and the client's systems if its ways have them."""
    state, now = request.app.state, clock.now()
    async with state.plane.transaction(access.tenant_id) as scope:
        rule = await rules.rule_of(scope, rule_id)
        await notices.test(scope, person_of(access), rule, now, mail=state.entrance.mail)
    return RedirectResponse("/notifications", _SEE_OTHER)


@router.post(f"{PAGE}/open/{{alert_id}}/take")
async def take(request: Request, alert_id: UUID, access: Sees, note: Note = "") -> Response:
    """Take care of an alert, with a note."""
    _not_only_own(access)
    if str(access.role) not in WHOM or access.principal.kind != "user":
        raise Forbidden
    try:
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            await standing.take(scope, alert_id, standing.Care(person_of(access), note), clock.now())
    except RuleNotClear as problem:
        return await _list(request, access, problem)
    return RedirectResponse(PAGE, _SEE_OTHER)


def person_of(access: Access) -> Person:
    """Return whoever asks, as the client's journal names it."""
    return Person(access.principal.id, access.principal.name, str(access.role), access.principal.email)


async def _save(request: Request, access: Access, rule_id: str) -> Response:
    typed, state = alert_forms.typed_in(await request.form()), request.app.state
    people = await people_of(state.control, access.tenant_id)
    try:
        rule = replace(alert_forms.rule_of(typed, rule_id), id=rule_id)
        async with state.plane.transaction(access.tenant_id) as scope:
            await rules.keep(scope, rule, people, person_of(access), clock.now())
    except NotReadable as odd:
        return await _form(request, access, rule_id, typed, [str(odd)])
    except RuleNotClear as problem:
        return await _form(request, access, rule_id, typed, (problem.detail or "").split(", "))
    return RedirectResponse(PAGE, _SEE_OTHER)


async def _form(
    request: Request, access: Access, rule_id: str, typed: Typed, errors: Sequence[str] = ()
) -> HTMLResponse:
    shown = page_of(request, Visitor(access.principal, access))
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        parts = await _parts(scope)
    people = await people_of(request.app.state.control, access.tenant_id)
    return html(
        request, "alert_form.html", shown, status=422 if errors else 200, rule_id=rule_id, typed=typed,
        errors=list(errors), people=[{"id": each.user_id, "name": each.name, "role": each.role} for each in people],
        words_of=_words(i18n.translations(shown.locale).gettext), mail=request.app.state.entrance.mail,
        unit=alert_forms.unit_word(typed["figure"]), **parts, **_kinds(),
    )  # fmt: skip


def _kinds() -> dict[str, Any]:
    """Return which figures have which parts, for the form's script."""
    return {"parts": {
        "seats": sorted(OF_SEATS), "queues": sorted(OF_QUEUES),
        "windows": sorted(OF_WINDOWS), "shares": sorted(SHARES),
        "units": {figure: alert_forms.unit_word(figure) for figure in FIGURES},
    }, "told": None}  # fmt: skip


def _words(gettext: Any) -> dict[str, Any]:  # noqa: ANN401 - a catalogue's function
    return {
        "figure": alert_words.figures(gettext), "severity": alert_words.severities(gettext),
        "way": alert_words.ways(gettext), "why": alert_words.whys(gettext),
    }  # fmt: skip


async def _parts(scope: Scope) -> dict[str, list[dict[str, str]]]:
    queues, seats = await scope.fetch(_QUEUES, scope.tenant_id), await scope.fetch(_SEATS, scope.tenant_id)
    return {"queues": [dict(row) for row in queues], "seats": [dict(row) for row in seats]}


def _row(
    gettext: Any, rule: Rule, names: Mapping[str, str], readings: Any, open_now: Sequence[Mapping[str, Any]]  # noqa: ANN401 - as above; readings or None
) -> dict[str, Any]:  # fmt: skip
    raised = [each for each in open_now if str(each["rule_id"]) == rule.id]
    known = [each.value for each in readings or () if each.value is not None]
    worst = (max(known) if rule.above else min(known)) if known else None
    state = "off" if not rule.enabled else "raised" if raised else "ok" if known else "unknown"
    return {
        "id": rule.id, "name": rule.name, "about": alert_words.about(gettext, rule, names),
        "limit": alert_words.limit(gettext, rule), "severity": rule.severity, "ways": rule.ways, "state": state,
        "raised": len(raised), "value": alert_words.shown_value(worst, rule.unit),
    }  # fmt: skip


def _alert(gettext: Any, row: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - as above
    rule = Rule.of(str(row["rule_id"]), row["version"], row["content"], enabled=True)
    name = row["content"]["about_name"]
    return {
        **{key: row[key] for key in ("id", "raised_at", "cleared_at", "taken_at", "taken_name", "note", "times")},
        "name": rule.name, "severity": rule.severity, "limit": alert_words.limit(gettext, rule),
        "about": alert_words.figures(gettext)[rule.figure] + (f" · {name}" if name else ""),
        "value": alert_words.shown_value(row["value"], rule.unit), "why": row["cleared_why"],
        "lasted_ms": (clock.millis(row["cleared_at"]) - clock.millis(row["raised_at"])) if row["cleared_at"] else None,
    }  # fmt: skip


def _watched(access: Access) -> Watched:
    place = access.principal.memberships[access.tenant_id]
    return Watched(access.tenant_id, place.name, place.zone)


def _may_change(access: Access) -> bool:
    return decide(access.role, "settings.change") is not None


def _not_only_own(access: Access) -> None:
    if access.grant.reach is Reach.OWN:
        raise Forbidden
