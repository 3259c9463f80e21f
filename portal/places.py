"""The pages of settings and of the back office: one table each, from which hubs, side navigation and tests come.

A row is one page: address, icon of the sprite, the permission that opens it, the group it stands in, its word and one
sentence of what one does there. A page that does not exist yet has no row; a reader without the permission sees none.
Write both texts inside ``_()`` here, and their translations into the catalogue of the part that made the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.sentences import Gettext
from tenants.core.permissions import Permission, Role, decide

SETTINGS, CENTRE = "/settings", "/centre"
"""The two areas, each a hub with pages under its address."""


@dataclass(frozen=True, slots=True)
class Place:
    """One page of an area. ``group`` is a key of :func:`groups`."""

    href: str
    icon: str
    permission: Permission
    group: str
    word: str
    sentence: str


def groups(_: Gettext) -> dict[str, str]:
    """Return the groups of both areas, in the order of the page."""
    return {
        "clients": _("Clients"),
        "centre": _("Your centre"),
        "changes": _("Draft and versions"),
        "access": _("Access"),
        "trust": _("Trust"),
    }


def settings(_: Gettext) -> tuple[Place, ...]:
    """Return the pages of a client's own settings."""
    read: Permission = "settings.read"
    return (
        Place("/settings/hours", "clock", read, "centre", _("Hours"), _("When somebody answers; holidays and days that are different.")),
        Place("/settings/queues", "stack-2", read, "centre", _("Queues and skills"), _("Where contacts wait, for how long, and what an agent must know.")),
        Place("/settings/agents", "users", read, "centre", _("Agents"), _("Who answers for you, and how well each knows your subjects.")),
        Place("/settings/prompts", "volume", read, "centre", _("Prompts"), _("What contacts hear, in each of your languages.")),
        Place("/settings/music", "headphones", read, "centre", _("Music"), _("What contacts hear while they wait and while they are on hold.")),
        Place("/settings/flows", "route", read, "centre", _("Flows"), _("What a contact walks through; rehearse a call before it happens.")),
        Place("/settings/numbers", "phone", read, "centre", _("Numbers"), _("Which flow each of your numbers leads to.")),
        Place("/settings/directory", "phone-call", read, "centre", _("Your people's phones"), _("To whom of your company calls are handed, on which phones, with what they are told.")),
        Place("/settings/recording", "microphone", read, "centre", _("Recording"), _("Which conversations are recorded, and how contacts learn of it.")),
        Place("/settings/callbacks", "arrow-back-up", read, "centre", _("Callbacks"), _("When you call contacts back, how often, and what becomes of messages.")),
        *_orders(_, read),
        Place("/settings/reports", "mail", read, "centre", _("Reports"), _("Who gets which figures, how often, and in which format.")),
        Place("/settings/people", "user", read, "access", _("People"), _("Who of your company signs in here, and what for.")),
        Place("/settings/connections", "webhook", read, "access", _("Connections"), _("Your own systems, and where webhooks go.")),
        Place("/settings/lines", "phone", read, "access", _("Lines"), _("The lines of your own: your carrier, or your telephone system.")),
        Place("/settings/changes", "pencil", read, "changes", _("Changes not published"), _("What waits in the draft: look, publish, or throw away.")),
        Place("/settings/versions", "versions", read, "changes", _("Versions"), _("What was in force when, who published it and why; go back to one.")),
        Place(
            "/settings/identity", "fingerprint", "identity.manage", "access", _("Sign-in services"),
            _("Let your people come in with your company's own accounts, in the roles that their groups give."),
        ),
        Place(
            "/settings/keys", "key", "integration.manage", "access", _("Keys and clients"),
            _("Let your systems work through the API, each with its own key or OAuth client."),
        ),
        Place(
            "/settings/people-access", "shield-lock", "people.manage", "access", _("Sign-in of your people"),
            _("Who has a second factor, who is locked out, who still needs a link; and the rule for everybody."),
        ),
        Place(
            "/settings/wall", "device-desktop", "wall.manage", "centre", _("Screens and tiles"),
            _("Hang the live board up on a wall, or put its figures into a page of yours."),
        ),
        *_systems(_),
        *_trust(_, read),
    )  # fmt: skip


def _orders(_: Gettext, read: Permission) -> tuple[Place, ...]:
    return (
        Place("/settings/work-orders", "clipboard-list", read, "centre", _("Work orders"),
              _("What kinds there are, what is asked and said with each, and when one is over.")),
        Place("/settings/time-limits", "hourglass", read, "centre", _("Time limits"),
              _("How fast each side acts on a work order, in which hours.")),
    )  # fmt: skip


def _systems(_: Gettext) -> tuple[Place, ...]:
    return (
        Place("/settings/developers", "code", "integration.manage", "access", _("Developers"),
              _("From a key to a working round trip: commands filled in, downloads, and where errors show.")),
        Place("/settings/exchange", "plug-connected", "integration.manage", "access", _("Exchange"),
              _("What is agreed with each of your systems, how it is, its map, and a console to try it.")),
        Place("/settings/endpoints", "webhook", "endpoint.manage", "access", _("Endpoints"),
              _("Where events go, what went there, every attempt, and sending again.")),
        Place("/settings/events", "list-details", "endpoint.manage", "access", _("Events"),
              _("Everything that your systems are told, by type, work order and time, and how far it came.")),
    )  # fmt: skip


