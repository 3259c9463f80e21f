"""A row is what its facts say: ``apply`` over an interaction's facts, in order, is the stored record.

It is total. A fact that does not fit (it can come late, after a restart or from an old owner of the floor)
changes what it can and never raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from interactions.core.told import Told

IN_FLOW, QUEUED, OFFERED = "in_flow", "queued", "offered"
TALKING, WRAPPING_UP, ENDED = "talking", "wrapping_up", "ended"
HANDED_OVER, LATER, ACCEPTED, DIALLING = "handed_over", "later", "accepted", "dialling"
OUTCOMES = (
    "answered", "abandoned", "voicemail", "left_in_flow", "number_paused", "system_failure", "callback", "unreached",
    "done", "cancelled",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class InteractionRecord:
    """One interaction as its facts tell it. Durations are milliseconds; ``path`` is ``node`` or ``node:digits``.

    ``task`` and what follows it belong to work without a waiting contact (:mod:`interactions.callbacks.facts`).
    """

    id: UUID
    number: str
    contact: str
    channel: str
    direction: str
    flow: str
    flow_version: int
    started_at: datetime
    state: str = IN_FLOW
    queue_id: UUID | None = None
    queue: str | None = None
    head_start_s: int = 0
    agent_id: UUID | None = None
    offer_id: UUID | None = None
    queued_at: datetime | None = None
    offered_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    wait_ms: int | None = None
    talk_ms: int | None = None
    hold_ms: int | None = None
    wrap_ms: int | None = None
    outcome: str | None = None
    ended_by: str | None = None
    cause: str | None = None
    stage: str | None = None
    disposition: str | None = None
    note: str | None = None
    because: Mapping[str, Any] | None = None
    path: tuple[str, ...] = ()
    recording_id: UUID | None = None
    task: str | None = None
    origin_id: UUID | None = None
    due_at: datetime | None = None
    begins_at: datetime | None = None
    tries: int = 0
    result: str | None = None


def apply(record: InteractionRecord | None, fact: Told) -> InteractionRecord | None:
    """Take the next fact; ``None`` before ``InteractionStarted``. Other kinds change nothing."""
    if fact.kind == "InteractionStarted":
        return _started(fact) if record is None else record
    step = _STEPS.get(fact.kind)
    return record if record is None or step is None else step(record, fact)


INTERACTION_KINDS: frozenset[str]
"""The kinds that can change an interaction's record."""


def _id(value: str | None) -> UUID | None:
    return None if value is None else UUID(value)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _started(fact: Told) -> InteractionRecord:
    data = fact.data
    return InteractionRecord(
        fact.subject, data["number"], data["contact"], data["channel"], data["direction"], data["flow"],
        data["flow_version"], fact.at,
    )  # fmt: skip


def _stepped(record: InteractionRecord, fact: Told) -> InteractionRecord:
    digits = fact.data.get("digits")
    node = str(fact.data["node"])
    return replace(record, path=(*record.path, f"{node}:{digits}" if digits else node))


def _queued(record: InteractionRecord, fact: Told) -> InteractionRecord:
    data = fact.data
    return replace(
        record, state=QUEUED, queue=data["queue"], queue_id=_id(data["queue_id"]), head_start_s=data["head_start_s"],
        queued_at=record.queued_at or fact.at,
    )  # fmt: skip


def _offer_made(record: InteractionRecord, fact: Told) -> InteractionRecord:
    data = fact.data
    return replace(
        record, state=OFFERED, agent_id=_id(data["agent_id"]), offer_id=_id(data["offer_id"]), offered_at=fact.at,
        because=data["because"],
    )  # fmt: skip


def _offer_ended(record: InteractionRecord, fact: Told) -> InteractionRecord:
    if fact.data["outcome"] == "answered" or _id(fact.data["offer_id"]) != record.offer_id:
        return record
    state = QUEUED if record.state == OFFERED else record.state
    return replace(record, state=state, agent_id=None, offer_id=None, because=None)


def _connected(record: InteractionRecord, fact: Told) -> InteractionRecord:
    """Take the first answer for the wait; whoever answers after a transfer changes who has it."""
    data = fact.data
    again = record.outcome == "answered"
    return replace(
        record, state=TALKING, agent_id=_id(data["agent_id"]), offer_id=_id(data["offer_id"]),
        answered_at=record.answered_at if again else fact.at, wait_ms=record.wait_ms if again else data["wait_ms"],
        outcome="answered",
    )  # fmt: skip


def _moved_on(record: InteractionRecord, fact: Told) -> InteractionRecord:
    """Take it that another has the contact now: an agent, or outside people only."""
    to = _id(fact.data["to_agent_id"])
    return replace(record, state=TALKING if to else HANDED_OVER, agent_id=to or record.agent_id)


def _taken_up(record: InteractionRecord, fact: Told) -> InteractionRecord:
    return replace(record, state=TALKING, agent_id=_id(fact.data["agent_id"]))


def _abandoned(record: InteractionRecord, fact: Told) -> InteractionRecord:
    if record.outcome in {"answered", "callback"} or (record.outcome == "number_paused" and not fact.data["queue_id"]):
        return record  # who will be called has not given up, nor who heard that nobody is there
    waited = fact.data["wait_ms"] if fact.data["queue_id"] else record.wait_ms
    return replace(record, wait_ms=waited, outcome="abandoned")


