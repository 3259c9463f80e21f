"""Limits before a tenant's routes: per credential, and per tenant for all its systems together; never for sockets.

One tenant's flood empties its own buckets only. What is left is told in every answer (RateLimit headers of the IETF
HTTPAPI draft), so that a client can slow down before it is refused.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from uuid import UUID

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.db import Database
from kit.limits import Bucket, Limits, Room
from kit.settings import Settings
from tenants.access import Principal
from tenants.core.limits import TENANT_SHARE, Plan, Rate, RouteClass, class_of, plan_of
from tenants.errors import RateLimited

_FRESH_S = 10.0
_NOTE = "rate"


@dataclass(slots=True)
class Throttle:
    """The limits of one process. A tenant's own numbers are read again after ten seconds."""

    control: Database
    limits: Limits
    defaults: dict[str, int]
    _plans: dict[UUID, tuple[float, Plan]] = field(default_factory=dict)

    async def plan(self, tenant_id: UUID) -> Plan:
        """Return what a tenant may."""
        known = self._plans.get(tenant_id)
        if known is not None and time.monotonic() - known[0] < _FRESH_S:
            return known[1]
        made = plan_of(self.defaults, await own_limits(self.control, tenant_id))
        self._plans[tenant_id] = (time.monotonic(), made)
        return made

    async def take(self, tenant_id: UUID, credential: str, kind: RouteClass, *, machine: bool) -> tuple[Room, Rate]:
        """Count one request. Raises :class:`RateLimited` with the seconds to wait."""
        rate = (await self.plan(tenant_id))[kind]
        buckets = [Bucket(f"t:{tenant_id}:rate:{credential}:{kind}", rate.every_s, rate.burst)]
        if machine:
            every, burst = rate.every_s / TENANT_SHARE, rate.burst * TENANT_SHARE
            buckets.append(Bucket(f"t:{tenant_id}:rate:all:{kind}", every, burst))
        taken = await self.limits.take(buckets)
        tightest = max(taken.rooms, key=lambda room: (room.retry_s, -room.remaining))
        if not taken.passes:
            raise Refusal(tightest, rate)
        return tightest, rate


class Refusal(Exception):
    """A bucket is empty."""

    def __init__(self, room: Room, rate: Rate) -> None:
        """Take what is left and what is allowed."""
        super().__init__()
        self.room, self.rate = room, rate


def throttle_of(settings: Settings, control: Database) -> Throttle:
    """Return a process's throttle."""
    return Throttle(control, Limits(settings.redis_url.get_secret_value()), settings.rate_limits)


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


async def refuse_flood(connection: HTTPConnection, principal: Principal, permission: str | None) -> None:
    """Count a request of a tenant's principal. Raises :class:`RateLimited`; a socket's opening is not counted."""
    throttle: Throttle | None = getattr(connection.app.state, "throttle", None)
    if throttle is None or principal.chosen is None or connection.scope["type"] != "http":
        return
    kind = class_of(connection.scope["method"], permission)
    try:
        room, rate = await throttle.take(principal.chosen, principal.id, kind, machine=principal.kind == "key")
    except Refusal as refusal:
        _note(connection, kind, refusal.rate, refusal.room)
        seconds = int(refusal.room.retry_s) + 1
        raise RateLimited(retry_after_s=seconds, headers={"Retry-After": str(seconds)}) from refusal
    _note(connection, kind, rate, room)


def _note(connection: HTTPConnection, kind: RouteClass, rate: Rate, room: Room) -> None:
    connection.scope.setdefault("state", {})[_NOTE] = (
        f'"{kind}";q={rate.per_minute};w=60', f'"{kind}";r={room.remaining};t={max(1, round(room.reset_s))}',
    )  # fmt: skip


class RateHeaders:
    """Tell in each counted answer what is allowed and what is left (draft-ietf-httpapi-ratelimit-headers-10)."""

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