def _trust(_: Gettext, read: Permission) -> tuple[Place, ...]:
    return (
        Place("/settings/contract", "file-certificate", read, "trust", _("What is agreed"),
              _("What the contract lets you change yourself, and what you see of the agents' desks.")),
        Place("/settings/desks", "screen-share", read, "trust", _("View of the agents' desks"),
              _("Switch off what the contract lets you see of them, for all or for some queues.")),
        Place("/settings/staff-access", "door-enter", "staff_access.read", "trust", _("Access by the call centre"),
              _("See who of the call centre is inside, and decide who may come in.")),
        Place("/settings/masking", "eye-off", read, "trust", _("Masking of numbers"),
              _("How much of a contact's number the call centre's people see.")),
        Place("/settings/letting-in", "lock-open", read, "trust", _("Who lets them in"),
              _("Whether the call centre's people ask you before they look at your data.")),
        Place("/settings/supervision", "headset", read, "trust", _("Supervision of calls"),
              _("What the call centre's supervisors may do while your contacts talk.")),
        Place("/settings/sharing", "link", read, "trust", _("Recordings by link"),
              _("Whether a recording may be heard by a link, by whom and for how long; every link there is.")),
        Place("/settings/retention", "calendar-time", read, "trust", _("Retention"),
              _("How long recordings and everything else are kept.")),
        Place("/settings/do-not-call", "phone-off", "do_not_call.keep", "trust", _("Do not call"),
              _("Numbers that nobody calls for you: add, look up, take off.")),
        Place("/settings/holds", "lock", "recording.hold", "trust", _("Held conversations"),
              _("What must not be deleted although its time is over.")),
        Place("/settings/data", "database-export", "export.ask", "trust", _("Your data"),
              _("Take everything along, see how it is sealed and how long it is kept.")),
        Place("/settings/isolation", "shield-check", "probe.read", "trust", _("Isolation"),
              _("Let this installation be attacked as other clients would, and see what answered.")),
        Place("/settings/audit", "list-details", "journal.read", "trust", _("Audit"),
              _("Everything that happened and who read what, to filter, take away and check.")),
    )  # fmt: skip


def centre(_: Gettext) -> tuple[Place, ...]:
    """Return the pages of the outsourcer's back office."""
    return (
        Place("/centre/clients", "building", "tenant.create", "clients", _("Clients"), _("Every client: state, version, seats, numbers.")),
        Place("/centre/clients/new", "rocket", "tenant.create", "clients", _("New client"), _("Take a client on, step by step, to the first test call.")),
        Place("/centre/access", "door-enter", "staff_access.ask", "access", _("Access to a client"),
              _("Ask a client to let you in, with a reason and for a time.")),
        Place("/centre/people", "users", "staff.manage", "access", _("Colleagues"),
              _("Who works for the centre, in which role, and who cannot get in.")),
        Place("/centre/placements", "database", "tenant.create", "clients", _("Databases"),
              _("See in which database each client lives, and follow a move.")),
        Place("/centre/lines", "phone", "trunk.manage", "clients", _("Lines"),
              _("The lines to carriers and clients' telephone systems: which work, what runs over them, their secrets.")),
        Place("/centre/engines", "headset", "engine.manage", "clients", _("Phone engines"),
              _("The engines that carry the calls: how each is, empty one, or give one up.")),
        Place("/centre/erasures", "trash", "tenant.erase", "clients", _("Erasing clients"),
              _("Erase a client that has left: two people decide, a certificate says what was destroyed.")),
        Place("/centre/isolation", "shield-check", "tenant.create", "trust", _("Isolation of the clients"),
              _("Red results of the probe, until they are green again or you say why.")),
    )  # fmt: skip


AREAS: dict[str, Callable[[Gettext], tuple[Place, ...]]] = {SETTINGS: settings, CENTRE: centre}


def area_of(path: str) -> str | None:
    """Return the area that a path lies in, None outside of both."""
    return next((area for area in AREAS if path == area or path.startswith(f"{area}/")), None)


def rooms(path: str, role: str, _: Gettext) -> list[dict[str, Any]]:
    """Return the groups of the area around ``path`` with the places that ``role`` may open: ``word``, ``places``.

    A place has ``href``, ``icon``, ``word``, ``sentence`` and ``current``; a group without places is left out.
    """
    area = area_of(path)
    if area is None or role not in set(Role):
        return []
    may = [place for place in AREAS[area](_) if decide(Role(role), place.permission)]
    here = max((p.href for p in may if path == p.href or path.startswith(f"{p.href}/")), key=len, default="")
    return [
        {"word": word, "places": [_shown(place, here) for place in may if place.group == group]}
        for group, word in groups(_).items()
        if any(place.group == group for place in may)
    ]


def _shown(place: Place, here: str) -> dict[str, Any]:
    return {
        "href": place.href,
        "icon": place.icon,
        "word": place.word,
        "sentence": place.sentence,
        "current": place.href == here,
    }
