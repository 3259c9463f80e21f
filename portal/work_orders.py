"""Work orders for people: the client's inbox, and one order with its thread, where it is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import HTMLResponse, RedirectResponse, Response

from interactions import service as interactions
from interactions.shown import as_shown
from journal import cuts
from kit import clock
from kit.db import Scope
from kit.errors import NotFound, Problem, ValidationFailed
from portal import order_clocks
from portal.handshake_words import told
from portal.order_details import changed_entry, details
from portal.order_files import files_of
from portal.pages import Visitor, html, page_of
from tenants.core.masks import mask_value
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to
from workorders.clocks.shown import clocks_of
from workorders.core.states import Status
from workorders.endpoints import doer_of
from workorders.schemas import Move, NewComment, Resolution
from workorders.service import changes, lists

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("work_order.read"))]
MayChange = Annotated[Access, Depends(permitted("work_order.change"))]
MayComment = Annotated[Access, Depends(permitted("work_order.comment"))]

_STATUS = {"validation_failed": 400, "reason_missing": 400, "comment_missing": 400}
"""A form that was filled wrong; every other refusal is a conflict with the present state."""


@router.get("/work-orders")
async def work_orders(request: Request, access: MayRead) -> HTMLResponse:
    """List the client's work orders, newest first; the filter and the cursor are in the address."""
    query = request.query_params
    filters = {"status": query.get("status", "")}
    wanted = lists.Wanted({k: v for k, v in filters.items() if v}, after=query.get("after") or None)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        found = await lists.list_orders(scope, wanted, doer_of(access))
        told = {**wanted.filters, "after": wanted.after}
        await reading.listed(scope, reader_of(access), "work_orders", len(found.data), told)
        owed = await clocks_of(scope, found.data, clock.now())
        orders = mask_value(found.data, await shown_to(scope, access.role))
        rows = [{**_row(order), "due": order_clocks.next_due(owed[order["id"]])} for order in orders]
    page = page_of(request, Visitor(access.principal, access))
    return html(request, "work_orders.html", page, filters=filters, rows=rows, next=found.next)


@router.get("/work-orders/{order_id}")
async def work_order(request: Request, order_id: UUID, access: MayRead) -> HTMLResponse:
    """Show one work order."""
    return await _show(request, order_id, access)


@router.post("/work-orders/{order_id}/comments")
async def add_comment(request: Request, order_id: UUID, access: MayComment) -> Response:
    """Add a comment that both sides see."""
    form = await request.form()
    body = str(form.get("body", ""))
    try:
        comment = NewComment(body=body)
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            await changes.comment(scope, order_id, comment, doer_of(access), clock.now())
    except (ValidationError, ValidationFailed):
        return await _show(request, order_id, access, error="comment_missing", draft={"comment": body})
    return RedirectResponse(f"/work-orders/{order_id}", 303)


@router.post("/work-orders/{order_id}/transitions")
async def move(request: Request, order_id: UUID, access: MayChange) -> Response:
    """Move the order, as far as this side may."""
    form = await request.form()
    draft = {name: str(form.get(name, "")) for name in ("to", "reason", "pending_on")}
    try:
        wanted = _move(draft)
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            await changes.transition(scope, order_id, wanted, doer_of(access), clock.now())
    except NotFound:
        raise
    except ValidationError:
        error = "reason_missing" if not draft["reason"].strip() else "validation_failed"
        return await _show(request, order_id, access, error=error, draft=draft)
    except Problem as problem:
        missing = problem.code == "validation_failed" and not draft["reason"].strip()
        return await _show(request, order_id, access, error="reason_missing" if missing else problem.code, draft=draft)
    return RedirectResponse(f"/work-orders/{order_id}", 303)


def _move(draft: dict[str, str]) -> Move:
    """Read the form: what it holds for other steps than the chosen one is left out."""
    to, reason = draft["to"], draft["reason"].strip()
    return Move.model_validate(
        {
            "to": to,
            "reason": reason or None,
            "pending_on": draft["pending_on"] or None if to == Status.PENDING else None,
            "resolution": Resolution(summary=reason) if to == Status.RESOLVED else None,
        }
    )


async def _show(
    request: Request, order_id: UUID, access: Access, *, error: str | None = None, draft: dict[str, str] | None = None
) -> HTMLResponse:
    doer = doer_of(access)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        order = await lists.detail(scope, order_id, doer)
        steps = await lists.allowed(scope, order_id, doer, clock.now())
        entries = await lists.history(scope, order_id, doer)
        owed = await clocks_of(scope, [order], clock.now())
        origin = await _interaction(scope, order["interaction_id"])
        begin = await cuts.newest(scope)
        await reading.work_order_opened(scope, reader_of(access), order_id)
        seen = await shown_to(scope, access.role)
        order, entries = mask_value(order, seen), mask_value(entries, seen)
        may_comment = decide(access.role, "work_order.comment") is not None
        files = await files_of(scope, order_id, doer, seen, may_attach=may_comment)
        if origin is not None:
            (origin,) = await as_shown(scope, [origin], seen)
    page = page_of(request, Visitor(access.principal, access))
    shown = {
        **_row(order),
        "description": order["description"],
        "pending_on": order["pending_on"],
        "details": details(order),
        "resolution": order["resolution"],
        "interaction": origin,
        "timeline": [_entry(entry) for entry in entries],
        "steps_from": begin.before if begin and _instant(order["created_at"]) < begin.before else None,
        "allowed": [step["to"] for step in steps] if decide(access.role, "work_order.change") else [],
        "pending_on_choices": next((step["pending_on"] for step in steps if "pending_on" in step), []),
        "clocks": order_clocks.shown(owed[order["id"]]),
        "may_comment": may_comment,
        "files": files,
        "internal": doer.sees_internal,
        "most_mb": request.app.state.settings.attachment_mb,
    }
    status = _STATUS.get(error, 409) if error else 200
    return html(request, "work_order.html", page, status=status, order=shown, error=error, draft=draft or {})


async def _interaction(scope: Scope, interaction_id: str | None) -> dict[str, Any] | None:
    if interaction_id is None:
        return None
    return await interactions.brief(scope, UUID(interaction_id))


def _row(order: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": order["id"],
        "number": order["number"],
        "title": order["title"],
        "type": order["type"],
        "status": order["status"],
        "priority": order["priority"],
        "requester": order["requester_side"],
        "created_at": _instant(order["created_at"]),
        "updated_at": _instant(order["updated_at"]),
    }


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    shown = {"at": _instant(entry["at"]), "side": entry["side"], "author": entry["actor"]["name"]}
    changed = entry.get("changes", {}).get("status")
    if entry.get("comment"):
        return {**shown, "kind": "comment", **{k: entry["comment"][k] for k in ("body", "visibility")}}
    if (said := told(entry) or order_clocks.told(entry)) is not None:
        return {**shown, **said}
    if entry.get("attachment"):
        return {
            **shown,
            "kind": "file",
            **{k: entry["attachment"].get(k) for k in ("name", "visibility", "scan_state")},
        }
    if (said := changed_entry(entry)) is not None:
        return {**shown, **said}
    if changed is None:
        return {**shown, "kind": "created", "to": entry["status"]}
    reason = (entry["changes"].get("status_reason") or [None, None])[1]
    return {**shown, "kind": "status", "from": changed[0], "to": changed[1], "reason": reason}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
