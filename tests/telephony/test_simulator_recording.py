"""Recordings of the simulated network: what was heard when, sample by sample."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from telephony.simulator import audio
from telephony.simulator.clock import TurnableClock
from telephony.simulator.tape import Tape
from tests.telephony.sounds import tone_file
from tests.telephony.world import seconds


def recording(clock: TurnableClock, folder: Path) -> Tape:
    return Tape(clock.now(), folder / "deep" / "inside.wav")


def heard(tape: Tape, begin: float, end: float) -> frozenset[int]:
    return audio.known_tones(audio.read(tape.path)[int(begin * audio.RATE) : int(end * audio.RATE)])


def test_each_tone_is_where_it_was_spoken(tmp_path: Path) -> None:
    clock = TurnableClock()
    tape = recording(clock, tmp_path)
    for hertz in ((), (440,), (440, 1000), ()):
        tape.voices(clock.now(), hertz)
        clock.turn(seconds(1))
    assert tape.finish(clock.now())
    assert [heard(tape, at, at + 1) for at in range(4)] == [set(), {440}, {440, 1000}, set()]
    assert audio.length(tape.path) == tape.duration(clock.now()) == seconds(4)


def test_a_file_is_on_it_as_far_as_it_was_played(tmp_path: Path) -> None:
    clock = TurnableClock()
    path = Path(tone_file(tmp_path, 1300, seconds(3)).value + ".wav")
    began_at = clock.now()
    clock.turn(seconds(1))
    tape = recording(clock, tmp_path)
    tape.file_began(began_at, path)
    clock.turn(seconds(1))
    tape.file_ended(clock.now())
    clock.turn(seconds(1))
    assert tape.finish(clock.now())
    assert [heard(tape, at, at + 1) for at in range(2)] == [{1300}, set()]
    spoken = audio.read(path)[audio.RATE : 2 * audio.RATE]
    assert np.allclose(audio.read(tape.path)[: audio.RATE], spoken, atol=1e-4)


def test_a_long_recording_has_no_seams(tmp_path: Path) -> None:
    clock = TurnableClock()
    tape = recording(clock, tmp_path)
    tape.voices(clock.now(), (440,))
    clock.turn(seconds(150))
    assert tape.finish(clock.now())
    assert np.allclose(audio.read(tape.path), audio.tones([440], 0, 150 * audio.RATE), atol=1e-4)


def test_a_tape_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "deep").write_text("a file where the folder should be")
    clock = TurnableClock()
    tape = recording(clock, tmp_path)
    clock.turn(seconds(1))
    assert not tape.finish(clock.now())


def test_a_recording_of_nothing_is_an_empty_file(tmp_path: Path) -> None:
    tape = recording(TurnableClock(), tmp_path)
    assert tape.finish(tape.began_at)
    assert audio.length(tape.path) == timedelta()


@pytest.mark.parametrize("hertz", [440, 1000, 1700])
def test_speech_is_not_taken_for_a_tone(hertz: int) -> None:
    noise = np.random.default_rng(hertz).normal(0, 0.1, audio.RATE)
    assert audio.known_tones(noise) == set()
    assert audio.known_tones(noise + 3 * audio.tones([hertz], 0, audio.RATE)) == {hertz}
