"""How often a credential may ask: classes of routes, rates, and a tenant's plan. Pure; ``kit.limits`` counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MINUTE = 60.0
_BURST_S = 10.0
"""A burst may take what ten seconds would give."""
TENANT_SHARE = 5
"""All credentials of a tenant together may ask this many times as often as one."""
_EXPENSIVE = frozenset({"recording.listen", "report.read", "export.ask", "export.fetch", "probe.run", "contact.reveal"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class RouteClass(StrEnum):
    """What a request costs us."""

    READ = "read"
    WRITE = "write"
    EXPENSIVE = "expensive"


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests a minute, and so many at once."""

    per_minute: int

    @property
    def every_s(self) -> float:
        """Seconds between two requests of a steady caller."""
        return MINUTE / self.per_minute

    @property
    def burst(self) -> int:
        """How many may come at once after a silence."""
        return max(1, round(self.per_minute * _BURST_S / MINUTE))


Plan = Mapping[RouteClass, Rate]


def plan_of(defaults: Mapping[str, int], own: Mapping[str, int]) -> dict[RouteClass, Rate]:
    """Return the limits of a tenant: its own numbers where it has some, the installation's else."""
    return {kind: Rate(own.get(kind, defaults[kind])) for kind in RouteClass}


def class_of(method: str, permission: str | None) -> RouteClass:
    """Return what a request counts as."""
    if permission in _EXPENSIVE:
        return RouteClass.EXPENSIVE
    return RouteClass.READ if method in _SAFE else RouteClass.WRITE
