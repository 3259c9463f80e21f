"""Where on a recording something happened: what was left out of the sound does not count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from journal.core.facts import Fact
from portal.markers import markers

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TENANT, CALL = UUID(int=1), UUID(int=2)


def fact(seq: int, kind: str, second: int, **data: object) -> Fact:
    return Fact(TENANT, seq, BEGAN + timedelta(seconds=second), kind, 1, CALL, {}, data)


def test_a_pause_moves_what_comes_after_it_and_what_comes_in_it() -> None:
    told = [
        fact(1, "InteractionConnected", 0),
        fact(2, "SupervisionStarted", 5, offset_ms=5_000),
        fact(3, "RecordingPaused", 10),
        fact(4, "SupervisionEnded", 12, offset_ms=12_000),
        fact(5, "RecordingResumed", 30),
        fact(6, "HelpAsked", 40, offset_ms=40_000),
        fact(7, "HoldStarted", 41),
    ]
    assert markers(told) == [{"seq": 2, "at_ms": 5_000}, {"seq": 4, "at_ms": 10_000}, {"seq": 6, "at_ms": 20_000}]
    assert markers([]) == []
