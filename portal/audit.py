"""The audit: a client's facts in plain words, by group, person, subject and time; the address holds the filter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from journal import cuts, heads, search
from journal.core.facts import KINDS, Fact
from journal.core.inside import outward
from journal.facts import JournalRead
from kit.db import Database, Scope
from kit.errors import Forbidden, ValidationFailed
from portal import i18n
from portal.audit_told import Teller
from portal.audit_words import group_of, groups
from portal.pages import Visitor, html, page_of
from portal.proofs import KEYS_PATH, VERIFIER_PATH, verifier
from portal.rendering import words_of
from tenants.core.masks import Shown, mask_value
from tenants.core.permissions import STAFF, Reach
from tenants.endpoints import Access, permitted, reader_of
from tenants.models import AgentProfile
from tenants.service import reading
from tenants.service.policies import policy_of
from webhooks import service as webhooks

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("journal.read"))]

PAGE = "/settings/audit"
NAMES = ("group", "person", "subject", "from", "to")
_DAY = timedelta(days=1)
_USERS = 'SELECT id::text AS id, name FROM control."user" WHERE id = ANY($1::uuid[])'
_PEOPLE = """
SELECT DISTINCT u.id::text AS id, u.name FROM control.place p JOIN control."user" u ON u.id = p.user_id
WHERE p.tenant_id = $1 AND p.role <> 'agent' ORDER BY 2
"""
_AGENTS = f"SELECT agent_id::text AS id, alias AS name FROM gf.{AgentProfile.__tablename__} WHERE tenant_id = $1"  # noqa: S608 - the model's own name


@dataclass(frozen=True, slots=True)
class View:
    """What a reader looks for, and how it may see it."""

    wanted: search.Wanted
    shown: Shown
    inside: bool
    """Whether the reader is the outsourcer's: what stays inside is in no client's audit."""

    def data(self, fact: Fact) -> dict[str, Any]:
        """Return a fact's data as this reader may see it."""
        told = dict(fact.data) if self.inside else outward(fact.data)
        masked: dict[str, Any] = mask_value(told, self.shown)
        return masked


@router.get(PAGE)
async def page(request: Request, access: MayRead) -> HTMLResponse:
    """Show a page of facts, newest first."""
    refuse_own(access)
    shown = page_of(request, Visitor(access.principal, access))
    filters = {name: request.query_params.get(name, "") for name in NAMES}
    context: dict[str, Any] = {"filters": filters, "rows": [], "next": None, "error": None}
    state = request.app.state
    async with state.plane.transaction(access.tenant_id) as scope:
        try:
            view = await view_of(scope, access, filters, shown.day_zone)
            before = _before(request.query_params.get("before", ""))
        except ValidationFailed as problem:
            context["error"] = problem.code
        else:
            facts = await search.find(scope, view.wanted, before, search.PAGE + 1)
            context["next"] = facts[search.PAGE - 1].seq if len(facts) > search.PAGE else None
            names = await _names(state.control, scope, facts[: search.PAGE])
            moment = partial(i18n.moment, zone=shown.zone, locale=shown.locale, hours=shown.hours)
            teller = Teller(words_of(shown), names, moment)
            context["rows"] = [_row(fact, view, teller) for fact in facts[: search.PAGE]]
            told = JournalRead(group=filters["group"], filter=view.wanted.digest())
            await reading.note(scope, reader_of(access), told, scope.tenant_id)
        signed = await heads.listed(scope, limit=10)
        brought, takers = await webhooks.brought(scope, signed), await webhooks.takers(scope)
        begin = await cuts.newest(scope)
        agents = [dict(row) for row in await scope.fetch(_AGENTS, scope.tenant_id)]
        cut = search.Wanted(("JournalExportCut",), access.who[1], None, shown.now - _DAY)
        context["cut"] = next(iter(await search.find(scope, cut, limit=1)), None)
    people = [dict(row) for row in await (await state.control.pool()).fetch(_PEOPLE, access.tenant_id)]
    context |= {
        "people": [*people, *agents], "heads": signed, "brought": brought, "takers": takers,
        "sent": request.query_params.get("sent", ""), "digest": verifier()[1], "verifier": VERIFIER_PATH,
        "keys": KEYS_PATH, "key_id": state.signer.key_id, "groups": groups(), "whole": not access.grant.masked,
        "query": urlencode({name: value for name, value in filters.items() if value}),
        "begin": begin.before if begin else None,
    }  # fmt: skip
    return html(request, "audit.html", shown, **context)


