"""A form becomes an entry of the blueprint; what is wrong keeps its place, and its complaint finds its field."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.settings import entries, refusals
from portal.settings.fields import MOST_ROWS, Fields, field_of
from portal.settings.refusals import Refusal, by_field, of_content, said, sentences
from tenants.schemas import Blueprint

BASE = Blueprint.model_validate({
    "blueprint": 1,
    "tenant": {"code": "acme", "name": "Acme", "zone": "Asia/Hong_Kong", "languages": ["en"]},
}).model_dump(mode="json")  # fmt: skip


def test_rows_are_read_by_number_and_blank_ones_are_none() -> None:
    form = Fields.of([
        ("weekly/mon/1/begin", "13:00"), ("weekly/mon/1/until", "18:00"),
        ("weekly/mon/0/begin", "09:00"), ("weekly/mon/0/until", "12:00"),
        ("weekly/mon/2/begin", ""), ("weekly/mon/2/until", ""),
        ("weekly/fri/0/begin", "00:00"), ("weekly/fri/0/until", "00:00"), ("weekly/sun/0/begin", "09:00"),
    ])  # fmt: skip
    week = entries.calendar(form)["weekly"]
    assert week["mon"] == ["09:00-12:00", "13:00-18:00"]
    assert (week["fri"], week["sun"], week["sat"]) == (["00:00-24:00"], ["09:00-"], [])


def test_a_form_of_a_hundred_thousand_rows_is_read_as_far_as_it_may_be() -> None:
    form = Fields.of((f"dispositions/{n}/name", "x") for n in range(100_000))
    assert len(form.rows("dispositions")) == MOST_ROWS


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("15", 15),
        (" 15 ", 15),
        ("-3", -3),
        ("", None),
        ("1.5", "1.5"),
        ("1e3", "1e3"),
        ("٣", "٣"),
        ("9" * 40, "9" * 40),
    ],
)
def test_a_number_is_a_number_or_stays_as_typed(typed: str, read: object) -> None:
    assert Fields.of([("n", typed)]).whole("n") == read


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=20))
def test_no_form_breaks_a_reader(values: dict[str, str]) -> None:
    for section, read in entries.READERS.items():
        entry = read(Fields.of(values.items()))
        of_content({**BASE, section: [entry]}, section)


PERSON: dict[str, Any] = {"code": "a", "name": "A", "phones": [{"number": "+8521234567"}]}


def test_new_things_get_codes_of_their_own() -> None:
    assert entries.code_from("Order Desk!", (), "queue") == "order-desk"
    assert entries.code_from("客服", {"queue", "queue-2"}, "queue") == "queue-3"
    queue = entries.queue(Fields.of([("dispositions/0/name", "Solved"), ("dispositions/1/name", "Solved")]))
    assert [row["code"] for row in queue["dispositions"]] == ["solved", "solved-2"]


@pytest.mark.parametrize(
    ("section", "entry", "field", "reason"),
    [
        ("queues", {"code": "a", "name": "", "ring_s": 15}, "name", "This is needed."),
        ("queues", {"code": "a", "name": "A", "ring_s": 2}, "ring_s", "At least 3."),
        ("queues", {"code": "a", "name": "A", "max_wait_s": "soon"}, "max_wait_s", "A whole number is needed."),
        ("queues", {"code": "a", "name": "A", "needs": {"x": 3}}, "needs/x", "There is no skill “x”."),
        ("queues", {"code": "a", "name": "A", "needs": {"x": 9}}, "needs/x", "At most 5."),
        ("queues", {"code": "a", "name": "x" * 81}, "name", "At most 80 characters."),
        ("queues", {"code": "a", "name": "a\u202eb"}, "name", "The invisible character U+202E is not allowed."),
        ("people", {"email": "no", "name": "N", "role": "client_viewer"}, "email", "This is not an e-mail address."),
        ("people", {"email": "a@b.c", "name": "N", "role": "agent"}, "role", "Choose one of the list."),
        ("people", {"email": "a@b.c", "name": "N", "role": "king"}, "role", "Choose one of the list."),
        ("connections", {"code": "c", "name": "C", "url": "ftp://x"}, "url",
         "A web address begins with https:// or http://."),
        ("calendars", {"code": "c", "weekly": {"mon": ["09:00-"]}}, "weekly/mon/0",
         "A beginning and an end are needed, such as 09:00 and 18:00."),
        ("calendars", {"code": "c", "weekly": {}, "exceptions": [{"on": "", "closed": True}]}, "exceptions/0/on",
         "Choose a date."),
        ("calendars", {"code": "c", "weekly": {}, "exceptions": [{"on": "2026-02-30", "closed": True}]},
         "exceptions/0/on", "There is no day 2026-02-30."),
        ("calendars", {"code": "c", "weekly": {}, "exceptions": [{"on": "2026-02-03"}]}, "exceptions/0",
         "Give the hours of this day, or say that it is closed."),
        ("calendars", {"code": "Ü", "weekly": {}}, "code", "Small letters a to z, digits, - and _; at most 40."),
        ("prompts", {"code": "p", "text": {}}, "text", "At least one is needed."),
        ("directory", {**PERSON, "chief": "a"}, "chief", "The chiefs go round in a circle: somebody must be the last."),
        ("directory", {**PERSON, "chief": "b"}, "chief", "There is nobody “b” in this list."),
        ("directory", {**PERSON, "hours": "b"}, "hours", "There are no hours “b”."),
        ("directory", {**PERSON, "phones": []}, "phones", "At least one is needed."),
        ("directory", {**PERSON, "phones": [*PERSON["phones"], *PERSON["phones"]]}, "phones/1",
         "“+8521234567” is there already."),
    ],
)  # fmt: skip
def test_each_complaint_stands_at_its_field(section: str, entry: dict[str, object], field: str, reason: str) -> None:
    fields, elsewhere = by_field(of_content({**BASE, section: [entry]}, section), section, 0, str)
    assert fields == {field: reason}
    assert elsewhere == ()


def test_a_pointer_of_another_entry_is_no_field_of_this_one() -> None:
    assert field_of("/queues/1/name", "queues", 1) == "name"
    assert field_of("/queues/10/name", "queues", 1) is None
    assert field_of("/queues/1", "queues", 1) == ""
    assert by_field([Refusal("/queues/2/name", "x"), Refusal("/", "y")], "queues", 1, str) == ({}, ("x", "y"))


def test_reasons_are_patterns_that_compile_and_an_unknown_one_is_shown_as_it_is() -> None:
    for pattern, sentence in sentences(str):
        assert ("%(a)s" in sentence) <= (re.compile(pattern).groups == 1 or pattern.startswith("(.*) is not"))
    assert said("something new", str) == "something new"
    assert refusals.said("'x' stands twice", str) == "“x” is there already."
