"""Everybody in a call besides its contact and the agent who has it: consulted, invited, supervising."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from switchboard.core.followme import Place


class Role(StrEnum):
    """What somebody is: another agent, an outside number, a supervisor."""

    AGENT = "agent"
    OUTSIDE = "outside"
    SUPERVISOR = "supervisor"


class PartyState(StrEnum):
    """Where somebody is: rung, in a side room with the agent, in the call, or attached to the agent's leg."""

    RINGING = "ringing"
    ASIDE = "aside"
    JOINED = "joined"
    SUPERVISING = "supervising"


SUPERVISE, TAKEN_OVER, TAKEN_AGAIN = "supervise", "taken_over", "taken_again"
"""What a supervisor is in a call for: with the agent who has it, in that one's place, or rung to be there again."""
NOBODY = UUID(int=0)
"""Who calls somebody in where no agent does."""
CONSULT, CONFERENCE, TRANSFER, REJOIN = "consult", "conference", "transfer", "rejoin"
"""What a party was called for; other features add their own words (:mod:`switchboard.parties`).

``rejoin``: the agent's own phone, rung again because its leg is lost.
"""


@dataclass(frozen=True, slots=True)
class Watch:
    """How a supervisor takes part: ``mode`` is listen, whisper, barge or take_over, wanted or had.

    ``tenant``: whose own person it is, None for the outsourcer's; ``name`` and ``role`` are as the tenant knows it.
    """

    mode: str
    name: str
    role: str
    tenant: UUID | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """One of them. ``by``: the agent or user who called it in; ``target``: what facts and screens call it (masked).

    ``number`` is what was dialled, in full, and leaves the switchboard only towards the engine. ``ringback``: the
    playback that somebody hears while it rings; ``side``: the room beside the call in which it is.
    """

    leg: str
    role: Role
    purpose: str
    by: UUID
    since: datetime
    state: PartyState = PartyState.RINGING
    target: str = ""
    agent: UUID | None = None
    endpoint: str = ""
    number: str = ""
    trunk: str = ""
    side: str = ""
    joined_at: datetime | None = None
    ringback: str = ""
    watch: Watch | None = None
    tried: tuple[str, ...] = ()
    """Trunks that failed for it before."""
    place: Place | None = None
    """How far the search for one of the client's own people is, of which this is a phone; None: it is none."""
    phone: str = ""
    context: str = ""
    """What that person is told of the call: the id of the telling, empty: nothing."""
    rings_s: int = 0
    """How long it rings, in seconds; 0: as long as anybody."""

    @property
    def watches(self) -> bool:
        """Whether it is there for the agent, and the conversation does not go on with it alone."""
        return self.purpose == SUPERVISE

    @property
    def carries(self) -> bool:
        """Whether the contact has somebody to talk to with this one alone."""
        return self.is_heard and not self.watches

    @property
    def is_heard(self) -> bool:
        """Whether it talks with the contact."""
        return self.state is PartyState.JOINED


def dump_party(party: Party) -> dict[str, Any]:
    """Return a party as plain JSON values."""
    return {
        "leg": party.leg,
        "role": party.role.value,
        "purpose": party.purpose,
        "by": str(party.by),
        "since": party.since.isoformat(),
        "state": party.state.value,
        "target": party.target,
        "agent": None if party.agent is None else str(party.agent),
        "endpoint": party.endpoint,
        "number": party.number,
        "trunk": party.trunk,
        "side": party.side,
        "joined_at": None if party.joined_at is None else party.joined_at.isoformat(),
        "ringback": party.ringback,
        "watch": None if party.watch is None else _dump_watch(party.watch),
        "tried": list(party.tried),
        "place": None if party.place is None else party.place.dump(),
        "phone": party.phone,
        "context": party.context,
        "rings_s": party.rings_s,
    }


def _dump_watch(watch: Watch) -> dict[str, Any]:
    return {
        "mode": watch.mode,
        "name": watch.name,
        "role": watch.role,
        "tenant": None if watch.tenant is None else str(watch.tenant),
        "reason": watch.reason,
    }


def _load_watch(stored: Mapping[str, Any]) -> Watch:
    tenant = stored["tenant"]
    return Watch(**{**stored, "tenant": None if tenant is None else UUID(tenant)})


def load_party(stored: Mapping[str, Any]) -> Party:
    """Return the party that :func:`dump_party` wrote."""
    agent, joined_at, watch = stored["agent"], stored["joined_at"], stored.get("watch")
    place = stored.get("place")
    return Party(
        **{
            **stored,
            "role": Role(stored["role"]),
            "by": UUID(stored["by"]),
            "since": datetime.fromisoformat(stored["since"]),
            "state": PartyState(stored["state"]),
            "agent": None if agent is None else UUID(agent),
            "joined_at": None if joined_at is None else datetime.fromisoformat(joined_at),
            "watch": None if watch is None else _load_watch(watch),
            "tried": tuple(stored.get("tried", ())),
            "place": None if place is None else Place.load(place),
        }
    )
