"""Who may do what: the table of isolation.md 12, for the roles and permissions that exist now.

A decision has three parts: the role that a person holds in *this* tenant, this table, and the object rule that the
grant names (``OWN`` means only what the agent handled itself; ``masked`` means numbers as ``+86 138****1234``). What is
not in the table is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, get_args


class Role(StrEnum):
    """What somebody is in one tenant."""

    PLATFORM = "platform"
    ONBOARDING = "onboarding"
    SUPERVISOR = "supervisor"
    QUALITY = "quality"
    AGENT = "agent"
    CLIENT_VIEWER = "client_viewer"
    CLIENT_MANAGER = "client_manager"
    CLIENT_DEVELOPER = "client_developer"
    CLIENT_SYSTEM = "client_system"


STAFF = frozenset({Role.PLATFORM, Role.ONBOARDING, Role.SUPERVISOR, Role.QUALITY, Role.AGENT})
"""Roles of the outsourcer's own people."""
CLIENT_PEOPLE = frozenset({Role.CLIENT_VIEWER, Role.CLIENT_MANAGER, Role.CLIENT_DEVELOPER})
"""Roles that a blueprint may give to a client's people."""

Permission = Literal[
    "live.read",
    "control.read",
    "control.act",
    "wall.manage",
    "call.handle",
    "call.listen",
    "call.supervise",
    "call.begin",
    "do_not_call.keep",
    "floor.watch",
    "interaction.read",
    "interaction.export",
    "recording.listen",
    "recording.hold",
    "recording.share",
    "interaction.comment",
    "desktop.view",
    "desktop.withhold",
    "work_order.read",
    "work_order.create",
    "work_order.change",
    "work_order.comment",
    "settings.read",
    "settings.change",
    "sound.upload",
    "integration.manage",
    "endpoint.manage",
    "event.read",
    "journal.read",
    "report.read",
    "tenant.create",
    "tenant.erase",
    "contract.change",
    "people.manage",
    "identity.manage",
    "staff.manage",
    "trunk.manage",
    "engine.manage",
    "staff_access.ask",
    "staff_access.read",
    "staff_access.decide",
    "contact.reveal",
    "context.acknowledge",
    "context.revoke",
    "probe.read",
    "probe.run",
    "probe.acknowledge",
    "export.ask",
    "export.approve",
    "export.fetch",
]
"""Every permission that a route may ask for."""

PERMISSIONS: tuple[Permission, ...] = get_args(Permission)


class Reach(StrEnum):
    """How far a grant goes inside the tenant."""

    ALL = "all"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Grant:
    """A yes, with its object rule and its field policy."""

    reach: Reach = Reach.ALL
    masked: bool = False


_ALL, _MASKED = Grant(), Grant(masked=True)
_OWN, _OWN_MASKED = Grant(Reach.OWN), Grant(Reach.OWN, masked=True)
_PE, _ON, _SV, _QA, _AG = Role.PLATFORM, Role.ONBOARDING, Role.SUPERVISOR, Role.QUALITY, Role.AGENT
_CV, _CM, _CD, _CS = Role.CLIENT_VIEWER, Role.CLIENT_MANAGER, Role.CLIENT_DEVELOPER, Role.CLIENT_SYSTEM

