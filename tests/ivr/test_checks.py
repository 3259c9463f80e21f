from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ivr import schema
from ivr.core.check import CHECKS
from ivr.core.findings import Severity
from ivr.core.flow import BUILT
from ivr.validate import validate
from tests.ivr.flows import CLEAN, NAMES, Document, changed, said, text

END = {"type": "end"}
QUEUE_EXITS = CLEAN["nodes"]["care"]["exits"]


def menu(options: dict[str, str], **more: object) -> Document:
    exits = {"no_input": "bye", "no_match": "bye", "error": "bye"}
    return {"type": "menu", "prompt": said("Choose"), "options": options, "exits": exits, **more}


def play(done: str, prompt: Document | None = None) -> Document:
    return {"type": "play", "prompt": prompt or said("Hm"), "exits": {"done": done}}


def test_the_clean_flow_has_no_findings() -> None:
    verdict = validate(text(CLEAN), NAMES)
    assert verdict.findings == ()
    assert verdict.program is not None


MENUS = {f"m{number}": menu({"1": f"m{number + 1}" if number < 4 else "hours"}) for number in range(5)}
LONG = {"zh-CN": {"tts": "一" * 300}, "en": {"tts": "long " * 200}}

BROKEN: list[tuple[str, str, Document]] = [
    ("E01", "/nodes/bye/reason", changed(("nodes.bye.reason", 7))),
    ("E01", "/nodes/mail/max_s", changed(("nodes.mail.max_s", 1))),
    ("E01", "/nodes/bye/type", changed(("nodes.bye", {"type": "http", "ref": "conn:crm"}))),
    ("E02", "/entry", changed(("entry", "nowhere"))),
    ("E03", "/nodes/hello/exits/done", changed(("nodes.hello.exits.done", "nowhere"))),
    ("E03", "/nodes/language/options/1", changed(("nodes.language.options.1", "nowhere"))),
    ("E03", "/nodes/tier/cases/0/to", changed(("nodes.tier.cases", [{"if": True, "to": "nowhere"}]))),
    ("E03", "/nodes/tier/else", changed(("nodes.tier.else", "nowhere"))),
    ("E03", "/handlers/error", changed(("handlers.error", "nowhere"))),
    ("E04", "/nodes/hours/exits", changed(("nodes.hours.exits.holiday", None))),
    ("E04", "/nodes/hello/exits/oops", changed(("nodes.hello.exits.oops", "bye"))),
    ("E05", "/nodes/island", changed(("nodes.island", END))),
    (
        "E06",
        "/nodes/a",
        changed(
            ("nodes.hello.exits.done", "a"),
            ("nodes.a", menu({"1": "a"}) | {"exits": {"no_input": "a", "no_match": "a", "error": "a"}}),
        ),
    ),
    (
        "E07",
        "/nodes/a",
        changed(
            ("nodes.hello.exits.done", "a"),
            ("nodes.a", play("b")),
            ("nodes.b", {"type": "switch", "cases": [{"if": True, "to": "a"}], "else": "hours"}),
        ),
    ),
    ("E08", "/nodes/language", changed(("nodes.language.exits.no_input", "language"))),
    ("E09", "/nodes/thanks/prompt/en", changed(("nodes.thanks.prompt.en", {"tts": "{{nobody}}"}))),
    (
        "E09",
        "/nodes/tier/cases/0/if",
        changed(
            ("vars.late", {"type": "string"}),
            ("nodes.tier.cases", [{"if": {"==": [{"var": "late"}, "x"]}, "to": "vip"}]),
        ),
    ),
    (
        "E10",
        "/nodes/enough/cases/0/if",
        changed(("nodes.enough.cases", [{"if": {"<": [{"var": "account"}, 2]}, "to": "account"}])),
    ),
    (
        "E10",
        "/nodes/tier/cases/0/if",
        changed(("nodes.tier.cases", [{"if": {"==": [{"var": "account"}, 888]}, "to": "vip"}])),
    ),
    ("E10", "/nodes/count/values/tries", changed(("nodes.count.values", {"tries": "two"}))),
    ("E10", "/nodes/chinese/values/caller", changed(("nodes.chinese.values", {"caller": "me"}))),
    ("E10", "/nodes/chinese/values/new", changed(("nodes.chinese.values", {"new": "me"}))),
    ("E10", "/nodes/account/into", changed(("nodes.account.into", "undeclared"))),
    ("E10", "/nodes/thanks/prompt/en", changed(("nodes.thanks.prompt.en", {"tts": "{{account|shouted}}"}))),
    ("E10", "/vars/tries/default", changed(("vars.tries.default", "zero"))),
    ("E11", "/nodes/language/options/1", changed(("nodes.language.options.12", "english"))),
    ("E11", "/nodes/language/options/x", changed(("nodes.language.options.x", "english"))),
    (
        "E11",
        "/nodes/language/options",
        changed(
            ("nodes.language.interdigit_s", 2), ("nodes.language.options", {f"{n:02}": "english" for n in range(13)})
        ),
    ),
    ("E11", "/nodes/account/digits", changed(("nodes.account.digits.min", 9))),
    ("E12", "/nodes/care/queue", changed(("nodes.care.queue", "q:other-tenants"))),
    ("E12", "/nodes/hours/calendar", changed(("nodes.hours.calendar", "cal:none"))),
    ("E12", "/nodes/hello/prompt/en", changed(("nodes.hello.prompt.en", {"asset": "none"}))),
    (
        "E12",
        "/nodes/vip/steps/0/expr",
        changed(
            ("nodes.vip.steps", [{"expr": {"all": [{"skill": "vip"}, {"any": [{"skill": "none"}]}]}, "expires_s": 5}])
        ),
    ),
    ("E12", "/locales/2", changed(("locales", ["zh-CN", "en", "fr"]))),
    ("E13", "/nodes/mail/prompt", changed(("nodes.mail.prompt.en", None))),
    ("E13", "/nodes/hello/prompt/en", changed(("nodes.hello.prompt.en", {"asset": "chinese-only"}))),
    ("E15", "/nodes/care/exits", changed(("nodes.care.exits.timeout", None))),
    ("E15", "/nodes/care/exits", changed(("nodes.care.exits.no_agents", None))),
    ("E17", "/nodes/thanks/prompt/en", changed(("nodes.thanks.prompt.en", {"tts": "{{card}}"}))),
    (
        "E17",
        "/nodes/leak/values/account",
        changed(
            ("nodes.card.exits.ok", "leak"),
            ("nodes.leak", {"type": "set", "values": {"account": {"var": "card"}}, "exits": {"done": "thanks"}}),
        ),
    ),
    ("E18", "/nodes/mail/prompt", changed(("nodes.mail.prompt", LONG))),
    ("E18", "/nodes", changed(*((f"nodes.n{number}", END) for number in range(300)))),
    (
        "E20",
        "/nodes/part/shares",
        changed(("nodes.part", {"type": "percent", "shares": [{"pct": 60, "to": "bye"}, {"pct": 30, "to": "care"}]})),
    ),
    ("W21", "/nodes", changed(("nodes.hello.exits.done", "m0"), *((f"nodes.{k}", m) for k, m in MENUS.items()))),
    ("W22", "/nodes/language/options", changed(("nodes.language.options", {"2": "english", "1": "chinese"}))),
]


