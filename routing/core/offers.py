"""The end of an offer and what follows from it (routing.md section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from routing.core.values import Offer

EXCLUDED_FOR = timedelta(seconds=120)


class Outcome(StrEnum):
    """How an offer ended."""

    ANSWERED = "answered"
    EXPIRED = "expired"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    CONTACT_LEFT = "contact_left"
    WITHDRAWN = "withdrawn"


class AgentNext(StrEnum):
    """Where the agent is after the offer."""

    TALKING = "talking"
    AVAILABLE = "available"
    NOT_RESPONDING = "not_responding"


class InteractionNext(StrEnum):
    """Where the interaction is after the offer. ``BY_CAUSE``: whoever withdrew it decides; the floor forgot it."""

    CONNECTED = "connected"
    WAITING = "waiting"
    ABANDONED = "abandoned"
    BY_CAUSE = "by_cause"


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows; ``idle_since`` is the agent's from now on, ``excluded_until`` is set when the agent is excluded."""

    offer: Offer
    outcome: Outcome
    agent: AgentNext
    interaction: InteractionNext
    idle_since: datetime
    excluded_until: datetime | None


def consequence(offer: Offer, outcome: Outcome, idle_since: datetime, now: datetime) -> Consequence:
    """Tell the consequence of an outcome for an agent who has been idle since ``idle_since``."""
    match outcome:
        case Outcome.ANSWERED:
            return Consequence(offer, outcome, AgentNext.TALKING, InteractionNext.CONNECTED, idle_since, None)
        case Outcome.EXPIRED | Outcome.REJECTED | Outcome.UNREACHABLE:
            until = now + EXCLUDED_FOR
            return Consequence(offer, outcome, AgentNext.NOT_RESPONDING, InteractionNext.WAITING, now, until)
        case Outcome.CONTACT_LEFT:
            return Consequence(offer, outcome, AgentNext.AVAILABLE, InteractionNext.ABANDONED, idle_since, None)
        case Outcome.WITHDRAWN:
            return Consequence(offer, outcome, AgentNext.AVAILABLE, InteractionNext.BY_CAUSE, idle_since, None)
