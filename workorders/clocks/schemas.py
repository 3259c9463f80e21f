"""A clock as the API, events and history show it. Durations are whole seconds of business time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from workorders.core.agreed import Plan, owed_by
from workorders.core.clock import Clock, Signal, hours_of
from workorders.core.clocks import version_of
from workorders.core.states import Side
from workorders.schemas import instant

_SECOND: Final = timedelta(seconds=1)


def clock_of(clock: Clock, plans: Sequence[Plan], at: datetime, requester: Side) -> dict[str, Any]:
    """Return a clock as it stands at a moment; ``due_at`` is none while it is paused or its hours never come."""
    hours = hours_of(clock, version_of(plans, clock.version))
    used = clock.elapsed(hours, at)
    return {
        "metric": clock.metric.value,
        "owed_by": owed_by(clock.metric, requester).value,
        "state": clock.state.value,
        "policy": clock.policy,
        "target_s": clock.target // _SECOND,
        "elapsed_s": used // _SECOND,
        "remaining_s": clock.target // _SECOND - used // _SECOND,
        "due_at": instant(clock.due_at(hours)),
        "paused_for": clock.paused_for,
        "ended_at": instant(clock.ended_at),
        "breached_at": instant(clock.breached_at),
        "cycle": clock.cycle,
        "breaches": clock.breaches,
    }


def spans_of(clock: Clock) -> list[dict[str, str | None]]:
    """Return when a clock ran, in its present cycle; the last one has no end while it runs."""
    return [{"from": instant(begin), "until": instant(end)} for begin, end in clock.spans()]


def told_of(signal: Signal, plans: Sequence[Plan], requester: Side) -> dict[str, Any]:
    """Return what an event says of a clock: ``crossed_at`` is the true instant, also when it is told late."""
    shown = clock_of(signal.clock, plans, signal.at, requester)
    return {**shown, "share": signal.share, "crossed_at": instant(signal.at)}
