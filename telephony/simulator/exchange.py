"""The engine's inside: legs in mixing bridges, who hears whom, and the end of every leg told exactly once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from telephony.port import (
    Cause,
    EndedBy,
    Event,
    LegAnswered,
    LegEnded,
    RecordingEnded,
    SoundKind,
)
from telephony.simulator import audio
from telephony.simulator.parties import Call, Leg, Playback, Stage
from telephony.simulator.tape import Tape

if TYPE_CHECKING:
    from collections.abc import Callable

    from telephony.port import Endpoint, Trunk
    from telephony.simulator.clock import Clock
    from telephony.simulator.parties import Handset


class Exchange:
    """All legs, calls and phones; ``send`` takes the events. Every change of state is one synchronous method."""

    def __init__(self, clock: Clock, folder: Path, send: Callable[[Event], None]) -> None:
        self.clock = clock
        self.folder = folder
        self.send = send
        self.legs: dict[str, Leg] = {}
        self.calls: dict[str, Call] = {}
        self.playbacks: dict[str, Playback] = {}
        self.endpoints: dict[str, Endpoint] = {}
        self.trunks: dict[str, Trunk] = {}
        self.carriers_away: set[str] = set()
        """Addresses at which nobody answers."""
        self.handsets: dict[str, Handset] = {}
        self._used: set[tuple[type, str]] = set()

    def claim(self, kind: type, name: str) -> bool:
        """Take an id for good; false when it was ever used for this kind of thing."""
        if not name or (kind, name) in self._used:
            return False
        self._used.add((kind, name))
        return True

    def registered(self, endpoint: str) -> bool:
        """Whether a phone is registered under a provisioned name."""
        return endpoint in self.endpoints and endpoint in self.handsets

    # ---------------------------------------------------------------------------------------------------------- legs

    def join(self, leg: Leg, call: Call) -> None:
        """Put a leg into a call's bridge, out of the one that it is in."""
        if leg.bridged:
            self.leave(leg)
        leg.call, leg.bridged = call.name, True
        call.members[leg.name] = leg
        self.mixed(call)

    def leave(self, leg: Leg) -> None:
        """Take a leg out of its bridge; the last one ends the call's recordings."""
        call = self.calls[leg.call]
        leg.bridged = False
        del call.members[leg.name]
        self.mixed(call)
        if not call.members:
            self.end_recordings(call)

    def answered_outside(self, leg: Leg) -> None:
        """Connect a rung party that took the call."""
        self.stop_timer(leg)
        leg.stage = Stage.ANSWERED
        self.send(LegAnswered(leg.name, self.clock.now()))
        if leg.party is not None:
            leg.party.leg_answered()

    def end_leg(self, leg: Leg, cause: Cause, by: EndedBy) -> None:
        """Take the one way out for a leg; harmless when it is gone."""
        if self.legs.pop(leg.name, None) is None:
            return
        self.stop_timer(leg)
        if leg.stage is not Stage.PARKED:
            self.send(LegEnded(leg.name, cause, by, self.clock.now()))
        if leg.bridged:
            self.leave(leg)
        if leg.party is not None:
            leg.party.leg_ended(cause)

    def stop_timer(self, leg: Leg) -> None:
        """Forget what was to happen to a leg that does nothing; harmless when nothing was."""
        if leg.timer is not None:
            leg.timer.cancel()
            leg.timer = None

    # --------------------------------------------------------------------------------------------------------- sound

    def heard_by(self, leg: Leg) -> frozenset[int]:
        """Tell which tones reach a leg now: music, playbacks, and everybody else in its bridge."""
        if leg.stage is Stage.PARKED:
            return frozenset({audio.MUSIC})
        if not leg.bridged:
            return frozenset()
        call = self.calls[leg.call]
        heard = {other.speaks for other in call.members.values() if other is not leg and other.speaks is not None}
        if call.music:
            heard.add(audio.MUSIC)
        if call.playbacks:
            heard |= call.playbacks[0].audible
        return frozenset(heard)

    def mixed(self, call: Call) -> None:
        """Let the tapes note that something in the call sounds differently from now on."""
        hertz = [leg.speaks for leg in call.members.values() if leg.speaks is not None]
        if call.music:
            hertz.append(audio.MUSIC)
        if call.playbacks and call.playbacks[0].sounds[call.playbacks[0].index].kind is SoundKind.TONE:
            hertz.extend(call.playbacks[0].audible)
        for tape in call.tapes.values():
            tape.voices(self.clock.now(), tuple(sorted(hertz)))

    def speak(self, leg: Leg, hertz: int | None) -> None:
        """Let the party speak as a steady tone from now on, or be silent."""
        leg.speaks = hertz
        if leg.bridged:
            self.mixed(self.calls[leg.call])

    # ---------------------------------------------------------------------------------------------------- recordings

    def record(self, call: Call, recording: str) -> None:
        """Let a tape run on a call."""
        tape = Tape(self.clock.now(), self.folder / f"{recording}.wav")
        call.tapes[recording] = tape
        self.mixed(call)
        if call.playbacks:
            playing = call.playbacks[0]
            sound = playing.sounds[playing.index]
            if sound.kind is SoundKind.FILE and playing.began_at is not None:
                tape.file_began(playing.began_at, sound_path(sound.value))

    def end_recording(self, call: Call, recording: str) -> None:
        """Write the tape and tell; harmless when it has ended."""
        tape = call.tapes.pop(recording, None)
        if tape is None:
            return
        now = self.clock.now()
        ok = tape.finish(now)
        self.send(RecordingEnded(recording, str(tape.path), tape.duration(now), ok, now))

    def end_recordings(self, call: Call) -> None:
        """End all tapes of a call."""
        for recording in tuple(call.tapes):
            self.end_recording(call, recording)


def sound_path(value: str) -> Path:
    """Name the WAV file of a ``FILE`` sound."""
    return Path(f"{value}.wav")
