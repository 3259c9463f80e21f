"""Who is in a conversation besides its contact, and how it stands: a pure reader of the interaction's own facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from interactions.core.told import Told

KINDS = frozenset(
    {
        "InteractionConnected", "HoldStarted", "HoldEnded", "MuteChanged", "PartyInvited", "PartyJoined", "PartyLeft",
        "RecordingBegan", "RecordingPaused", "RecordingResumed", "RecordingStopped", "HelpAsked", "HelpWithdrawn",
        "HelpAnswered", "SupervisionStarted", "SupervisionChanged", "SupervisionEnded",
        "InteractionTransferred", "AgentLeft", "InteractionEnded",
    }
)  # fmt: skip
"""The kinds that say something about it."""

_SUPERVISOR, _OWN_PHONE = "supervisor", "rejoin"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody rung into the conversation. ``state``: ringing, aside (with the agent alone) or joined."""

    id: str
    role: str
    purpose: str
    target: str
    since: datetime
    state: str = "ringing"
    agent_id: str | None = None
    by_agent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """How a conversation stands. ``watchers``: supervisors who take part, name and mode by their id.

    ``held_by``: by what contact and agent are held (desk, phone, contact, lost). ``recorded``: empty, or why it is
    (policy, agent); ``help``: empty, ``asked`` or ``answered``; ``helper``: who answered. ``lost``: whom the agent
    called last and did not reach, with the cause.
    """

    held_at: datetime | None = None
    held_by: str = ""
    muted: bool = False
    recorded: str = ""
    paused_at: datetime | None = None
    help: str = ""
    helper: str = ""
    guests: Mapping[str, Guest] = field(default_factory=dict)
    watchers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    lost: tuple[str, str] | None = None


def talk_of(facts: Iterable[Told]) -> Talk:
    """Read facts of one interaction, oldest first; other kinds say nothing here."""
    talk = Talk()
    for fact in facts:
        step = _STEPS.get(fact.kind)
        talk = talk if step is None else step(talk, fact)
    return talk


def _invited(talk: Talk, fact: Told) -> Talk:
    data = fact.data
    guest = Guest(
        data["party_id"], data["role"], data["purpose"], data["target"], fact.at, agent_id=data["agent_id"],
        by_agent_id=data["by_agent_id"],
    )  # fmt: skip
    return replace(talk, guests={**talk.guests, guest.id: guest}, lost=None)


def _joined(talk: Talk, fact: Told) -> Talk:
    guest = talk.guests.get(fact.data["party_id"])
    if guest is None:
        return talk
    state = {"call": "joined", "aside": "aside"}.get(fact.data["where"], fact.data["where"])
    moved = replace(guest, state=state, since=fact.at, purpose=fact.data["purpose"])
    return replace(talk, guests={**talk.guests, guest.id: moved})


def _left(talk: Talk, fact: Told) -> Talk:
    guest = talk.guests.get(fact.data["party_id"])
    if guest is None:
        return talk
    called = guest.role != _SUPERVISOR and guest.purpose != _OWN_PHONE
    missed = called and not fact.data["joined"] and fact.data["ended_by"] == "party"
    lost = (guest.target, str(fact.data["cause"])) if missed else talk.lost
    return replace(talk, guests={k: v for k, v in talk.guests.items() if k != guest.id}, lost=lost)


def _watched(talk: Talk, fact: Told) -> Talk:
    data = fact.data
    return replace(talk, watchers={**talk.watchers, data["supervision_id"]: (data["name"], data["mode"])})


def _unwatched(talk: Talk, fact: Told) -> Talk:
    gone = fact.data["supervision_id"]
    return replace(talk, watchers={key: value for key, value in talk.watchers.items() if key != gone})


def _another_agent(talk: Talk, _fact: Told) -> Talk:
    return replace(talk, held_at=None, held_by="", muted=False, help="", helper="", lost=None)


def _over(talk: Talk, _fact: Told) -> Talk:
    return Talk(lost=talk.lost)


_STEPS: dict[str, Callable[[Talk, Told], Talk]] = {
    "InteractionConnected": _another_agent,
    "InteractionTransferred": _another_agent,
    "AgentLeft": _another_agent,
    "HoldStarted": lambda talk, fact: replace(talk, held_at=fact.at, held_by=str(fact.data.get("by", "desk"))),
    "HoldEnded": lambda talk, _: replace(talk, held_at=None, held_by=""),
    "MuteChanged": lambda talk, fact: replace(talk, muted=bool(fact.data["muted"])),
    "PartyInvited": _invited,
    "PartyJoined": _joined,
    "PartyLeft": _left,
    "RecordingBegan": lambda talk, fact: replace(talk, recorded=str(fact.data["why"])),
    "RecordingStopped": lambda talk, _: replace(talk, recorded=""),
    "RecordingPaused": lambda talk, fact: replace(talk, paused_at=talk.paused_at or fact.at),
    "RecordingResumed": lambda talk, _: replace(talk, paused_at=None),
    "HelpAsked": lambda talk, _: replace(talk, help="asked", helper=""),
    "HelpWithdrawn": lambda talk, _: replace(talk, help="", helper=""),
    "HelpAnswered": lambda talk, fact: replace(talk, help="answered", helper=str(fact.data["name"])),
    "SupervisionStarted": _watched,
    "SupervisionChanged": _watched,
    "SupervisionEnded": _unwatched,
    "InteractionEnded": _over,
}


def shown(talk: Talk, millis: Callable[[datetime], int], *, tells_of_listeners: bool) -> dict[str, Any]:
    """Return it as plain JSON values; instants by ``millis``.

    Supervisors are among the watchers; who only listens is left out unless the agent is to be told.
    """
    return {
        "held_at": None if talk.held_at is None else millis(talk.held_at),
        "held_by": talk.held_by,
        "muted": talk.muted,
        "recorded": talk.recorded,
        "paused_at": None if talk.paused_at is None else millis(talk.paused_at),
        "help": talk.help,
        "helper": talk.helper,
        "lost": None if talk.lost is None else {"target": talk.lost[0], "cause": talk.lost[1]},
        "guests": [
            {
                "id": g.id, "role": g.role, "purpose": g.purpose, "target": g.target, "state": g.state,
                "since": millis(g.since), "agent_id": g.agent_id, "by_agent_id": g.by_agent_id,
            }
            for g in talk.guests.values()
            if g.role != _SUPERVISOR
        ],
        "watchers": [
            {"name": name, "mode": mode}
            for name, mode in talk.watchers.values()
            if tells_of_listeners or mode != "listen"
        ],
    }  # fmt: skip
