"""Emptying a phone engine: it takes no new calls, those that it holds go on, and the end of the last one is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from switchboard.core.plan import Plan
from switchboard.facts import PhoneEngineChanged
from switchboard.floor import Floor


def reconfigured(floor: Floor, before: Plan, now: datetime) -> None:
    """Say which engines take no calls any more, and which take them again."""
    for node in sorted(floor.plan.drained - before.drained):
        _tell(floor, node, "drained", now)
    for node in sorted(before.drained - floor.plan.drained):
        floor.engines.told_empty.discard(node)
        _tell(floor, node, "undrained", now)


def look(floor: Floor, now: datetime) -> None:
    """Say once of each drained engine that it holds no call any more."""
    for node in sorted(floor.plan.drained - floor.engines.told_empty):
        if node in floor.engines.here and node not in _held(floor):
            floor.engines.told_empty.add(node)
            _tell(floor, node, "empty", now)


def state(floor: Floor, now: datetime) -> list[Mapping[str, Any]]:
    """Return every engine for people: whether it is there and drained, its calls, and how many new ones it gets."""
    held = _held(floor)
    return [
        {
            "name": node,
            "here": node in floor.engines.here,
            "drained": node in floor.plan.drained,
            "calls": held.count(node),
            "calls_per_minute": round(60 * floor.admission.pace(floor.plan, node, now)),
        }
        for node in sorted(floor.engines.here | set(floor.plan.engines) | set(held))
    ]


def _held(floor: Floor) -> list[str]:
    return [call.node for call in floor.calls.values()] + list(floor.stranger_nodes.values())


def _tell(floor: Floor, node: str, change: str, now: datetime) -> None:
    floor.tell(floor.plan.tenants, PhoneEngineChanged(node=node, change=change), floor.plan.floor, now)
