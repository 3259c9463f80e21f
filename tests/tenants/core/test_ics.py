"""Days off out of calendar files: whole days, hours, zones, rules against dateutil's, and files that are wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import islice
from time import monotonic
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.core.recurring import Rule, dates
from tenants.ics import IcsRefused, days_off

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2025, 1, 1), date(2029, 12, 31)
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n"


def event(*lines: str, uid: str = "1@x") -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT", ""))


def read(*events: str, zone: ZoneInfo = SHANGHAI) -> dict[str, str]:
    found = days_off((HEAD + "".join(events) + "END:VCALENDAR\r\n").encode(), zone, FIRST, LAST)
    return {on.isoformat(): name for on, name in found.days.items()}


def test_whole_days_by_date_end_and_duration() -> None:
    assert read(event("DTSTART;VALUE=DATE:20270101", "SUMMARY:New\r\n  Year")) == {"2027-01-01": "New Year"}
    two = event("DTSTART;VALUE=DATE:20270206", "DTEND;VALUE=DATE:20270208", "SUMMARY:春节")
    assert read(two) == {"2027-02-06": "春节", "2027-02-07": "春节"}
    assert list(read(event("DTSTART;VALUE=DATE:20270206", "DURATION:P2D"))) == ["2027-02-06", "2027-02-07"]
    assert read(event("DTSTART;VALUE=DATE:20200101"), event("DTSTART;VALUE=DATE:20400101")) == {}


def test_hours_close_the_days_that_they_cover_in_the_clients_zone() -> None:
    by_utc = event("DTSTART:20270302T160000Z", "DTEND:20270303T160000Z", "SUMMARY:moved")
    assert read(by_utc) == {"2027-03-03": "moved"}
    assert read(by_utc, zone=ZoneInfo("Europe/London")) == {}
    named = event("DTSTART;TZID=America/New_York:20270704T000000", "DTEND;TZID=America/New_York:20270705T000000")
    assert read(named, zone=ZoneInfo("America/New_York")) == {"2027-07-04": ""}
    afternoon = event("DTSTART:20270302T130000", "DTEND:20270302T180000")
    found = days_off((HEAD + afternoon + "END:VCALENDAR").encode(), SHANGHAI, FIRST, LAST)
    assert (found.days, found.left_out) == ({}, (4,))
    over = event("DTSTART:20270301T130000", "DTEND:20270304T090000")
    assert list(read(over)) == ["2027-03-02", "2027-03-03"]


def test_rules_exceptions_and_moved_days() -> None:
    fourth_thursday = event("DTSTART;VALUE=DATE:20201126", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "SUMMARY:T")
    assert list(read(fourth_thursday)) == ["2025-11-27", "2026-11-26", "2027-11-25", "2028-11-23", "2029-11-22"]
    yearly = "DTSTART;VALUE=DATE:20251225", "RRULE:FREQ=YEARLY;COUNT=4", "EXDATE;VALUE=DATE:20261225"
    assert list(read(event(*yearly))) == ["2025-12-25", "2027-12-25", "2028-12-25"]
    moved = event("DTSTART;VALUE=DATE:20271227", "RECURRENCE-ID;VALUE=DATE:20271225")
    assert "2027-12-27" in read(event(*yearly), moved)
    assert "2027-12-25" not in read(event(*yearly), moved)
    assert "2027-12-25" in read(event(*yearly), moved.replace("1@x", "2@x"))
    gone = event("DTSTART;VALUE=DATE:20270501", "STATUS:CANCELLED")
    assert read(gone, event("DTSTART;VALUE=DATE:20270502", "RDATE;VALUE=DATE:20270505")) == {
        "2027-05-02": "", "2027-05-05": "",
    }  # fmt: skip


PARTS = st.sampled_from([
    "FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=2,11", "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", "FREQ=YEARLY;BYDAY=1MO,-1FR",
    "FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR", "FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=SA,SU", "FREQ=DAILY",
    "FREQ=WEEKLY;BYMONTH=12;WKST=SU", "FREQ=DAILY;BYMONTH=1;BYMONTHDAY=1,2", "FREQ=MONTHLY;BYSETPOS=2;BYDAY=WE",
])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(PARTS, st.integers(1, 4), st.dates(date(2019, 1, 1), date(2027, 12, 31)), st.integers(0, 12))
def test_rules_repeat_as_another_library_says(parts: str, interval: int, start: date, count: int) -> None:
    text = f"{parts};INTERVAL={interval}" + (f";COUNT={count}" if count else "")
    known = rrulestr(text, dtstart=datetime(start.year, start.month, start.day, tzinfo=UTC))
    span = datetime(2018, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    wanted = [each.date() for each in islice(known.between(*span), 4000)]
    said = dict(part.split("=") for part in text.split(";"))
    numbers = ("BYMONTH", "BYMONTHDAY", "BYSETPOS")
    listed = {name: frozenset(map(int, said[name].split(","))) for name in numbers if name in said}
    days = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    weekdays = frozenset((days.index(d[-2:]), int(d[:-2] or 0)) for d in said.get("BYDAY", "").split(",") if d)
    rule = Rule(
        said["FREQ"], interval, count or None, None, listed.get("BYMONTH", frozenset()),
        listed.get("BYMONTHDAY", frozenset()), weekdays, listed.get("BYSETPOS", frozenset()),
        days.index(said.get("WKST", "MO")),
    )  # fmt: skip
    assert dates(rule, start, date(2029, 12, 31), 10**6)[0] == wanted


def calendar(*lines: str) -> bytes:
    return "\r\n".join(("BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT", "END:VCALENDAR")).encode()


@pytest.mark.parametrize(
    ("file", "line"),
    [
        (b"", 1), (b"PK\x03\x04", 1), (b"BEGIN:VCALENDAR\nthis is no line\nEND:VCALENDAR", 2),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR", 3), (b"BEGIN:VCALENDAR\n\n", 1), (b"SUMMARY:x", 1),
        (b"BEGIN:VCALENDAR\nSUMMARY:\xff\nEND:VCALENDAR", 2), (b"BEGIN:VCALENDAR\n\nSUMMARY:\0", 3),
        (calendar("SUMMARY:no begin"), 2), (calendar("DTSTART;VALUE=DATE:20271399"), 4),
        (calendar("SUMMARY:x", "DTSTART:tomorrow"), 5),
        (calendar("DTSTART;VALUE=DATE:20270101", "RRULE:FREQ=SECONDLY"), 5),
        (calendar("DTSTART;VALUE=DATE:20270101", "RRULE:FREQ=YEARLY;BYEASTER=1"), 5),
        (calendar("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), 5),
        (calendar("DTSTART;VALUE=DATE:20270101", "DTEND;VALUE=DATE:20990101"), 5),
        (calendar("DTSTART;VALUE=DATE:20270101", "DTEND:20270102T000000Z"), 5),
        (calendar("DTSTART;VALUE=DATE:20250101", "RRULE:FREQ=DAILY"), 2),
        (b"BEGIN:VCALENDAR\n" + b"X:" + b"a" * 1_000_000, 1),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_its_line(file: bytes, line: int) -> None:
    with pytest.raises(IcsRefused) as refused:
        days_off(file, SHANGHAI, FIRST, LAST)
    assert (refused.value.line, bool(refused.value.reason)) == (line, True)


def test_what_is_repeated_without_end_takes_no_time() -> None:
    begun = monotonic()
    never = event("DTSTART;VALUE=DATE:19000228", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
    with pytest.raises(IcsRefused, match="too often"):
        read(never * 900)
    assert monotonic() - begun < 5
