"""Emptying a phone engine, and giving up one that never returns.

A drained one takes no new calls, those that it holds go on, and the end of the last one is told. The calls of one that
is given up are over; should it come back after all, what it still holds is removed there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from journal.core.facts import SYSTEM, Actor, NewFact
from switchboard.core.effects import Tell
from switchboard.core.plan import Plan
from switchboard.facts import PhoneEngineChanged
from switchboard.floor import Floor
from switchboard.reconcile import Repair
from switchboard.trouble import contained
from telephony.port import Snapshot
from tenants.access import INSTALLATION

_USER = "user:"


def reconfigured(floor: Floor, before: Plan, now: datetime) -> None:
    """Say which engines take no calls any more, which are given up, and which take calls again."""
    for node in sorted(floor.plan.gone - before.gone):
        _tell(floor, node, "given_up", now)
    for node in sorted(floor.plan.drained - before.drained - floor.plan.gone):
        _tell(floor, node, "drained", now)
    for node in sorted(before.drained - floor.plan.drained):
        floor.engines.told_empty.discard(node)
        _tell(floor, node, "undrained", now)


def look(floor: Floor, now: datetime) -> None:
    """End what an engine held that was given up; say once of each drained engine that it holds no call any more."""
    for node in sorted(floor.plan.gone - floor.engines.here):
        _end_calls(floor, node, now)
    for node in sorted(floor.plan.drained - floor.engines.told_empty):
        if node in floor.engines.here and node not in _held(floor):
            floor.engines.told_empty.add(node)
            _tell(floor, node, "empty", now)


def state(floor: Floor, now: datetime) -> list[Mapping[str, Any]]:
    """Return every engine for people: whether it is there and drained, its calls, and how many new ones it gets.

    ``away_since`` is None for one that is there, and for one that was never seen.
    """
    engines, held = floor.engines, _held(floor)
    return [
        {
            "name": node,
            "here": node in engines.here,
            "drained": node in floor.plan.drained,
            "gone": node in floor.plan.gone,
            "away_since": None if (since := engines.away_since(node)) is None else since.isoformat(),
            "calls": held.count(node),
            "calls_per_minute": round(60 * floor.admission.pace(floor.plan, node, now)),
            "limit": floor.plan.calls_per_minute(node),
        }
        for node in sorted(engines.here | engines.told_lost | set(floor.plan.engines) | set(held))
    ]


def _held(floor: Floor) -> list[str]:
    return [call.node for call in floor.calls.values()] + list(floor.stranger_nodes.values())


def _end_calls(floor: Floor, node: str, now: datetime) -> None:
    """End what an engine held as if another had begun in its place: nothing of it is there any more."""
    held = [call for call in floor.calls.values() if call.node == node]
    if not held and node not in floor.stranger_nodes.values():
        return
    for leg in [leg for leg, call in floor.legs.items() if floor.calls[call].node == node]:
        floor.trunks.leaves(leg)
    repair = Repair(floor, Snapshot(began_at=now), now, node)
    for call in held:
        with contained(floor, call.id, now):
            repair.call(call)
    repair.strangers(frozenset(), spare=False)


def _tell(floor: Floor, node: str, change: str, now: datetime) -> None:
    planned = floor.plan.engines.get(node)
    by, why = ("", "") if planned is None else (planned.by, planned.why)
    by_people = change in {"drained", "undrained", "given_up"} and by.startswith(_USER)
    actor = Actor("user", by.removeprefix(_USER)) if by_people else SYSTEM
    fact = PhoneEngineChanged(node=node, change=change, reason=why if change == "given_up" else "")
    told = (*floor.plan.tenants, INSTALLATION)
    floor.effects.extend(Tell(tenant, NewFact(fact, floor.plan.floor, now, actor)) for tenant in told)
