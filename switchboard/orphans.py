"""Interactions that are stored as going on and cannot be taken up again: ended here, so that every count adds up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from interactions.core.record import HANDED_OVER, OFFERED, QUEUED, TALKING, WRAPPING_UP, InteractionRecord
from interactions.facts import InteractionDequeued, InteractionEnded, InteractionHandled, OfferEnded
from journal.core.facts import Payload
from switchboard.core.call import MILLISECOND
from switchboard.floor import Floor
from switchboard.trouble import BROKEN

_STAGES = {QUEUED: "waiting", OFFERED: "ringing", TALKING: "talking", HANDED_OVER: "handed_over"}


def end(
    floor: Floor, tenant: UUID, record: InteractionRecord, now: datetime, part: tuple[int, int] | None = None
) -> None:
    """State how it ended, as far as that is known: by us, now. ``part``: how long its last agent talked, and held."""
    if record.state != WRAPPING_UP:
        for fact in _ended(record, now):
            floor.tell([tenant], fact, record.id, now)
    if record.agent_id is not None and record.state in {TALKING, WRAPPING_UP}:
        talked, held = part or (_talk_ms(record, now), 0)
        handled = InteractionHandled(
            agent_id=str(record.agent_id), queue_id=str(record.queue_id or ""), talk_ms=talked, hold_ms=held,
            wrap_ms=0 if record.ended_at is None else max(0, (now - record.ended_at) // MILLISECOND),
        )  # fmt: skip
        floor.tell([tenant], handled, record.id, now)


def _ended(record: InteractionRecord, now: datetime) -> list[Payload]:
    facts: list[Payload] = []
    if record.state == OFFERED:
        facts.append(OfferEnded(offer_id=str(record.offer_id), agent_id=str(record.agent_id), outcome="withdrawn"))
    if record.state in {QUEUED, OFFERED}:
        wait_ms = 0 if record.queued_at is None else max(0, (now - record.queued_at) // MILLISECOND)
        facts.append(InteractionDequeued(queue_id=str(record.queue_id), wait_ms=wait_ms, reason="system_failure"))
    facts.append(
        InteractionEnded(
            ended_by="system", cause=BROKEN, stage=_STAGES.get(record.state, "flow"), talk_ms=_talk_ms(record, now),
            agent_id=str(record.agent_id) if record.state == TALKING else None,
        )
    )  # fmt: skip
    return facts


def _talk_ms(record: InteractionRecord, now: datetime) -> int:
    if record.talk_ms is not None:
        return record.talk_ms
    return 0 if record.answered_at is None else max(0, (now - record.answered_at) // MILLISECOND)
