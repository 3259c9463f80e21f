"""SLA clocks: what each side owes about a work order, by when, and how much of it is used (workorders.md, section 14).

A clock is the list of spans in which it ran; how much business time they hold is asked of a calendar when it is needed,
so nothing ticks and nothing is counted twice. :func:`advance` says what a clock crossed until a moment, and
:func:`take` what one entry of the work order's log does to all clocks: folded over the log from its beginning, or from
any point of it, they give the same clocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from tenants.core.calendar import Calendar
from workorders.core.agreed import Metric, Plan, Terms
from workorders.core.clock import SHARES, WHOLE, Clock, Clocks, Sign, Signal, State, hours_of
from workorders.core.owing import Entry, Want, wanted

_CONTINUES: Final = frozenset({Metric.RESOLVE, Metric.PROMISE})
"""What goes on where it stood when a work order is opened again; anything else is owed anew."""


def advance(clock: Clock, hours: Calendar, until: datetime) -> tuple[Clock, tuple[Signal, ...]]:
    """Cross the shares whose moment has come, each once."""
    signals: list[Signal] = []
    for share in SHARES:
        at = clock.reaches(hours, share) if share > clock.told and not clock.ended else None
        if at is None or at > until:
            continue
        clock = replace(clock, told=share)
        if share == WHOLE:
            clock = replace(clock, breached_at=at, breaches=clock.breaches + 1)
        signals.append(Signal(Sign.BREACHED if share == WHOLE else Sign.WARNED, clock, at, share))
    return clock, tuple(signals)


def advance_all(clocks: Clocks, plan: Plan, until: datetime) -> tuple[Clocks, tuple[Signal, ...]]:
    """Cross what every clock has to."""
    return _gathered(advance(clock, hours_of(clock, plan), until) for clock in clocks.values())


def take(clocks: Clocks, entry: Entry, plan: Plan) -> tuple[Clocks, tuple[Signal, ...]]:
    """Return the clocks after an entry of the log, and what is told of them. ``plan``: what is in force then."""
    clocks, crossed = advance_all(clocks, plan, entry.at)
    terms = plan.terms_for(entry.connection, entry.type, entry.priority)
    after, told = _gathered(
        _turned(clocks.get(metric), metric, entry, terms, plan.version)
        for metric in Metric
        if metric in clocks or terms is not None
    )
    after, late = advance_all(after, plan, entry.at)
    return after, (*crossed, *told, *late)


def caught_up(
    clocks: Clocks, standing: Entry | None, plans: Sequence[Plan], until: datetime
) -> tuple[Clocks, tuple[Signal, ...]]:
    """Bring clocks to a moment at which nothing happens: by each plan from when it holds, and what they cross.

    ``standing``: the work order since its last entry; None: there is none yet. ``plans``: oldest first. A plan that
    came after that entry finds the work order as it stands, and what it wants and nothing measured yet begins with it.
    """
    if standing is None:
        return clocks, ()
    signals: list[Signal] = []
    owed = [clock for clock in clocks.values() if not clock.ended]
    settled = max((plan.version for plan in plans if plan.since <= standing.settled_at), default=0)
    present = version_of(plans, min((clock.version for clock in owed), default=settled))
    last = max((at for clock in owed for at in (*clock.begun, *clock.halted)), default=present.since)
    for plan in plans:
        if present.version < plan.version and plan.since <= until:
            entry = replace(standing, at=max(plan.since, last))
            clocks, told = replan(clocks, entry, present, plan)
            clocks = _joined(clocks, entry, plan) if plan.since > standing.settled_at else clocks
            present = plan
            signals += told
    clocks, told = advance_all(clocks, present, until)
    return clocks, (*signals, *told)


def follow(
    clocks: Clocks, standing: Entry | None, entry: Entry, plans: Sequence[Plan]
) -> tuple[Clocks, tuple[Signal, ...]]:
    """Take the next entry of the log by the plan that holds then. ``standing``: the work order before it."""
    clocks, before = caught_up(clocks, standing, plans, entry.at)
    judged = max((clock.version for clock in clocks.values() if not clock.ended), default=0)
    holds = max((plan.version for plan in plans if plan.since <= entry.at), default=0)
    clocks, told = take(clocks, entry, version_of(plans, max(judged, holds)))
    return clocks, (*before, *told)


def version_of(plans: Sequence[Plan], version: int) -> Plan:
    """Return a version of what is agreed; before the first nothing was."""
    return next((plan for plan in plans if plan.version == version), Plan(0))


def replan(clocks: Clocks, entry: Entry, before: Plan, after: Plan) -> tuple[Clocks, tuple[Signal, ...]]:
    """Judge what is still owed by another plan from ``entry.at`` on; the entry says what the work order is then."""
    clocks, crossed = advance_all(clocks, before, entry.at)
    terms = after.terms_for(entry.connection, entry.type, entry.priority)
    judged = {m: clock if clock.ended else _judged(clock, entry, terms, after.version) for m, clock in clocks.items()}
    again, late = advance_all(judged, after, entry.at)
    return again, (*crossed, *late)


def _joined(clocks: Clocks, entry: Entry, plan: Plan) -> Clocks:
    """Begin what a plan wants of a work order that is there already, and no plan before it wanted."""
    terms = plan.terms_for(entry.connection, entry.type, entry.priority)
    fresh = {m: _turned(None, m, entry, terms, plan.version)[0] for m in Metric if m not in clocks}
    return {**clocks, **{metric: clock for metric, clock in fresh.items() if clock is not None}}


def _gathered(each: Iterable[tuple[Clock | None, tuple[Signal, ...]]]) -> tuple[Clocks, tuple[Signal, ...]]:
    clocks: dict[Metric, Clock] = {}
    signals: list[Signal] = []
    for clock, told in each:
        if clock is not None:
            clocks[clock.metric] = clock
        signals += told
    return clocks, tuple(signals)


def _target(metric: Metric, clock: Clock | None, entry: Entry, terms: Terms | None) -> timedelta | None:
    if terms is None or metric is not Metric.PROMISE:
        return None if terms is None else terms.targets.get(metric)
    if entry.promised_at is None:
        return None
    return entry.promised_at - (clock.begun[0] if clock else entry.at)


def _judged(clock: Clock, entry: Entry, terms: Terms | None, version: int) -> Clock:
    """Return the clock by other terms; without a target there what was owed is owed no more."""
    target = _target(clock.metric, clock, entry, terms)
    if terms is None or target is None:
        return _halted(clock, entry.at, ended=State.CANCELLED)
    return replace(clock, policy=terms.code, version=version, target=target)


def _turned(
    clock: Clock | None, metric: Metric, entry: Entry, terms: Terms | None, version: int
) -> tuple[Clock | None, tuple[Signal, ...]]:
    target = _target(metric, clock, entry, terms)
    if terms is None or target is None:
        owed = clock is not None and not clock.ended
        return (_halted(clock, entry.at, ended=State.CANCELLED) if clock and owed else clock), ()
    want = wanted(metric, entry, terms)
    fresh = Clock(metric, terms.code, version, target)
    if clock is None:
        return _begun(fresh, want, entry), ()
    if clock.ended:
        return _owed_again(clock, fresh, want, entry)
    clock = replace(clock, policy=terms.code, version=version, target=target)
    if entry.renews(metric) and want.is_owed:
        again = _begun(replace(fresh, cycle=clock.cycle + 1, breaches=clock.breaches), want, entry)
        return again, _renewed(clock, again, want, entry) if again else ()
    return _moved(clock, want, entry)


def _begun(fresh: Clock, want: Want, entry: Entry) -> Clock | None:
    if want is Want.RUN:
        return replace(fresh, begun=(entry.at,))
    return replace(fresh, paused_for=entry.waits_for) if want is Want.PAUSE else None


def _owed_again(clock: Clock, fresh: Clock, want: Want, entry: Entry) -> tuple[Clock, tuple[Signal, ...]]:
    if not (want.is_owed and (entry.moved or clock.ended is State.CANCELLED)):
        return clock, ()
    if clock.metric not in _CONTINUES:
        again = replace(fresh, cycle=clock.cycle + 1, breaches=clock.breaches)
        return _begun(again, want, entry) or clock, ()
    clock = replace(clock, policy=fresh.policy, version=fresh.version, target=fresh.target, ended=None, ended_at=None)
    if clock.metric is Metric.PROMISE:
        clock = replace(clock, halted=())
    elif want is Want.RUN:
        clock = replace(clock, begun=(*clock.begun, entry.at))
    else:
        return replace(clock, paused_for=entry.waits_for), ()
    return clock, (Signal(Sign.RESUMED, clock, entry.at),)


def _renewed(clock: Clock, again: Clock, want: Want, entry: Entry) -> tuple[Signal, ...]:
    if clock.runs == (want is Want.RUN):
        return ()
    return (Signal(Sign.PAUSED if clock.runs else Sign.RESUMED, again, entry.at),)


def _moved(clock: Clock, want: Want, entry: Entry) -> tuple[Clock, tuple[Signal, ...]]:
    """Return an owed clock after what is wanted of it now."""
    if want is Want.RUN and not clock.runs:
        clock = replace(clock, begun=(*clock.begun, entry.at), paused_for=None)
        return clock, (Signal(Sign.RESUMED, clock, entry.at),)
    if want is Want.PAUSE:
        held = _halted(clock, entry.at, paused_for=entry.waits_for)
        return held, (Signal(Sign.PAUSED, held, entry.at),) if clock.runs else ()
    if want is Want.DONE:
        done = _halted(clock, entry.at, ended=State.MET)
        return done, () if done.breached_at else (Signal(Sign.MET, done, entry.at),)
    return (_halted(clock, entry.at, ended=State.CANCELLED) if want is Want.DROP else clock), ()


def _halted(clock: Clock, at: datetime, *, paused_for: str | None = None, ended: State | None = None) -> Clock:
    halted = (*clock.halted, at) if clock.runs else clock.halted
    ended_at = None if ended is None else at
    return replace(clock, halted=halted, paused_for=paused_for, ended=ended, ended_at=ended_at)
