"""The home of a client's technicians: whether its systems and the call centre understand each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from exchange.service import health
from live.service import Watched, open_board
from portal import i18n
from portal.homes.client import Looks
from portal.homes.told import Headline, Item, soon
from tenants.core.permissions import decide
from tenants.oauth.clients import list_credentials
from webhooks.service import figures

_LATELY = timedelta(days=1)


async def systems(looks: Looks) -> dict[str, Any]:
    """Return what a technician asks first: what is broken, and what soon will be."""
    access, state, now = looks.access, looks.request.app.state, looks.page.now
    async with state.plane.transaction(access.tenant_id) as scope:
        endpoints = await figures.at_a_glance(scope, now - _LATELY)
        held = await health.held(scope)
    keys = await _credentials(looks) if decide(access.role, "integration.manage") else []
    member = access.principal.memberships[access.tenant_id]
    board = await open_board(state.plane, Watched(access.tenant_id, member.name, member.zone))
    items = [*_held(looks, held), *_items(looks, endpoints, keys), *_lines(looks, list(board.lines_down))]
    return {"endpoints": endpoints, "keys": keys, "items": items, "headline": _headline(looks, items)}


async def _credentials(looks: Looks) -> list[dict[str, Any]]:
    keys, clients = await list_credentials(looks.request.app.state.control, looks.access.tenant_id)
    living = [row for row in (*keys, *clients) if row["revoked_at"] is None and row["expires_at"] > looks.page.now]
    return [{**row, "soon": soon(row["expires_at"] - looks.page.now)} for row in living]


def _items(looks: Looks, endpoints: list[dict[str, Any]], keys: list[dict[str, Any]]) -> list[Item]:
    words = i18n.translations(looks.page.locale)
    _, ngettext = words.gettext, words.ngettext
    found = []
    for row in endpoints:
        name = {"connection": row["connection"]}
        if row["state"] != "active":
            found.append(
                Item(
                    "plug-connected-x",
                    _("Webhooks to %(connection)s are switched off") % name,
                    "/settings/endpoints",
                    "bad",
                )
            )
        elif row["failing_since"]:
            found.append(
                Item(
                    "alert-triangle",
                    _("%(connection)s takes no webhooks at the moment") % name,
                    "/settings/endpoints",
                    "bad",
                )
            )
        if row["dead"].number:
            text = ngettext("%(num)s event was given up", "%(num)s events were given up", row["dead"].number)
            found.append(
                Item("archive", text % {"num": row["dead"]} + f" · {row['connection']}", "/settings/endpoints", "warn")
            )
    ending = sum(row["soon"] for row in keys)
    if ending:
        text = ngettext("%(num)s key ends within two weeks", "%(num)s keys end within two weeks", ending)
        found.append(Item("key", text % {"num": ending}, "/settings/keys", "warn"))
    return found


def _held(looks: Looks, held: Mapping[str, int]) -> list[Item]:
    _ = i18n.translations(looks.page.locale).gettext
    text = _("Messages of %(connection)s that the map does not know: %(num)s")
    return [
        Item("route", text % {"connection": code, "num": count}, f"/settings/exchange/{code}", "bad")
        for code, count in held.items()
    ]


def _lines(looks: Looks, down: list[str]) -> list[Item]:
    _ = i18n.translations(looks.page.locale).gettext
    return [
        Item("phone-off", _("The line %(line)s cannot be used") % {"line": line}, "/settings/lines", "bad")
        for line in down
    ]


def _headline(looks: Looks, items: list[Item]) -> Headline:
    _ = i18n.translations(looks.page.locale).gettext
    if any(item.tone == "bad" for item in items):
        return Headline(_("Something between your systems and the call centre is broken."), "bad")
    if items:
        return Headline(_("Everything works. Something wants a look soon."), "warn")
    return Headline(_("Everything between your systems and the call centre works."), "ok")
