"""The rows of a board. All instants are integer milliseconds since the epoch, as they go to the screen."""

from __future__ import annotations

from dataclasses import dataclass, field

from live.core.counts import Counts


@dataclass(slots=True)
class QueueRow:
    """A queue: its counts of the day, and who waits in it (interaction id to the instant of the enqueue)."""

    id: str
    code: str
    name: str
    counts: Counts = field(default_factory=Counts)
    waiting: dict[str, int] = field(default_factory=dict)
    minutes: dict[int, Counts] = field(default_factory=dict)
    """The counts of its last half hour, by the minute of the enqueue (``live.core.measures``)."""
    tasks: dict[str, int] = field(default_factory=dict)
    """Callbacks, messages and missed contacts in nobody's hands: interaction id to when it is due (0: at no time)."""


@dataclass(slots=True)
class SeatRow:
    """A rented seat, by the tenant's alias of its agent. ``phone`` false means that calls cannot reach it."""

    seat: str
    agent_id: str
    alias: str
    kind: str
    state: str = "offline"
    reason: str = ""
    since: int = 0
    phone: bool = False
    interaction_id: str = ""
    handled_today: int = 0
    offered_today: int = 0
    missed_today: int = 0
    """Offers that this agent let pass, refused, or that did not reach its phone."""
    talk_ms: int = 0
    """Talk and hold of what it finished today."""
    wrap_ms: int = 0
    busy_ms: int = 0
    """Today's closed times in conversation and wrap-up; the state that lasts is not in it."""
    ready_ms: int = 0
    """Today's closed times of being available, in the same way."""
    phone_since: int = 0
    """When the phone was registered or lost last."""
    desk_lost_at: int = 0
    """Since when its desk page is not reached; 0: it is, or nobody looks for it."""
    hand_at: int = 0
    """Since when the agent asks for help; 0: it does not."""
    watchers: dict[str, list[str]] = field(default_factory=dict)
    """Who takes part in its conversation: supervision id to mode, name and user id."""


@dataclass(slots=True)
class CallRow:
    """One interaction as the board shows it; ``day``, ``quarter`` and ``minute`` are those of its first enqueue.

    ``visit_day`` and ``visit_minute`` are those of its stay in the queue where it is or was last.
    """

    id: str
    started_at: int
    contact: str
    state: str = "in_flow"
    queue_id: str = ""
    agent_id: str = ""
    outcome: str = ""
    since: int = 0
    wait_ms: int = 0
    talk_ms: int = 0
    recording: bool = False
    day: str = ""
    quarter: int = 0
    minute: int = 0
    visit_day: str = ""
    visit_minute: int = 0
    task: str = ""
    """What it is for when no contact waits: callback, message, missed or call. No figure of waiting counts it."""
    due_at: int = 0
    taken: list[str] = field(default_factory=list)
    """The supervisor who took it over: name and user id. Empty again when it gave the contact away."""
    taken_how: str = ""
    """How that stands: empty, held, or concluded when the supervisor has said what came of it."""
