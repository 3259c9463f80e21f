"""What one of the client's people wants of an agent after a call was handed to it: a task, for that agent first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from interactions.core.numbers import mask
from journal.core.facts import Actor
from switchboard import tasks
from switchboard.core.outbound import Refusal, dialable
from switchboard.core.plan import TenantPlan
from switchboard.core.task import Kind, Reserved, Task
from switchboard.errors import CommandUnknown, NotPossibleNow
from switchboard.floor import Floor

COMMAND = "call_person"
"""The command by which it is asked for; no agent's."""


def open_task(floor: Floor, fields: Mapping[str, Any], now: datetime) -> None:
    """Let an agent deal with what a person of the client's wants. Asking again with the same id changes nothing.

    ``interaction`` is the task's id, ``origin`` the call, ``agent`` who handed it over, if that one is still there.
    Raises :class:`CommandUnknown` and :class:`NotPossibleNow`.
    """
    wanted, agent_id = _id(fields, "interaction"), fields.get("agent")
    tenant = floor.plan.tenants.get(_id(fields, "tenant"))
    if tenant is None:
        raise NotPossibleNow("this client is not served here")
    if wanted in floor.tasks or wanted in floor.calls:
        return
    person = tenant.people.get(str(fields.get("person")))
    if person is None:
        raise CommandUnknown("there is nobody of this code in the client's directory")
    queue = tenant.queues.get(str(fields.get("queue"))) or next(iter(tenant.queues.values()), None)
    if queue is None:
        raise NotPossibleNow("this client has no queue")
    home = floor.plan.caller_id(tenant.id, queue.code)
    number = _number(tenant, home, [phone.number for phone in person.phones])
    agent = None if agent_id is None else floor.agents.get(_id(fields, "agent"))
    kept = tenant.callbacks.for_agent
    reserved = agent is not None and tenant.id in agent.tenants and bool(kept)
    task = Task(
        id=wanted, tenant=tenant.id, kind=Kind.PERSON, number=home, caller=number, contact=mask(number),
        queue_id=queue.id, queue=queue.code, place_at=now, touched_at=now, origin=_id(fields, "origin"),
        due_at=now + tenant.callbacks.due,
        reserved=Reserved(agent.id, now + kept) if agent is not None and reserved else None,
    )  # fmt: skip
    tasks.begin(floor, task, now, Actor("person", person.code))


def _number(tenant: TenantPlan, home: str, numbers: list[str]) -> str:
    """Return the first number of the person's that may be called; empty: none."""
    found = (dialable(number, home, tenant.callbacks) for number in numbers)
    return next((number for number in found if not isinstance(number, Refusal)), "")


def _id(fields: Mapping[str, Any], name: str) -> UUID:
    try:
        return UUID(str(fields.get(name)))
    except ValueError:
        raise CommandUnknown(f"the field {name!r} is not an id") from None