@pytest.mark.parametrize(("code", "pointer", "document"), BROKEN, ids=[f"{code}-{at}" for code, at, _ in BROKEN])
def test_every_check_finds_what_it_is_for(code: str, pointer: str, document: Document) -> None:
    verdict = validate(text(document), NAMES)
    found = [finding for finding in verdict.findings if (finding.code, finding.pointer) == (code, pointer)]
    assert found, verdict.findings
    assert all(len(finding.message) > 10 for finding in found)
    refused = any(finding.severity is Severity.ERROR for finding in verdict.findings)
    assert (verdict.program is None) == refused


def test_every_check_of_the_table_is_broken_by_some_flow() -> None:
    assert len(CHECKS) > 5
    assert {code for code, _, _ in BROKEN} == {
        *(f"E{number:02}" for number in (*range(1, 14), 15, 17, 18, 20)),
        "W21",
        "W22",
    }


def test_a_repeated_key_is_found_where_json_would_swallow_it() -> None:
    twice = text(CLEAN).replace('"bye": {"type": "end"', '"bye": {"type": "end"}, "bye": {"type": "end"')
    verdict = validate(twice, NAMES)
    assert [(finding.code, finding.node) for finding in verdict.findings] == [("E19", "bye")]
    assert verdict.program is None


@pytest.mark.parametrize("unreadable", ["", "{", "NaN", '{"a": Infinity}', "[" * 100_000, "[" * 70 + "]" * 70])
def test_what_is_not_json_is_said(unreadable: str) -> None:
    assert [finding.code for finding in validate(unreadable, NAMES).findings] == ["E01"]


@pytest.mark.parametrize("document", ["[]", "null", "7", "{}", '{"nodes": []}', '{"nodes": {"a": 1}}'])
def test_what_is_no_flow_is_refused(document: str) -> None:
    verdict = validate(document, NAMES)
    assert verdict.program is None
    assert {finding.code for finding in verdict.findings} == {"E01"}


def test_a_type_that_is_not_built_is_refused_by_naming_those_that_are() -> None:
    verdict = validate(text(changed(("nodes.bye", {"type": "transfer", "exits": {"x": "y"}}))), NAMES)
    (finding,) = verdict.findings
    assert (finding.node, finding.code) == ("bye", "E01")
    assert all(name in finding.message for name in BUILT)


def test_a_failing_test_case_refuses_the_flow() -> None:
    verdict = validate(text(changed(("tests", [{"name": "No", "expect": {"path": ["bye"]}}]))), NAMES)
    assert [finding.code for finding in verdict.findings] == ["TEST"]
    assert verdict.program is None


def test_the_published_schema_is_a_schema_and_knows_every_type() -> None:
    published: dict[str, Any] = schema.schema()
    Draft202012Validator.check_schema(published)
    assert tuple(published["$defs"]["node"]["properties"]["type"]["enum"]) == BUILT
