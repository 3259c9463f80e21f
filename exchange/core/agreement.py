"""How a connection is agreed: one side invites, the other accepts or declines, either suspends or revokes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a connection stands. Only an active one exchanges anything."""

    INVITED = "invited"
    ACTIVE = "active"
    DECLINED = "declined"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class Act(StrEnum):
    """What a side does about a connection."""

    INVITE = "invite"
    ACCEPT = "accept"
    DECLINE = "decline"
    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"


class Who(StrEnum):
    """Which side may: either, the one that did the last act, or the one that did not."""

    EITHER = "either"
    SAME = "same"
    OTHER = "other"


STEPS: Final[dict[Act, tuple[frozenset[State], State, Who]]] = {
    Act.INVITE: (frozenset({State.ACTIVE, State.DECLINED, State.REVOKED}), State.INVITED, Who.EITHER),
    Act.ACCEPT: (frozenset({State.INVITED}), State.ACTIVE, Who.OTHER),
    Act.DECLINE: (frozenset({State.INVITED}), State.DECLINED, Who.OTHER),
    Act.SUSPEND: (frozenset({State.ACTIVE}), State.SUSPENDED, Who.EITHER),
    Act.RESUME: (frozenset({State.SUSPENDED}), State.ACTIVE, Who.SAME),
    Act.REVOKE: (frozenset({State.INVITED, State.ACTIVE, State.SUSPENDED}), State.REVOKED, Who.EITHER),
}
"""From which states an act leads to which, and who may; only a connection that never exchanged is invited anew."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a connection stands: its state, which side brought it there, and whether anything was ever exchanged."""

    state: State
    side: str
    used: bool


def possible(standing: Standing, side: str) -> list[Act]:
    """Return what ``side`` may do now."""
    return [act for act in Act if _exists(standing, act) and _may(standing, act, side)]


def after(standing: Standing, act: Act, side: str) -> State | None:
    """Return the state that the act leads to; None: there is no such step. Raises ``PermissionError``: the other's."""
    if not _exists(standing, act):
        return None
    if not _may(standing, act, side):
        raise PermissionError(act)
    return STEPS[act][1]


def _exists(standing: Standing, act: Act) -> bool:
    renewing = act is Act.INVITE and standing.state is State.ACTIVE
    return standing.state in STEPS[act][0] and not (renewing and standing.used)


def _may(standing: Standing, act: Act, side: str) -> bool:
    who = STEPS[act][2]
    return who is Who.EITHER or (side == standing.side) == (who is Who.SAME)
