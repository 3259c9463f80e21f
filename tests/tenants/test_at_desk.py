"""Outcomes as a tree, places in scripts and screen pops, the centre's breaks: as values."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from portal.settings.entries import queue
from portal.settings.fields import Fields
from portal.settings.pops import tried
from switchboard.core.agent import OURS
from tenants.at_desk import BreakPart, DeskPart
from tenants.core.guide import complaint_of_address, filled_address, filled_text
from tenants.core.outcomes import flat, leaves, nested
from tenants.core.staffing import OWN_REASONS, staffing_complaints
from tenants.schemas import Centre, QueuePart

TREE: list[dict[str, Any]] = [
    {"code": "bad", "name": "Complaint", "children": [
        {"code": "late", "name": "Late", "children": []},
        {"code": "broken", "name": "Broken", "children": [{"code": "glass", "name": "Glass", "children": []}]},
    ]},
    {"code": "good", "name": "Solved", "children": []},
]  # fmt: skip


def test_a_leaf_is_chosen_and_knows_its_way() -> None:
    assert [(each.code, each.path) for each in leaves(TREE)] == [
        ("late", "Complaint › Late"), ("glass", "Complaint › Broken › Glass"), ("good", "Solved")
    ]  # fmt: skip
    assert [(each.depth, each.at) for each in flat(TREE)][3] == (2, "dispositions/0/children/1/children/0")
    assert nested((each.depth, {"code": each.code, "name": each.name}) for each in flat(TREE)) == TREE
    assert nested([(2, {"code": "a"}), (9, {"code": "b"})]) == [
        {"code": "a", "children": [{"code": "b", "children": []}]}
    ]


def test_the_form_of_a_queue_makes_the_same_tree_and_the_desk() -> None:
    rows = [(f"dispositions/{n}/{key}", str(value)) for n, each in enumerate(flat(TREE))
            for key, value in (("code", each.code), ("name", each.name), ("depth", each.depth))]  # fmt: skip
    steps = [("desk/script/0/title", "Pay"), ("desk/script/0/kind", "payment"), ("desk/script/1/title", "")]
    times = [("name", "Care"), ("ring_s", "15"), ("max_wait_s", "30"), ("wrap_up_s", "30")]
    made = queue(
        Fields.of(
            [*rows, *steps, *times, ("desk/wrap_up_ends", "no"), ("desk/outcome_required", "yes"), ("code", "care")]
        )
    )
    read = QueuePart.model_validate(made).model_dump()
    assert read["dispositions"] == TREE
    assert read["desk"] == {
        "wrap_up_ends": False, "outcome_required": True, "guests_wrap_up": False, "screen_pop": "", "notes": "",
        "script": [{"title": "Pay", "text": "", "kind": "payment"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("https://crm.example/?phone={{caller.e164}}&q={{ queue.code }}#{{ivr.account}}", None),
        ("http://crm.example/", "https"),
        ("https:crm.example", "https"),
        ("javascript:alert(1)", "https"),
        ("https://{{did}}.crm.example/", "host"),
        ("https://crm.example{{did}}/", "host"),
        ("https://{{did}}", "https"),
        ("https://u:p@crm.example/", "user name"),
        ("https://crm.example:x/", "web address"),
        ("https://crm.example/{{secret}}", "no place"),
        ("https://crm.example/{{ivr.a-b}}", "no place"),
        ("https://crm.example/{{did", "two braces"),
    ],
)
def test_an_address_is_https_and_nothing_is_filled_into_its_host(address: str, wrong: str | None) -> None:
    found = complaint_of_address(address)
    if wrong is None:
        assert found is None
        assert DeskPart(screen_pop=address).screen_pop == address
        return
    assert wrong.replace("two braces", "{{name}}") in str(found)
    with pytest.raises(ValidationError):
        DeskPart(screen_pop=address)


def test_values_are_encoded_in_an_address_and_plain_in_a_text() -> None:
    values = {"caller.e164": "+86 138****1234", "ivr.a": "x&y=/../?#"}
    assert filled_address("https://c.example/{{caller.e164}}?a={{ ivr.a }}&b={{ivr.b}}", values) == (
        "https://c.example/%2B86%20138%2A%2A%2A%2A1234?a=x%26y%3D%2F..%2F%3F%23&b="
    )
    assert filled_text("{{caller.e164}} {{ivr.a}}.", values) == "+86 138****1234 x&y=/../?#."


def test_a_break_has_a_name_and_is_not_one_that_nobody_chooses() -> None:
    assert OWN_REASONS == OURS
    lunch: dict[str, Any] = {"code": "lunch", "name": {"en": "Lunch", "zh-HK": "午膳"}, "longest_min": 45}
    content = {
        "centre": 1,
        "name": "C",
        "zone": "Asia/Hong_Kong",
        "breaks": [lunch, {**lunch, "code": "rejected"}, lunch],
    }
    found = staffing_complaints(Centre.model_validate(content).model_dump(mode="json"), frozenset(), frozenset())
    assert [each.pointer for each in found] == ["/breaks/2/code", "/breaks/1/code"]
    for wrong in ({**lunch, "name": {}}, {**lunch, "longest_min": 0}):
        with pytest.raises(ValidationError):
            BreakPart.model_validate(wrong)


def test_the_tester_shows_what_an_agent_would_open_with_the_number_masked_as_agents_see_it() -> None:
    content = {"masking": {"agent": "masked"}, "numbers": [], "seats": [], "tenant": {"name": "Galaxy & Co"}}
    desk = {"screen_pop": "https://c.example/{{caller.e164}}/{{client.name}}?{{ivr.x}}"}
    found = tried(content, {"code": "care", "name": "Care", "desk": desk}, "+8613812341234")
    assert found == {
        "caller": "+8613812341234",
        "address": "https://c.example/%2B86138%2A%2A%2A%2A1234/Galaxy%20%26%20Co?",
    }
    assert tried(content, {"code": "care", "name": "Care", "desk": {"screen_pop": "http://c.example"}}, "") is None
