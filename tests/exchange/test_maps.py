"""Maps: total or refused, and never a guess."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.adapters.chosen import ADAPTERS, STARTING
from exchange.core.maps import CHOICES, NATIVE, FieldRow, Map, StatusRow, Unmapped, fields_of, gaps, status_of
from exchange.schemas import MapBody, Trial
from exchange.service import maps, rows, trying
from kit.clock import now
from tests.exchange.lab import Lab, said
from tests.support.house import TENANT_A
from workorders.schemas import NewWorkOrder

THEIRS = Map(
    1,
    {"Waiting": StatusRow("pending", "end_customer"), "Done": StatusRow("resolved", code="done")},
    (
        FieldRow("type", constant="jira"), FieldRow("title", path="summary"),
        FieldRow("priority", path="priority.name", values={"P1": "critical"}), FieldRow("severity", path="tags.0"),
    ),
)  # fmt: skip


def test_fields_come_by_path_constant_and_table() -> None:
    given: dict[str, Any] = {"summary": "x", "priority": {"name": "P1"}, "tags": ["major"], "more": 1}
    found = fields_of(THEIRS, given)
    assert found == {"type": "jira", "title": "x", "priority": "critical", "severity": "major"}
    assert fields_of(THEIRS, {}) == {"type": "jira"}


@pytest.mark.parametrize("place", ["²", "-1", "1", "01", "9" * 99, ""])
def test_a_place_that_a_list_does_not_have_is_nothing(place: str) -> None:
    there = Map(1, {}, (FieldRow("severity", path=f"tags.{place}"),))
    assert fields_of(there, {"tags": ["major"]}) == {}


@pytest.mark.parametrize(
    "given", [{"priority": {"name": "P9"}}, {"tags": ["huge"]}, {"priority": {"name": ""}}], ids=str
)
def test_a_value_that_is_not_named_is_not_guessed(given: dict[str, Any]) -> None:
    with pytest.raises(Unmapped):
        fields_of(THEIRS, given)


def test_a_status_that_is_not_named_or_waits_for_nobody_is_not_guessed() -> None:
    assert status_of(THEIRS, "Waiting", None).pending_on == "end_customer"
    for chosen, status in ((THEIRS, "waiting"), (THEIRS, ""), (NATIVE, "pending")):
        with pytest.raises(Unmapped):
            status_of(chosen, status, None)
    assert status_of(NATIVE, "pending", "third_party").to == "pending"


def test_choices_are_those_of_a_work_order() -> None:
    schema = NewWorkOrder.model_json_schema()["properties"]
    assert {name: set(schema[name]["enum"]) for name in CHOICES} == {name: set(each) for name, each in CHOICES.items()}


@pytest.mark.parametrize("name", ADAPTERS)
def test_what_a_system_begins_with_is_total(name: str) -> None:
    chosen = STARTING[name]
    assert gaps(chosen.statuses.items(), chosen.fields, ADAPTERS[name].statuses) == []
    assert maps.check(maps.body_of(chosen), name).statuses == chosen.statuses


def test_each_gap_of_a_map_is_pointed_to() -> None:
    statuses = [("a", StatusRow("nowhere")), ("a", StatusRow("held", "tenant")), ("b", StatusRow("pending", "me"))]
    fields = [FieldRow("title"), FieldRow("titel", path="x"), FieldRow("priority", constant="urgent")]
    found = {(gap.pointer, gap.code) for gap in gaps(statuses, fields, {"c"})}
    assert found == {
        ("/status_map/0/to", "no_such_status"), ("/status_map/1", "twice"), ("/status_map/1/pending_on", "pending_on"),
        ("/status_map/2/pending_on", "pending_on"), ("/status_map", "not_mapped"),
        ("/field_map/0", "path_or_constant"), ("/field_map/1/to", "no_such_field"),
        ("/field_map/2/values", "no_such_value"), ("/field_map", "needed"),
    }  # fmt: skip


async def test_a_trial_says_what_would_be_done_and_does_nothing(lab: Lab) -> None:
    order = await lab.escalate()
    body = MapBody.model_validate({
        "status_map": [{"status": "Done", "to": "resolved"}],
        "field_map": [{"to": "type", "constant": "x"}, {"to": "title", "path": "summary"}],
    })  # fmt: skip
    message = said(work_order_id=order["id"], status="Done", comments=[{"id": "c", "body": "hi"}])
    async with lab.house.app.transaction(TENANT_A) as scope:
        row = await rows.one(scope, "jira")
        told = await trying.would(scope, row, Trial(payload=message, map=body), now())
        bare = await trying.would(scope, row, Trial(payload=message), now())
        wrong = await trying.would(scope, row, Trial(payload={"x": 1}), now())
    assert [(step["act"], step["detail"]) for step in told["steps"]] == [
        ("link", "INC-1"), ("move", "inProgress"), ("move", "resolved"), ("comment", "c"),
    ]  # fmt: skip
    assert (bare["result"], bare["needs"], wrong["result"]) == ("needs_mapping", "status: Done", "refused")
    assert (await lab.orders())[0]["status"] == "submitted"
    assert await lab.messages() == await lab.links() == []
