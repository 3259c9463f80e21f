"""The engine's inside: legs in mixing bridges, who hears whom, and the end of every leg told exactly once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telephony import causes
from telephony.node_lines import behind
from telephony.port import Cause, EndedBy, Event, LegAnswered, LegEnded, Mode, RecordingEnded, SoundKind
from telephony.simulator import hearing, playing
from telephony.simulator.audio import sound_path
from telephony.simulator.parties import Call, Leg, Playback, Room, Stage
from telephony.simulator.tape import Tape

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from telephony.port import Endpoint, Trunk
    from telephony.simulator.clock import Clock
    from telephony.simulator.network import SimulatedNetwork
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
        self.silent: set[str] = set()
        self.linked: dict[str, Exchange] = {}
        """Other engines of ours, by address."""
        self.home: SimulatedNetwork | None = None
        """Our own network, where there are others."""
        self.subscribers: dict[tuple[str, str], Handset] = {}
        """Who is called by a number: by the carrier's address (empty: any carrier's) and the number."""
        self.tapes: dict[str, dict[str, Tape]] = {}
        """Where each recording that goes on is kept: a room's tapes or a leg's."""
        self.supervisors: dict[str, Leg] = {}
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

    def behind(self, dialled: str, address: str) -> Handset | None:
        """Return the phone at another engine of ours, or who is behind a system that registered there."""
        there, (system, name) = self.linked.get(address), behind(dialled)
        if there is None:
            return None
        if system:
            return there.anybody(name) if system in there.handsets else None
        return there.handsets[name] if there.registered(name) else None

    def anybody(self, number: str) -> Handset | None:
        """Return whom a system rings for a number: everybody is behind it."""
        return next((who for (_, own), who in self.subscribers.items() if own == number), None)

    def subscriber(self, number: str, address: str) -> Handset | None:
        """Return whom a carrier rings for a number."""
        return self.subscribers.get((address, number)) or self.subscribers.get(("", number))

    # ---------------------------------------------------------------------------------------------------------- legs

    def join(self, leg: Leg, call: Call, side: str = "") -> None:
        """Put a leg into a call's bridge or side room, out of the one that it is in."""
        self.leave(leg)
        leg.call = call.name
        leg.room = room = call.main if not side else call.sides.setdefault(side, Room(call.name, side))
        room.members[leg.name] = leg
        self.mixed(room)

    def leave(self, leg: Leg) -> None:
        """Take a leg out of its bridge, if it is in one; the last one ends the recordings there, and a side room."""
        room, leg.room = leg.room, None
        if room is None:
            return
        del room.members[leg.name]
        self.mixed(room)
        if not room.members:
            self.end_recordings(room.tapes)
            if room.side:
                self.end_playbacks(room)
                del self.calls[room.call].sides[room.side]

    def end_playbacks(self, room: Room) -> None:
        """Stop what plays in a room and what waits for its turn there."""
        for playback in reversed(room.playbacks.copy()):
            playing.end(self, playback, completed=False)

    def supervise(self, leg: Leg, agent: Leg, call: Call, mode: Mode) -> None:
        """Let a leg listen to, whisper to, or join an agent."""
        if mode is Mode.BARGE:
            self.join(leg, call)
        else:
            self.leave(leg)
        leg.call, leg.supervises, leg.mode = call.name, agent, mode
        self.supervisors[leg.name] = leg

    def stop_supervising(self, leg: Leg) -> None:
        """Forget whom a leg listens to; harmless when it listens to nobody."""
        leg.supervises = leg.mode = None
        self.supervisors.pop(leg.name, None)

    def answered_outside(self, leg: Leg) -> None:
        """Connect a rung party that took the call."""
        self.stop_timer(leg)
        leg.stage = Stage.ANSWERED
        self.send(LegAnswered(leg.name, self.clock.now()))
        if leg.party is not None:
            leg.party.leg_answered()

    def end_leg(self, leg: Leg, cause: Cause, by: EndedBy, *, sip: int = 0, q850: int = 0) -> None:
        """Take the one way out for a leg; harmless when it is gone. ``sip``: with which status its party refused.

        ``q850``: the network's cause where it is none of those that usually come with ``cause``.
        """
        if self.legs.pop(leg.name, None) is None:
            return
        self.stop_timer(leg)
        if leg.stage is not Stage.PARKED:
            codes = (q850, 0) if q850 else self._codes(leg, cause, by, sip)
            self.send(LegEnded(leg.name, cause, by, self.clock.now(), *codes))
        self.end_recordings(leg.tapes)
        self.leave(leg)
        self.stop_supervising(leg)
        for other in [other for other in self.supervisors.values() if other.supervises is leg]:
            self.stop_supervising(other)
        if leg.party is not None:
            leg.party.leg_ended(cause)

    def _codes(self, leg: Leg, cause: Cause, by: EndedBy, sip: int) -> tuple[int, int]:
        """Return the network's cause and the SIP status, which only the refusal of a leg of ours has."""
        if sip:
            return causes.from_sip(sip)[1], sip
        q850, status = causes.to_network(cause)
        refused = leg.is_ours and leg.stage is Stage.RINGING and by is not EndedBy.US
        return q850, status if refused else 0

    def stop_timer(self, leg: Leg) -> None:
        """Forget what was to happen to a leg that does nothing; harmless when nothing was."""
        if leg.timer is not None:
            leg.timer.cancel()
            leg.timer = None

    # --------------------------------------------------------------------------------------------------------- sound

    def heard_by(self, leg: Leg) -> frozenset[int]:
        """Tell which tones reach a leg now."""
        return hearing.heard_by(leg, self.supervisors.values())

    def mixed(self, room: Room) -> None:
        """Let the tapes note that something in a room sounds differently from now on."""
        for tape in room.tapes.values():
            tape.voices(self.clock.now(), hearing.mix(room))

    def sounds_differently(self, leg: Leg) -> None:
        """Let the tapes note that a party speaks otherwise, or that its voice is let through or not."""
        for tape in leg.tapes.values():
            tape.voices(self.clock.now(), () if leg.voice is None else (leg.voice,))
        if leg.room is not None:
            self.mixed(leg.room)

    # ---------------------------------------------------------------------------------------------------- recordings

    def record(self, room: Room, recording: str) -> None:
        """Let a tape run on a room."""
        tape = self._new_tape(recording, room.tapes)
        self.mixed(room)
        if room.playbacks:
            now_playing = room.playbacks[0]
            sound = now_playing.sounds[now_playing.index]
            if sound.kind is SoundKind.FILE and now_playing.began_at is not None:
                tape.file_began(now_playing.began_at, sound_path(sound.value))

    def record_leg(self, leg: Leg, recording: str) -> None:
        """Let a tape run on one party's voice."""
        self._new_tape(recording, leg.tapes)
        self.sounds_differently(leg)

    def _new_tape(self, recording: str, holder: dict[str, Tape]) -> Tape:
        holder[recording] = tape = Tape(self.clock.now(), self.folder / f"{recording}.wav")
        self.tapes[recording] = holder
        return tape

    def end_recording(self, recording: str) -> None:
        """Write the tape and tell; harmless when it has ended."""
        holder = self.tapes.pop(recording, None)
        if holder is None:
            return
        tape, now = holder.pop(recording), self.clock.now()
        ok = tape.finish(now)
        self.send(RecordingEnded(recording, str(tape.path), tape.duration(now), ok, now))

    def end_recordings(self, holder: dict[str, Tape]) -> None:
        """End all tapes of a room or a leg."""
        for recording in tuple(holder):
            self.end_recording(recording)
