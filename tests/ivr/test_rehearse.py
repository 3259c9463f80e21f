from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ivr.core.compile import compile_flow
from ivr.core.parse import parse
from ivr.core.rehearse import Rehearsal, rehearse
from ivr.core.values import Opening
from tests.ivr.flows import CLEAN

PROGRAM = compile_flow(parse(CLEAN))


def run(**case: Any) -> Rehearsal:
    return rehearse(PROGRAM, {"name": "case", "locale": "en", **case})


def test_keys_timeouts_and_hanging_up() -> None:
    result = run(
        inputs=[{"timeout": True}, {"at": "language", "dtmf": "2"}, {"at": "account", "hangup": True}],
        expect={"path": ["hello", "hours", "language", "english", "account"], "end": {"type": "contact_left"}},
    )
    assert result.failures == ()
    assert result.exits[-1] == ("account", "contact_left")


def test_silence_runs_into_the_timers() -> None:
    result = run(expect={"end": {"type": "queue", "queue": "care"}})
    assert result.failures == ()
    assert result.path[-2:] == ("account", "care")


def test_what_is_said_is_heard_in_the_locale() -> None:
    result = run(hours={"cs": "closed"}, expect={"says": ["asset:welcome", "Leave a message"]})
    assert result.failures == ()
    assert result.end == {"type": "voicemail", "reason": "voicemail"}


def test_an_unstaffed_queue_and_one_that_takes_too_long() -> None:
    for queue in ({"staffed": False}, {"leaves": "timeout"}):
        assert run(queue=queue).path[-2:] == ("care", "mail")
    assert run(inputs=[{"at": "care", "timeout": True}]).path[-2:] == ("care", "mail")


def test_variables_and_the_clock_are_given() -> None:
    asked: list[tuple[str, datetime]] = []

    def opening(calendar: str, at: datetime) -> Opening:
        asked.append((calendar, at))
        return Opening.HOLIDAY

    result = rehearse(PROGRAM, {"name": "n", "at": "2026-02-17T10:00+08:00", "vars": {"tries": 7}}, opening)
    assert asked == [("cs", datetime(2026, 2, 17, 2, tzinfo=UTC))]
    assert result.variables["tries"] == 7


def test_a_case_that_fails_says_how() -> None:
    result = run(
        inputs=[{"at": "mail", "dtmf": "1"}],
        expect={"path": ["bye"], "says": [], "vars": {"tries": 9}, "end": {"type": "end"}},
    )
    said = "\n".join(result.failures)
    assert "path is" in said
    assert "says is" in said
    assert "vars.tries is 0, not 9" in said
    assert "end.type is 'queue', not 'end'" in said
    assert "1 inputs were never used" in said
