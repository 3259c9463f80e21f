from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.core.calendar import Calendar, DateException, Interval, NeverOpens, Opening
from tenants.holidays import RegionUnknown, holidays_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")


def week(hours: str, days: range = range(5)) -> dict[int, tuple[Interval, ...]]:
    return {day: tuple(Interval.parse(part) for part in hours.split(",")) for day in days}


def china(*years: int) -> Calendar:
    known = holidays_of("CN", years)
    return Calendar(
        SHANGHAI,
        week("09:00-18:00"),
        holidays=known.holidays,
        workdays=known.workdays,
        confirmed_through=known.confirmed_through,
    )


def at(zone: ZoneInfo, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def test_a_make_up_saturday_works_in_china() -> None:
    assert china(2026).is_open(at(SHANGHAI, "2026-02-14T10:00"))


def test_a_swapped_friday_is_off_in_china() -> None:
    calendar = china(2026)
    assert calendar.opening(at(SHANGHAI, "2026-02-20T10:00")) is Opening.HOLIDAY


def test_the_tenth_of_october_works_in_china_and_is_a_holiday_in_taiwan() -> None:
    assert date(2026, 10, 10) in china(2026).workdays
    assert "national-day" in holidays_of("TW", [2026]).holidays[date(2026, 10, 10)]


def test_all_make_up_workdays_of_2026() -> None:
    assert sorted(china(2026).workdays) == [
        date(2026, month, day) for month, day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))
    ]


def test_hong_kong_has_its_twenty_days_with_good_friday() -> None:
    known = holidays_of("HK", [2026]).holidays
    assert len(known) == 20
    assert known[date(2026, 4, 3)] == "good-friday"


def test_an_unknown_region_says_which_there_are() -> None:
    with pytest.raises(RegionUnknown, match="CN, HK, TW"):
        holidays_of("XX", [2026])


def test_next_year_is_unconfirmed_in_china() -> None:
    calendar = china(2026, 2027)
    assert calendar.is_confirmed(date(2026, 12, 31))
    assert not calendar.is_confirmed(date(2027, 1, 1))


def test_the_spring_festival_of_2026_has_no_business_time() -> None:
    begin, until = at(SHANGHAI, "2026-02-15T00:00"), at(SHANGHAI, "2026-02-24T00:00")
    assert china(2026).business_seconds(begin, until) == 0


def test_the_make_up_saturday_has_nine_hours() -> None:
    begin, until = at(SHANGHAI, "2026-02-14T00:00"), at(SHANGHAI, "2026-02-15T00:00")
    assert china(2026).business_seconds(begin, until) == 32_400


def test_an_exception_beats_a_workday_beats_a_holiday_beats_the_week() -> None:
    saturday, friday = date(2026, 2, 14), date(2026, 2, 20)
    base = china(2026)
    special = Calendar(
        SHANGHAI,
        base.weekly,
        exceptions={
            saturday: DateException(),
            friday: DateException((Interval.parse("10:00-12:00"),)),
            date(2026, 2, 21): DateException(is_working_day=True),
        },
        holidays={**base.holidays, saturday: "both"},
        workdays=base.workdays,
        workday_hours=(Interval.parse("08:00-09:00"),),
    )
    assert special.opening(at(SHANGHAI, "2026-02-14T10:00")) is Opening.CLOSED
    assert special.is_open(at(SHANGHAI, "2026-02-20T11:00"))
    assert special.hours_on(date(2026, 2, 21)) == (Interval.parse("08:00-09:00"),)
    assert special.hours_on(date(2026, 2, 28)) == (Interval.parse("08:00-09:00"),)


def test_intervals_are_half_open() -> None:
    calendar = Calendar(SHANGHAI, week("09:00-12:00,13:00-18:00"))
    expected = {"08:59:59": False, "09:00:00": True, "11:59:59": True, "12:00:00": False, "18:00:00": False}
    assert {text: calendar.is_open(at(SHANGHAI, f"2026-03-02T{text}")) for text in expected} == expected


