"""Each ready shape, in every language that we word, passes the checks that publishing makes, and its own rehearsals."""

from __future__ import annotations

from typing import Any

import pytest

from app.flows import check_flow
from ivr.core.findings import Severity
from portal.centre.shapes import FLOW, KEYS, SHAPES, build, options_of, prompts_of
from portal.centre.texts import FIRST
from tenants.core.names import CentreNames, catalogue, complaints
from tenants.schemas import Blueprint


def content(languages: list[str], queues: int) -> dict[str, Any]:
    """A client with so many queues and nothing of a flow."""
    return Blueprint.model_validate({
        "blueprint": 1,
        "tenant": {"code": "acme", "name": "Acme 電力", "zone": "Asia/Hong_Kong", "languages": languages},
        "calendars": [{"code": "office", "weekly": {"mon": ["09:00-18:00"]}, "holidays": "HK"}],
        "queues": [{"code": f"q{n}", "name": f"Queue {n}"} for n in range(queues)],
        "numbers": [{"number": "+85221805678", "flow": "gone"}],
    }).model_dump(mode="json")  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("languages", [["zh-CN"], ["zh-HK", "en"], ["zh-TW"], list(FIRST), ["fr", "de"]])
@pytest.mark.parametrize("queues", [1, 6])
def test_a_shape_can_be_published(shape: str, languages: list[str], queues: int) -> None:
    base = content(languages, queues)
    made = {**base, **build({"shape": shape, "calendar": "office", "queue": "q0"}, base)}
    flow = next(flow for flow in made["flows"] if flow["id"] == FLOW)
    found = check_flow(flow, catalogue(made))
    assert [f for f in found if f.severity is Severity.ERROR] == []
    assert [f for f in found if f.severity is Severity.WARNING] == []
    assert list(complaints(made, CentreNames(), check_flow)) == []
    assert {prompt["code"] for prompt in made["prompts"]} == set(prompts_of(shape))
    assert made["numbers"][0]["flow"] == FLOW
    assert len(flow.get("tests", [])) == (0 if shape == "queue" else queues)


def test_what_was_written_stays_and_what_was_not_is_made_of_the_answers() -> None:
    base = content(["en"], 3)
    answers = {
        "shape": "menu",
        "options": {"2": "q2", "1": "q1", "7": "q0", "3": "gone"},
        "texts": {"welcome": {"en": "Hello."}},
    }
    assert options_of(answers, base) == [("1", "q1"), ("2", "q2")]
    prompts = {prompt["code"]: prompt["text"]["en"] for prompt in build(answers, base)["prompts"]}
    assert prompts["welcome"] == "Hello."
    assert prompts["menu"] == "For Queue 1, press 1. For Queue 2, press 2."


def test_a_template_keeps_its_other_flows_and_prompts() -> None:
    base = content(["en"], 1)
    base["flows"] = [{"id": "night"}, {"id": FLOW, "old": True}]
    base["prompts"] = [{"code": "jingle", "text": {"en": "la"}}, {"code": "welcome", "text": {"en": "old"}}]
    made = build({"shape": "queue"}, base)
    assert [flow["id"] for flow in made["flows"]] == ["night", FLOW]
    assert [p["code"] for p in made["prompts"]] == ["jingle", "welcome", "hold", "sorry"]
    assert len(KEYS) == 6
