"""The courier: brings waiting deliveries to their receivers, each endpoint in a lane of its own.

A slow or dead receiver fills its own lane only. The courier keeps nothing in memory that is not also a row: killed at
any moment, its leases run out and another courier sends the same messages with the same ids.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol
from uuid import UUID

import orjson
import structlog

from kit.clock import now
from kit.db import AccessibleTenantId, Plane
from webhooks.client import Client, Message, Reply
from webhooks.core.formats import CONTENT_TYPES, STANDARD, formed
from webhooks.core.retries import SCHEDULE, judge
from webhooks.service.deliveries import Attempt, Landed, Parcel, claim, endpoints_with_mail, probe, settle

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient the courier is; tests are less so."""

    schedule: tuple[timedelta, ...] = SCHEDULE
    lease: timedelta = timedelta(seconds=45)
    """Longer than a receiver may take, shorter than a minute: the longest that a killed courier delays a message."""
    probe_every: timedelta = timedelta(minutes=1)
    parallel: int = 8
    """How many messages of one endpoint travel at once, each of another work order."""
    luck: Callable[[], float] = field(default=random.random)
    clock: Callable[[], datetime] = now
    """What an attempt's timestamp is read from."""


@dataclass(slots=True)
class _Lane:
    """One endpoint's deliveries."""

    tenant_id: AccessibleTenantId
    endpoint_id: UUID
    rung: bool = False
    flying: set[asyncio.Task[Landed]] = field(default_factory=set)
    landed: list[Landed] = field(default_factory=list)
    """Sent, and not written down yet."""


class Carrier(Protocol):
    """Brings a parcel to a system that takes no webhooks; see :data:`webhooks.core.formats.CONNECTOR`."""

    async def send(self, tenant_id: AccessibleTenantId, parcel: Parcel, now: datetime) -> Reply:
        """Bring it within the lease; sent twice, it has the effect of once. Never raises for what the system does."""


class Courier:
    """Delivers for every tenant that it is told to visit."""

    def __init__(
        self, plane: Plane, client: Client, policy: Policy | None = None, public_url: str = "",
        carriers: Mapping[str, Carrier] | None = None,
    ) -> None:  # fmt: skip
        """Take the tenant plane, an open client, and the address of this installation that links begin with.

        ``carriers``: who brings what is in a form (the key) that is not posted.
        """
        self._plane, self._client, self._policy = plane, client, policy or Policy()
        self._public_url, self._carriers = public_url, carriers or {}
        self._lanes: dict[UUID, tuple[_Lane, asyncio.Task[None]]] = {}

    async def visit(self, tenant_id: AccessibleTenantId) -> None:
        """Start a lane for each endpoint of the tenant that has something due, or tell a running one to look again."""
        async with self._plane.transaction(tenant_id) as scope:
            endpoints = await endpoints_with_mail(scope, self._policy.probe_every)
        for endpoint_id in endpoints:
            if endpoint_id in self._lanes:
                self._lanes[endpoint_id][0].rung = True
                continue
            lane = _Lane(tenant_id, endpoint_id)
            self._lanes[endpoint_id] = (lane, asyncio.create_task(self._run(lane)))

    async def settle_down(self) -> None:
        """Wait until nothing is due any more."""
        while self._lanes:
            await asyncio.wait([task for _, task in self._lanes.values()])

    async def close(self) -> None:
        """Stop now; what was on its way keeps its lease and is sent again."""
        tasks = [task for _, task in self._lanes.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, lane: _Lane) -> None:
        try:
            while await self._turn(lane) or lane.flying or lane.rung:
                lane.rung = False
                if lane.flying:
                    done, lane.flying = await asyncio.wait(lane.flying, return_when=asyncio.FIRST_COMPLETED)
                    lane.landed = [task.result() for task in done]
        except Exception as error:  # noqa: BLE001 - a lane that fails is started again by the next visit
            log.warning("webhook_lane_failed", tenant_id=str(lane.tenant_id), error=repr(error))
        finally:
            for task in lane.flying:
                task.cancel()
            del self._lanes[lane.endpoint_id]

    async def _turn(self, lane: _Lane) -> bool:
        """Write down what has landed and send off what fits into the lane now; return whether there was anything.

        One transaction for both, and for all that landed since the last one: commits are what limits a fast receiver.
        A failing one is probed when nothing else is on its way there: whatever is tells as much.
        """
        room = self._policy.parallel - len(lane.flying)
        async with self._plane.transaction(lane.tenant_id) as scope:
            kept = await settle(scope, lane.endpoint_id, lane.landed, self._policy.probe_every) if lane.landed else ()
            parcels = await claim(scope, lane.endpoint_id, room, self._policy.lease)
            if not parcels and not lane.flying and await probe(scope, lane.endpoint_id, self._policy.probe_every):
                parcels = await claim(scope, lane.endpoint_id, room, self._policy.lease)
        for each in lane.landed:
            _log(lane.tenant_id, each, is_kept=each.parcel.id in kept)
        lane.landed = []
        lane.flying |= {asyncio.create_task(self._deliver(lane.tenant_id, parcel)) for parcel in parcels}
        return bool(parcels)

    async def _deliver(self, tenant_id: AccessibleTenantId, parcel: Parcel) -> Landed:
        started_at, clock = self._policy.clock(), monotonic()
        reply = await self._send(tenant_id, parcel, started_at)
        took = timedelta(seconds=monotonic() - clock)
        attempt = Attempt(started_at, took, reply.answer.status, reply.error, reply.text)
        then = judge(reply.answer, parcel.attempts + 1, self._policy.luck(), self._policy.schedule)
        return Landed(parcel, attempt, then)

    async def _send(self, tenant_id: AccessibleTenantId, parcel: Parcel, at: datetime) -> Reply:
        if parcel.format in self._carriers:
            return await self._carriers[parcel.format].send(tenant_id, parcel, at)
        message = Message(
            parcel.url, parcel.secret, str(parcel.event_id), _body(parcel, self._public_url), parcel.old_secret,
            CONTENT_TYPES[parcel.format],
        )  # fmt: skip
        return await self._client.send(message, at)


def _log(tenant_id: AccessibleTenantId, landed: Landed, *, is_kept: bool) -> None:
    log.info(
        "webhook_sent", tenant_id=str(tenant_id), event_id=str(landed.parcel.event_id), status=landed.attempt.status,
        verdict=landed.then.verdict.value if is_kept else "lease lost", attempt=landed.parcel.attempts + 1,
    )  # fmt: skip


def _body(parcel: Parcel, public_url: str) -> bytes:
    """Return what is sent: the event as it was stored, unless its receiver wants another form or misses one before."""
    if parcel.format == STANDARD and not parcel.gap_before:
        return parcel.body
    event = orjson.loads(parcel.body)
    if parcel.gap_before:
        event["gap_before"] = True
    return orjson.dumps(formed(event, parcel.format, parcel.connection, public_url))
