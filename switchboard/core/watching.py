"""What journals say of a supervisor in a conversation: who it is, when it was on the recording, why it went."""

from __future__ import annotations

from datetime import datetime

from journal.core.facts import Actor
from switchboard.core.call import MILLISECOND, Call
from switchboard.core.effects import Effect
from switchboard.core.party import Party, Watch
from switchboard.facts import SupervisionEnded

CARD_DATA = "card_data"
_GAPS = frozenset({"engine_gap", "engine_lost"})


def watch_of(party: Party) -> Watch:
    """Return how a supervisor takes part; our bug for anybody else."""
    if party.watch is None:
        raise AssertionError(f"{party.leg} is no supervisor's")
    return party.watch


def offset_ms(call: Call, at: datetime) -> int:
    """Return the place of a moment on the recording of the conversation with this agent, in milliseconds."""
    return 0 if call.connected_at is None else max(0, (at - call.connected_at) // MILLISECOND)


def who(call: Call, party: Party) -> dict[str, str]:
    """Return how facts name a supervisor and its agent."""
    watch = watch_of(party)
    agent = "" if call.offer is None else str(call.offer.agent)
    return {
        "supervision_id": party.leg, "user_id": str(party.by), "name": watch.name, "role": watch.role, "agent_id": agent
    }  # fmt: skip


def actor_of(party: Party) -> Actor:
    """Return who acts, as the tenant's journal names it."""
    return Actor("user", str(party.by))


def why_gone(by: str, cause: str) -> str:
    """Return why a supervision is over when a leg or the whole call is."""
    if cause in _GAPS:
        return "engine_gap"
    if cause == CARD_DATA:
        return CARD_DATA
    return "hung_up" if by == "party" else "call_over"


def ended(call: Call, party: Party, why: str, at: datetime) -> tuple[Effect, ...]:
    """Say that a supervision is over; of one that never began nothing is said."""
    if party.joined_at is None:
        return ()
    fact = SupervisionEnded(
        **who(call, party), mode=watch_of(party).mode, why=why, offset_ms=offset_ms(call, at),
        lasted_ms=max(0, (at - party.joined_at) // MILLISECOND),
    )  # fmt: skip
    return (call.tell(fact, at, actor_of(party)),)
