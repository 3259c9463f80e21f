"""Clocks against a walk through the log minute by minute, against every split of it, and what goes wrong elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.core.calendar import Calendar, Interval
from tenants.holidays import holidays_of
from workorders.core.agreed import ALWAYS, Metric, Plan, Rule, Terms
from workorders.core.clock import SHARES, Clock, Clocks, Sign, Signal, State, hours_of
from workorders.core.clocks import advance_all, replan, take
from workorders.core.owing import Entry
from workorders.core.states import Position, Side, Status, takes

MINUTE = timedelta(minutes=1)
DAYS = 24
OPEN = tuple(Interval.parse(text) for text in ("09:00-12:00", "13:00-18:00"))
NIGHT = (Interval.parse("22:00-06:00"),)


@dataclass(frozen=True)
class Place:
    """A calendar and the days, from midnight UTC, in which its orders live: changes of clocks, holidays, swaps."""

    zone: str
    begin: date
    hours: tuple[Interval, ...] = OPEN
    days: range = range(5)
    region: str = ""


PLACES = (
    Place("Asia/Shanghai", date(2026, 9, 26), region="CN"), Place("Asia/Hong_Kong", date(2026, 3, 30), region="HK"),
    Place("Asia/Taipei", date(2026, 9, 24), NIGHT, range(6), "TW"), Place("Europe/London", date(2026, 3, 20), NIGHT),
    Place("Europe/London", date(2026, 10, 16)), Place("America/St_Johns", date(2026, 2, 28), NIGHT, range(7)),
    Place("America/St_Johns", date(2026, 10, 24), NIGHT, range(7)),
)  # fmt: skip
TARGETS = {
    Metric.ACKNOWLEDGE: 90, Metric.NEXT_UPDATE: 400, Metric.RESOLVE: 1500, Metric.ANSWER_INFO: 300,
    Metric.SEAT_FEEDBACK: 240,
}  # fmt: skip


@cache
def calendar(place: Place) -> Calendar:
    known = holidays_of(place.region, [2026]) if place.region else None
    weekly = dict.fromkeys(place.days, place.hours)
    if known is None:
        return Calendar(ZoneInfo(place.zone), weekly)
    return Calendar(ZoneInfo(place.zone), weekly, holidays=known.holidays, workdays=known.workdays)


@cache
def open_minutes(place: Place) -> tuple[bool, ...]:
    """Say of each minute whether it is open, by the local time on the wall alone."""
    cal, zone = calendar(place), ZoneInfo(place.zone)

    def works(on: date) -> bool:
        return on in cal.workdays or (on.weekday() in place.days and on not in cal.holidays)

    def is_open(at: datetime) -> bool:
        local = at.astimezone(zone)
        now, today = local.hour * 60 + local.minute, local.date()
        beside = [(now, today), (now + 24 * 60, today - timedelta(days=1))]
        return any(works(on) and any(i.begin <= m < i.until for i in place.hours) for m, on in beside)

    return tuple(is_open(midnight(place) + n * MINUTE) for n in range(2 * DAYS * 24 * 60))


def midnight(place: Place) -> datetime:
    return datetime.combine(place.begin, time(), UTC)


def plan_for(place: Place, version: int = 1, **terms: object) -> Plan:
    targets = {metric: minutes * MINUTE for metric, minutes in TARGETS.items()}
    made = Terms("standard", targets, calendar(place), calendar(place))
    return Plan(version, (Rule(replace(made, **terms)),))  # type: ignore[arg-type] # fields of Terms


@dataclass(frozen=True)
class Life:
    """A log that the state machine allows, and the moment until which it is watched."""

    place: Place
    entries: tuple[Entry, ...]
    until: datetime


@st.composite
def lives(draw: st.DrawFn) -> Life:
    place = draw(st.sampled_from(PLACES))
    requester = draw(st.sampled_from(Side))
    at = midnight(place) + draw(st.integers(0, 24 * 60)) * MINUTE
    first = Entry(at, Status.SUBMITTED, None, requester, "crm", "refund", "high", by=requester, moved=True, spoke=True)
    entries = [first]
    for _ in range(draw(st.integers(0, 9))):
        at += draw(st.integers(1, 2 * 24 * 60)) * MINUTE
        last, side = entries[-1], draw(st.sampled_from(Side))
        steps = takes(Position(last.status, requester, None), side, at)
        to = draw(st.sampled_from([*steps, None]))
        if to is not None:
            waits = draw(st.sampled_from([requester.value, "end_customer", "third_party"]))
            pending = waits if to is Status.PENDING else None
            entries.append(replace(last, at=at, status=to, pending_on=pending, by=side, moved=True, spoke=True))
        else:
            spoke = draw(st.booleans())
            entries.append(replace(last, at=at, by=side, moved=False, spoke=spoke))
    return Life(place, tuple(entries), at + draw(st.integers(0, 3 * 24 * 60)) * MINUTE)


def fold(entries: Sequence[Entry], plan: Plan, clocks: Clocks | None = None) -> tuple[Clocks, list[Signal]]:
    clocks = clocks or {}
    signals: list[Signal] = []
    for entry in entries:
        clocks, told = take(clocks, entry, plan)
        signals += told
    return clocks, signals


def finished(life: Life, plan: Plan) -> tuple[Clocks, list[Signal]]:
    clocks, signals = fold(life.entries, plan)
    clocks, told = advance_all(clocks, plan, life.until)
    return clocks, [*signals, *told]


def walked(life: Life, counts: set[str]) -> tuple[int, datetime | None]:
    """Walk through the life by minutes: how many count for ``resolve``, and when the target was used."""
    used, breached = 0, None
    opened, start = open_minutes(life.place), midnight(life.place)
    for entry, following in zip(life.entries, (*life.entries[1:], None), strict=True):
        end = life.until if following is None else following.at
        waits = "requester" if entry.pending_on == entry.requester.value else entry.pending_on
        over = entry.status in {Status.RESOLVED, Status.CLOSED, Status.REJECTED, Status.CANCELLED}
        if over or (entry.status is Status.PENDING and waits in counts):
            continue
        for minute in range((entry.at - start) // MINUTE, (end - start) // MINUTE):
            used += opened[minute]
            if used == TARGETS[Metric.RESOLVE] and breached is None:
                breached = start + (minute + 1) * MINUTE
    return used, breached


@settings(max_examples=150, deadline=None)
@given(lives())
def test_resolve_counts_the_minutes_that_a_walk_counts(life: Life) -> None:
    plan = plan_for(life.place)
    clock = finished(life, plan)[0][Metric.RESOLVE]
    used, breached = walked(life, {"requester", "end_customer"})
    hours = hours_of(clock, plan)
    assert clock.elapsed(hours, life.until) == used * MINUTE
    assert clock.breached_at == breached
    remaining = clock.target - clock.elapsed(hours, life.until)
    assert clock.elapsed(hours, life.until) + remaining == clock.target
    due = clock.due_at(hours)
    if clock.state is State.RUNNING and due is not None:
        assert calendar(life.place).business_time(life.until, due) == remaining


@settings(max_examples=100, deadline=None)
@given(lives())
def test_answer_info_runs_exactly_while_resolve_is_paused_for_the_requester(life: Life) -> None:
    clocks: Clocks = {}
    for entry in life.entries:
        clocks, _ = take(clocks, entry, plan_for(life.place))
        answer, resolve = clocks.get(Metric.ANSWER_INFO), clocks[Metric.RESOLVE]
        assert (answer is not None and answer.runs) == (resolve.paused_for == "requester")


@settings(max_examples=100, deadline=None)
@given(lives(), st.data())
def test_any_split_of_the_log_gives_the_same_clocks_and_tells_the_same_once(life: Life, data: st.DataObject) -> None:
    plan = plan_for(life.place)
    whole, told = finished(life, plan)
    clocks: Clocks = {}
    again: list[Signal] = []
    for entry, following in zip(life.entries, (*life.entries[1:], None), strict=True):
        clocks, signals = take(clocks, entry, plan)
        again += signals
        end = life.until if following is None else following.at
        for part in sorted(data.draw(st.lists(st.floats(0, 1), max_size=3))):
            clocks, signals = advance_all(clocks, plan, entry.at + (end - entry.at) * part)
            again += signals
    clocks, signals = advance_all(clocks, plan, life.until)
    again += signals
    assert clocks == whole

    def key(signal: Signal) -> tuple[object, ...]:
        return (signal.at, signal.clock.metric, signal.sign, signal.share or 0, signal.clock.cycle)

    assert sorted(map(key, again)) == sorted(map(key, told))
    shares = [(s.clock.metric, s.clock.cycle, s.share) for s in again if s.share is not None]
    assert len(shares) == len(set(shares))


# Single cases: an order of the weekdays 09:00-12:00 and 13:00-18:00 in Shanghai; Friday 2026-06-12.
SHANGHAI = Place("Asia/Shanghai", date(2026, 6, 1))
PLAN = plan_for(SHANGHAI)


def local(day: int, clock: str) -> datetime:
    return datetime.combine(date(2026, 6, day), time.fromisoformat(clock), ZoneInfo("Asia/Shanghai"))


def asked(at: datetime, requester: Side = Side.OUTSOURCER) -> Entry:
    return Entry(at, Status.SUBMITTED, None, requester, "crm", "refund", "high", by=requester, moved=True, spoke=True)


def moved(entry: Entry, at: datetime, to: Status, pending_on: str | None = None, **more: object) -> Entry:
    return replace(entry, at=at, status=to, pending_on=pending_on, by=entry.requester.other, moved=True, **more)  # type: ignore[arg-type] # fields of Entry


def test_an_order_of_friday_evening_is_due_on_monday() -> None:
    clocks, _ = fold([asked(local(12, "17:50"))], PLAN)
    clock = clocks[Metric.ACKNOWLEDGE]
    assert clock.due_at(calendar(SHANGHAI)) == local(15, "10:20")


def test_what_is_paused_does_not_tick_frappe_1554_1675() -> None:
    order = asked(local(8, "09:00"))
    waiting = moved(order, local(8, "10:00"), Status.PENDING, "outsourcer")
    clocks, told = fold([order, waiting], PLAN)
    clocks, later = advance_all(clocks, PLAN, local(30, "18:00"))
    clock = clocks[Metric.RESOLVE]
    assert (clock.state, clock.paused_for, clock.due_at(calendar(SHANGHAI))) == (State.PAUSED, "requester", None)
    assert clock.elapsed(calendar(SHANGHAI), local(30, "18:00")) == 60 * MINUTE
    assert not [s for s in (*told, *later) if s.clock.metric is Metric.RESOLVE and s.sign is Sign.BREACHED]


def test_lunch_is_no_working_time_frappe_2212_1528() -> None:
    clocks, _ = fold([asked(local(8, "11:30"))], PLAN)
    assert clocks[Metric.ACKNOWLEDGE].due_at(calendar(SHANGHAI)) == local(8, "14:00")


def test_a_pause_over_night_counts_no_closed_hours_frappe_2371() -> None:
    """Hold time that is measured by the wall counts the night twice: closed, and on hold."""
    order = asked(local(8, "09:00"))
    waiting = moved(order, local(8, "17:00"), Status.PENDING, "end_customer")
    on = moved(waiting, local(9, "10:00"), Status.IN_PROGRESS)
    clocks, _ = fold([order, waiting, on], PLAN)
    clock = clocks[Metric.RESOLVE]
    assert clock.elapsed(calendar(SHANGHAI), on.at) == 7 * 60 * MINUTE
    assert clock.due_at(calendar(SHANGHAI)) == local(11, "12:00")


def test_holidays_and_their_make_up_days_frappe_2495_ostickt_1168() -> None:
    place = Place("Asia/Shanghai", date(2026, 6, 1), region="CN")
    order = asked(datetime(2026, 9, 30, 9, 30, tzinfo=UTC))  # 17:30, then seven days of National Day
    clocks, _ = fold([order], plan_for(place))
    assert clocks[Metric.ACKNOWLEDGE].due_at(calendar(place)) == datetime(2026, 10, 8, 2, 0, tzinfo=UTC)
    saturday = asked(datetime(2026, 10, 10, 1, 0, tzinfo=UTC))
    assert fold([saturday], plan_for(place))[0][Metric.ACKNOWLEDGE].due_at(calendar(place)) == saturday.at + 90 * MINUTE


def test_business_hours_are_those_of_the_zone_osticket_2131_4969() -> None:
    place = Place("America/St_Johns", date(2026, 6, 1))
    order = asked(datetime(2026, 6, 8, 9, 0, tzinfo=UTC))  # 06:30 there
    clocks, _ = fold([order], plan_for(place))
    assert clocks[Metric.ACKNOWLEDGE].due_at(calendar(place)) == datetime(2026, 6, 8, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("to", "pending_on", "runs"),
    [
        (Status.HELD, None, True), (Status.PENDING, "third_party", True), (Status.PENDING, "end_customer", False),
        (Status.PENDING, "outsourcer", False), (Status.IN_PROGRESS, None, True), (Status.ACKNOWLEDGED, None, True),
    ],
)  # fmt: skip
def test_status_pauses_as_the_policy_says_osticket_3034(to: Status, pending_on: str | None, runs: bool) -> None:  # noqa: FBT001 - a parameter
    order = asked(local(8, "09:00"))
    clocks, _ = fold([order, moved(order, local(8, "10:00"), to, pending_on)], PLAN)
    assert clocks[Metric.RESOLVE].runs is runs


def test_a_policy_may_pause_for_others() -> None:
    plan = plan_for(SHANGHAI, pauses=frozenset({"third_party"}))
    order = asked(local(8, "09:00"))
    for waits, runs in (("third_party", False), ("outsourcer", True)):
        clocks, _ = fold([order, moved(order, local(8, "10:00"), Status.PENDING, waits)], plan)
        assert clocks[Metric.RESOLVE].runs is runs
        assert Metric.ANSWER_INFO not in clocks


def test_a_breach_stays_through_a_reopening_which_goes_on_where_it_stood() -> None:
    order = asked(local(1, "09:00"))
    done = moved(order, local(5, "18:00"), Status.RESOLVED)
    again = replace(moved(done, local(8, "09:00"), Status.IN_PROGRESS), by=Side.OUTSOURCER)
    clocks, told = fold([order, done, again, moved(again, local(8, "10:00"), Status.RESOLVED)], PLAN)
    clock = clocks[Metric.RESOLVE]
    assert clock.breached_at == local(4, "10:00")
    assert clock.state is State.BREACHED
    assert clock.elapsed(calendar(SHANGHAI), local(30, "09:00")) == (5 * 8 + 1) * 60 * MINUTE
    assert [s.sign for s in told if s.clock.metric is Metric.RESOLVE and s.share is None] == [Sign.RESUMED]


def test_what_is_resolved_in_time_is_met_and_runs_on_when_opened_again() -> None:
    order = asked(local(1, "09:00"))
    done = moved(order, local(1, "10:00"), Status.RESOLVED)
    again = replace(moved(done, local(1, "13:30"), Status.IN_PROGRESS), by=Side.OUTSOURCER)
    clocks, _ = fold([order, done], PLAN)
    assert clocks[Metric.RESOLVE].state is State.MET
    assert clocks[Metric.SEAT_FEEDBACK].runs
    clocks, _ = fold([order, done, again], PLAN)
    assert clocks[Metric.RESOLVE].due_at(calendar(SHANGHAI)) == local(4, "13:30")
    assert clocks[Metric.SEAT_FEEDBACK].state is State.MET


def test_a_promised_date_stays_where_it_is() -> None:
    promised = local(10, "12:00")
    order = asked(local(8, "09:00"))
    working = moved(order, local(8, "09:30"), Status.IN_PROGRESS, promised_at=promised)
    waiting = moved(working, local(8, "10:00"), Status.PENDING, "outsourcer")
    clocks, _ = fold([order, working, waiting], PLAN)
    assert clocks[Metric.PROMISE].due_at(ALWAYS) == promised
    clocks, told = advance_all(clocks, PLAN, local(10, "13:00"))
    assert clocks[Metric.PROMISE].breached_at == promised
    assert [s.share for s in told if s.clock.metric is Metric.PROMISE] == list(SHARES)


def test_sides_change_places_when_the_client_asks() -> None:
    order = asked(local(8, "09:00"), Side.TENANT)
    waiting = moved(order, local(8, "10:00"), Status.PENDING, "tenant")
    clocks, _ = fold([order, waiting], PLAN)
    assert clocks[Metric.RESOLVE].paused_for == "requester"
    assert clocks[Metric.ANSWER_INFO].runs


def test_each_update_of_the_resolver_begins_the_next_one() -> None:
    order = asked(local(8, "09:00"))
    theirs = replace(order, at=local(8, "11:00"), by=Side.TENANT, moved=False)
    ours = replace(theirs, at=local(8, "11:30"), by=Side.OUTSOURCER)
    clocks, told = fold([order, theirs, ours], PLAN)
    clock = clocks[Metric.NEXT_UPDATE]
    assert (clock.begun, clock.cycle) == ((theirs.at,), 2)
    assert not [s for s in told if s.clock.metric is Metric.NEXT_UPDATE]
    clocks, _ = advance_all(clocks, PLAN, local(9, "18:00"))
    assert (clocks[Metric.NEXT_UPDATE].state, clocks[Metric.NEXT_UPDATE].breaches) == (State.BREACHED, 1)
    clocks, _ = take(clocks, replace(theirs, at=local(10, "09:00")), PLAN)
    assert (clocks[Metric.NEXT_UPDATE].state, clocks[Metric.NEXT_UPDATE].breaches) == (State.RUNNING, 1)


def test_a_higher_priority_counts_what_was_used() -> None:
    urgent = Terms("urgent", {Metric.RESOLVE: 60 * MINUTE}, calendar(SHANGHAI))
    plan = Plan(1, (*PLAN.rules, Rule(urgent, priority="critical")))
    order = asked(local(8, "09:00"))
    raised = replace(order, at=local(8, "11:00"), priority="critical", moved=False, spoke=False)
    clocks, told = fold([order, raised], plan)
    assert (clocks[Metric.RESOLVE].policy, clocks[Metric.RESOLVE].breached_at) == ("urgent", local(8, "10:00"))
    assert clocks[Metric.ACKNOWLEDGE].state is State.BREACHED  # by the policy before, at 10:30
    assert clocks[Metric.NEXT_UPDATE].state is State.CANCELLED
    assert [s.share for s in told if s.clock.metric is Metric.RESOLVE] == list(SHARES)


def test_another_calendar_judges_what_is_owed_and_nothing_else() -> None:
    order = asked(local(8, "09:00"))
    taken = moved(order, local(8, "09:30"), Status.ACKNOWLEDGED)
    clocks, _ = fold([order, taken], PLAN)
    later = Plan(2, (Rule(Terms("standard", PLAN.rules[0].terms.targets)),))
    after, _ = replan(clocks, replace(taken, at=local(8, "11:00")), PLAN, later)
    assert after[Metric.ACKNOWLEDGE] == clocks[Metric.ACKNOWLEDGE]
    assert (after[Metric.RESOLVE].version, after[Metric.RESOLVE].due_at(ALWAYS)) == (2, local(9, "10:00"))


def test_a_policy_that_says_more_goes_before() -> None:
    def rule(code: str, **about: str) -> Rule:
        return Rule(Terms(code, {}), **about)

    plan = Plan(1, (rule("any"), rule("type", type="refund"), rule("urgent", priority="critical"),
                    rule("crm", connection="crm"), rule("both", type="refund", priority="critical")))  # fmt: skip
    found = {
        (c, t, p): terms.code
        for c in ("crm", "oms") for t in ("refund", "other") for p in ("critical", "low")
        if (terms := plan.terms_for(c, t, p))
    }  # fmt: skip
    assert found == {
        ("crm", "refund", "critical"): "both", ("crm", "refund", "low"): "crm", ("crm", "other", "critical"): "crm",
        ("crm", "other", "low"): "crm", ("oms", "refund", "critical"): "both", ("oms", "refund", "low"): "type",
        ("oms", "other", "critical"): "urgent", ("oms", "other", "low"): "any",
    }  # fmt: skip
    assert Plan(1).terms_for("crm", "refund", "low") is None


def test_a_calendar_that_never_opens_is_never_due() -> None:
    closed = Calendar(ZoneInfo("Asia/Shanghai"), {})
    clocks, _ = fold([asked(local(8, "09:00"))], plan_for(SHANGHAI, hours=closed))
    clock: Clock = clocks[Metric.RESOLVE]
    assert (clock.state, clock.due_at(closed)) == (State.RUNNING, None)
