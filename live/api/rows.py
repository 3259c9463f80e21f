"""The rows of a board as they are published (``live.api.schemas``); members that are not named here are let through."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Ms = Annotated[int, Field(description="an instant: milliseconds since 1970-01-01T00:00:00Z by the server's clock")]
Duration = Annotated[int, Field(ge=0, description="milliseconds")]
Count = Annotated[int, Field(ge=0)]


class Row(BaseModel):
    """What every shape has in common."""

    model_config = ConfigDict(extra="allow")


class Share(Row):
    """A share by its exact counts; ``den`` 0: not computable yet."""

    num: Count
    den: Count


class Interval(Share):
    """A quarter hour of today, from ``at`` on, with the service level of those who were queued in it."""

    at: Ms
    offered: Count


class Counted(Row):
    """What was counted today in the client's zone, by the moment of queueing; ``waiting``: now."""

    offered: Count
    answered: Count
    abandoned: Count
    short_abandoned: Count
    dequeued: Count
    handled: Count
    wait_ms_sum: Duration
    talk_ms_sum: Duration
    wrap_ms_sum: Duration
    waiting: Count
    oldest_wait_at: Ms | None
    service_level: Share


class Occupancy(Row):
    """The parts of occupancy: at an instant ``t`` each side is its ``_ms`` + ``_now`` x ``t`` - ``_since``."""

    busy_ms: Duration
    busy_now: Count
    busy_since: int
    ready_ms: Duration
    ready_now: Count
    ready_since: int


Recent = Annotated[
    list[tuple[int, int, int, int, int]],
    Field(description="the last half hour by minutes: instant, arrived, offered, both sides of the service level"),
]


class Totals(Counted):
    """The figures of the whole client. ``engine``: ok, or lost: calls go on, what is shown may be late.

    ``arrived``: contacts today; ``in_flow``: contacts in the flow now. ``moved``: by figure, number and instant of the
    newest fact that bears on it. ``callbacks``: in nobody's hands; ``callbacks_due_at``: when the first ones are due.
    """

    arrived: Count
    in_flow: Count
    recent: Recent
    occupancy: Occupancy
    callbacks: Count
    callbacks_due_at: list[int]
    moved: dict[str, tuple[int, int]]

    seats_rented: Count
    seats_staffed: Count
    work_orders_open: Count
    engine: Literal["ok", "lost"]
    day_started_at: Ms | None
    intervals: list[Interval]


class Queue(Counted):
    """A queue. ``tasks``: callbacks and the like in nobody's hands; ``tasks_due_at``: when the first one is due."""

    id: str
    code: str
    name: str
    recent: Recent
    tasks: Count
    tasks_due_at: Ms | None


class Current(Row):
    """The interaction that a seat works on: only this client's own; ``contact`` is masked as the reader may see it."""

    id: str
    contact: str
    queue: str
    since: Ms


class Watching(Row):
    """Somebody who takes part in a seat's conversation."""

    id: str
    mode: str
    name: str
    user_id: str


class Seat(Row):
    """A rented seat. ``truth``: the worst of what is known: also phone_down, desk_lost or unconfirmed.

    ``desk_lost_at``: since when the desk page of its agent is not reached, whatever its state; null: it is.

    ``talk_ms``, ``wrap_ms``: of what it finished today; ``busy_ms``, ``ready_ms``: today's closed times in conversation
    and wrap-up, and of being available.
    """

    seat: str
    agent_id: str
    alias: str
    kind: str
    state: str
    truth: str
    reason: str
    since: Ms
    phone: bool
    desk_lost_at: Ms | None
    missed_today: Count
    talk_ms: Duration
    wrap_ms: Duration
    busy_ms: Duration
    ready_ms: Duration
    interaction: Current | None
    handled_today: Count
    offered_today: Count
    hand_at: Ms | None
    watchers: list[Watching]


class Call(Row):
    """An interaction: open, or one of the last that ended. ``task``: what it is for when no contact waits."""

    id: str
    started_at: Ms
    contact: str
    queue: str
    agent: str
    state: str
    since: Ms | None
    outcome: str
    wait_ms: Duration
    talk_ms: Duration
    recording: bool
    task: str
    due_at: Ms | None


class Tenant(Row):
    """Whose board it is, and its time zone (IANA)."""

    name: str
    zone: str


class FormulaRow(Row):
    """The contract's formula of the service level, by its name and version; ``figures``: those of the others."""

    id: str
    threshold_s: Count
    target_pct: Annotated[int, Field(ge=1, le=100)]
    figures: dict[str, str]


class Limits(Row):
    """What is too long for the client: ``wait_s`` of a wait. ``told``: by a fact; else what everybody began with."""

    wait_s: Count
    told: bool


class Board(Row):
    """The whole board. ``acts``: what the client's people do to the centre just now."""

    tenant: Tenant
    formula: FormulaRow
    limits: Limits
    totals: Totals
    queues: list[Queue]
    seats: list[Seat]
    calls: list[Call]
    acts: list[dict[str, Any]] = []


class Gone(Row):
    """Keys of rows that are no more."""

    queues: list[str] = []
    seats: list[str] = []
    calls: list[str] = []


class Changed(Row):
    """Rows that changed, each whole: one replaces the row with the same key (``id``; a seat's is ``seat``)."""

    totals: Totals | None = None
    queues: list[Queue] = []
    seats: list[Seat] = []
    calls: list[Call] = []
    gone: Gone = Gone()
