"""A client's data as a whole: take it along, see how it is sealed and how long it is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from exits.errors import SecretHalf
from exits.service import export_keys, exports, keys, reseal, retention
from exits.service.exports import Manager
from interactions.endpoints import begins
from journal.core.facts import Actor
from kit import clock
from kit.db import Scope
from kit.errors import NotFound, Problem
from portal import export_files
from portal.pages import Visitor, form_status, html, page_of
from tenants.endpoints import Access, permitted
from tenants.oneself import fresh

router = APIRouter(include_in_schema=False)

PAGE = "/settings/data"
MayAsk = Annotated[Access, Depends(permitted("export.ask"))]
AsksNow = Annotated[Access, Depends(fresh(permitted("export.ask")))]
MayApprove = Annotated[Access, Depends(permitted("export.approve"))]
ApprovesNow = Annotated[Access, Depends(fresh(permitted("export.approve")))]
MayFetch = Annotated[Access, Depends(permitted("export.fetch"))]

_SEE_OTHER = 303


@router.get(PAGE)
async def page(request: Request, access: MayAsk) -> HTMLResponse:
    """Show exports under way and ready, keys, and how long things are kept."""
    return await _show(request, access)


@router.post(PAGE + "/exports")
async def ask(request: Request, access: AsksNow) -> Response:
    """Ask for everything; a second manager approves it."""

    async def act(scope: Scope) -> None:
        await exports.ask(scope, _manager(access), clock.now())

    return await _done(request, access, act)


@router.post(PAGE + "/exports/{export_id}/approve")
async def approve(request: Request, export_id: UUID, access: ApprovesNow) -> Response:
    """Let an export be built that another manager asked for."""

    async def act(scope: Scope) -> None:
        await exports.approve(scope, export_id, _manager(access), clock.now())

    return await _done(request, access, act)


@router.post(PAGE + "/exports/{export_id}/refuse")
async def refuse(request: Request, export_id: UUID, access: MayApprove) -> Response:
    """Refuse an export, or take back one's own."""

    async def act(scope: Scope) -> None:
        await exports.refuse(scope, export_id, _manager(access), clock.now())

    return await _done(request, access, act)


@router.post(PAGE + "/key")
async def name_key(
    request: Request, access: ApprovesNow, key: Annotated[str, Form(max_length=export_keys.LONGEST * 2)] = ""
) -> Response:
    """Encrypt exports that are asked for from now on to the company's own public key."""

    async def act(scope: Scope) -> None:
        await export_keys.name(scope, key, _who(access), clock.now())

    return await _done(request, access, act, typed=key)


@router.post(PAGE + "/key/forget")
async def forget_key(request: Request, access: ApprovesNow) -> Response:
    """Encrypt exports that are asked for from now on to no key of the company."""

    async def act(scope: Scope) -> None:
        await export_keys.forget(scope, _who(access), clock.now())

    return await _done(request, access, act)


@router.get(PAGE + "/exports/{export_id}/file")
async def fetch(request: Request, export_id: UUID, access: MayFetch) -> Response:
    """Hand out an export as one zip file, whole or in ranges; that somebody began to fetch it is a fact."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        row = await exports.fetch(scope, export_id, _manager(access), clock.now(), begins=begins(request))
        file = await export_files.kept(request, scope, export_id)
    name = f"glassfloor-{access.principal.memberships[access.tenant_id].code}-{row['built_at']:%Y-%m-%d}"
    return await export_files.sent(request, access, file, row, name)


def _who(access: Access) -> tuple[Actor, str]:
    return Actor("user", access.principal.id), access.principal.name


def _manager(access: Access) -> Manager:
    return Manager(access.principal.id, access.principal.name)


async def _done(
    request: Request, access: Access, act: Callable[[Scope], Awaitable[None]], *, typed: str = ""
) -> Response:
    try:
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            await act(scope)
    except NotFound:
        raise
    except Problem as problem:
        return await _show(request, access, problem=problem, typed="" if isinstance(problem, SecretHalf) else typed)
    return RedirectResponse(PAGE, _SEE_OTHER)


async def _show(request: Request, access: Access, problem: Problem | None = None, typed: str = "") -> HTMLResponse:
    now = clock.now()
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        found = await exports.newest(scope)
        known = await keys.status(scope)
        server = await scope.fetch("SELECT url FROM gf.key_server WHERE tenant_id = $1", scope.tenant_id)
        export_key = await export_keys.current(scope)
        sealing = await reseal.under_way(scope)
        kept = await retention.policy(scope)
    shown = [_export(row, access) for row in found]
    under_way = [row for row in shown if row["state"] in {"asked", "approved", "building"}]
    return html(
        request, "data.html", page_of(request, Visitor(access.principal, access)),
        status=form_status(problem), error=problem.code if problem else None,
        under_way=under_way, ready=[r for r in shown if r["state"] == "built" and r["expires_at"] > now],
        past=[r for r in shown if r["state"] in {"refused", "failed", "deleted"}],
        keys=known, server=bool(server), kept=kept,
        sealing=sealing if sealing and not sealing["finished_at"] else None,
        export_key=export_key, typed=typed[: export_keys.LONGEST],
        moving=any(row["state"] != "asked" for row in under_way),
    )  # fmt: skip


def _export(row: dict[str, Any], access: Access) -> dict[str, Any]:
    percent = row["done"] * 100 // row["total"] if row["total"] else 0
    return {**row, "id": str(row["id"]), "percent": percent, "own": row["asked_by"] == access.principal.id}
