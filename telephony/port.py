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


SIGNAL_HZ = 1500
"""The pitch of the tone of a :class:`Signal`."""
SIGNAL_LASTS = timedelta(milliseconds=500)


class EndedBy(StrEnum):
    """Who ended a leg: its own party, our command, or the network in between."""

    PARTY = "party"
    US = "us"
    NETWORK = "network"


class SoundKind(StrEnum):
    """What a :class:`Sound` names."""

    FILE = "file"
    TONE = "tone"
    SIGNAL = "signal"


class Mode(StrEnum):
    """How a supervisor takes part: hears both sides; is heard by the agent as well; is heard by everybody."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


@dataclass(frozen=True, slots=True)
class Sound:
    """Something to play. ``FILE``: absolute path of an 8 kHz mono WAV, without its extension. ``TONE``: hertz.

    ``SIGNAL``: a network's own tone, ``ring``, ``busy`` or ``congestion``. Tones and signals last until ``StopPlay``.
    """

    kind: SoundKind
    value: str


# ---------------------------------------------------------------------------------------------------------- commands


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer an arrived leg and put it into the (new) mixing bridge of ``call``, where it stays for its whole life.

    Harmless when it is there.
    """

    call: str
    leg: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refuse an arrived leg before it is answered (``BUSY``, ``CONGESTION``, ``REJECTED`` or ``UNALLOCATED``)."""

    leg: str
    cause: Cause


@dataclass(frozen=True, slots=True)
class Open:
    """Make a call in which nobody is yet: its mixing bridge, for a conversation that we begin.

    ``node``: at which engine, where there are several behind one floor.
    """

    call: str
    node: str = ""


@dataclass(frozen=True, slots=True)
class Play:
    """Play sounds one after the other into the call; one ``PlaybackEnded`` follows. ``side``: as in ``Bridge``."""

    call: str
    playback: str
    sounds: tuple[Sound, ...]
    side: str = ""


@dataclass(frozen=True, slots=True)
class StopPlay:
    """Stop a playback; harmless when it has ended."""

    playback: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Let the call hear music until ``StopWait``, or other music from now on.

    ``music``: the name of the engine's own, or the absolute path of an 8 kHz mono WAV without its extension, which is
    played again and again as if it had begun at ``since`` (None: now); while something else plays into the call it is
    not heard. A file that cannot be played is replaced by ``default``, which every engine has.
    """

    call: str
    music: str = "default"
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class StopWait:
    """End the music; harmless when there is none."""

    call: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring a registered endpoint as a new leg of ``call``; once answered it waits outside the bridge for ``Bridge``.

    The call's ``Answer`` or ``Open`` was given before; it need not be through.

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
class Dial:
    """Call an outside ``number`` through a trunk as a new leg of ``call``; otherwise as ``Ring``.

    ``trunk``: its name, or one of its ``telephony.ways``: the call goes to that address, whether another one answers.
    ``caller_number`` is what the network shows to the one who is called. ``headers`` are SIP headers by their full
    names (``User-to-User``: RFC 7433); for people of the tenant's own only.
    """

    call: str
    leg: str
    trunk: str
    number: str
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
    """Put an answered leg into the call's mixing bridge (music there must be ended by ``StopWait`` first).

    ``side`` names a room beside it instead (letters and digits), made when the first leg enters and gone with the last:
    for a held agent, and for whoever is consulted. A leg is in one bridge at a time.
    """

    call: str
    leg: str
    side: str = ""


@dataclass(frozen=True, slots=True)
class Mute:
    """Let nobody hear the party of a leg, or hear it again. A leg that is moved stays muted."""

    leg: str
    muted: bool = True


@dataclass(frozen=True, slots=True)
class KeepKeys:
    """Let nobody else receive the keys that the party of an answered leg presses, or let them through again.

    They are told as ``DigitPressed`` all the same. Harmless when it is so.
    """

    leg: str
    kept: bool = True


@dataclass(frozen=True, slots=True)
class SendDigits:
    """Let the party of a leg receive keys (RFC 4733), one after the other."""

    leg: str
    digits: str


@dataclass(frozen=True, slots=True)
class Signal:
    """Let the party of an answered leg, and nobody else, hear a short tone beside what it hears: :data:`SIGNAL_HZ`."""

    leg: str


