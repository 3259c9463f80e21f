"""The published document reads well, is complete, and its examples are what its schemas say."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastapi.openapi.models import OpenAPI
from jsonschema import Draft202012Validator

from app.published import frame
from app.published.document import document, operations
from app.published.events import EVENT, EXAMPLE
from app.published.operations import OPERATIONS
from app.web import create_app
from kit.settings import Settings
from tests.architecture.rules import ROOT

COMMITTED = ROOT / "clients" / "openapi.json"


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return document(create_app(Settings()))


def test_every_route_is_described_and_nothing_else(made: dict[str, Any]) -> None:
    there = {f"{method.upper()} {path}" for path, method, _ in operations(made)}
    assert len(there) > 60
    assert there == set(OPERATIONS)
    OpenAPI.model_validate(made)


def test_an_operation_has_a_name_for_ever_a_summary_a_tag_and_answers(made: dict[str, Any]) -> None:
    ids = [found["operationId"] for _, _, found in operations(made)]
    assert len(set(ids)) == len(ids)
    assert [each for each in ids if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", each)] == []
    known = {name for name, _ in frame.TAGS}
    for path, method, found in operations(made):
        assert set(found["tags"]) <= known, path
        assert found["summary"], path
        assert not found["summary"].endswith("."), path
        good = [answer for status, answer in found["responses"].items() if status.startswith("2")]
        assert good, (path, method)
        for status, answer in found["responses"].items():
            body = answer.get("content") or "$ref" in answer
            assert body or status in {"204", "304", "416"}, (path, method, status)
        if path.startswith("/v1/") and found["security"]:
            assert {"400", "401", "403", "429", "503"} <= set(found["responses"]), path


def test_every_refusal_is_a_problem_with_its_code(made: dict[str, Any]) -> None:
    responses = made["components"]["responses"]
    assert len(responses) > 10
    for name, answer in responses.items():
        problem = answer["content"]["application/problem+json"]
        assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}
        for code, example in problem["examples"].items():
            assert example["value"]["code"] == code, name
            validate(made, problem["schema"], example["value"])


def test_every_example_is_what_its_schema_says(made: dict[str, Any]) -> None:
    looked = 0
    for path, method, found in operations(made):
        parts = [found["requestBody"]] if "requestBody" in found else []
        for part in [*parts, *found["responses"].values()]:
            for content in part.get("content", {}).values():
                examples = [each["value"] for each in content.get("examples", {}).values()]
                examples += [content["example"]] if "example" in content else []
                for example in examples:
                    validate(made, content["schema"], example, (path, method))
                    looked += 1
    assert looked >= 15
    validate(made, EVENT, EXAMPLE)


def test_every_post_of_work_orders_shows_how_it_is_used() -> None:
    writing = [key for key in OPERATIONS if key.startswith(("POST /v1/work-orders", "PATCH /v1/work-orders"))]
    assert len(writing) >= 10
    not_at_once = ("(seats only)", "(once it is clean)")
    silent = [OPERATIONS[key].summary for key in writing if not OPERATIONS[key].shown]
    assert [each for each in silent if not each.endswith(not_at_once)] == []


def test_the_committed_document_is_this_one(made: dict[str, Any]) -> None:
    """Make it again with ``make clients``."""
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == json.loads(json.dumps(made))


def validate(made: dict[str, Any], schema: dict[str, Any], value: Any, where: Any = "") -> None:
    whole = {**schema, "components": made["components"]}
    errors = [error.message for error in Draft202012Validator(whole).iter_errors(value)]
    assert errors == [], where
