"""What somebody was told of the client's alerts: the list, what is unread, how one wants to be told, the live bell."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, WebSocket, WebSocketException
from starlette.responses import HTMLResponse, RedirectResponse, Response

import webhooks.service
from kit import clock
from kit.away import MAYBE_AWAY, is_away
from kit.errors import Forbidden, Problem, ValidationFailed
from live.core.thresholds import WHOM, Rule
from live.rechecks import of_a_board, until_refused
from live.thresholds import notices
from live.thresholds.notices import Choice
from live.thresholds.shelf import Told
from portal import alert_words, i18n
from portal.alert_forms import clock_of, minute_of
from portal.pages import Visitor, form_status, html, page_of
from portal.sockets import until_one_ends
from tenants.endpoints import Access, permitted

router = APIRouter(include_in_schema=False)

PAGE = "/notifications"
LOOK_EVERY_S = 1.0
_SEE_OTHER = 303
_may_read = permitted("live.read")
Sees = Annotated[Access, Depends(_may_read)]


@router.get(PAGE)
async def page(request: Request, access: Sees, *, unread: bool = False) -> HTMLResponse:
    """Show what one was told, and how one wants to be told."""
    return await _show(request, access, unread=unread)


async def _show(
    request: Request, access: Access, *, unread: bool = False, typed: Mapping[str, str] | None = None,
    problem: Problem | None = None,
) -> HTMLResponse:  # fmt: skip
    _of_the_client(access)
    shown, user = page_of(request, Visitor(access.principal, access)), access.principal.id
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        rows = await notices.of_person(scope, user, unread=unread)
        choice = (await notices.choices_of(scope)).get(user, Choice())
        open_count = await notices.unread(scope, user)
        tried = await webhooks.service.trials(scope, [row["alert_id"] for row in rows if row["kind"] == "test"])
    gettext = i18n.translations(shown.locale).gettext
    return html(
        request, "notifications.html", shown, status=form_status(problem), rows=[
            {**told(gettext, row), "systems": _systems(gettext, row, tried)} for row in rows
        ],
        unread=open_count, only_unread=unread, typed=typed or _typed(choice), error=problem is not None,
        mail=request.app.state.entrance.mail, kinds=alert_words.kinds(gettext),
        severities=alert_words.severities(gettext), may_change=str(access.role) == "client_manager",
    )  # fmt: skip


@router.post(f"{PAGE}/read")
async def read(request: Request, access: Sees) -> Response:
    """Note that one has read one, or all."""
    _of_the_client(access)
    one = str((await request.form()).get("notice_id") or "")
    try:
        notice = UUID(one) if one else None
    except ValueError as error:
        raise ValidationFailed("notice_id is an id") from error
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await notices.read(scope, access.principal.id, clock.now(), notice)
    return RedirectResponse(PAGE, _SEE_OTHER)


@router.post(f"{PAGE}/choice")
async def choose(request: Request, access: Sees) -> Response:
    """Keep how one wants to be told at this client."""
    _of_the_client(access)
    form = await request.form()
    typed = {name: str(form.get(name) or "")[:20] for name in ("email", "sound", "quiet_from", "quiet_to")}
    try:
        start, end = minute_of(typed["quiet_from"]), minute_of(typed["quiet_to"])
    except ValueError:
        return await _show(request, access, typed=typed, problem=ValidationFailed("a time is written as 22:00"))
    choice = Choice(typed["email"] == "yes", typed["sound"] == "yes", start or 0, end or 0)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await notices.choose(scope, access.principal.id, choice)
    return RedirectResponse(PAGE, _SEE_OTHER)


def told(gettext: Any, row: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - a catalogue's function
    """Return one notification as a page or a mail shows it."""
    content = row["content"]
    if row["kind"] in alert_words.exports(gettext):
        return _of_export(gettext, row)
    rule = Rule.of("", 0, content, enabled=True)
    about = alert_words.figures(gettext)[rule.figure]
    return {
        **{key: row[key] for key in ("id", "kind", "times", "created_at", "read_at", "mailed_at", "mail_error")},
        "name": rule.name, "severity": rule.severity, "limit": alert_words.limit(gettext, rule),
        "about": f"{about} · {content['about_name']}" if content["about_name"] else about,
        "value": alert_words.shown_value(content.get("value"), rule.unit), "why": content.get("why"),
        "lasted_s": content.get("lasted_s"),
    }  # fmt: skip


def _systems(
    gettext: Any, row: Mapping[str, Any], tried: Mapping[UUID, Sequence[webhooks.service.Trial]]  # noqa: ANN401 - as above
) -> dict[str, Any] | None:  # fmt: skip
    """Return what came of a test at the client's systems, None if it was not for them."""
    if row["kind"] != "test" or "webhook" not in row["content"]["ways"]:
        return None
    words, shown = alert_words.trials(gettext), []
    for each in tried.get(row["alert_id"], ()):
        state = "failing" if each.state == "waiting" and each.attempts else each.state
        error = (each.last_error or "").partition(":")[0]
        shown.append({"name": each.connection, "state": state, "word": words[state], "at": each.delivered_at,
                      "answer": f"HTTP {each.last_status}" if each.last_status else error})  # fmt: skip
    return {"told": shown, "moves": any(each["state"] == "waiting" for each in shown)}