@dataclass(frozen=True, slots=True)
class Supervise:
    """Attach the answered leg of a supervisor to an agent's leg, wherever that one is; again: change the mode.

    ``LISTEN`` hears both directions of the agent's leg and is heard by nobody. ``WHISPER`` is heard by the agent alone.
    ``BARGE`` is in the call's bridge like everybody else. ``HangUp(leg)`` ends it; the end of ``agent_leg`` ends
    listening and whispering, and the supervisor's leg stays.
    """

    call: str
    leg: str
    agent_leg: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class Record:
    """Record the call's bridge (everybody in it) from now on under this name; with ``leg`` that one's voice only."""

    call: str
    recording: str
    leg: str = ""


@dataclass(frozen=True, slots=True)
class PauseRecord:
    """Leave out what is said from now on; harmless when it is paused. The file has no gap: it is shorter."""

    recording: str


@dataclass(frozen=True, slots=True)
class ResumeRecord:
    """Go on with a paused recording; harmless when it is not paused."""

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


class Transport(StrEnum):
    """How SIP travels to a trunk's other end. ``TLS`` checks that end's certificate, unless the trunk says not to."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class Codec(StrEnum):
    """How audio is coded, by its name in SDP (RFC 3551, RFC 7587)."""

    PCMU = "PCMU"
    PCMA = "PCMA"
    G722 = "G722"
    OPUS = "opus"


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are for a trunk's other end (digest, RFC 8760). An empty ``realm`` answers whichever asks."""

    username: str
    secret: str = field(repr=False)
    realm: str = ""


@dataclass(frozen=True, slots=True)
class Trunk:
    """A connection to a carrier or a telephone system; calls from it arrive with ``CallArrived.trunk == name``.

    ``address`` is where calls are sent, a host or ``host:port``; ``others``: further ones, see ``telephony.ways``.
    ``sources`` are the addresses or networks by which its calls are known; with none these are ``address`` and
    ``others``. With ``registration`` we register there, for so long each time; with ``known_by_line`` its calls are
    known by the registration over which they come, and by no address. ``codecs``: the best first. ``encrypted``: audio
    by SRTP, with keys in the SDP (RFC 4568). ``verified``: the certificate of the other end must be good (TLS).
    ``watched``: the other end is asked now and then whether it is there; otherwise it counts as reachable.

    One that ``registers`` has no address: its other end registers with us under the trunk's name and the secret of
    ``login`` (RFC 3261 10), its calls are known by that login, and calls to it go where it registered. One that is
    ``encrypted`` too must come by TLS; otherwise it counts as not registered, and its calls are turned away.
    """

    name: str
    address: str = ""
    others: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    transport: Transport = Transport.UDP
    verified: bool = True
    encrypted: bool = False
    codecs: tuple[Codec, ...] = (Codec.PCMU, Codec.PCMA)
    login: Login | None = None
    registration: timedelta | None = None
    known_by_line: bool = False
    watched: bool = True
    tenant: str = ""
    """Whose it is, as the engine's own records show it; empty: the outsourcer's."""
    inside: bool = False
    """It leads to another engine of this floor: what is dialled there is the name of a phone, which it rings."""
    registers: bool = False

    def __post_init__(self) -> None:
        """Refuse one that anybody could be: raises ``ValueError``."""
        if self.registers and (self.login is None or not self.login.secret):
            raise ValueError(f"whoever registers as {self.name} needs a secret")


