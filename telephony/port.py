"""The port between the switchboard and a phone engine: every command, every event, and the snapshot.

Both adapters (``telephony.asterisk`` and ``telephony.simulator``) implement :class:`Engine` and pass one contract
suite. We choose every id (calls, our own legs, playbacks, recordings) and never reuse one; only the leg of an arriving
call is named by the engine. A command returns when the engine has accepted it; what came of it is an event.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Cause(StrEnum):
    """Why a leg ended or was refused, in the field's words; an adapter maps its engine's codes (Q.850, SIP) here."""

    NORMAL = "normal"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    UNALLOCATED = "unallocated"
    CONGESTION = "congestion"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    ENGINE_LOST = "engine_lost"
    UNKNOWN = "unknown"


class EndedBy(StrEnum):
    """Who ended a leg: its own party, our command, or the network in between."""

    PARTY = "party"
    US = "us"
    NETWORK = "network"


class SoundKind(StrEnum):
    """What a :class:`Sound` names."""

    FILE = "file"
    TONE = "tone"


@dataclass(frozen=True, slots=True)
class Sound:
    """Something to play. ``FILE``: absolute path of an 8 kHz mono WAV, without its extension. ``TONE``: hertz."""

    kind: SoundKind
    value: str


# ---------------------------------------------------------------------------------------------------------- commands


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer an arrived leg and put it into the (new) mixing bridge of ``call``, where it stays for its whole life."""

    call: str
    leg: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refuse an arrived leg before it is answered (``BUSY``, ``CONGESTION``, ``REJECTED`` or ``UNALLOCATED``)."""

    leg: str
    cause: Cause


@dataclass(frozen=True, slots=True)
class Play:
    """Play sounds one after the other into the call; one ``PlaybackEnded`` follows. A tone lasts until ``StopPlay``."""

    call: str
    playback: str
    sounds: tuple[Sound, ...]


@dataclass(frozen=True, slots=True)
class StopPlay:
    """Stop a playback; harmless when it has ended."""

    playback: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Let the call hear music until ``StopWait``."""

    call: str
    music: str = "default"


@dataclass(frozen=True, slots=True)
class StopWait:
    """End the music; harmless when there is none."""

    call: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring a registered endpoint as a new leg of ``call``; once answered it waits outside the bridge for ``Bridge``.

    ``caller_name`` and ``caller_number`` are what the phone shows: never the contact's digits, unless policy allows.
    ``headers`` travel in the INVITE as ``X-`` headers and carry opaque ids only.
    """

    call: str
    leg: str
    endpoint: str
    caller_name: str
    caller_number: str
    timeout: timedelta
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StopRing:
    """Stop ringing a leg that has not answered; harmless when it is gone."""

    leg: str
    cause: Cause = Cause.ANSWERED_ELSEWHERE


@dataclass(frozen=True, slots=True)
class Bridge:
    """Put an answered leg into the call's mixing bridge (music there must be ended by ``StopWait`` first)."""

    call: str
    leg: str


@dataclass(frozen=True, slots=True)
class Record:
    """Record the call's bridge (everybody in it) from now on under the name ``recording``."""

    call: str
    recording: str


@dataclass(frozen=True, slots=True)
class StopRecord:
    """End a recording; ``RecordingEnded`` follows. Harmless when it has ended by itself."""

    recording: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End one leg; harmless when it is gone."""

    leg: str
    cause: Cause = Cause.NORMAL


@dataclass(frozen=True, slots=True)
class CloseCall:
    """End every leg of the call and remove its bridge; harmless when it is gone."""

    call: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A phone that registers with the engine. ``browser`` phones speak WebRTC over WebSocket."""

    name: str
    secret: str
    browser: bool = False


@dataclass(frozen=True, slots=True)
class Trunk:
    """A carrier connection known by its address; calls from it arrive with ``CallArrived.trunk == name``."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Provision:
    """Make endpoints and trunks known, effective at once and idempotent; repeated at every connect."""

    endpoints: tuple[Endpoint, ...] = ()
    trunks: tuple[Trunk, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Forget endpoints or trunks by name; harmless for unknown ones."""

    names: tuple[str, ...]


