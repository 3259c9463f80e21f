"""Fair shares between tenants who share agents: start-time fair queueing in agent-seconds (routing.md section 7).

A tenant's start tag ``S`` rises by the seconds of agents that it uses, divided by the seats that it rents; the smallest
one goes first, after those who use less than their entitlement. Everything is an exact integer: milliseconds times
``scale / weight``, where ``scale`` is a common multiple of all weights ever set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import lcm
from typing import TypeAlias

from routing.core.needs import Id

FIRST_ESTIMATE = timedelta(seconds=180)
LEARNING = 20  # a finished service moves the estimate by a twentieth of the difference
MILLISECOND = timedelta(milliseconds=1)

Place: TypeAlias = tuple[datetime, Id]


@dataclass(frozen=True, slots=True)
class Charge:
    """One agent's time, charged at its start with an estimate that its end corrects."""

    tenant: Id
    started_at: datetime
    estimate_ms: int


@dataclass(slots=True)
class _Account:
    weight: int
    estimate_ms: int
    tag: int = 0
    busy: int = 0


class FairShares:
    """The accounts of the tenants of one pool of shared agents."""

    def __init__(self) -> None:
        self._accounts: dict[Id, _Account] = {}
        self._weights = 0
        self._scale = 1
        self._virtual = 0

    def set_weight(self, tenant: Id, weight: int, estimate: timedelta = FIRST_ESTIMATE) -> None:
        """Set the seats that a tenant rents; ``estimate`` of its handle time counts when the tenant is new here."""
        if weight < 1:
            raise ValueError(f"a tenant of the pool rents at least one seat, not {weight}")
        self._rescale(lcm(self._scale, weight))
        account = self._accounts.get(tenant)
        if account is None:
            account = self._accounts[tenant] = _Account(0, estimate // MILLISECOND, tag=self._virtual)
        self._weights += weight - account.weight
        account.weight = weight

    def estimate(self, tenant: Id) -> timedelta:
        """Return what a handle time of this tenant is expected to be."""
        account = self._accounts.get(tenant)
        return FIRST_ESTIMATE if account is None else account.estimate_ms * MILLISECOND

    def join(self, tenant: Id) -> None:
        """Let a tenant without a weight share with weight one."""
        if tenant not in self._accounts:
            self.set_weight(tenant, 1)

    def begin_backlog(self, tenant: Id) -> None:
        """Note that the tenant's queues became non-empty: credit not used while they were empty is not saved."""
        account = self._account(tenant)
        account.tag = max(account.tag, self._virtual)

    def pick(self, heads: Mapping[Id, Place], staffed: int) -> Id:
        """Pick who goes first: below its entitlement of ``staffed`` shared agents, least served, earliest head."""
        if len(heads) == 1:
            return next(iter(heads))
        entitled = [tenant for tenant in heads if self._is_below_entitlement(tenant, staffed)]
        return min(entitled or heads, key=lambda tenant: (self._account(tenant).tag, heads[tenant][0], tenant))

    def start(self, tenant: Id, now: datetime) -> Charge:
        """Charge the start of a service with its estimate."""
        account = self._account(tenant)
        self._virtual = account.tag
        account.tag += account.estimate_ms * (self._scale // account.weight)
        account.busy += 1
        return Charge(tenant, now, account.estimate_ms)

    def end(self, charge: Charge, now: datetime, *, handled: bool) -> None:
        """Correct a charge by the time really used; only a handled interaction teaches the estimate."""
        account = self._account(charge.tenant)
        actual_ms = max(0, (now - charge.started_at) // MILLISECOND)
        account.tag += (actual_ms - charge.estimate_ms) * (self._scale // account.weight)
        account.busy -= 1
        if handled:
            account.estimate_ms += (actual_ms - account.estimate_ms) // LEARNING

    def _is_below_entitlement(self, tenant: Id, staffed: int) -> bool:
        account = self._account(tenant)
        return account.busy * self._weights < staffed * account.weight

    def _account(self, tenant: Id) -> _Account:
        self.join(tenant)
        return self._accounts[tenant]

    def _rescale(self, scale: int) -> None:
        factor = scale // self._scale
        if factor == 1:
            return
        self._scale = scale
        self._virtual *= factor
        for account in self._accounts.values():
            account.tag *= factor
