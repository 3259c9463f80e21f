"""Limits before every route: per credential, per person, or per network address; told before they are reached.

Inside a tenant a credential is counted, and all the tenant's systems together; at the desk, in the back office and on
the pages about oneself the person; where nobody has to sign in the network address.

One tenant's flood empties its own buckets only, and a person's outside of tenants its own. What is left is told in
every answer to a credential (RateLimit headers of the IETF HTTPAPI draft), so that a client can slow down before it is
refused. Opening a socket is one reading; what flows through it is not counted.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from uuid import UUID

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from journal import service as journal
from journal.core.facts import Actor
from kit.db import AccessibleTenantId, Database, Plane
from kit.limits import Bucket, Limits, Room
from kit.settings import Settings
from tenants.access import Principal
from tenants.core.limits import TENANT_SHARE, Plan, Rate, RouteClass, class_of, plan_of
from tenants.errors import RateLimited
from tenants.facts import LimitChanged

_FRESH_S = 10.0
_NOTE = "rate"
GUESSES = 5
"""Tries at a passcode: so many at once, and so many a minute; from one address four times as many at once."""


@dataclass(slots=True)
class Throttle:
    """The limits of one process. A tenant's own numbers are read again after ten seconds."""

    control: Database
    limits: Limits
    defaults: dict[str, int]
    key: bytes = field(default=b"", repr=False)
    """Keys the hashes of network addresses."""
    _plans: dict[UUID, tuple[float, Plan]] = field(default_factory=dict)

    async def plan(self, tenant_id: UUID) -> Plan:
        """Return what a tenant may."""
        known = self._plans.get(tenant_id)
        if known is not None and time.monotonic() - known[0] < _FRESH_S:
            return known[1]
        made = plan_of(self.defaults, await own_limits(self.control, tenant_id))
        self._plans[tenant_id] = (time.monotonic(), made)
        return made

    async def take(self, tenant_id: UUID, credential: str, kind: RouteClass, *, machine: bool) -> list[Left]:
        """Count one request, of a system also for all of its client's together. Raises :class:`Refusal`."""
        rate = (await self.plan(tenant_id))[kind]
        policies = [(kind.value, rate, Bucket(f"t:{tenant_id}:rate:{credential}:{kind}", rate.every_s, rate.burst))]
        if machine:
            shared = _shared(f"t:{tenant_id}:rate:all:{kind}", rate)
            policies.append((f"{kind.value}-all", Rate(rate.per_minute * TENANT_SHARE), shared))
        return await self._take(policies)

    async def take_own(self, person: str, kind: RouteClass) -> list[Left]:
        """Count one request of a person outside every tenant, by the installation's numbers. Raises as above."""
        rate = Rate(self.defaults[kind])
        return await self._take([(kind.value, rate, Bucket(f"rate:p:{person}:{kind}", rate.every_s, rate.burst))])

    async def take_public(self, address: str, kind: RouteClass) -> None:
        """Count one request of whoever is behind a network address: an office, or a stranger. Raises as above."""
        rate = Rate(self.defaults[kind])
        digest = hmac.new(self.key, address.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]
        await self._take([(kind.value, rate, _shared(f"rate:a:{digest}:{kind}", rate))])

    async def take_guess(self, tenant_id: UUID, thing: str, address: str) -> None:
        """Count one try at a secret that a person types: few for each thing and each network address. Raises as above.

        Whoever has the thing's address can so keep others from it for a while, and guess nothing.
        """
        digest = hmac.new(self.key, address.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]
        rate = Rate(GUESSES)
        own = Bucket(f"t:{tenant_id}:rate:guess:{thing}", rate.every_s, GUESSES)
        theirs = Bucket(f"rate:a:{digest}:guess", rate.every_s, 4 * GUESSES)
        await self._take([("guess", rate, own), ("guess-address", rate, theirs)])

    async def _take(self, policies: Sequence[tuple[str, Rate, Bucket]]) -> list[Left]:
        taken = await self.limits.take([bucket for _, _, bucket in policies])
        left = [Left(name, rate, room) for (name, rate, _), room in zip(policies, taken.rooms, strict=True)]
        if not taken.passes:
            raise Refusal(left)
        return left


def _shared(key: str, rate: Rate) -> Bucket:
    """Return the bucket of several who ask as one."""
    return Bucket(key, rate.every_s / TENANT_SHARE, rate.burst * TENANT_SHARE)


@dataclass(frozen=True, slots=True)
class Left:
    """What one policy allows, and what is left of it."""

    policy: str
    rate: Rate
    room: Room

    @property
    def within_s(self) -> int:
        """Seconds within which no more than what is left passes: until the next one, if nothing is."""
        return max(1, ceil(self.room.retry_s or self.room.reset_s))


class Refusal(Exception):
    """A bucket is empty."""

    def __init__(self, left: list[Left]) -> None:
        """Take what is left of each policy."""
        super().__init__()
        self.left = left

    @property
    def violated(self) -> list[Left]:
        """The policies that refuse."""
        return [each for each in self.left if each.room.retry_s > 0]


