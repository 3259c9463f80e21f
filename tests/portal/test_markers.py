"""Where on a recording something happened: what was left out of the sound does not count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from journal.core.facts import Fact
from portal.markers import Mark, marks, place_at

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TENANT, CALL = UUID(int=1), UUID(int=2)


def fact(seq: int, kind: str, second: int, **data: object) -> Fact:
    return Fact(TENANT, seq, BEGAN + timedelta(seconds=second), kind, 1, CALL, {}, data)


def told(*found: tuple[int, str, int, int]) -> list[Mark]:
    return [Mark(*each) for each in found]


def test_a_mark_lies_where_it_is_on_the_sound_of_its_recording() -> None:
    facts = [
        fact(1, "InteractionConnected", 0),
        fact(2, "RecordingBegan", 2, recording_id="a"),
        fact(3, "SupervisionStarted", 5),
        fact(4, "RecordingPaused", 10),
        fact(5, "SupervisionEnded", 12),
        fact(6, "HoldStarted", 14),
        fact(7, "RecordingResumed", 30),
        fact(8, "HoldEnded", 32),
        fact(9, "InteractionTransferred", 35),
        fact(10, "InteractionConnected", 38),
        fact(11, "HelpAsked", 40),
        fact(12, "HoldStarted", 41),
        fact(13, "RecordingStopped", 44, recording_id="a"),
        fact(14, "SupervisionStarted", 45),
        fact(15, "RecordingBegan", 50, recording_id="b"),
        fact(16, "SupervisionEnded", 51),
        fact(17, "VoiceNotRecorded", 52),
    ]
    assert marks(facts) == {
        "a": told(
            (3, "supervision", 3_000, 3_000), (5, "supervision", 8_000, 8_000), (6, "hold", 8_000, 10_000),
            (7, "gap", 8_000, 8_000), (9, "transfer", 13_000, 13_000), (11, "help", 18_000, 18_000),
            (12, "hold", 19_000, 22_000),
        ),
        "b": told((16, "supervision", 1_000, 1_000), (17, "missing", 2_000, 2_000)),
    }  # fmt: skip
    assert marks(facts[:1] + facts[2:5]) == {
        "": told((3, "supervision", 5_000, 5_000), (5, "supervision", 10_000, 10_000))
    }
    assert marks([]) == {}


def test_an_outcome_lies_at_the_end_of_the_sound_when_it_was_chosen_later() -> None:
    began = [fact(1, "RecordingBegan", 0, recording_id="a"), fact(2, "DispositionChosen", 4)]
    ended, chosen = fact(3, "InteractionEnded", 10), fact(4, "DispositionChosen", 25)
    during = Mark(2, "disposition", 4_000, 4_000)
    late = Mark(4, "disposition", 10_000, 10_000, chosen.at)
    assert marks([*began, ended, chosen]) == {"a": [during, late]}
    assert marks([*began, fact(3, "RecordingStopped", 10, recording_id="a"), chosen]) == {"a": [during, late]}


def test_a_moment_lies_on_the_recording_that_was_made_then_and_on_none_in_a_pause() -> None:
    one, two = UUID(int=7), UUID(int=8)
    facts = [
        fact(1, "InteractionConnected", 0), fact(2, "RecordingBegan", 2, recording_id=str(one)),
        fact(3, "RecordingPaused", 10), fact(4, "RecordingResumed", 30), fact(5, "RecordingStopped", 44),
        fact(6, "RecordingBegan", 50, recording_id=str(two)), fact(7, "InteractionEnded", 60),
    ]  # fmt: skip
    told = {second: place_at(facts, BEGAN + timedelta(seconds=second)) for second in (1, 5, 12, 31, 45, 55, 61)}
    assert told == {1: None, 5: (one, 3_000), 12: None, 31: (one, 9_000), 45: None, 55: (two, 5_000), 61: None}
    assert place_at(facts[:4], BEGAN + timedelta(seconds=35)) == (one, 13_000), "in a call that goes on"
