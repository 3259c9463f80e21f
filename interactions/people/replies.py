"""What people of the client's wrote to the agent about a call, and the task that comes of it for that agent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from interactions import service as interactions
from interactions.people.facts import ContextReplied
from journal import service as journal
from kit.db import Scope

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_LOW = 62


@dataclass(frozen=True, slots=True)
class Reply:
    """One message. ``wants``: call_back or note; ``text`` may be empty."""

    context: UUID
    person: str
    wants: str
    text: str
    at: datetime
    agent_id: UUID | None


@dataclass(frozen=True, slots=True)
class Thread:
    """Messages that are dealt with together, oldest first. ``row``: the interaction of their task, None: not yet.

    What is written while the task is open belongs to it; what comes after its end begins the next one.
    """

    task: UUID
    row: Mapping[str, Any] | None
    replies: tuple[Reply, ...]

    @property
    def stands(self) -> str:
        """Return where it is: sent, waits, in_hand or done."""
        if self.row is None:
            return "sent"
        if self.row["ended_at"] is not None:
            return "done"
        return "waits" if self.row["state"] in {"later", "queued", "offered"} else "in_hand"


async def threads_of(scope: Scope, interaction: UUID) -> list[Thread]:
    """Return what was written about a call, by telling and task, each in order. Raises ``KeysAway``."""
    written: dict[UUID, list[Reply]] = {}
    for fact in await journal.history(scope, interaction):
        if fact.kind == ContextReplied.KIND:
            data, agent = fact.data, fact.data["by_agent_id"]
            who = None if agent is None else UUID(agent)
            reply = Reply(UUID(data["context_id"]), data["person"], data["wants"], data["text"], fact.at, who)
            written.setdefault(reply.context, []).append(reply)
    return [thread for replies in written.values() for thread in await _threads(scope, replies)]


async def _threads(scope: Scope, rest: list[Reply]) -> list[Thread]:
    found: list[Thread] = []
    while rest:
        task = _task_id(rest[0])
        row = await interactions.brief(scope, task)
        over = None if row is None else row["ended_at"]
        count = 1 + sum(over is None or reply.at <= over for reply in rest[1:])  # the first began it, in any clock
        found.append(Thread(task, row, tuple(rest[:count])))
        rest = rest[count:]
    return found


def _task_id(first: Reply) -> UUID:
    """Return the id that follows from the first message, so that asking twice opens one task: a UUID of version 7."""
    drawn = int.from_bytes(hashlib.sha256(first.context.bytes).digest()[:10])
    millis = (first.at - _EPOCH) // timedelta(milliseconds=1)
    return UUID(int=millis << 80 | 7 << 76 | (drawn >> _LOW & 0xFFF) << 64 | 2 << _LOW | drawn & ((1 << _LOW) - 1))
