"""Whether a number may be called: the do-not-call list is asked before a try, and again when its phone is to ring.

A contact that asked for its callback itself is called although it is on the list, and a fact says so. A number outside
that is to be called into a conversation, or is to get its contact, is asked for alike; the client's own people are not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from interactions.nocall import service
from interactions.nocall.errors import DoNotCallListed, ListUnreadable
from interactions.nocall.facts import CallRefused, ListedContactCalled, PartyRefused
from journal.core.facts import Actor, NewFact
from kit.away import MAYBE_AWAY, is_away
from kit.db import Plane
from kit.errors import Problem
from switchboard.core.agent import Agent
from switchboard.core.call import Call
from switchboard.core.effects import AskList, Tell
from switchboard.core.outbound import Refusal, dialable
from switchboard.core.task import Kind, Task
from switchboard.floor import Floor
from switchboard.inputs import DeskCommand, ListAsked
from tenants.access import for_system
from tenants.core.numbers import e164, mask

ASKED = "listed"
"""The field of a command that holds the entry of the list; nobody outside writes it."""

WITHIN_S = 1.5
"""The commands of a floor come one after the other: no longer may one wait for the list."""

_INTO = {"consult": "consult", "join": "join", "transfer": "transfer", "taken_transfer": "transfer"}
"""Commands that call somebody into a conversation, and how their facts call that."""

Listed = Callable[[UUID, str], Awaitable[UUID | None]]

log = structlog.get_logger(__name__)


async def listed(plane: Plane, tenant: UUID, number: str, now: datetime) -> UUID | None:
    """Return the entry that forbids to call a number. Raises :class:`ListUnreadable`: then nobody is called."""
    try:
        async with asyncio.timeout(WITHIN_S), plane.transaction(for_system(tenant, "do not call")) as scope:
            return await service.listed(scope, number, now)
    except (*MAYBE_AWAY, TimeoutError, Problem) as error:
        if not isinstance(error, (Problem, TimeoutError)) and not is_away(error):
            raise
        log.warning("do_not_call_unknown", error=type(error).__name__)
        raise ListUnreadable from error


async def ask(floor: Floor, command: DeskCommand, listed: Listed) -> DeskCommand:
    """Return the command with what the list says about whom it would call. Raises :class:`ListUnreadable`."""
    fields: dict[str, Any] = {name: value for name, value in command.fields.items() if name != ASKED}
    whom = _whom(floor, DeskCommand(command.kind, fields))
    entry = None if whom is None else await listed(*whom)
    return DeskCommand(command.kind, fields if entry is None else {**fields, ASKED: entry})


def _whom(floor: Floor, command: DeskCommand) -> tuple[UUID, str] | None:
    """Return the tenant and the number of a command that would call somebody."""
    if command.kind in _INTO:
        return _outside(floor, command)
    if command.kind not in {"call", "dial"}:
        return None
    try:
        about = UUID(str(command.fields.get("interaction" if command.kind == "dial" else "tenant")))
    except ValueError:
        return None
    task = floor.tasks.get(about) if command.kind == "dial" else None
    tenant = floor.plan.tenants.get(about if task is None else task.tenant)
    if tenant is None or (command.kind == "dial") is (task is None):
        return None
    home = floor.plan.caller_id(tenant.id) if task is None else task.number
    written = str(command.fields.get("number") or "") if task is None else task.caller
    number = dialable(written, home, tenant.callbacks)
    return None if isinstance(number, Refusal) else (tenant.id, number)


def _outside(floor: Floor, command: DeskCommand) -> tuple[UUID, str] | None:
    """Return the tenant and the number outside that a command would call into a conversation.

    What is no whole number (an emergency number, an extension of the client's) is on no list.
    """
    target = command.fields.get("target")
    if not isinstance(target, Mapping) or target.get("kind") != "number":
        return None
    try:
        call = floor.calls.get(UUID(str(command.fields.get("interaction"))))
    except ValueError:
        return None
    number = None if call is None else e164(str(target.get("number") or ""), call.number)
    return None if call is None or number is None else (call.tenant, number)


def require_outside(floor: Floor, call: Call, asked: tuple[str, Mapping[str, Any]], by: Actor, now: datetime) -> None:
    """Raise :class:`DoNotCallListed` for a number outside that is on the list, and say so. ``asked``: the command."""
    kind, fields = asked
    entry, target = fields.get(ASKED), fields.get("target")
    if entry is None or not isinstance(target, Mapping):
        return
    agent = by.id if by.kind == "agent" else None
    fact = PartyRefused(str(entry), _INTO[kind], mask(e164(str(target.get("number")), call.number) or ""), agent)
    floor.effects.append(Tell(call.tenant, NewFact(fact, call.id, call.moment(now), by)))
    raise DoNotCallListed


def require(floor: Floor, task: Task, agent: Agent, fields: Mapping[str, Any], now: datetime) -> None:
    """Raise :class:`DoNotCallListed` for a contact on the list, and say so, unless it asked to be called."""
    entry = fields.get(ASKED)
    if entry is None or task.kind is Kind.CALLBACK:
        return
    subject = task.id if task.id in floor.tasks else task.origin or entry
    fact = CallRefused(entry_id=str(entry), task=task.kind.value, agent_id=str(agent.id))
    floor.effects.append(Tell(task.tenant, NewFact(fact, subject, task.moment(now))))
    raise DoNotCallListed


def told(floor: Floor, task: Task, agent: Agent, fields: Mapping[str, Any], now: datetime) -> None:
    """Say that a listed contact is called because it asked for it."""
    if fields.get(ASKED) is not None and task.kind is Kind.CALLBACK:
        fact = ListedContactCalled(entry_id=str(fields[ASKED]), agent_id=str(agent.id), attempt=task.turns)
        floor.put_task((task, (task.tell(fact, task.moment(now)),)))


def ask_again(floor: Floor, task: Task) -> bool:
    """Ask the list once more, now that the contact's phone is to ring; false: the contact asked for this call."""
    if task.kind is Kind.CALLBACK:
        return False
    floor.effects.append(AskList(task.tenant, task.caller, task.id, task.turns))
    return True


def refused(floor: Floor, task: Task, found: ListAsked, now: datetime) -> None:
    """Say that a contact was not rung: it came to the list while the agent's phone rang."""
    agent = None if task.agent is None else str(task.agent)
    fact = CallRefused(entry_id=str(found.entry), task=task.kind.value, agent_id=agent)
    floor.put_task((task, (task.tell(fact, task.moment(now)),)))


def lost(floor: Floor, task: Task, entry: UUID, now: datetime) -> None:
    """Say that a lost contact is not called back: it is on the list."""
    fact = CallRefused(entry_id=str(entry), task=task.kind.value, agent_id=None)
    floor.effects.append(Tell(task.tenant, NewFact(fact, task.origin or task.id, task.moment(now))))
