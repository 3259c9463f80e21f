"""Whether a new call is taken, and what it gets otherwise: decided before the answer, from buckets in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from switchboard.core import admission
from switchboard.core.admission import Bucket, Strain
from switchboard.core.plan import Plan

ENGINE, TENANT, DRAINED = "engine", "tenant", "drained"
"""Whose limit it was; a drained engine takes nothing."""


@dataclass(slots=True)
class _Engine:
    bucket: Bucket
    strain: Strain


class Admission:
    """The buckets of a floor: one for each of its phone engines, and one for each tenant that has a limit."""

    def __init__(self) -> None:
        self._engines: dict[str, _Engine] = {}
        self._tenants: dict[UUID, Bucket] = {}

    def engine_takes(self, plan: Plan, node: str, now: datetime) -> bool:
        """Take one call from what an engine can do now; false when it has enough to do."""
        engine = self._engine(plan, node, now)
        engine.bucket = admission.refilled(engine.bucket, self.pace(plan, node, now), now)
        left = admission.taken(engine.bucket)
        engine.bucket = left or engine.bucket
        return left is not None

    def tenant_takes(self, plan: Plan, tenant: UUID, now: datetime) -> bool:
        """Take one call from what was agreed with a tenant; false when it is beyond that."""
        per_minute = plan.tenants[tenant].beyond.per_minute
        if per_minute is None:
            self._tenants.pop(tenant, None)
            return True
        bucket = self._tenants.get(tenant) or admission.full(per_minute / 60, now)
        bucket = admission.refilled(bucket, per_minute / 60, now)
        left = admission.taken(bucket)
        self._tenants[tenant] = left or bucket
        return left is not None

    def took(self, plan: Plan, node: str, latency: timedelta, now: datetime) -> None:
        """Note how long an engine took for a command."""
        engine = self._engine(plan, node, now)
        engine.strain = admission.noted(engine.strain, latency, now)

    def waits(self, plan: Plan, node: str, latency: timedelta, now: datetime) -> None:
        """Note for how long several commands have been under way."""
        engine = self._engine(plan, node, now)
        engine.strain = admission.waited(engine.strain, latency, now)

    def pace(self, plan: Plan, node: str, now: datetime) -> float:
        """Tell how many new calls a second an engine gets."""
        return admission.pace(plan.calls_per_minute(node) / 60, self._engine(plan, node, now).strain, now)

    def _engine(self, plan: Plan, node: str, now: datetime) -> _Engine:
        known = self._engines.get(node)
        if known is None:
            bucket = admission.full(plan.calls_per_minute(node) / 60, now)
            known = self._engines[node] = _Engine(bucket, Strain(timedelta(), now))
        return known
