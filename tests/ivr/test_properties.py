"""Random flows and random events: nothing raises, everything ends, every state survives as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr import schema
from ivr.core.check import check
from ivr.core.compile import compile_flow
from ivr.core.findings import Severity
from ivr.core.logic import LARGEST, OPERATORS, compile_logic, reads, type_of
from ivr.core.parse import parse, read
from ivr.core.rehearse import rehearse
from ivr.core.step import VISITS_ALLOWED, step
from ivr.core.values import (
    Connected,
    ContactLeft,
    Context,
    Digit,
    Event,
    Hang,
    Opening,
    Phase,
    PlayEnded,
    QueueExit,
    QueueLeft,
    Started,
    State,
    Stepped,
    Timer,
    VoicemailEnded,
)
from tests.ivr.flows import CLEAN, NAMES, Document, said

NOW = datetime(2026, 3, 2, tzinfo=UTC)
IDS = tuple(f"n{number}" for number in range(8))
ids = st.sampled_from(IDS)
variables = st.sampled_from(["text", "number", "flag", "caller", "locale"])
scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "1", "en", "zh-CN", "{{text}}"])
logic: st.SearchStrategy[Any] = st.recursive(
    scalars | variables.map(lambda name: {"var": name}),
    lambda inner: st.builds(
        lambda operator, arguments: {operator: arguments},
        st.sampled_from([operator for operator in OPERATORS if operator != "var"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)
prompts = st.sampled_from([said("Hello {{text}}"), {"en": {"asset": "welcome"}}, {}])


def node(kind: str, exits: tuple[str, ...] = (), **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    fields = {name.rstrip("_"): strategy for name, strategy in given.items()}
    if exits:
        fields["exits"] = st.fixed_dictionaries(dict.fromkeys(exits, ids))
    return st.fixed_dictionaries({"type": st.just(kind), **fields})


nodes = st.one_of(
    node("play", ("done",), prompt=prompts, barge_in=st.booleans()),
    node(
        "menu",
        ("no_input", "no_match", "error"),
        prompt=prompts,
        options=st.dictionaries(st.sampled_from(["1", "2", "12", "*"]), ids, min_size=1),
        barge_in=st.booleans(),
        max_tries=st.integers(1, 3),
        interdigit_s=st.just(2),
    ),
    node(
        "collect",
        ("ok", "no_input", "invalid"),
        digits=st.sampled_from([{"min": 1, "max": 3, "end": "#"}, {"min": 0, "max": 2}]),
        into=st.sampled_from(["text", "number"]),
        secure=st.booleans(),
    ),
    node("hours", ("open", "closed", "holiday"), calendar=st.just("cal:cs")),
    node(
        "switch",
        cases=st.lists(st.fixed_dictionaries({"if": logic, "to": ids}), min_size=1, max_size=3),
        else_=ids,
    ),
    node("set", ("done",), values=st.dictionaries(variables, logic, min_size=1)),
    node(
        "queue",
        ("timeout", "overflow", "no_agents", "error"),
        queue=st.just("q:care"),
        while_waiting=st.sampled_from([{}, {"say": said("Wait"), "every_s": 20}]),
    ),
    node(
        "queue",
        ("timeout", "overflow", "no_agents", "error", "callback"),
        queue=st.just("q:care"),
        while_waiting=st.just({"key": "1"}),
    ),
    node("callback", ("requested", "declined", "error"), queue=st.just("q:care"), prompt=prompts, other=prompts),
    node("voicemail", prompt=prompts),
    node("end", reason=st.just("done")),
)
flows = st.fixed_dictionaries(
    {
        "schema": st.just("flow/1"),
        "id": st.just("random"),
        "entry": ids,
        "locales": st.just(["zh-CN", "en"]),
        "vars": st.just({"text": {"type": "string"}, "number": {"type": "int"}, "flag": {"type": "bool"}}),
        "handlers": st.dictionaries(st.sampled_from(["error", "max_duration"]), ids),
        "nodes": st.fixed_dictionaries(dict.fromkeys(IDS, nodes)),
    }
)
events: st.SearchStrategy[Event | str] = st.one_of(
    st.sampled_from(["heard", "broken", "silent"]),
    st.builds(Digit, st.sampled_from([*"0123456789*#ABCD", "", "x", "12"])),
    st.builds(QueueLeft, st.sampled_from(QueueExit)),
    st.sampled_from(
        [
            VoicemailEnded(),
            Timer("max_duration"),
            Timer("say:x:1"),
            PlayEnded("other"),
            Started("a", "b", "en"),
            Connected(),
        ]
    ),
)


def concrete(event: Event | str, state: State) -> Event:
    match event:
        case "heard":
            return PlayEnded(state.playback)
        case "broken":
            return PlayEnded(state.playback, completed=False)
        case "silent":
            return Timer(state.timer)
        case str():
            raise AssertionError(event)
        case _:
            return event


@settings(max_examples=200, deadline=None)
@given(flows, st.lists(events, max_size=60), st.sampled_from(Opening), st.booleans())
def test_a_walk_never_raises_survives_as_json_and_ends(
    document: Document,
    script: list[Event | str],
    opening: Opening,
    leaves: bool,  # noqa: FBT001 -- drawn
) -> None:
    program = compile_flow(parse(document))
    context = Context(NOW, lambda _calendar: opening)
    state, hangs, visits = State(), 0, 0
    for event in [Started("1", "2", "en"), *script]:
        before = state
        result = step(program, state, concrete(event, state), context)
        assert result == step(program, before, concrete(event, before), context)
        state = State.from_dict(json.loads(json.dumps(result.state.to_dict())))
        assert state == result.state
        hangs += sum(isinstance(effect, Hang) for effect in result.effects)
        visits += sum(isinstance(effect, Stepped) for effect in result.effects)
    assert visits <= 2 * VISITS_ALLOWED + 2
    assert hangs <= 1
    if leaves:
        state = step(program, state, ContactLeft(), context).state
        assert state.phase is Phase.DONE
    assert (hangs == 1) <= (state.phase is Phase.DONE)


@settings(max_examples=100, deadline=None)
@given(flows)
def test_a_contact_who_does_nothing_comes_to_an_end(document: Document) -> None:
    result = rehearse(compile_flow(parse(document)), {"name": "silence", "queue": {"leaves": "timeout"}})
    assert result.end["reason"] != ""


@settings(max_examples=60, deadline=None)
@given(flows)
def test_the_checks_never_raise_and_always_say_where(document: Document) -> None:
    assert read(json.dumps(document)) == (document, ())
    assert schema.check(document) == ()
    for finding in check(parse(document), NAMES):
        assert finding.pointer.startswith("/")
        assert finding.node is None or finding.node in document["nodes"]
        assert (finding.severity is Severity.WARNING) == (finding.code in {"E05", "E08", "W21", "W22"})


values = st.none() | st.booleans() | st.integers() | st.text("ab1 {é中}", max_size=20)


@given(logic, st.dictionaries(variables, values))
def test_logic_is_total(condition: Any, given_values: dict[str, str | int | bool | None]) -> None:
    found = compile_logic(condition)(given_values)
    assert found is None or isinstance(found, str | int | bool)
    assert not isinstance(found, int) or abs(found) <= LARGEST or found in given_values.values()
    assert set(reads(condition)) <= {"text", "number", "flag", "caller", "locale"}
    type_of(condition, {}, [])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text("a:1"),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from([*CLEAN, *IDS, "type", "prompt", "exits"]), inner)
        ),
    )
)
def test_the_schema_refuses_or_allows_whatever_comes(document: Any) -> None:
    assert schema.check(document) != ()
