"""An agent: where it is, and the one table that says where it can go (``agent_news``: what each tenant sees of it)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from switchboard.core.call import ImpossibleTransition
from switchboard.core.plan import AgentPlan, desk_phone


class AgentState(StrEnum):
    """Where an agent is. Every break has a reason; who is working has a task in hand, with nobody on the line yet."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    OFFERED = "offered"
    TALKING = "talking"
    WRAPPING_UP = "wrapping_up"
    ON_BREAK = "on_break"
    WORKING = "working"


NOT_RESPONDING, REJECTED, PHONE_DOWN, ELSEWHERE = "not_responding", "rejected", "phone_down", "elsewhere"
PHONE_SILENT, DESK_LOST = "phone_silent", "desk_lost"
OURS = frozenset({NOT_RESPONDING, REJECTED, PHONE_DOWN, PHONE_SILENT, DESK_LOST, ELSEWHERE})
"""Reasons of a break that nobody chooses."""
UNREACHED = frozenset({PHONE_DOWN, PHONE_SILENT, DESK_LOST})
"""Those of whoever wants calls and cannot be given any."""

GONE_WITHIN = timedelta(seconds=20)
"""An engine asks a phone every 15 seconds whether it is there, and waits 3 for the answer."""

_RESTING = frozenset({AgentState.OFFLINE, AgentState.AVAILABLE, AgentState.ON_BREAK})
TRANSITIONS: dict[AgentState, frozenset[AgentState]] = {
    AgentState.OFFLINE: _RESTING,
    AgentState.AVAILABLE: _RESTING | {AgentState.OFFERED, AgentState.WORKING},
    AgentState.ON_BREAK: _RESTING | {AgentState.WORKING},
    AgentState.OFFERED: _RESTING | {AgentState.TALKING, AgentState.WORKING},
    AgentState.WORKING: _RESTING | {AgentState.TALKING, AgentState.WRAPPING_UP},
    AgentState.TALKING: _RESTING | {AgentState.WRAPPING_UP},
    AgentState.WRAPPING_UP: _RESTING,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the agent wants to be when nothing is to be done: available, on_break with a reason, or offline."""

    state: AgentState
    reason: str | None = None


AVAILABLE, OFFLINE = Wish(AgentState.AVAILABLE), Wish(AgentState.OFFLINE)


@dataclass(frozen=True, slots=True)
class Work:
    """What the agent works on. The figures and ``ends_at`` (of the wrap-up) are known once the agent's part is over.

    ``chosen``: there is an outcome.
    """

    tenant: UUID
    interaction: UUID
    queue_id: UUID
    talk_ms: int = 0
    hold_ms: int = 0
    ends_at: datetime | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent. ``since``: of the present state.

    ``phones`` are the registered endpoints of its desk that may ring: of the kind that it has ``chosen`` (browser or
    desk), or all, while it has not chosen. ``others`` are registered as well, and do not ring.
    ``lost_at``: since when its desk page is not heard; then it is offered nothing, if it ``needs_desk``.
    ``signed_off_at``: when it was signed off last; None: never, as far as this process knows.
    """

    id: UUID
    seat: str
    desk: str | None
    tenants: tuple[UUID, ...]
    since: datetime
    idle_since: datetime
    state: AgentState = AgentState.OFFLINE
    reason: str | None = None
    phones: frozenset[str] = frozenset()
    work: Work | None = None
    wish: Wish = OFFLINE
    chosen: str = ""
    others: frozenset[str] = frozenset()
    lost_at: datetime | None = None
    needs_desk: bool = True
    signed_off_at: datetime | None = None

    @property
    def registered(self) -> frozenset[str]:
        """All registered phones of the desk."""
        return self.phones | self.others


def move(agent: Agent, state: AgentState, at: datetime, **changes: Any) -> Agent:  # noqa: ANN401 - fields of Agent
    """Change an agent's state: the only place where that happens. Raises :class:`ImpossibleTransition`."""
    if state not in TRANSITIONS[agent.state]:
        raise ImpossibleTransition(f"agent {agent.id}: {agent.state} to {state}")
    changed = replace(agent, **{"reason": None, **changes, "state": state, "since": max(at, agent.since)})
    same = (changed.state, changed.reason) == (agent.state, agent.reason)
    changed = replace(changed, since=agent.since) if same else changed
    return replace(changed, signed_off_at=changed.since) if state is AgentState.OFFLINE else changed


def rest(agent: Agent, at: datetime, idle_since: datetime | None = None) -> Agent:
    """Go where the agent wishes to be; without a phone nobody is available, nor whose desk must be reached and is not.

    ``idle_since``: for the longest-idle rule; by default now, when the agent was not available before.
    """
    state, reason = agent.wish.state, agent.wish.reason
    if state is AgentState.AVAILABLE and not agent.phones:
        state, reason = AgentState.ON_BREAK, PHONE_DOWN
    elif state is AgentState.AVAILABLE and agent.needs_desk and agent.lost_at is not None:
        state, reason = AgentState.ON_BREAK, DESK_LOST
    if idle_since is None:
        idle_since = agent.idle_since if agent.state is AgentState.AVAILABLE else at
    return move(agent, state, at, reason=reason, work=None, idle_since=idle_since)


def wish(agent: Agent, wanted: Wish, at: datetime) -> Agent:
    """Note what the agent wants; whoever works gets it afterwards."""
    agent = replace(agent, wish=wanted)
    return rest(agent, at) if agent.state in _RESTING else agent


def serves(agent: Agent, planned: AgentPlan, tenants: tuple[UUID, ...]) -> Agent:
    """Change the seat, the desk, the phone that was chosen, the tenants, and whether the desk must be reached."""
    return replace(
        agent, seat=planned.seat, desk=planned.desk, chosen=planned.phone, tenants=tenants,
        needs_desk=planned.needs_desk,
    )  # fmt: skip


def offered(agent: Agent, work: Work, at: datetime) -> Agent:
    """Be rung."""
    return move(agent, AgentState.OFFERED, at, work=work)


def talking(agent: Agent, at: datetime) -> Agent:
    """Have answered."""
    return move(agent, AgentState.TALKING, at)


def working(agent: Agent, work: Work, at: datetime) -> Agent:
    """Have a task in hand."""
    return move(agent, AgentState.WORKING, at, work=work)


def released(agent: Agent, at: datetime) -> Agent:
    """Lose the offer without fault: the place among the idle stays."""
    return rest(agent, at, agent.idle_since)


def set_aside(agent: Agent, reason: str, at: datetime) -> Agent:
    """Lose the offer by not answering it: a break until the agent's own click."""
    return rest(replace(agent, wish=Wish(AgentState.ON_BREAK, reason)), at, at)


def unplugged(agent: Agent, endpoint: str, at: datetime) -> Agent:
    """Lose the offer because the phone cannot be rung: another one of the desk is tried next, if there is one."""
    return rest(replace(agent, phones=agent.phones - {endpoint}), at, at)


def _may_ring(agent: Agent, endpoint: str) -> bool:
    """Whether a phone of its desk is of the kind that the agent chose."""
    at_desk = agent.desk is not None and endpoint == desk_phone(agent.desk)
    return not agent.chosen or (agent.chosen == "desk") is at_desk


def passed_over(agent: Agent, endpoint: str, at: datetime) -> Agent:
    """Lose the offer because the phone is registered and did not even ring: a break, unless there is another phone."""
    if agent.phones - {endpoint}:
        return unplugged(agent, endpoint, at)
    return set_aside(agent, PHONE_SILENT, at)


def wrapping_up(agent: Agent, times: tuple[int, int], at: datetime, ends_at: datetime | None) -> Agent:
    """Finish the work after one's part is over. ``times``: talked, and held, in milliseconds."""
    if agent.work is None:
        raise ImpossibleTransition(f"agent {agent.id} wraps up nothing")
    talk_ms, hold_ms = times
    work = replace(agent.work, talk_ms=talk_ms, hold_ms=hold_ms, ends_at=ends_at)
    return move(agent, AgentState.WRAPPING_UP, at, work=work)


def chose(agent: Agent) -> Agent:
    """Have said how the conversation ended."""
    return agent if agent.work is None else replace(agent, work=replace(agent.work, chosen=True))


def goes_on(agent: Agent) -> Agent:
    """Wrap up without an end, as something is missing."""
    return agent if agent.work is None else replace(agent, work=replace(agent.work, ends_at=None))


def with_phones(agent: Agent, registered: frozenset[str], at: datetime) -> Agent:
    """Note which phones are registered; it changes the state of who is available, or waited for a phone.

    Whose phone turns out to be gone just after an unanswered offer did nothing wrong: it is available again with it.
    So is, whenever that turns out, whose phone did not even ring.
    """
    phones = frozenset(each for each in registered if _may_ring(agent, each))
    gone, late = bool(agent.phones) and not phones, at - agent.since > GONE_WITHIN
    if gone and (agent.reason == PHONE_SILENT or (agent.reason == NOT_RESPONDING and not late)):
        agent = replace(agent, wish=AVAILABLE)
    return _reached_or_not(replace(agent, phones=phones, others=registered - phones), at)


def with_desk(agent: Agent, lost_at: datetime | None, at: datetime) -> Agent:
    """Note since when the agent's desk is not reached (None: it is). What is under way goes on."""
    return _reached_or_not(replace(agent, lost_at=lost_at), at)


def _reached_or_not(agent: Agent, at: datetime) -> Agent:
    """Be available or wait, whichever it is now, if that is what the agent wants."""
    waits = agent.state is AgentState.ON_BREAK and agent.wish.state is AgentState.AVAILABLE
    return rest(agent, at) if waits or agent.state is AgentState.AVAILABLE else agent


def signed_in(agent: Agent, wanted: Wish, phones: frozenset[str], since: datetime) -> Agent:
    """Restore an agent without work, as an older process knew it."""
    bare = replace(agent, wish=wanted, phones=phones, state=AgentState.OFFLINE, since=since)
    return rest(bare, since, since)


def found_at_work(agent: Agent, state: AgentState, work: Work, since: datetime) -> Agent:
    """Restore an agent who is offered something, talks or wraps up; the rest of its day goes on as available."""
    wanted = AVAILABLE if agent.wish.state is AgentState.OFFLINE else agent.wish
    return replace(agent, state=state, reason=None, work=work, since=since, wish=wanted)
