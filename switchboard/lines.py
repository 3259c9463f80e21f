"""The lines to the outside as a floor uses them: how they are, which one a call takes, and the next after a failure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from switchboard.core.effects import Do
from switchboard.core.trunks import Ended, TrunkBook, TrunkPlan, choice, is_full, is_the_trunks_fault
from switchboard.facts import LineFailed, LineStateChanged
from switchboard.floor import PROVISION, Floor
from switchboard.legover import LegOver
from telephony.port import Cause, LegRinging, Provision, Snapshot, TrunkChanged, TrunkState
from telephony.ways import place_of, trunk_of
from tenants.access import INSTALLATION

_KNOWN = frozenset(Cause)


def provision(floor: Floor) -> None:
    """Tell the engines of all phones and lines."""
    told = Provision(floor.plan.endpoints, floor.plan.trunks, floor.plan.drained)
    floor.effects.append(Do(PROVISION, told))


def changed(floor: Floor, event: TrunkChanged, now: datetime) -> None:
    """Take note of how a trunk is, and tell its owner when it cannot be used any more, or again."""
    _told(floor, event.state, min(event.at, now))


def seen(floor: Floor, snapshot: Snapshot, node: str, now: datetime) -> None:
    """Take note of all trunks and of the legs that use them, after a gap with one engine; others' legs stay."""
    for state in snapshot.trunks:
        _told(floor, state, now)
    floor.trunks.keep(trunk.name for trunk in floor.plan.trunks)
    elsewhere = {leg: trunk for leg, trunk in floor.trunks.legs.items() if _is_elsewhere(floor, leg, node)}
    floor.trunks.only({**elsewhere, **{leg.leg: leg.trunk for leg in snapshot.legs if leg.trunk}})


def _is_elsewhere(floor: Floor, leg: str, node: str) -> bool:
    call = floor.call_of_leg(leg)
    return call is not None and call.node != node


def rang(floor: Floor, event: LegRinging, _now: datetime) -> None:
    """Take note that a phone rang: its line works."""
    if event.leg in floor.trunks.legs:
        floor.trunks.rang.add(event.leg)
        floor.trunks.worked(floor.trunks.legs[event.leg])


def has_room(floor: Floor, trunk: str) -> bool:
    """Whether a trunk carries fewer calls than it may."""
    plan = floor.plan.trunk_plans.get(trunk)
    return plan is None or not is_full(plan, floor.trunks.of(trunk))


def line_for(floor: Floor, tenant: UUID, now: datetime, tried: Sequence[str] = ()) -> str | None:
    """Return the way (``telephony.ways``) that a tenant's next call to outside takes; None: there is none."""
    return choice(floor.plan.lines_of(tenant), floor.trunks.conditions, now, tried)


def takes(floor: Floor, leg: str, way: str) -> None:
    """Take note that a leg is dialled over a trunk."""
    floor.trunks.chosen(way)
    floor.trunks.takes(leg, way)


def after(floor: Floor, call: UUID, tenant: UUID, used: tuple[str, str, Sequence[str]], end: LegOver) -> str | None:
    """Return the way to try after a leg has ended; None: its end is the party's, or there is no other.

    ``used``: the leg, its way, and those tried before. A fault of the trunk's lets the way rest, and is told.
    """
    leg, way, tried = used
    cause = Cause(end.cause) if end.cause in _KNOWN else Cause.UNKNOWN
    ended = Ended(cause, end.sip, rang=leg in floor.trunks.rang)
    if not way or not is_the_trunks_fault(ended):
        return None
    floor.trunks.leaves(leg)  # its place is free for another try over the same trunk; a refused one never says so
    floor.trunks.failed(way, ended, end.at)
    following = line_for(floor, tenant, end.at, (*tried, way))
    fact = LineFailed(
        trunk=trunk_of(way), next_trunk=trunk_of(following or ""), cause=end.cause, sip=end.sip, q850=end.q850,
        address=place_of(way), next_address=place_of(following) if following else 0,
    )  # fmt: skip
    floor.tell([tenant], fact, call, end.at)
    return following


def conditions(floor: Floor) -> dict[str, dict[str, Any]]:
    """Return the condition of every trunk by its name, for a page."""
    plans = floor.plan.trunk_plans
    names = [trunk.name for trunk in floor.plan.trunks]
    return {name: _told_of(plans.get(name, TrunkPlan(name)), floor.trunks) for name in names}


def _told_of(plan: TrunkPlan, book: TrunkBook) -> dict[str, Any]:
    condition, (failure, rests_until) = book.of(plan.name), book.last_failure(plan)
    return {
        "reachable": condition.reachable,
        "registered": condition.registered,
        "rests_until": None if rests_until is None else rests_until.isoformat(),
        "calls": condition.calls,
        "most_calls": plan.most_calls,
        "failed_at": None if failure is None else failure.at.isoformat(),
        "cause": None if failure is None else failure.cause.value,
        "sip": 0 if failure is None else failure.sip,
        "ways": [{"silent": way in condition.silent, "rests_until": _rest_of(book, way)} for way in plan.ways],
    }


def _rest_of(book: TrunkBook, way: str) -> str | None:
    failure = book.of(way).failure
    return None if failure is None else failure.rests_until.isoformat()


def _told(floor: Floor, state: TrunkState, at: datetime) -> None:
    if floor.trunks.told(state):
        owner = floor.plan.trunk_owners.get(state.trunk, INSTALLATION)
        fact = LineStateChanged(
            trunk=state.trunk, usable=state.usable, reachable=state.reachable, registered=state.registered
        )
        floor.tell([owner], fact, floor.plan.floor, at)