TABLE: dict[Permission, dict[Role, Grant]] = {
    "live.read": {_PE: _MASKED, _SV: _MASKED, _QA: _MASKED, _AG: _OWN_MASKED, _CV: _MASKED, _CM: _MASKED, _CS: _MASKED},
    "control.read": {_ON: _ALL, _SV: _ALL, _CV: _ALL, _CM: _ALL, _CS: _ALL},
    "control.act": {_CV: _ALL, _CM: _ALL, _CS: _ALL},
    "wall.manage": {_SV: _MASKED, _CM: _ALL},
    "call.handle": {_SV: _ALL, _AG: _OWN},
    "call.listen": {_SV: _ALL, _QA: _ALL, _CV: _ALL, _CM: _ALL},
    "call.supervise": {_SV: _ALL},
    "call.begin": {_SV: _ALL, _AG: _OWN, _CM: _ALL, _CS: _ALL},
    "do_not_call.keep": {_SV: _MASKED, _CM: _ALL, _CS: _ALL},
    "floor.watch": {_SV: _ALL},
    "interaction.read": {_SV: _MASKED, _QA: _MASKED, _AG: _OWN_MASKED, _CV: _ALL, _CM: _ALL, _CS: _ALL},
    "interaction.export": {_CM: _ALL, _CS: _ALL},
    "recording.listen": {_SV: _ALL, _QA: _ALL, _AG: _OWN, _CV: _ALL, _CM: _ALL, _CS: _ALL},
    "recording.hold": {_CM: _ALL, _CS: _ALL},
    "recording.share": {_SV: _ALL, _QA: _ALL, _CV: _ALL, _CM: _ALL, _CS: _ALL},
    "interaction.comment": {_SV: _MASKED, _QA: _MASKED, _CV: _ALL, _CM: _ALL},
    "desktop.view": {_SV: _ALL, _QA: _ALL, _CV: _ALL, _CM: _ALL},
    "desktop.withhold": {_CM: _ALL},
    "work_order.read": {_SV: _MASKED, _QA: _MASKED, _AG: _OWN_MASKED, _CV: _ALL, _CM: _ALL, _CS: _ALL},
    "work_order.create": {_SV: _ALL, _AG: _OWN, _CM: _ALL, _CS: _ALL},
    "work_order.change": {_SV: _ALL, _AG: _OWN, _CM: _ALL, _CS: _ALL},
    "work_order.comment": {_SV: _ALL, _QA: _ALL, _AG: _OWN, _CV: _ALL, _CM: _ALL, _CS: _ALL},
    "settings.read": {_PE: _ALL, _ON: _ALL, _SV: _ALL, _CV: _ALL, _CM: _ALL, _CD: _ALL},
    "settings.change": {_ON: _ALL, _CM: _ALL},
    "sound.upload": {_ON: _ALL, _CM: _ALL, _CS: _ALL},
    "integration.manage": {_ON: _ALL, _CM: _ALL, _CD: _ALL},
    "endpoint.manage": {_ON: _ALL, _CM: _ALL, _CD: _ALL, _CS: _ALL},
    "event.read": {_CM: _ALL, _CS: _ALL},
    "journal.read": {_SV: _MASKED, _AG: _OWN_MASKED, _CM: _ALL, _CS: _ALL},
    "report.read": {_PE: _ALL, _SV: _ALL, _QA: _ALL, _AG: _OWN, _CV: _ALL, _CM: _ALL, _CS: _ALL},
    "tenant.create": {_PE: _ALL, _ON: _ALL},
    "tenant.erase": {_PE: _ALL, _ON: _ALL},
    "contract.change": {_ON: _ALL},
    "people.manage": {_ON: _ALL, _CM: _ALL},
    "identity.manage": {_ON: _ALL, _CM: _ALL},
    "staff.manage": {_PE: _ALL},
    "trunk.manage": {_PE: _ALL, _ON: _ALL},
    "engine.manage": {_PE: _ALL},
    "staff_access.ask": {_PE: _ALL, _ON: _ALL, _SV: _ALL, _QA: _ALL},
    "staff_access.read": {_PE: _ALL, _ON: _ALL, _SV: _ALL, _CV: _ALL, _CM: _ALL, _CD: _ALL},
    "staff_access.decide": {_CM: _ALL},
    "contact.reveal": {_SV: _ALL, _AG: _OWN, _CV: _ALL, _CM: _ALL, _CS: _ALL},
    "context.acknowledge": {_CM: _ALL, _CS: _ALL},
    "context.revoke": {_SV: _ALL, _CM: _ALL},
    "probe.read": {_PE: _ALL, _ON: _ALL, _CV: _ALL, _CM: _ALL, _CD: _ALL},
    "probe.run": {_ON: _ALL, _CM: _ALL, _CD: _ALL},
    "probe.acknowledge": {_PE: _ALL},
    "export.ask": {_CM: _ALL},
    "export.approve": {_CM: _ALL},
    "export.fetch": {_CM: _ALL},
}


def decide(role: Role, permission: Permission) -> Grant | None:
    """Return what ``role`` is granted, or None: refused. An unknown permission is refused too."""
    return TABLE.get(permission, {}).get(role)


def scopes() -> frozenset[Permission]:
    """Return what a client system's key may be given."""
    return frozenset(p for p in PERMISSIONS if decide(Role.CLIENT_SYSTEM, p) is not None)


def markdown() -> Iterator[str]:
    """Yield the lines of ``docs/permissions.md``; a test compares them with the file."""
    yield "# Permissions"
    yield ""
    yield "Generated from `tenants/core/permissions.py`. Y: everything of the tenant; O: only what the agent handled;"
    yield "M: telephone numbers masked; -: refused. `client_system` is an API key, within its scopes."
    yield ""
    yield f"| permission | {' | '.join(Role)} |"
    yield f"| --- |{' --- |' * len(Role)}"
    for permission in PERMISSIONS:
        yield f"| {permission} | {' | '.join(_cell(decide(role, permission)) for role in Role)} |"


def _cell(grant: Grant | None) -> str:
    if grant is None:
        return "-"
    return ("O" if grant.reach is Reach.OWN else "Y") + ("M" if grant.masked else "")
