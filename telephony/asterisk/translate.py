"""The engine's events in the port's words, one function a kind.

Quirk: after ``StasisEnd`` an arrived leg sends nothing more, while one that we rang sends ``ChannelDestroyed`` with the
cause. So an arrived leg ends at its ``StasisEnd``, with what ``ChannelHangupRequest`` said before, and a leg of ours at
its ``ChannelDestroyed``.
"""

from __future__ import annotations

import wave
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from telephony import causes as network
from telephony import port
from telephony.asterisk import causes
from telephony.asterisk.names import INBOUND, caller_of, instant, is_ours, leg_of
from telephony.asterisk.world import Leg
from telephony.port import Cause, EndedBy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from telephony.asterisk.ari import Json
    from telephony.asterisk.world import World

INBOUND_ARGUMENTS = 3
FIRST_REFUSAL = 300
TIMER_EXPIRED = 102
"""Q.850: recovery on timer expiry."""


class Translator:
    """Translates events, keeping the world up to date."""

    def __init__(self, world: World, recordings_folder: Path | None) -> None:
        """``recordings_folder``: where the engine writes; without it a recording's path is its bare name."""
        self._world = world
        self._folder = recordings_folder or Path()
        self._kinds: dict[str, Callable[[dict[str, Json]], Iterator[port.Event]]] = {
            "StasisStart": self._started,
            "StasisEnd": self._left,
            "ChannelDestroyed": self._destroyed,
            "ChannelHangupRequest": self._hanging_up,
            "Dial": self._dialling,
            "ChannelDtmfReceived": self._digit,
            "ChannelHold": self._held,
            "ChannelUnhold": self._resumed,
            "PlaybackFinished": self._played,
            "RecordingFinished": self._recorded,
            "RecordingFailed": self._recorded,
            "PeerStatusChange": self._peer,
        }

    @property
    def reads(self) -> frozenset[str]:
        """The kinds of events that say something; the engine need not send any other."""
        return frozenset(self._kinds)

    def translate(self, event: dict[str, Json]) -> Iterator[port.Event]:
        """Return the port's events for one of the engine's: none or one."""
        kind = self._kinds.get(event["type"])
        return kind(event) if kind else iter(())

    def playback_over(self, playback: str, at: datetime) -> port.PlaybackEnded | None:
        """Return the end of a playback that the engine no longer knows."""
        return None if self._world.playbacks.pop(playback, None) is None else port.PlaybackEnded(playback, False, at)

    def recording_over(self, recording: str, at: datetime) -> port.RecordingEnded | None:
        """Return the end of a recording, measured by its file; nothing when it was told already."""
        if recording not in self._world.recordings:
            return None
        self._world.recordings.discard(recording)
        path = self._folder / f"{recording}.wav"
        duration = duration_of(path)
        return port.RecordingEnded(recording, str(path), duration, ok=duration > timedelta(0), at=at)

    def consequences(self, command: port.Command, at: datetime) -> Iterator[port.Event]:
        """Return what a command brought about and the engine does not tell, or not always."""
        if isinstance(command, port.Withdraw):
            for name in self._world.online.intersection(command.names):
                self._world.online.discard(name)
                yield port.EndpointGone(name, at)
        elif isinstance(command, port.CloseCall):
            for playback in [name for name, known in self._world.playbacks.items() if known.call == command.call]:
                del self._world.playbacks[playback]
                yield port.PlaybackEnded(playback, completed=False, at=at)

    def _started(self, event: dict[str, Json]) -> Iterator[port.Event]:
        channel, at = event["channel"], instant(event["timestamp"])
        leg = self._world.legs.get(leg_of(channel["id"]))
        if channel["id"] in self._world.helpers:
            self._world.helpers[channel["id"]].set()
        elif is_ours(channel["id"]):
            if leg is not None and not leg.answered:
                leg.answered = True
                if leg.timer is not None:
                    leg.timer.cancel()
                yield port.LegAnswered(leg.leg, at)
        elif leg is None and event["args"][:1] == [INBOUND] and len(event["args"]) == INBOUND_ARGUMENTS:
            yield from self._arrived(event, channel, at)

    def _arrived(self, event: dict[str, Json], channel: dict[str, Json], at: datetime) -> Iterator[port.Event]:
        """Tell of a leg that arrives; one that left before we heard of it has done both, and one told of is no news."""
        was_told = self._world.left.get(channel["id"])
        if was_told:
            return
        leg = Leg(channel["id"], channel["id"], arrived=True)
        self._world.legs[leg.leg] = leg
        _, number, trunk = event["args"]
        yield port.CallArrived(leg.leg, number, caller_of(channel["caller"]["number"]), trunk, at)
        if was_told is not None:
            yield self._end(leg, Cause.NORMAL, at)

    def _dialling(self, event: dict[str, Json]) -> Iterator[port.Event]:
        leg = self._world.legs.get(leg_of(event["peer"]["id"]))
        # A phone that sends a tone of its own (183) is there; of an outside number that may be an announcement.
        says = {"RINGING"} if leg is not None and leg.dialled else {"RINGING", "PROGRESS"}
        if leg is not None and event["dialstatus"] in says and not leg.ringing:
            leg.ringing = True
            yield port.LegRinging(leg.leg, instant(event["timestamp"]))

    def _hanging_up(self, event: dict[str, Json]) -> Iterator[port.Event]:
        leg = self._world.legs.get(leg_of(event["channel"]["id"]))
        if leg is not None and leg.verdict is None:
            cause, is_soft = _cause_of(event), event.get("soft")
            if is_soft and leg.asked is not None:
                leg.verdict = leg.asked, EndedBy.US
            elif leg.answered and (is_soft or cause is Cause.NO_ANSWER):  # its audio has stopped, or its session timer
                leg.verdict, leg.codes = (Cause.UNREACHABLE, EndedBy.NETWORK), (TIMER_EXPIRED, 0)
            elif not is_soft:
                leg.verdict, leg.codes = (cause, network.refused_by(cause)), _codes_of(event, leg)
        return iter(())

    def _left(self, event: dict[str, Json]) -> Iterator[port.Event]:
        leg = self._world.legs.get(event["channel"]["id"])
        if leg is not None and leg.arrived:
            yield self._end(leg, Cause.NORMAL, instant(event["timestamp"]))
        elif leg is None and not is_ours(event["channel"]["id"]):
            self._world.note_left(event["channel"]["id"], told=self._world.left.get(event["channel"]["id"], False))

    def _destroyed(self, event: dict[str, Json]) -> Iterator[port.Event]:
        leg = self._world.legs.get(leg_of(event["channel"]["id"]))
        if leg is not None:
            leg.codes = leg.codes or _codes_of(event, leg)
            yield self._end(leg, _cause_of(event), instant(event["timestamp"]))

    def _end(self, leg: Leg, cause: Cause, at: datetime) -> port.LegEnded:
        self._world.forget_leg(leg.leg)
        if leg.arrived:
            self._world.note_left(leg.leg, told=True)
        for supervisor in self._world.supervisors_of(leg.leg):
            supervisor.supervises, supervisor.mode = "", None
        if leg.verdict is None:
            leg.verdict = (leg.asked, EndedBy.US) if leg.asked else (cause, _without_request(leg, cause))
        q850, sip = leg.codes or (network.to_network(leg.verdict[0])[0], 0)
        return port.LegEnded(leg.leg, *leg.verdict, at, q850, sip if leg.verdict[1] is not EndedBy.US else 0)

    def _held(self, event: dict[str, Json]) -> Iterator[port.Event]:
        if leg := self._newly_held(event, held=True):
            yield port.PhoneHeld(leg.leg, instant(event["timestamp"]))

    def _resumed(self, event: dict[str, Json]) -> Iterator[port.Event]:
        if leg := self._newly_held(event, held=False):
            yield port.PhoneResumed(leg.leg, instant(event["timestamp"]))

    def _newly_held(self, event: dict[str, Json], *, held: bool) -> Leg | None:
        """Return the leg, if that is news: an event may come twice, and one after a younger one."""
        leg, news = self._world.legs.get(leg_of(event["channel"]["id"])), (event["timestamp"], held)
        if leg is None or news <= leg.hold or held is leg.hold[1]:
            return None
        leg.hold = news
        return leg

    def _digit(self, event: dict[str, Json]) -> Iterator[port.Event]:
        leg, key = self._world.legs.get(leg_of(event["channel"]["id"])), (event["timestamp"], event["digit"])
        if leg is not None and key not in leg.keys:
            leg.keys.add(key)
            yield port.DigitPressed(leg.leg, event["digit"], instant(event["timestamp"]))

    def _played(self, event: dict[str, Json]) -> Iterator[port.Event]:
        playback = leg_of(event["playback"]["id"])
        known = self._world.playbacks.pop(playback, None)
        if known is not None:
            completed = event["playback"]["state"] == "done" and not known.stopped
            yield port.PlaybackEnded(playback, completed, instant(event["timestamp"]))

    def _recorded(self, event: dict[str, Json]) -> Iterator[port.Event]:
        ended = self.recording_over(event["recording"]["name"], instant(event["timestamp"]))
        if ended is not None:
            yield ended

    def _peer(self, event: dict[str, Json]) -> Iterator[port.Event]:
        name, at = event["endpoint"]["resource"], instant(event["timestamp"])
        online = event["endpoint"]["state"] == "online"
        if event["timestamp"] < self._world.peers.get(name, ""):
            return  # it comes after a younger one
        self._world.peers[name] = event["timestamp"]
        if online and name not in self._world.online:
            self._world.online.add(name)
            yield port.EndpointSeen(name, at)
        elif not online and name in self._world.online:
            self._world.online.discard(name)
            yield port.EndpointGone(name, at)