def _of_export(gettext: Any, row: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - as above
    found, name = f"{row['content']['found']:,}", alert_words.exports(gettext)[row["kind"]]
    return {
        **{key: row[key] for key in ("id", "kind", "times", "created_at", "read_at", "mailed_at", "mail_error")},
        "name": name, "severity": "info", "limit": "", "value": "", "why": None, "lasted_s": None,
        "about": gettext("%(count)s interactions") % {"count": found}, "href": "/interactions/exports",
    }  # fmt: skip


def _typed(choice: Choice) -> dict[str, str]:
    quiet = choice.quiet_from != choice.quiet_to
    return {
        "email": "yes" if choice.email else "", "sound": "yes" if choice.sound else "",
        "quiet_from": clock_of(choice.quiet_from) if quiet else "",
        "quiet_to": clock_of(choice.quiet_to) if quiet else "",
    }  # fmt: skip


def _of_the_client(access: Access) -> None:
    if str(access.role) not in WHOM or access.principal.kind != "user":
        raise Forbidden


@router.websocket("/alerts/feed")
async def feed(socket: WebSocket, access: Sees) -> None:
    """Send ``{"t": "alerts", "ts": ms, "open": [...], "unread": n, "rings": id}`` at first and at each change."""
    if str(access.role) not in WHOM or access.principal.kind != "user":
        raise WebSocketException(1008, "forbidden")
    async with socket.app.state.plane.transaction(access.tenant_id) as scope:
        choice = (await notices.choices_of(scope)).get(access.principal.id, Choice())
    await socket.accept()
    gettext = i18n.translations(i18n.choose(socket.query_params.get("lang"), access.principal.locale)).gettext

    async def send() -> None:
        before: dict[str, Any] = {}
        while True:
            try:
                found = frame(gettext, await socket.app.state.alerts.look(access.tenant_id), access.principal.id)
            except MAYBE_AWAY as error:
                if not is_away(error):
                    raise
                found = before
            if found != before:
                before = found
                await socket.send_json({"t": "alerts", "ts": clock.millis(clock.now()), "sound": choice.sound, **found})
            await asyncio.sleep(LOOK_EVERY_S)

    async def recheck() -> None:
        await until_refused(socket, of_a_board(socket, access, lambda _shown: None))

    async def hear() -> None:
        while True:
            await socket.receive_text()

    await until_one_ends(send, recheck, hear)


def frame(gettext: Any, told_all: Told, user_id: str) -> dict[str, Any]:  # noqa: ANN401 - a catalogue's function
    """Return what one person's pages show of a client's alerts."""
    unread, rings = told_all.unread.get(user_id, (0, None))
    return {"open": [_open(gettext, row) for row in told_all.alerts], "unread": unread, "rings": rings}


def _open(gettext: Any, row: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - as above
    rule = Rule.of(str(row["rule_id"]), row["version"], row["content"], enabled=True)
    name, figure = row["content"]["about_name"], alert_words.figures(gettext)[rule.figure]
    return {
        "id": str(row["id"]), "key": row["key"], "seat": row["seat"], "name": rule.name, "severity": rule.severity,
        "about": f"{figure} · {name}" if name else figure, "limit": alert_words.limit(gettext, rule),
        "value": alert_words.shown_value(row["value"], rule.unit), "at": clock.millis(row["raised_at"]),
        "by": row["taken_name"], "screen": "screen" in rule.ways,
    }  # fmt: skip
