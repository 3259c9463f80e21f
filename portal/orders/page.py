"""One work order, whole: who waits for whom, what happened, what is asked, and what its reader may do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from interactions import service as interactions
from interactions.shown import as_shown
from journal import cuts
from journal import service as journal
from kit import clock
from kit.db import Scope
from portal import order_clocks
from portal.order_files import files_of
from portal.orders import about, asked, editing, links
from portal.orders.deliveries import systems_of
from portal.orders.details import details, names
from portal.orders.standing import Open, standing
from portal.orders.timeline import timeline
from portal.pages import Visitor, html, page_of
from portal.rendering import Page
from tenants.core.masks import Shown, mask_value
from tenants.core.permissions import decide
from tenants.core.work_orders import OrderType
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to
from workorders.attachments.core.limits import MB
from workorders.attachments.endpoints import most_of
from workorders.clocks.shown import clocks_of
from workorders.core.doer import Doer
from workorders.core.states import TERMINAL, Side, Status
from workorders.endpoints import doer_of
from workorders.service import lists
from workorders.service.changes import position_of
from workorders.service.inbox import choices
from workorders.service.rules import rules_of

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("work_order.read"))]


@dataclass(frozen=True, slots=True)
class Refused:
    """An act that was refused: of which form, why, how the answer ends, and what was typed."""

    part: str
    code: str
    status: int
    typed: Mapping[str, str] = field(default_factory=dict)
    missed: tuple[str, ...] = ()
    """Fields that somebody else changed since the reader's version."""


@router.get("/work-orders/{order_id}")
async def work_order(request: Request, order_id: UUID, access: MayRead) -> HTMLResponse:
    """Show one work order."""
    return await show(request, order_id, access)