def refuse_own(access: Access) -> None:
    """Refuse who may see only what it did itself: an agent's own history is on its interactions."""
    if access.grant.reach is Reach.OWN:
        raise Forbidden


async def view_of(scope: Scope, access: Access, given: Mapping[str, str], zone: ZoneInfo) -> View:
    """Read a filter. Raises :class:`ValidationFailed`."""
    policy = await policy_of(scope)
    shown = policy.masking.for_reader(access.role, access.grant)
    return View(wanted_of(given, zone), shown, inside=access.role in STAFF)


def wanted_of(given: Mapping[str, str], zone: ZoneInfo) -> search.Wanted:
    """Read the address's filter; dates are days in ``zone``. Raises :class:`ValidationFailed`."""
    group = given["group"]
    if "\0" in "".join(given.values()) or (group and group not in groups()):
        raise ValidationFailed("the filter names a group that there is not")
    kinds = tuple(sorted(kind for kind in KINDS if group_of(kind) == group)) if group else None
    try:
        return search.Wanted(
            kinds,
            given["person"] or None,
            UUID(given["subject"]) if given["subject"] else None,
            _day(given["from"], zone) if given["from"] else None,
            _day(given["to"], zone) + _DAY if given["to"] else None,
        )
    except (ValueError, OverflowError) as error:
        raise ValidationFailed("a date is written as 2026-11-21, and a subject is an id") from error


def _day(text: str, zone: ZoneInfo) -> datetime:
    day = datetime.fromisoformat(text)
    if not 1970 <= day.year <= 9000:  # noqa: PLR2004 - near the ends of the calendar there are no other zones
        raise ValueError(text)
    return day.replace(tzinfo=zone)


def _before(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):  # noqa: PLR2004 - bigint
        raise ValidationFailed("the cursor is a fact's number")
    return int(text)


async def _names(control: Database, scope: Scope, facts: list[Fact]) -> dict[str, str]:
    """Return the names of everybody who did something here: people, and agents by their alias."""
    users = set()
    for fact in facts:
        for value in (fact.actor.get("id", ""), fact.data.get("user_id") or "", fact.data.get("by") or ""):
            try:
                users.add(UUID(str(value)))
            except ValueError:
                continue
    found = {row["id"]: row["name"] for row in await (await control.pool()).fetch(_USERS, list(users))}
    return found | {row["id"]: row["name"] for row in await scope.fetch(_AGENTS, scope.tenant_id)}


_PLACES = {"Interaction": "/interactions/", "Recording": "/interactions/", "Contact": "", "WorkOrder": "/work-orders/",
           "Offer": "/interactions/", "Flow": "/interactions/", "Disposition": "/interactions/"}  # fmt: skip


def _row(fact: Fact, view: View, teller: Teller) -> dict[str, Any]:
    actor = str(fact.actor.get("id", ""))
    place = next((href for prefix, href in _PLACES.items() if fact.kind.startswith(prefix)), "")
    data = view.data(fact)
    return {
        "seq": fact.seq, "at": fact.at, "kind": fact.kind, "group": group_of(fact.kind), "actor": actor,
        "actor_kind": fact.actor.get("kind", ""), "name": teller.names.get(actor, ""), "subject": str(fact.subject),
        "href": f"{place}{fact.subject}" if place else "", "data": data, "sentence": teller.told(fact.kind, data),
    }  # fmt: skip
