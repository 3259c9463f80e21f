"""Whom somebody may be called in, or the contact handed to: resolved from what a desk names.

A target is ``{"kind": ...}`` with a field more: ``agent`` (``agent`` or ``seat``), ``number``, ``queue``, ``flow``. A
kind that rings somebody makes a :class:`Callee` by its row of :data:`RESOLVERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from interactions.core.numbers import mask
from switchboard import offers
from switchboard.core.agent import Agent, AgentState
from switchboard.core.call import Call
from switchboard.core.party import Role
from switchboard.core.plan import digits_of
from switchboard.errors import CommandUnknown, NotPossibleNow
from switchboard.floor import Floor

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


Resolver = Callable[[Floor, Call, Mapping[str, Any]], Callee]


def callee(floor: Floor, call: Call, target: Mapping[str, Any]) -> Callee:
    """Return who is meant. Raises ``CommandUnknown`` and ``NotPossibleNow``."""
    kind = target.get("kind")
    resolver = RESOLVERS.get(kind) if isinstance(kind, str) else None
    if resolver is None:
        raise CommandUnknown(f"nobody can be called by {kind!r}; choose one of {', '.join(sorted(RESOLVERS))}")
    return resolver(floor, call, target)


def _agent(floor: Floor, call: Call, target: Mapping[str, Any]) -> Callee:
    agent = _agent_named(floor, target)
    if agent is None or call.tenant not in agent.tenants:
        raise NotPossibleNow("nobody of this name works for this client")
    endpoint = offers.phone_of(floor, agent)
    if agent.state is not AgentState.AVAILABLE or endpoint is None:
        raise NotPossibleNow("this agent is not free")
    return Callee("agent", Role.AGENT, "", agent.id, endpoint)


def _agent_named(floor: Floor, target: Mapping[str, Any]) -> Agent | None:
    if isinstance(target.get("seat"), str):
        return next((each for each in floor.agents.values() if each.seat == target["seat"]), None)
    try:
        return floor.agents.get(UUID(str(target.get("agent"))))
    except ValueError:
        return None


def _number(floor: Floor, call: Call, target: Mapping[str, Any]) -> Callee:
    written = target.get("number")
    if not isinstance(written, str):
        raise CommandUnknown("the field 'number' is missing")
    digits = digits_of(written)
    if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS or set(written) - set("0123456789+ -()./"):
        raise CommandUnknown("this is not a phone number")
    trunks = floor.plan.trunks_of(call.tenant)
    if not trunks:
        raise NotPossibleNow("this client has no line to the outside")
    number = ("+" if written.strip().startswith("+") else "") + digits
    return Callee("number", Role.OUTSIDE, mask(number), number=number, trunk=trunks[0])


RESOLVERS: dict[str, Resolver] = {"agent": _agent, "number": _number}
