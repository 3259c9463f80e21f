"""Whom somebody may be called in, or the contact handed to: resolved from what a desk names.

A target is ``{"kind": ...}`` with a field more: ``agent`` (``agent`` or ``seat``), ``number``, ``queue``, ``flow``,
``person``. A kind that rings somebody makes a :class:`Callee` by its row of :data:`RESOLVERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from interactions.core.numbers import mask
from switchboard import lines, offers, persons
from switchboard.core.agent import Agent, AgentState
from switchboard.core.call import Call
from switchboard.core.party import Role
from switchboard.core.plan import digits_of
from switchboard.errors import CommandUnknown, NotPossibleNow
from switchboard.floor import Floor
from switchboard.persons import Rung

_FEWEST_DIGITS = 3
_MOST_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody who can be rung. ``target``: as facts call it, masked; empty for an agent."""

    kind: str
    role: Role
    target: str
    agent: UUID | None = None
    endpoint: str = ""
    number: str = ""
    trunk: str = ""
    rung: Rung | None = None
    """The phone of one of the client's own people."""
    beside: tuple[Callee, ...] = ()
    """Who is rung at the same time."""


Resolver = Callable[[Floor, Call, Mapping[str, Any], datetime], Callee]


def callee(floor: Floor, call: Call, target: Mapping[str, Any], now: datetime) -> Callee:
    """Return who is meant. Raises ``CommandUnknown`` and ``NotPossibleNow``."""
    kind = target.get("kind")
    resolver = RESOLVERS.get(kind) if isinstance(kind, str) else None
    if resolver is None:
        raise CommandUnknown(f"nobody can be called by {kind!r}; choose one of {', '.join(sorted(RESOLVERS))}")
    return resolver(floor, call, target, now)


def _agent(floor: Floor, call: Call, target: Mapping[str, Any], _now: datetime) -> Callee:
    agent = _agent_named(floor, call, target)
    if agent is None or call.tenant not in agent.tenants:
        raise NotPossibleNow("nobody of this name works for this client")
    endpoint = offers.phone_of(floor, agent)
    if agent.state is not AgentState.AVAILABLE or endpoint is None:
        raise NotPossibleNow("this agent is not free")
    return Callee("agent", Role.AGENT, "", agent.id, endpoint)


def _agent_named(floor: Floor, call: Call, target: Mapping[str, Any]) -> Agent | None:
    if isinstance(target.get("seat"), str):
        return next((each for each in floor.agents.values() if each.seat == target["seat"]), None)
    try:
        named = UUID(str(target.get("agent")))
    except ValueError:
        return None
    return floor.agents.get(floor.plan.aliases.real(call.tenant, named))


def _number(floor: Floor, call: Call, target: Mapping[str, Any], now: datetime) -> Callee:
    written = target.get("number")
    if not isinstance(written, str):
        raise CommandUnknown("the field 'number' is missing")
    digits = digits_of(written)
    if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS or set(written) - set("0123456789+ -()./"):
        raise CommandUnknown("this is not a phone number")
    trunk = _line(floor, call, now)
    number = ("+" if written.strip().startswith("+") else "") + digits
    return Callee("number", Role.OUTSIDE, mask(number), number=number, trunk=trunk)


def _line(floor: Floor, call: Call, now: datetime) -> str:
    if not floor.plan.trunks_of(call.tenant):
        raise NotPossibleNow("this client has no line to the outside")
    trunk = lines.line_for(floor, call.tenant, now)
    if trunk is None:
        raise NotPossibleNow("all lines of this client are busy")
    return trunk


def _person(floor: Floor, call: Call, target: Mapping[str, Any], now: datetime) -> Callee:
    return person(floor, call, persons.search(floor, call, target, now), now)


def person(floor: Floor, call: Call, rung: tuple[Rung, ...], now: datetime) -> Callee:
    """Return the phones of one of the client's own people. Raises :class:`NotPossibleNow` without a line."""
    trunk = _line(floor, call, now)
    first, *more = (
        Callee(persons.KIND, Role.OUTSIDE, each.person.code, number=each.phone.number, trunk=trunk, rung=each)
        for each in rung
    )
    return replace(first, beside=tuple(more))


RESOLVERS: dict[str, Resolver] = {"agent": _agent, "number": _number, persons.KIND: _person}
