"""Homes of the outsourcer's people: who needs a supervisor, which client waits for onboarding, what is broken."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from exits.service import orders
from kit import clock
from live.service import open_board
from portal import i18n
from portal.floor_doors import people_of, watched_by
from portal.floor_view import document
from portal.homes.told import Headline, Item
from portal.rendering import Page
from probe.service import alarms
from tenants.access import Principal
from tenants.core.permissions import Role, decide
from tenants.onboarding import service as onboardings
from tenants.service import grants
from tenants.service.floors import list_tenants


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the outsourcer's people and the page around it."""

    request: Request
    principal: Principal
    page: Page


async def floor(who: Colleague) -> dict[str, Any]:
    """Return what a supervisor asks first: who needs me now."""
    state = who.request.app.state
    doors = await watched_by(who.request, who.principal)
    people = await people_of(state.control, [door.id for door, watched in doors if watched])
    boards = [(door, await open_board(state.plane, watched) if watched else None) for door, watched in doors]
    now = clock.millis(clock.now())
    shown = document(boards, people, now)
    alerts = [row for row in shown["alerts"] if row["by"] is None]
    return {
        "clients": shown["clients"],
        "on": Counter(id_ for row in shown["agents"] if row["state"] != "offline" for id_ in row["clients"]),
        "alerts": alerts,
        "as_of": now,
        "headline": _needed(who, shown, len(alerts), now),
        "items": [],
    }


def _needed(who: Colleague, shown: dict[str, Any], alerts: int, now: int) -> Headline:
    words = i18n.translations(who.page.locale)
    _, ngettext = words.gettext, words.ngettext
    hands = sum(1 for agent in shown["agents"] if agent["hand_at"])
    if hands:
        text = ngettext("%(num)s agent asks for help.", "%(num)s agents ask for help.", hands)
        return Headline(text % {"num": hands}, "bad")
    late = [
        row for row in shown["clients"]
        if row["oldest_wait_at"] and now - row["oldest_wait_at"] >= row["wait_s"] * 1000
    ]  # fmt: skip
    if late:
        return Headline(_("Contacts of %(client)s wait beyond its limit.") % {"client": late[0]["name"]}, "bad")
    if alerts:
        text = ngettext("%(num)s alert that nobody takes care of.", "%(num)s alerts that nobody takes care of.", alerts)
        return Headline(text % {"num": alerts}, "warn")
    return Headline(_("Nobody needs you at the moment."), "ok")


async def centre(who: Colleague) -> dict[str, Any]:
    """Return what onboarding and whoever runs the centre ask first: which client waits for something."""
    state, role = who.request.app.state, who.principal.staff_role or Role.ONBOARDING
    every = await list_tenants(state.control)
    items = [*await _unfinished(who), *await _red(who), *await _grants(who)]
    if decide(role, "tenant.erase"):
        items += await _erasures(who)
    words = i18n.translations(who.page.locale)
    resting = [tenant for tenant in every if tenant.state != "active"]
    text = words.ngettext("%(num)s client", "%(num)s clients", len(every)) % {"num": len(every)}
    urgent = next((item for item in items if item.tone == "bad"), None)
    head = Headline(urgent.text, "bad") if urgent else Headline(
        words.gettext("Nothing is urgent. What waits for you stands below.") if items
        else words.gettext("Nothing waits for you."), "warn" if items else "ok",
    )  # fmt: skip
    return {"headline": head, "items": items, "count": text, "resting": resting}


async def _unfinished(who: Colleague) -> list[Item]:
    _ = i18n.translations(who.page.locale).gettext
    found = await onboardings.unfinished(who.request.app.state.control)
    return [
        Item(
            "rocket",
            _("Taking on %(client)s is not finished") % {"client": row.name or "—"},
            f"/centre/clients/new/{row.id}",
            "warn",
        )
        for row in found
    ]


async def _red(who: Colleague) -> list[Item]:
    _ = i18n.translations(who.page.locale).gettext
    if not decide(who.principal.staff_role or Role.ONBOARDING, "tenant.create"):
        return []
    return [
        Item("shield-x", _("The isolation of %(client)s is red") % {"client": alarm.name}, "/centre/isolation", "bad")
        for alarm in await alarms.open_alarms(who.request.app.state.control)
    ]


async def _grants(who: Colleague) -> list[Item]:
    _ = i18n.translations(who.page.locale).gettext
    mine = await grants.of_user(who.request.app.state.control, who.principal.id, who.page.now)
    return [
        Item("door-enter", _("%(client)s lets you in") % {"client": row["code"]}, "/centre/access")
        for row in mine if row["state"] == "in_force"
    ]  # fmt: skip


async def _erasures(who: Colleague) -> list[Item]:
    _ = i18n.translations(who.page.locale).gettext
    return [
        Item("trash", _("Erasing %(client)s is under way") % {"client": row["name"]}, "/centre/erasures", "warn")
        for row in await orders.under_way(who.request.app.state.control)
    ]