Command = (
    Answer
    | Refuse
    | Play
    | StopPlay
    | Wait
    | StopWait
    | Ring
    | StopRing
    | Bridge
    | Record
    | StopRecord
    | HangUp
    | CloseCall
    | Provision
    | Withdraw
)

# ------------------------------------------------------------------------------------------------------------ events


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A new inbound leg waits for ``Answer`` or ``Refuse``. ``caller`` is empty when it was withheld."""

    leg: str
    number: str
    caller: str
    trunk: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LegRinging:
    """The phone of a leg that we ring is alerting."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """A leg that we ring was answered."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LegEnded:
    """A leg is gone. Sent once per leg, also for refused, unanswered and cancelled ones."""

    leg: str
    cause: Cause
    by: EndedBy
    at: datetime


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """A party pressed one key: ``0``-``9``, ``*``, ``#`` or ``A``-``D``."""

    leg: str
    digit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlaybackEnded:
    """A playback is over; ``completed`` is false when it was stopped, failed, or its call ended."""

    playback: str
    completed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordingEnded:
    """A recording is closed and lies at ``path`` (WAV). ``ok`` is false when nothing usable was written."""

    recording: str
    path: str
    duration: timedelta
    ok: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class EndpointSeen:
    """A phone is registered and reachable."""

    endpoint: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EndpointGone:
    """A phone is no longer registered."""

    endpoint: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LegState:
    """One leg in a snapshot. ``call`` is empty while it is in no bridge, ``endpoint`` for an arrived leg."""

    leg: str
    call: str
    endpoint: str
    answered: bool
    number: str = ""
    caller: str = ""
    trunk: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the engine holds now, ours only: all that ``switchboard/reconcile.py`` needs."""

    legs: tuple[LegState, ...] = ()
    calls: frozenset[str] = frozenset()
    recordings: frozenset[str] = frozenset()
    endpoints: frozenset[str] = frozenset()
    ended: tuple[LegEnded, ...] = field(default=())
    """Legs that ended while we were away, with the true time and cause, where the engine kept a record of them."""
    began_at: datetime | None = None
    """Since when this engine runs, where it says so: what existed before and is not here died with an older one."""


@dataclass(frozen=True, slots=True)
class EngineLost:
    """The connection to the engine is gone; talking calls go on. Nothing can be commanded until ``EngineBack``."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EngineBack:
    """The engine is reachable (first connect too). Later events are newer than ``snapshot``."""

    snapshot: Snapshot
    at: datetime


Event = (
    CallArrived
    | LegRinging
    | LegAnswered
    | LegEnded
    | DigitPressed
    | PlaybackEnded
    | RecordingEnded
    | EndpointSeen
    | EndpointGone
    | EngineLost
    | EngineBack
)


class CommandRefused(Exception):
    """The engine did not accept a command: unknown leg or call, endpoint not registered, or engine away."""

    def __init__(self, command: object, reason: str) -> None:
        """Keep the command and the engine's reason, both for the log."""
        super().__init__(f"{type(command).__name__}: {reason}")
        self.command = command
        self.reason = reason


class Engine(Protocol):
    """A phone engine. One owner at a time; commands may run concurrently; events come in order from one iterator."""

    async def start(self) -> None:
        """Connect and keep reconnecting in the background; the first event is ``EngineBack`` (or ``EngineLost``)."""

    async def close(self) -> None:
        """Disconnect without touching calls."""

    def events(self) -> AsyncIterator[Event]:
        """Return the one stream of events; it ends after ``close``."""

    async def perform(self, command: Command) -> None:
        """Carry out a command. Raises :class:`CommandRefused`."""

    async def snapshot(self) -> Snapshot:
        """Return what exists in the engine now. Raises ``ConnectionError`` while it is away."""