def throttle_of(settings: Settings, control: Database) -> Throttle:
    """Return a process's throttle."""
    key = hmac.new(settings.master_key.get_secret_value().encode(), b"rate", hashlib.sha256).digest()
    return Throttle(control, Limits(settings.redis_url.get_secret_value()), settings.rate_limits, key)


async def own_limits(control: Database, tenant_id: UUID) -> dict[str, int]:
    """Return the numbers that differ from the installation's: class to requests a minute."""
    pool = await control.pool()
    rows = await pool.fetch("SELECT route_class, per_minute FROM control.rate_limit WHERE tenant_id = $1", tenant_id)
    return {row["route_class"]: row["per_minute"] for row in rows}


async def set_limit(control: Database, tenant_id: UUID, kind: RouteClass, per_minute: int | None) -> None:
    """Give a tenant its own number for a class; None: the installation's again. In force within ten seconds."""
    pool = await control.pool()
    if per_minute is None:
        await pool.execute("DELETE FROM control.rate_limit WHERE tenant_id = $1 AND route_class = $2", tenant_id, kind)
        return
    await pool.execute(
        "INSERT INTO control.rate_limit (tenant_id, route_class, per_minute) VALUES ($1, $2, $3)"
        " ON CONFLICT (tenant_id, route_class) DO UPDATE SET per_minute = $3", tenant_id, kind, per_minute,
    )  # fmt: skip


async def change_limit(
    control: Database, plane: Plane, tenant_id: AccessibleTenantId, wanted: tuple[RouteClass, int | None], by: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Give a tenant its own number for a class, as :func:`set_limit`, and say so in its journal; away, nothing changes.

    Interrupted between the two databases it is in force and untold: whoever repeats it tells it.
    """
    kind, per_minute = wanted
    async with plane.transaction(tenant_id) as scope:
        before = (await own_limits(control, tenant_id)).get(kind)
        await set_limit(control, tenant_id, kind, per_minute)
        journal.append(scope, LimitChanged(kind, before, per_minute), subject=tenant_id, at=now, actor=by)


async def refuse_flood(
    connection: HTTPConnection, principal: Principal, permission: str | None, *, inside: bool = False
) -> None:
    """Count a request of a principal: ``inside`` the tenant that it works in, else its own. Raises ``RateLimited``."""
    throttle: Throttle | None = getattr(connection.app.state, "throttle", None)
    opened = connection.scope["type"] == "websocket" and _NOTE in connection.scope.get("state", {})
    if throttle is None or opened:  # a socket asks its guard again and again while it lives
        return
    kind, machine = _class_of(connection, permission), principal.kind == "key"
    try:
        if principal.chosen is not None and (inside or machine):
            left = await throttle.take(principal.chosen, principal.id, kind, machine=machine)
        else:
            left = await throttle.take_own(principal.id, kind)
    except Refusal as refusal:
        _note(connection, refusal.left)
        raise _refused(refusal) from refusal
    _note(connection, left)


async def refuse_guessing(connection: HTTPConnection, tenant_id: UUID, thing: str) -> None:
    """Count one try at a passcode of a ``thing``. Raises :class:`RateLimited`."""
    throttle: Throttle | None = getattr(connection.app.state, "throttle", None)
    if throttle is None:
        return
    try:
        await throttle.take_guess(tenant_id, thing, connection.client.host if connection.client else "")
    except Refusal as refusal:
        raise _refused(refusal) from refusal


async def refuse_public_flood(connection: HTTPConnection) -> None:
    """Count a request that needs no sign-in, by its network address. Raises :class:`RateLimited`."""
    throttle: Throttle | None = getattr(connection.app.state, "throttle", None)
    if throttle is None:
        return
    try:
        await throttle.take_public(connection.client.host if connection.client else "", _class_of(connection, None))
    except Refusal as refusal:
        raise _refused(refusal) from refusal


def _class_of(connection: HTTPConnection, permission: str | None) -> RouteClass:
    return class_of(connection.scope.get("method", "GET"), permission)


def _refused(refusal: Refusal) -> RateLimited:
    seconds = max(each.within_s for each in refusal.violated)
    refused = RateLimited(retry_after_s=seconds, headers={"Retry-After": str(seconds)})
    refused.data["violated-policies"] = [each.policy for each in refusal.violated]
    return refused


def _note(connection: HTTPConnection, left: Sequence[Left]) -> None:
    connection.scope.setdefault("state", {})[_NOTE] = (
        ", ".join(f'"{each.policy}";q={each.rate.per_minute};w=60' for each in left),
        ", ".join(f'"{each.policy}";r={each.room.remaining};t={each.within_s}' for each in left),
    )


class RateHeaders:
    """Tell in each counted answer what is allowed and what is left (draft-ietf-httpapi-ratelimit-headers-11)."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the two headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            noted = scope.get("state", {}).get(_NOTE)
            if message["type"] == "http.response.start" and noted is not None:
                headers = MutableHeaders(scope=message)
                headers["RateLimit-Policy"], headers["RateLimit"] = noted
            await send(message)

        await self.app(scope, receive, answer)
