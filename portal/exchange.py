"""Connections to clients' systems: where each stands, how it is, its address, its map, and a console to try it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from exchange.adapters.chosen import ADAPTERS, CONNECTORS, WITHOUT_ADDRESS
from exchange.core.agreement import Act
from exchange.core.maps import CHOICES, OUR_STATUSES, TARGETS, TOLD, WAITS_FOR
from exchange.endpoints import address, by_of, planes_of, side_of
from exchange.schemas import DoorBody, MapBody, Reason, SecretBody, Trial
from exchange.service import agreements, applying, doors, drops, health, inbox, mailing, maps, rows, testing, trying
from kit.clock import now
from kit.errors import Detail, Problem, ValidationFailed
from portal import i18n
from portal.exchange_words import exchange_words
from portal.pages import Visitor, form_status, html, page_of
from tenants.callers import refuse_unseen
from tenants.core.origin import split_certificates
from tenants.endpoints import Access, permitted
from tenants.oneself import fresh

router = APIRouter(prefix="/settings/exchange", include_in_schema=False)
Builder = Annotated[Access, Depends(permitted("integration.manage"))]
BuildsNow = Annotated[Access, Depends(fresh(permitted("integration.manage")))]
"""Whoever is given an address that takes messages."""

_SEE_OTHER = 303
_MOST = 100_000
_BLANK_ROWS = 3
_MAIL: Final = {"address": "", "senders": [], "locale": "", "days": 90, "words": False}
_DROP: Final = {
    "host": "",
    "port": 22,
    "login": "",
    "host_key": "",
    "out_folder": "from-centre",
    "in_folder": "to-centre",
}
"""What the forms of mail and files begin with."""
SAMPLE: Final = {
    "type": "work_order.state",
    "external_id": "TEST-1",
    "external_version": 1,
    "fields": {"type": "test", "title": "A test of the connection"},
    "comments": [{"id": "TEST-1-1", "body": "Does this arrive?"}],
}


@router.get("")
async def show_all(request: Request, access: Builder) -> HTMLResponse:
    """Show every connection and where it stands."""
    page = page_of(request, Visitor(access.principal, access))
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        found = [await health.of(scope, row, side_of(access)) for row in await rows.every(scope)]
    return html(request, "exchanges.html", page, rows=found, exchange=_words(page.locale))


@router.get("/{connection}")
async def show_one(request: Request, access: Builder, connection: str) -> HTMLResponse:
    """Show how a connection is, and everything that is kept about it."""
    return await connection_page(request, access, connection)


@router.post("/{connection}/agreement")
async def agree(request: Request, access: Builder, connection: str) -> Response:
    """Take a step of the agreement."""
    form = await request.form()
    try:
        wanted = Act(text_of(form, "agreement_act"))
        reason = Reason(reason=text_of(form, "reason")).reason
        by = by_of(access, reason)
        await agreements.act(planes_of(request), access.tenant_id, connection, wanted, by, now())
    except Problem as problem:
        return await connection_page(request, access, connection, problem=problem)
    except ValueError as error:
        return await connection_page(request, access, connection, problem=ValidationFailed(str(error)))
    return RedirectResponse(f"{router.prefix}/{connection}", _SEE_OTHER)


@router.post("/{connection}/address")
async def make_address(request: Request, access: BuildsNow, connection: str) -> Response:
    """Make an address and show it with its secret, once."""
    form, state = await request.form(), request.app.state
    unsigned = text_of(form, "signed") == "no"
    try:
        wanted = DoorBody(
            adapter=text_of(form, "adapter"), signed=not unsigned,
            networks=text_of(form, "networks").split() if unsigned else [],
            certificates=split_certificates(text_of(form, "certificates")) if unsigned else [],
            ask_url=text_of(form, "ask_url") or None if unsigned else None,
            ask_secret=text_of(form, "ask_secret") or None if unsigned else None,
        )  # fmt: skip
        refuse_unseen(request, wanted.certificates)
        async with state.plane.transaction(access.tenant_id) as scope:
            made = await doors.make(scope, state.signer, connection, wanted, by_of(access).actor, now())
    except Problem as problem:
        return await connection_page(request, access, connection, problem=problem)
    except ValidationError as error:
        return await connection_page(request, access, connection, problem=ValidationFailed(str(error)[:300]))
    return await connection_page(
        request, access, connection, made={"address": address(request, made), "secret": made.secret}
    )


@router.post("/{connection}/secret")
async def change_secret(request: Request, access: BuildsNow, connection: str) -> Response:
    """Change what signs messages to the address; one that we make is shown once."""
    form = await request.form()
    try:
        wanted = SecretBody(signing_secret=text_of(form, "signing_secret") or None)
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            secret = await doors.change_secret(scope, connection, wanted, by_of(access).actor, now())
    except Problem as problem:
        return await connection_page(request, access, connection, problem=problem)
    except ValidationError:
        why = Detail("/signing_secret", "signing_secret", "16 to 500 visible characters")
        return await connection_page(request, access, connection, problem=ValidationFailed(errors=(why,)))
    return await connection_page(request, access, connection, made={"address": "", "secret": secret})


@router.post("/{connection}/map")
async def put_map(request: Request, access: Builder, connection: str) -> Response:
    """Put a new version of the map in force."""
    form = await request.form()
    try:
        body = _map_of(form)
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            await maps.put(scope, connection, body, by_of(access), access.principal.name, now())
    except Problem as problem:
        return await connection_page(request, access, connection, problem=problem, typed=_typed(form), open_map=True)
    return RedirectResponse(f"{router.prefix}/{connection}#map", _SEE_OTHER)


@router.post("/{connection}/trial")
async def try_message(request: Request, access: Builder, connection: str) -> Response:
    """Say what a message would do; or sign it, send it and say what each step came to."""
    form, plane = await request.form(), request.app.state.plane
    text, really = text_of(form, "payload"), text_of(form, "send") == "yes"
    try:
        async with plane.transaction(access.tenant_id) as scope:
            row = await rows.one(scope, connection)
            if really:
                taken = await trying.send_sample(scope, row, text.encode(), now())
            else:
                trial = Trial(payload=inbox.parsed(text.encode()))
                return await connection_page(
                    request, access, connection, tried=await trying.would(scope, row, trial, now())
                )
        if taken.id is not None:
            async with plane.transaction(access.tenant_id) as scope:
                await applying.process(scope, taken.id, now())
    except Problem as problem:
        return await connection_page(request, access, connection, problem=problem, payload=text)
    return RedirectResponse(f"{router.prefix}/{connection}#messages", _SEE_OTHER)


@router.post("/{connection}/event")
async def send_event(request: Request, access: Builder, connection: str) -> Response:
    """Send a test event to the system."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await testing.send(scope, await rows.one(scope, connection), by_of(access), now())
    return RedirectResponse(f"{router.prefix}/{connection}#health", _SEE_OTHER)