def _dequeued(record: InteractionRecord, fact: Told) -> InteractionRecord:
    if record.outcome == "answered":
        return replace(record, state=IN_FLOW)
    failed = fact.data["reason"] == "system_failure"
    outcome = "system_failure" if failed else record.outcome
    return replace(record, state=IN_FLOW, wait_ms=fact.data["wait_ms"], outcome=outcome)


def _ended(record: InteractionRecord, fact: Told) -> InteractionRecord:
    data = fact.data
    left = "voicemail" if data["stage"] == "voicemail" else "left_in_flow"
    if record.task is not None:
        left = _ENDS.get(data["cause"], "unreached")
    return replace(
        record, state=WRAPPING_UP if data["agent_id"] else ENDED, ended_at=fact.at, ended_by=data["ended_by"],
        cause=data["cause"], stage=data["stage"], talk_ms=data["talk_ms"], outcome=record.outcome or left,
    )  # fmt: skip


def _handled(record: InteractionRecord, fact: Told) -> InteractionRecord:
    """Add what one agent spent on it. The talk is told by the end; who had it last ends the work on it."""
    data = fact.data
    ends = record.state == WRAPPING_UP and record.agent_id == _id(data["agent_id"])
    return replace(
        record, state=ENDED if ends else record.state,
        talk_ms=data["talk_ms"] if record.talk_ms is None else record.talk_ms,
        hold_ms=(record.hold_ms or 0) + data["hold_ms"], wrap_ms=(record.wrap_ms or 0) + data["wrap_ms"],
    )  # fmt: skip


def _disposition(record: InteractionRecord, fact: Told) -> InteractionRecord:
    return replace(record, disposition=fact.data["code"], note=fact.data["note"])


def _concluded(record: InteractionRecord, fact: Told) -> InteractionRecord:
    return replace(record, disposition=fact.data["code"])


def _noted(record: InteractionRecord, fact: Told) -> InteractionRecord:
    return replace(record, note=fact.data["note"])


def _recorded(record: InteractionRecord, fact: Told) -> InteractionRecord:
    outcome = record.outcome if fact.data["kind"] != "voicemail" or record.outcome == "answered" else "voicemail"
    return replace(record, recording_id=_id(fact.data["recording_id"]), outcome=outcome)


_ENDS = {"done": "done", "cancelled": "cancelled", "error": "system_failure"}
"""What becomes of a task without a conversation, by the cause of its end."""


def _outside(record: InteractionRecord, fact: Told) -> InteractionRecord:
    return replace(record, outcome="callback" if fact.kind == "CallbackRequested" else "number_paused")


def _task_opened(record: InteractionRecord, fact: Told) -> InteractionRecord:
    data = fact.data
    return replace(
        record, state=LATER, task=data["task"], origin_id=_id(data["origin_id"]), due_at=_instant(data["due_at"]),
        queue=data["queue"], queue_id=_id(data["queue_id"]),
    )  # fmt: skip


def _postponed(record: InteractionRecord, fact: Told) -> InteractionRecord:
    until, tries = _instant(fact.data["until"]), fact.data["tries"]
    return replace(record, state=LATER, begins_at=until, tries=tries, agent_id=None, offer_id=None, because=None)


def _accepted(record: InteractionRecord, fact: Told) -> InteractionRecord:
    data = fact.data
    return replace(
        record, state=ACCEPTED, agent_id=_id(data["agent_id"]), offer_id=_id(data["offer_id"]),
        wait_ms=data["wait_ms"], begins_at=None,
    )  # fmt: skip


def _dial_started(record: InteractionRecord, fact: Told) -> InteractionRecord:
    return replace(record, state=DIALLING, tries=fact.data["attempt"])


def _dial_ended(record: InteractionRecord, fact: Told) -> InteractionRecord:
    return replace(record, state=ACCEPTED, result=fact.data["result"])


_STEPS: dict[str, Callable[[InteractionRecord, Told], InteractionRecord]] = {
    "FlowStepped": _stepped,
    "InteractionQueued": _queued,
    "OfferMade": _offer_made,
    "OfferEnded": _offer_ended,
    "InteractionConnected": _connected,
    "InteractionTransferred": _moved_on,
    "AgentLeft": _moved_on,
    "InteractionTakenUp": _taken_up,
    "InteractionAbandoned": _abandoned,
    "InteractionDequeued": _dequeued,
    "InteractionEnded": _ended,
    "InteractionHandled": _handled,
    "NoteTaken": _noted,
    "DispositionChosen": _disposition,
    "TakenCallConcluded": _concluded,
    "RecordingStored": _recorded,
    "CallbackRequested": _outside,
    "CallToPausedNumber": _outside,
    "TaskOpened": _task_opened,
    "TaskPostponed": _postponed,
    "TaskAccepted": _accepted,
    "DialStarted": _dial_started,
    "DialEnded": _dial_ended,
}
INTERACTION_KINDS = frozenset({"InteractionStarted", *_STEPS})