def _without_request(leg: Leg, cause: Cause) -> EndedBy:
    """Who ended a leg that is gone without a hang-up request: the engine's ring timeout, or the network."""
    return EndedBy.US if cause is Cause.NO_ANSWER and not leg.answered else network.refused_by(cause)


def _cause_of(event: dict[str, Json]) -> Cause:
    """Return the cause of an end; where the engine's says nothing, the SIP status does."""
    q850, sip = event.get("cause", 0), event.get("tech_cause", 0)
    if causes.says_nothing(q850) and sip >= FIRST_REFUSAL:
        return network.from_sip(sip)[0]
    return causes.from_q850(q850)


def _codes_of(event: dict[str, Json], leg: Leg) -> tuple[int, int]:
    """Return the network's cause, and the status of a leg of ours that was refused."""
    q850, sip = event.get("cause", 0), event.get("tech_cause", 0)
    return q850, sip if sip >= FIRST_REFUSAL and not leg.arrived and not leg.answered else 0


def duration_of(path: Path) -> timedelta:
    """Return the length of a WAV file; zero when there is none or it cannot be read."""
    try:
        with wave.open(str(path)) as file:
            return timedelta(seconds=file.getnframes() / file.getframerate())
    except (OSError, EOFError, wave.Error):
        return timedelta(0)