async def connection_page(
    request: Request, access: Access, connection: str, *, problem: Problem | None = None,
    **shown: Any,  # noqa: ANN401 - what only this answer shows
) -> HTMLResponse:  # fmt: skip
    """Show a connection, with what only this answer shows; the page is kept by nobody."""
    page = page_of(request, Visitor(access.principal, access))
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        row = await rows.one(scope, connection)
        kept: dict[str, Any] = {
            "how": await health.of(scope, row, side_of(access)),
            "messages": await health.messages(scope, connection, limit=20),
            "links": await health.linked(scope, connection, limit=20), "tests": await testing.newest(scope, row),
            "map": maps.shown(await maps.in_force(scope, row)),
            "mail": await mailing.shown(scope, connection), "drop": await drops.shown(scope, connection),
            "mail_domain": request.app.state.settings.mail_domain,
            "certificates_offered": request.app.state.settings.client_certificates,
        }  # fmt: skip
    drawn = context_of(kept, page.locale, problem=problem, **shown)
    answer = html(request, "exchange.html", page, status=form_status(problem), **drawn)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def context_of(
    kept: dict[str, Any], locale: i18n.CatalogueName, *, sent: Mapping[str, Any] | None = None,
    typed: Mapping[str, Any] | None = None, payload: str = "",
    **shown: Any,  # noqa: ANN401 - as above
) -> dict[str, Any]:  # fmt: skip
    """Return what the page is drawn from: what is ``kept`` of the connection, and what only one answer shows.

    ``sent``: a refused form of mail or files; ``typed``: a refused map.
    """
    sent = sent or {}
    return {
        "made": None, "open_map": False, "tried": None, "called": None, "form": None, "problem": None, **kept,
        "mail_form": {**_MAIL, **(kept["mail"] or {}), **sent}, "drop_form": {**_DROP, **(kept["drop"] or {}), **sent},
        "sent": sent, "edited": _rows_of(typed or kept["map"]), "exchange": _words(locale), "statuses": OUR_STATUSES,
        "targets": TARGETS, "choices": {k: sorted(v) for k, v in CHOICES.items()}, "waits": sorted(WAITS_FOR),
        "adapters": [name for name in ADAPTERS if name not in {*WITHOUT_ADDRESS, *CONNECTORS}], "kinds": kinds(),
        "secret_made_there": doors.makes_secret,
        "payload": payload or json.dumps(SAMPLE, indent=2, ensure_ascii=False), **shown,
    }  # fmt: skip


