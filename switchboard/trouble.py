"""One broken call never takes the floor down: an exception ends that call, with a fact, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import structlog

from routing.core.offers import Outcome
from switchboard import endings, tasks
from switchboard.core.agent import Agent
from switchboard.core.call import Call
from switchboard.core.effects import Disarm, Do
from switchboard.core.ending import By, Ending
from switchboard.core.task import Task
from switchboard.floor import Floor
from telephony.port import CloseCall

BROKEN = "error"
"""The cause of an end that is our fault."""

log = structlog.get_logger(__name__)


@contextmanager
def contained(floor: Floor, call_id: UUID | None, now: datetime) -> Iterator[None]:
    """Let an exception inside end the call that it concerns, and go on."""
    try:
        yield
    except Exception:
        log.exception("call_broken", interaction=str(call_id))
        call = None if call_id is None else floor.calls.get(call_id)
        if call is not None:
            _end(floor, call, now)
        task = None if call_id is None else floor.tasks.get(call_id)
        if task is not None:
            _end_task(floor, task, now)


def _end(floor: Floor, call: Call, now: datetime) -> None:
    try:
        endings.finish(floor, call, Ending(By.SYSTEM, BROKEN, now, now), now)
    except Exception:
        log.exception("call_broken_twice", interaction=str(call.id))
        _drop(floor, call, now)


def _end_task(floor: Floor, task: Task, now: datetime) -> None:
    try:
        tasks.close(floor, task, ("system", BROKEN), now)
    except Exception:
        log.exception("task_broken_twice", interaction=str(task.id))
        floor.tasks.pop(task.id, None)
        floor.effects.append(Disarm(task.id))


def _drop(floor: Floor, call: Call, now: datetime) -> None:
    """Forget a call that cannot even be ended; its agent is signed off."""
    floor.forget(call.id)
    floor.effects += [Disarm(call.id), Do(call.name, CloseCall(call.name))]
    live = floor.routing.offer_of(call.id)
    if live is not None:
        floor.routing.end_offer(live, Outcome.WITHDRAWN, now)
    floor.routing.leave(call.id)
    agent = None if call.offer is None else floor.agents.get(call.offer.agent)
    if agent is not None and agent.work is not None and agent.work.interaction == call.id:
        offline = Agent(
            agent.id, agent.seat, agent.desk, agent.tenants, max(now, agent.since), now, phones=agent.phones,
            chosen=agent.chosen, others=agent.others, lost_at=agent.lost_at, needs_desk=agent.needs_desk,
            signed_off_at=max(now, agent.since),
        )  # fmt: skip
        floor.put_agent(offline, now)