@dataclass(frozen=True, slots=True)
class Provision:
    """Make endpoints and trunks known, effective at once and idempotent; repeated at every connect.

    ``drained``: engines, where there are several, that are being emptied: another one registers at carriers.
    """

    endpoints: tuple[Endpoint, ...] = ()
    trunks: tuple[Trunk, ...] = ()
    drained: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Forget endpoints or trunks by name; harmless for unknown ones."""

    names: tuple[str, ...]


Command = (
    Answer
    | Refuse
    | Open
    | Play
    | StopPlay
    | Wait
    | StopWait
    | Ring
    | Dial
    | StopRing
    | Bridge
    | Mute
    | KeepKeys
    | SendDigits
    | Signal
    | Supervise
    | Record
    | PauseRecord
    | ResumeRecord
    | StopRecord
    | HangUp
    | CloseCall
    | Provision
    | Withdraw
)

# ------------------------------------------------------------------------------------------------------------ events


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A new inbound leg waits for ``Answer`` or ``Refuse``. ``caller`` is empty when it was withheld.

    ``node``: at which engine, where there are several behind one floor.
    """

    leg: str
    number: str
    caller: str
    trunk: str
    at: datetime
    node: str = ""


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
    """A leg is gone. Sent once per leg, also for refused, unanswered and cancelled ones.

    ``q850``: the network's cause (ITU-T Q.850); ``sip``: the status of a SIP refusal; 0 where there was none.
    """

    leg: str
    cause: Cause
    by: EndedBy
    at: datetime
    q850: int = 0
    sip: int = 0


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """A party pressed one key: ``0``-``9``, ``*``, ``#`` or ``A``-``D``."""

    leg: str
    digit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PhoneHeld:
    """The party put us on hold with its own phone's button: what others hear meanwhile is the switchboard's to say."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PhoneResumed:
    """The party took us back from its phone's hold."""

    leg: str
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
class TrunkState:
    """How a trunk is. ``reachable``: its other end answers (OPTIONS, RFC 3261 11).

    ``registered``: we are there, or its other end is with us; None where neither is wanted, or nobody can be asked.
    ``silent``: those of its ways that do not answer, while another one does, as far as that is known.
    """

    trunk: str
    reachable: bool
    registered: bool | None = None
    silent: frozenset[str] = frozenset()

    @property
    def usable(self) -> bool:
        """Whether a call may be tried."""
        return self.reachable and self.registered is not False


@dataclass(frozen=True, slots=True)
class TrunkChanged:
    """A trunk is not as it was."""

    state: TrunkState
    at: datetime


@dataclass(frozen=True, slots=True)
class LegState:
    """One leg in a snapshot. ``call``: in which it is, or for which it rings; ``endpoint`` is empty for an arrived leg.

    ``side``: the side room of the call in which it is. ``number`` and ``trunk`` of a leg that we dialled are whom and
    how; then ``endpoint`` is empty as well, and ``dialled`` true. ``supervises``: the agent's leg that a supervisor's
    leg listens to, and ``mode`` how; empty again when the agent's leg has ended. ``held``: its party holds by its own
    phone's button. ``bridged``: whether it is in a bridge.
    """

    leg: str
    call: str
    endpoint: str
    answered: bool
    number: str = ""
    caller: str = ""
    trunk: str = ""
    side: str = ""
    dialled: bool = False
    supervises: str = ""
    mode: Mode | None = None
    held: bool = False
    bridged: bool = True


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the engine holds now, ours only: all that ``switchboard/reconcile.py`` needs."""

    legs: tuple[LegState, ...] = ()
    calls: frozenset[str] = frozenset()
    recordings: frozenset[str] = frozenset()
    endpoints: frozenset[str] = frozenset()
    trunks: tuple[TrunkState, ...] = ()
    ended: tuple[LegEnded, ...] = field(default=())
    """Legs that ended while we were away, with the true time and cause, where the engine kept a record of them."""
    began_at: datetime | None = None
    """Since when this engine runs, where it says so: what existed before and is not here died with an older one."""


@dataclass(frozen=True, slots=True)
class EngineLost:
    """The connection to the engine is gone; talking calls go on. Nothing can be commanded until ``EngineBack``.

    ``node``: which engine, where there are several behind one floor.
    """

    reason: str
    at: datetime
    node: str = ""


@dataclass(frozen=True, slots=True)
class EngineBack:
    """The engine is reachable (first connect too). Later events are newer than ``snapshot``.

    ``node``: which engine, where there are several; then the snapshot is of this one, but ``endpoints`` are of all.
    ``unseen``: some other has never been there since the start, and may hold calls that nobody has seen.
    """

    snapshot: Snapshot
    at: datetime
    node: str = ""
    unseen: bool = False


Event = (
    CallArrived
    | LegRinging
    | LegAnswered
    | LegEnded
    | DigitPressed
    | PhoneHeld
    | PhoneResumed
    | PlaybackEnded
    | RecordingEnded
    | EndpointSeen
    | EndpointGone
    | TrunkChanged
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


class CommandUnanswered(CommandRefused):
    """The engine did not answer in time: nobody knows whether the command was carried out, now or later.

    A leg, playback or recording that it would have begun is ended by the adapter as soon as it shows.
    """


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