def kinds() -> dict[str, tuple[str, ...]]:
    """Return the kinds of systems that are called by their own API, and the settings that each needs."""
    return {name: (*adapter.looks, *adapter.needs) for name, adapter in CONNECTORS.items()}


def _rows_of(edited: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the rows of a map as it is edited, with empty ones at the end."""
    status = {"status": "", "to": "", "pending_on": None, "resolution_code": None}
    field = {"to": "", "path": "", "constant": "", "values": None}
    empty = max(0, len(TARGETS) - len(edited["field_map"]))
    return {
        "status_map": [*edited["status_map"], *[status] * _BLANK_ROWS],
        "field_map": [*edited["field_map"], *[field] * empty],
        "out_map": list(edited["out_map"] or ()),
    }


def _map_of(form: FormData) -> MapBody:
    """Return the map of a form, whose rows are counted. Raises ``ValidationFailed``."""
    try:
        return MapBody.model_validate(_typed(form))
    except ValidationError as error:
        raise ValidationFailed("; ".join(f"{each['loc']}: {each['msg']}" for each in error.errors()[:3])) from error


def _typed(form: FormData) -> dict[str, list[dict[str, Any]] | None]:
    statuses = [
        {
            "status": text_of(form, f"status/{n}"), "to": text_of(form, f"to/{n}"),
            "pending_on": text_of(form, f"waits/{n}") or None, "resolution_code": text_of(form, f"code/{n}") or None,
        }
        for n in _numbers(form, "status")
    ]  # fmt: skip
    fields = [
        {
            "to": text_of(form, f"target/{n}"), "path": text_of(form, f"path/{n}"),
            "constant": text_of(form, f"constant/{n}"), "values": _table(text_of(form, f"values/{n}")),
        }
        for n in _numbers(form, "target")
    ]  # fmt: skip
    words = [
        {"of": what, "ours": ours, "theirs": text_of(form, f"{what}/{ours}")}
        for what, known in TOLD.items() for ours in known if f"{what}/{ours}" in form
    ]  # fmt: skip
    return {"status_map": statuses, "field_map": fields, "out_map": words or None}


def _numbers(form: FormData, name: str) -> list[int]:
    """Return the numbers of the rows that say something."""
    found = [key.partition("/") for key, value in form.multi_items() if isinstance(value, str) and value.strip()]
    rows = {number for what, _, number in found if what == name and len(number) <= len("999")}
    return sorted({int(number) for number in rows if number.isascii() and number.isdigit()})


def _table(text: str) -> Mapping[str, str] | None:
    """Return a table of values, which is written a line each: theirs = ours."""
    pairs = [line.rpartition("=") for line in text.splitlines() if "=" in line]
    return {theirs.strip(): ours.strip() for theirs, _, ours in pairs} or None


def text_of(form: FormData, name: str) -> str:
    """Return what was typed into a field."""
    value = form.get(name)
    return value.replace("\0", "").strip()[:_MOST] if isinstance(value, str) else ""


def _words(locale: i18n.CatalogueName) -> dict[str, dict[str, str]]:
    return exchange_words(i18n.translations(locale).gettext)