async def show(request: Request, order_id: UUID, access: Access, refused: Refused | None = None) -> HTMLResponse:
    """Show one work order, with what was typed into a form that was refused. Raises :class:`NotFound`."""
    page, now = page_of(request, Visitor(access.principal, access)), clock.now()
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        upto = await journal.head(scope)
        seen = await shown_to(scope, access.role)
        shown = await _Reading(scope, access, seen, page, now).order(order_id, refused)
        await reading.work_order_opened(scope, reader_of(access), order_id)
        shown["most_mb"] = (await most_of(request, scope)).size // MB
    if refused is not None and refused.missed:
        shown["missed"] = _missed(shown["timeline"], refused.missed)
    return html(
        request, "work_order.html", page, status=refused.status if refused else 200, order=shown, upto=upto,
        refused=refused, typed=dict(refused.typed) if refused else {},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reading:
    """One look at a work order, in one transaction, as its reader may see it."""

    scope: Scope
    access: Access
    seen: Shown
    page: Page
    now: datetime

    async def order(self, order_id: UUID, refused: Refused | None) -> dict[str, Any]:
        """Return what the page's template needs."""
        scope, doer = self.scope, doer_of(self.access)
        raw = await lists.detail(scope, order_id, doer)
        order = mask_value(raw, self.seen)
        clocks = order_clocks.shown((await clocks_of(scope, [raw], self.now))[raw["id"]])
        told, systems = await systems_of(scope, raw)
        entries = mask_value(await lists.history(scope, order_id, doer), self.seen)
        begin = await cuts.newest(scope)
        said = asked.shown(mask_value(await asked.of_order(scope, order_id, doer), self.seen))
        kind = (await rules_of(scope)).types.get(raw["type"])
        return {
            **head(order), **_called(kind), "called": (await choices(scope))["connections"],
            "standing": standing(order, clocks, _open(said), doer.side, self.now),
            "description": order["description"], "severity": order["severity"], "resolution": order["resolution"],
            "version": order["version"], "requester": order["requester_side"], "pending_on": order["pending_on"],
            "over": order["status"] in TERMINAL,
            "details": details(order), "assignment": {s: names(each) for s, each in order["assignment"].items()},
            "works": order["assignment"][doer.side.value] or {}, "clocks": clocks,
            "links": await links.of_order(scope, order, doer, self.seen), "relations": links.RELATIONS,
            "about": about.of_order(raw, order), "roles": about.ROLES,
            "timeline": timeline(entries, told), "systems": systems,
            "steps_from": begin.before if begin and _instant(order["created_at"]) < begin.before else None,
            "interaction": await self._interaction(order["interaction_id"]),
            "side": doer.side.value, "internal": doer.sees_internal,
            **said, **await self._may(raw, said, doer), **self._form(raw, order, (doer, kind), refused),
            "files": await files_of(scope, order_id, doer, self.seen, may_attach=self._decides("work_order.comment")),
        }  # fmt: skip

    async def _may(self, raw: dict[str, Any], said: Mapping[str, Any], doer: Doer) -> dict[str, Any]:
        """Return what this reader may do now: the service decides when it is done."""
        steps = await lists.allowed(self.scope, UUID(raw["id"]), doer, self.now)
        changes, side = self._decides("work_order.change"), doer.side.value
        status, asks = Status(raw["status"]), raw["requester_side"] == side
        waits = status is Status.PENDING and raw["pending_on"] == raw["requester_side"]
        may = {
            "ask": not asks and (waits or any(step["to"] == Status.PENDING for step in steps)),
            "answer": asks,
            "cancel": asks and status in asked.UNDER_WAY and not asked.undecided(said["cancellation"]),
            "decide": not asks and asked.undecided(said["cancellation"]),
            "task": side == Side.TENANT and raw["requester_side"] == Side.OUTSOURCER and status not in TERMINAL,
            "withdraw": side == Side.TENANT,
            "edit": status not in TERMINAL,
            "about": asks and status not in TERMINAL,
        }
        return {
            "steps": steps if changes else [],
            "may": {name: changes and each for name, each in may.items()},
            "may_comment": self._decides("work_order.comment"),
            "may_endpoints": self._decides("endpoint.manage"),
        }

    def _form(
        self, raw: dict[str, Any], order: dict[str, Any], by: tuple[Doer, OrderType | None], refused: Refused | None
    ) -> dict[str, Any]:
        """Return the fields that can be changed; one that holds what the reader sees masked is not among them."""
        doer, kind = by
        position = position_of({**raw, "resolved_at": None})
        party, zone = position.party(doer.side), self.page.zone
        plain = editing.fields_of(raw, party, kind, zone)
        masked = editing.fields_of(order, party, kind, zone)
        fields = [each for each, other in zip(masked, plain, strict=True) if each["value"] == other["value"]]
        typed = refused.typed if refused is not None and refused.part == "edit" else {}
        return {"fields": editing.kept(fields, typed), "was": {each["name"]: each["value"] for each in fields}}

    async def _interaction(self, interaction_id: str | None) -> dict[str, Any] | None:
        found = None if interaction_id is None else await interactions.brief(self.scope, UUID(interaction_id))
        if found is None:
            return None
        (shown,) = await as_shown(self.scope, [found], self.seen)
        return dict(shown)

    def _decides(self, permission: Any) -> bool:  # noqa: ANN401 - one of Permission's words
        return decide(self.access.role, permission) is not None


def head(order: Mapping[str, Any]) -> dict[str, Any]:
    """Return what lists, cards and the page say of a work order alike."""
    return {
        "id": order["id"], "number": order["number"], "title": order["title"], "type": order["type"],
        "status": order["status"], "priority": order["priority"], "created_at": _instant(order["created_at"]),
        "updated_at": _instant(order["updated_at"]),
    }  # fmt: skip


def _called(kind: OrderType | None) -> dict[str, Any]:
    """Return what the client calls the type and its fields."""
    return {
        "type_name": None if kind is None else kind.name,
        "own": {} if kind is None else {field.code: field.name for field in kind.fields},
    }


def _open(said: Mapping[str, Any]) -> Open:
    cancellation = said["cancellation"]
    return Open(
        [each for each in said["questions"] if each["state"] == "open"],
        cancellation if asked.undecided(cancellation) else None,
        [each for each in said["tasks"] if each["state"] in {"open", "accepted"}],
    )


def _missed(entries: list[dict[str, Any]], fields: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return who changed these fields last, when, and to what."""
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        for change in entry.get("changes", ()):
            if change["field"] in fields:
                found[f"{change['field']} {change.get('key', '')}"] = {**entry, **change}
        if entry["kind"] == "status" and "status" in fields:
            found["status"] = {**entry, "field": "status"}
        if entry["kind"] == "assigned" and "assignment" in fields:
            found["assignment"] = {**entry, "field": "assignment"}
    return list(found.values())


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
