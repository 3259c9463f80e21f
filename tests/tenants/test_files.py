from __future__ import annotations

import json
import time
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.core.buckets import Buckets
from tenants.core.documents import BadDocument, read_document
from tenants.core.names import CentreNames
from tenants.core.staffing import staffing_complaints
from tenants.errors import Refused
from tenants.holidays import REGIONS
from tenants.schemas import Blueprint, CalendarPart, Centre
from tenants.service.files import load_blueprint, load_centre
from tests.tenants.world import CENTRE, EXAMPLES

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"


def test_yaml_says_what_it_looks_like() -> None:
    text = 'on: 2026-10-01\ntime: 12:30\nwords: [no, yes, off, 010, 1e3]\nvalues: [true, null, ~, -5, 1.5, "5"]\n'
    assert read_document(text).value == {
        "on": "2026-10-01",
        "time": "12:30",
        "words": ["no", "yes", "off", 10, "1e3"],
        "values": [True, None, None, -5, 1.5, "5"],
    }


def test_every_place_has_its_line() -> None:
    document = read_document("a:\n  - b: 1\n    c/d: 2\n  - 5\n")
    assert document.line("/a/0/c~1d") == 3
    assert document.line("/a/1") == 4
    assert document.line("/a/0/missing/deeper") == 2
    assert document.line("/nowhere") == 1


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: 1\nb: 2\na: 3", 3, "the key 'a' stands twice"),
        ("a: [1", 1, "did not find expected"),
        ("a: &x 1\nb: *x", 2, "aliases"),
        ("? [1]\n: 2", 1, "a key must be plain text"),
        ("", 1, "empty"),
        ("a: !!python/name:os.system x", 1, "the tag"),
        ("a: 1\n---\nb: 2", 2, "another document"),
        ("a: \x01", 1, "control characters"),
        ("x" * 1_000_001, 1, "longer than"),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(BadDocument, match=reason) as caught:
        read_document(text)
    assert caught.value.line == line


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a, *a]\n" for i in range(50))
    started = time.monotonic()
    with pytest.raises(BadDocument):
        read_document(bomb)
    assert time.monotonic() - started < 1


@settings(deadline=None)  # a busy machine is not a bug
@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(Refused, match=r"line \d+ · "):
        load_blueprint(text)


@pytest.mark.parametrize("name", ["galaxy", "harbour-light"])
def test_an_example_is_read_and_its_digest_stands(name: str) -> None:
    text = (EXAMPLES / f"{name}.yaml").read_text()
    assert load_blueprint(text).digest == load_blueprint(f"# a comment\n{text}").digest
    assert load_blueprint(text).digest != load_blueprint(text.replace("ring_s: 15", "ring_s: 16")).digest


@pytest.mark.parametrize(("model", "name"), [(Centre, "centre"), (Blueprint, "blueprint")])
def test_the_published_schema_is_that_of_the_code(model: type[Centre | Blueprint], name: str) -> None:
    published = json.loads((SCHEMAS / f"{name}.json").read_text())
    assert published == model.model_json_schema()
    assert published["additionalProperties"] is False


def test_the_schema_knows_the_regions_whose_holidays_we_know() -> None:
    (literal, _) = get_args(CalendarPart.model_fields["holidays"].annotation)
    assert set(get_args(literal)) == set(REGIONS)


def complaints_of(text: str, rented: tuple[str, ...] = (), clients: tuple[str, ...] = ()) -> list[str]:
    _, centre = load_centre(text)
    found = staffing_complaints(centre.model_dump(mode="json"), frozenset(rented), frozenset(clients))
    return [f"{c.pointer} {c.reason}" for c in found]


def test_a_centre_file_hangs_together() -> None:
    assert complaints_of(CENTRE) == []
    assert complaints_of(CENTRE.replace('seat: "8003"', 'seat: "8002"')) == ["/staff/2/seat '8002' stands twice"]
    assert complaints_of(CENTRE.replace('seat: "8003"', 'seat: "8009"')) == ["/staff/2/seat there is no seat '8009'"]
    assert complaints_of(CENTRE.replace(', seat: "8003"', "")) == [
        "/staff/2/seat an agent has a seat, and nobody else has"
    ]
    assert complaints_of(CENTRE, rented=("8001 gone@harbour.example",)) == [
        "/staff seat 8001 with gone@harbour.example is rented to clients: take it out of their blueprints first"
    ]
    assert complaints_of(CENTRE, clients=("sup@harbour.example",)) == [
        "/staff/3/email this is one of a client's people"
    ]
    with pytest.raises(Refused, match="role must be one of"):
        load_centre(CENTRE.replace("role: supervisor", "role: client_manager"))


def test_nothing_of_another_tenant_is_named_in_what_a_check_knows() -> None:
    assert set(CentreNames.__dataclass_fields__) == {
        "agents",
        "rented",
        "own",
        "mails",
        "taken_numbers",
        "taken_addresses",
        "staff",
    }


def test_a_bucket_empties_refills_and_forgets_strangers() -> None:
    buckets = Buckets(size=3, refill_s=10, most=2)
    for _ in range(5):
        buckets.take("a", 0)
    assert buckets.wait_s("a", 0) == 10
    assert buckets.wait_s("a", 4) == 6
    assert buckets.wait_s("a", 10) == 0
    assert buckets.wait_s("b", 0) == 0
    for name in ("c", "d"):
        buckets.take(name, 0)
    assert len(buckets._left) == 2
