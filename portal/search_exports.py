"""Exports of what a search of interactions finds: asked for under a reason, watched while they are built, fetched."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from exits.searched import service as exports
from exits.searched.service import Asker, Wish
from interactions import service as interactions
from interactions.columns import chosen
from interactions.core import query
from interactions.endpoints import begins
from kit import clock
from kit.db import Scope
from kit.errors import Forbidden, NotFound, Problem, ValidationFailed
from kit.ids import new_id
from live.thresholds.people import people_of
from portal import export_files
from portal.asked_for import BESIDE, head_of, in_words, wanted_of
from portal.pages import Visitor, block, form_status, html, page_of
from portal.rendering import Page, words_of
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted
from tenants.oneself import fresh
from tenants.service.policies import shown_to

router = APIRouter(include_in_schema=False)

PAGE = "/interactions/exports"
MayTake = Annotated[Access, Depends(permitted("interaction.export"))]
ApprovesNow = Annotated[Access, Depends(fresh(permitted("export.approve")))]
MayApprove = Annotated[Access, Depends(permitted("export.approve"))]
_SEE_OTHER = 303
_LONGEST_QUERY = 4000


@router.get(PAGE)
async def page(request: Request, access: MayTake) -> HTMLResponse:
    """Show one's exports, a manager all of the client's; htmx gets the list alone."""
    return await _show(request, access)


@router.get(PAGE + "/new")
async def form(request: Request, access: MayTake) -> HTMLResponse:
    """Ask what to take along of what the search under this address finds."""
    typed = {"query": request.url.query[:_LONGEST_QUERY], "wants": ["csv"], "reason": "", "once": str(new_id())}
    return await _form(request, access, typed)


@router.post(PAGE)
async def ask(request: Request, access: MayTake) -> Response:
    """Begin an export; the same form sent twice begins one."""
    sent = await request.form()
    typed: dict[str, Any] = {
        "query": str(sent.get("query") or "")[:_LONGEST_QUERY], "reason": str(sent.get("reason") or "")[:1000],
        "wants": [str(each) for each in sent.getlist("wants")], "once": str(sent.get("once") or ""),
    }  # fmt: skip
    shown = page_of(request, Visitor(access.principal, access))
    try:
        once = UUID(typed["once"])
        pairs = dict(parse_qsl(typed["query"]))
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            wish = await wish_of(scope, access, shown, (once, pairs, typed["wants"], typed["reason"]))
            wish = replace(wish, deciders=await deciders(request, access))
            await exports.ask(scope, wish, asker_of(access), clock.now())
    except ValueError:
        return await _form(request, access, typed, ValidationFailed("the form is not whole"))
    except Forbidden:
        raise
    except Problem as problem:
        return await _form(request, access, typed, problem)
    return RedirectResponse(PAGE, _SEE_OTHER)


@router.post(PAGE + "/{export_id}/approve")
async def approve(request: Request, export_id: UUID, access: ApprovesNow) -> Response:
    """Let an export be built that somebody else asked for."""
    may_hold(access, (await _one(request, access, export_id))["wants"])

    async def act(scope: Scope) -> None:
        await exports.decide(scope, export_id, asker_of(access), clock.now(), yes=True)

    return await _done(request, access, act)


@router.post(PAGE + "/{export_id}/refuse")
async def refuse(request: Request, export_id: UUID, access: MayApprove) -> Response:
    """Refuse an export that somebody else asked for."""

    async def act(scope: Scope) -> None:
        await exports.decide(scope, export_id, asker_of(access), clock.now(), yes=False)

    return await _done(request, access, act)


@router.post(PAGE + "/{export_id}/cancel")
async def cancel(request: Request, export_id: UUID, access: MayTake) -> Response:
    """Stop an export, or discard one that is built."""

    async def act(scope: Scope) -> None:
        await exports.cancel(scope, export_id, asker_of(access), clock.now())

    return await _done(request, access, act)


@router.get(PAGE + "/{export_id}/file")
async def fetch(request: Request, export_id: UUID, access: MayTake) -> Response:
    """Hand out a built export as one zip file, whole or in ranges; that somebody began to fetch it is a fact."""
    return await hand_out(request, access, export_id)


def asker_of(access: Access) -> Asker:
    """Return who asks, or looks: a manager sees all of the client's exports."""
    kind, identifier = access.who
    return Asker(kind, identifier, access.principal.name, decide(access.role, "export.approve") is not None)


async def deciders(request: Request, access: Access) -> list[str]:
    """Return the client's other managers, who may approve what this one asks for."""
    people = await people_of(request.app.state.control, access.tenant_id)
    return [each.user_id for each in people if each.role == "client_manager" and each.user_id != access.principal.id]


def may_hold(access: Access, wants: Sequence[str]) -> None:
    """Raise ``Forbidden`` where recordings are wanted and this reader may not listen to them."""
    if "recordings" in wants and decide(access.role, "recording.listen") is None:
        raise Forbidden


