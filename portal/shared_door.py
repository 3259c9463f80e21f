"""Who shows the address of a link to a recording, by which door, and whether this browser has opened it.

``/r/`` is for anyone who has the passcode too, ``/shared/`` for the client's own people, signed in. The cookie of an
opened link is good for this link, this door and this person only.
"""

from __future__ import annotations

import asyncio
import hmac
import struct
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import Request

from interactions.sharing import service as sharing
from interactions.sharing.errors import LinkOver, LinkUnknown
from journal.core.facts import Actor
from kit import clock
from kit.db import AccessibleTenantId, Scope
from kit.signing import BadSignature
from tenants.access import Principal, for_system
from tenants.callers import who_asks
from tenants.core.browsers import network
from tenants.core.permissions import CLIENT_PEOPLE
from tenants.core.sharing import ANYONE, PEOPLE
from tenants.streams import Standing

COOKIE, _KIND = "gf_r", "recording-link-opened/1"
_FORM = struct.Struct(">16s16sQ")
LIFE = timedelta(hours=12)
"""So long a browser that opened a link may hear its part, while the link lives."""


@dataclass(frozen=True, slots=True)
class Door:
    """A signed address, where it was shown, and by whom: one of the client's people, or (none) anyone."""

    place: sharing.Pass
    path: str
    user: UUID | None

    @property
    def tenant_id(self) -> AccessibleTenantId:
        """Return whose recording it is."""
        return for_system(self.place.tenant_id, "a link to a recording")

    @property
    def audience(self) -> str:
        """Return for whom a link that is shown at this door is made."""
        return ANYONE if self.user is None else PEOPLE

    def actor(self, link: UUID) -> Actor:
        """Return who hears it, as the client's journal names it."""
        return Actor("link", str(link)) if self.user is None else Actor("user", str(self.user))


async def door_of(request: Request, token: str, who: Principal | None) -> tuple[Door, bool]:
    """Return what an address leads to, and whether this browser has opened it. Raises :class:`LinkUnknown`."""
    place = sharing.read_token(request.app.state.signer, token)
    user = None
    if who is not None:
        membership = who.memberships.get(place.tenant_id)
        if who.kind != "user" or membership is None or not membership.open:
            raise LinkUnknown
        if membership.role not in CLIENT_PEOPLE or who.must_enrol:
            raise LinkUnknown
        user = UUID(who.id)
    if not await sharing.is_active(request.app.state.control, place.tenant_id):
        raise LinkOver
    door = Door(place, f"{sharing.PATHS[PEOPLE if user else ANYONE]}{token}", user)
    return door, _has_opened(request, door)


async def living(scope: Scope, door: Door, *, opened: bool) -> dict[str, Any]:
    """Return the link behind a door, if it is made for this door. Raises :class:`LinkUnknown` and ``LinkOver``."""
    link = await sharing.standing(scope, door.place, clock.now(), opened=opened)
    if link["audience"] != door.audience:
        raise LinkUnknown
    return link


def opened_by(request: Request, door: Door) -> str:
    """Return the cookie of a browser that opened a link now."""
    until = int((clock.now() + LIFE).timestamp())
    who = door.user.bytes if door.user else bytes(16)
    return str(request.app.state.signer.token(_KIND, _FORM.pack(door.place.link_id.bytes, who, until)))


def _has_opened(request: Request, door: Door) -> bool:
    try:
        shown = _FORM.unpack(request.app.state.signer.content(_KIND, request.cookies.get(COOKIE, "")))
    except (BadSignature, struct.error, UnicodeError):
        return False
    who = door.user.bytes if door.user else bytes(16)
    fits = hmac.compare_digest(shown[0] + shown[1], door.place.link_id.bytes + who)
    return fits and shown[2] > clock.now().timestamp()


def network_of(request: Request) -> str:
    """Return the network that a request came from."""
    return network(request.client.host) if request.client else ""


class LinkStanding(Standing):
    """Ends what is played when the link is closed, or its reader signs out."""

    def __init__(self, request: Request, door: Door) -> None:
        """Take who listens, and by which address."""
        self._request, self._door = request, door
        self.over = asyncio.Event()

    async def look(self) -> None:
        """Look whether the link is open, and to this reader."""
        if self._door.user is not None:
            await door_of(self._request, self._door.path.rpartition("/")[2], await who_asks(self._request))
        async with self._request.app.state.plane.transaction(self._door.tenant_id) as scope:
            await living(scope, self._door, opened=True)