def test_a_night_window_belongs_to_the_day_on_which_it_starts_and_counts_once() -> None:
    friday_only = Calendar(SHANGHAI, week("22:00-06:00", range(4, 5)))
    assert friday_only.is_open(at(SHANGHAI, "2026-03-07T05:59"))
    assert not friday_only.is_open(at(SHANGHAI, "2026-03-06T05:59"))
    begin, until = at(SHANGHAI, "2026-03-02T00:00"), at(SHANGHAI, "2026-03-09T00:00")
    assert friday_only.business_seconds(begin, until) == 8 * 3600


def test_overlapping_windows_count_once() -> None:
    always = Calendar(SHANGHAI, week("22:00-07:00,06:00-22:00", range(7)))
    begin = at(SHANGHAI, "2026-03-02T12:00")
    assert always.business_time(begin, begin + timedelta(days=7)) == timedelta(days=7)
    assert always.add_business(begin, timedelta(days=30)) == begin + timedelta(days=30)


@pytest.mark.parametrize(
    ("day", "hours", "seconds"),
    [
        ("2026-03-08", "00:00-24:00", 23 * 3600),
        ("2026-11-01", "00:00-24:00", 25 * 3600),
        ("2026-03-08", "02:30-05:00", 2 * 3600),
        ("2026-03-08", "02:15-02:45", 0),
        ("2026-03-07", "22:00-06:00", 7 * 3600),
        ("2026-10-31", "22:00-06:00", 9 * 3600),
        ("2026-11-01", "01:00-01:30", 1800),
    ],
)
def test_open_windows_across_both_clock_changes(day: str, hours: str, seconds: int) -> None:
    on = date.fromisoformat(day)
    calendar = Calendar(NEW_YORK, {}, exceptions={on: DateException((Interval.parse(hours),))})
    begin = at(NEW_YORK, day + "T00:00")
    assert calendar.business_seconds(begin, begin + timedelta(days=3)) == seconds


def test_next_open_is_now_or_the_next_opening() -> None:
    calendar = china(2026)
    assert calendar.next_open(at(SHANGHAI, "2026-02-13T12:00")) == at(SHANGHAI, "2026-02-13T12:00")
    assert calendar.next_open(at(SHANGHAI, "2026-02-14T18:00")) == at(SHANGHAI, "2026-02-24T09:00")


def test_a_calendar_without_hours_never_opens() -> None:
    never = Calendar(SHANGHAI, {})
    with pytest.raises(NeverOpens):
        never.next_open(at(SHANGHAI, "2026-01-01T00:00"))
    with pytest.raises(NeverOpens):
        never.add_business(at(SHANGHAI, "2026-01-01T00:00"), timedelta(seconds=1))
    assert never.business_seconds(at(SHANGHAI, "2026-01-01T00:00"), at(SHANGHAI, "2027-01-01T00:00")) == 0


@pytest.mark.parametrize("text", ["9", "09:00", "09:00-25:00", "09:61-10:00", "aa:00-10:00", "24:00-10:00"])
def test_an_interval_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not|begins"):
        Interval.parse(text)


minutes = st.integers(0, 1439)
intervals = st.builds(lambda begin, length: Interval(begin, begin + length), minutes, st.integers(1, 1440))
calendars = st.builds(
    Calendar,
    st.sampled_from([SHANGHAI, NEW_YORK, ZoneInfo("Europe/Dublin"), ZoneInfo("Australia/Lord_Howe")]),
    st.fixed_dictionaries(
        {0: st.just((Interval(540, 1080),))},
        optional={day: st.lists(intervals, max_size=3).map(tuple) for day in range(1, 7)},
    ),
)
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 364 * 86_400).map(lambda seconds: YEAR + timedelta(seconds=seconds))


@given(calendars, moments, moments, moments)
def test_business_time_adds_up(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    assert calendar.business_time(a, b) + calendar.business_time(b, c) == calendar.business_time(a, c)


@given(calendars, moments, st.integers(0, 400_000))
def test_added_business_time_is_business_time(calendar: Calendar, begin: datetime, seconds: int) -> None:
    until = calendar.add_business(begin, timedelta(seconds=seconds))
    assert calendar.business_seconds(begin, until) == seconds


@given(calendars, moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar: Calendar, moment: datetime) -> None:
    opened = calendar.next_open(moment)
    assert calendar.is_open(opened)
    assert calendar.business_time(moment, opened) == timedelta()
    assert (opened == moment) == calendar.is_open(moment)