async def wish_of(
    scope: Scope, access: Access, page: Page, asked: tuple[UUID, Mapping[str, str], Sequence[str], str]
) -> Wish:
    """Return what somebody wants of what an address asks for: id, the address's pairs, parts, reason.

    Raises :class:`ValidationFailed`.
    """
    export_id, pairs, wants, why = asked
    may_hold(access, wants)
    if set(wants) - set(exports.WANTS):
        raise ValidationFailed(f"an export holds {', '.join(exports.WANTS)}")
    today = page.now.astimezone(page.day_zone).date()
    given = query.dated({name: text for name, text in pairs.items() if name not in BESIDE and text}, today)
    wanted, words = wanted_of(given, page, access), words_of(page)
    shown = await shown_to(scope, access.role)
    found = await interactions.count(scope, wanted, shown, exports.MOST) or 0
    named, columns = await in_words(scope, given, words), chosen(pairs.get("columns", ""))
    told_of = {
        "filters": given, "zone": page.day_zone.key, "locale": page.locale,
        "columns": [column.key for column in columns], "head": head_of(named, page, words, found),
        "titles": [words["column"][column.key] for column in columns],
    }  # fmt: skip
    return Wish(export_id, wants, wanted, shown, why, told_of)


async def hand_out(request: Request, access: Access, export_id: UUID) -> Response:
    """Answer with the file. Raises ``NotFound``, ``ExportNotOpen``, ``Forbidden``."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        reader = (asker_of(access), await shown_to(scope, access.role))
        may_hold(access, (await exports.one(scope, export_id, reader[0]))["wants"])
        row = await exports.fetch(scope, export_id, reader, clock.now(), begins=begins(request))
        file = await export_files.kept(request, scope, export_id)
    name = f"interactions-{row['built_at']:%Y-%m-%d}-{str(export_id)[-6:]}"
    return await export_files.sent(request, access, file, row, name)


def told(row: Mapping[str, Any], now: datetime, *, own: str) -> dict[str, Any]:
    """Return an export as pages and the API show it: percent, what is written now, about how long it takes still."""
    done, total, found = row["done"], row["total"], row["found"] or 1
    parts = [each for each in exports.WANTS if each in row["wants"]]
    building = row["state"] == "building"
    state = "over" if row["state"] == "built" and row["expires_at"] <= now else row["state"]
    spent = (now - row["begun_at"]).total_seconds() if building and row["begun_at"] else 0
    return {
        **row, "state": state, "own": row["asked_by"] == own, "percent": done * 100 // total if total else 0,
        "part": parts[min(done // found, len(parts) - 1)] if building else "",
        "at": min(done - done // found * found, found) if done < total else found,
        "left_s": round(spent * (total - done) / done) if building and done else None,
    }  # fmt: skip


async def _one(request: Request, access: Access, export_id: UUID) -> Mapping[str, Any]:
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        return await exports.one(scope, export_id, asker_of(access))


async def _done(request: Request, access: Access, act: Callable[[Scope], Awaitable[None]]) -> Response:
    try:
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            await act(scope)
    except NotFound:
        raise
    except Problem as problem:
        return await _show(request, access, problem)
    return RedirectResponse(PAGE, _SEE_OTHER)


async def _show(request: Request, access: Access, problem: Problem | None = None) -> HTMLResponse:
    now, who = clock.now(), asker_of(access)
    shown = page_of(request, Visitor(access.principal, access))
    words = words_of(shown)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        rows = [
            {**told(row, now, own=who.id), "named": await in_words(scope, row["told_of"]["filters"], words)}
            for row in await exports.page(scope, who)
        ]
    context: dict[str, Any] = {
        "exports": rows, "moving": any(row["state"] in exports.OPEN for row in rows), "every": who.every,
        "error": problem.code if problem else None,
    }  # fmt: skip
    if request.headers.get("HX-Request") and problem is None:
        return block("search_exports.html", "list", shown, **context)
    return html(request, "search_exports.html", shown, status=form_status(problem), **context)


async def _form(
    request: Request, access: Access, typed: Mapping[str, Any], problem: Problem | None = None
) -> HTMLResponse:
    """Show the form; what the address asks for and cannot be read is said, and nothing can be asked for then."""
    page, found, named = page_of(request, Visitor(access.principal, access)), None, []
    pairs = dict(parse_qsl(typed["query"]))
    given = {name: text for name, text in pairs.items() if name not in BESIDE and text}
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        try:
            wanted, shown = wanted_of(given, page, access), await shown_to(scope, access.role)
            found = await interactions.count(scope, wanted, shown, exports.MOST)
        except ValidationFailed as error:
            problem, found = problem or error, 0
        named = await in_words(scope, given, words_of(page))
    return html(
        request, "search_export_new.html", page, status=form_status(problem), typed=typed, found=found, named=named,
        error=problem.code if problem else None, may_hear=decide(access.role, "recording.listen") is not None,
        alone=exports.ALONE, alone_list=exports.ALONE_LIST, most=exports.MOST,
    )  # fmt: skip
