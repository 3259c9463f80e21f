"""``telephony.port.Engine`` on Asterisk, through ARI.

At every connect, the first too: what was provisioned is pushed again, the engine is asked what exists, and what it says
is told as ``EngineBack``; events that came meanwhile follow, without what the snapshot has told already.

``Ring`` of an endpoint that is not registered is a :class:`CommandRefused`. ``StopRing`` ends the leg also when its
answer crossed the command. A tone in ``Play`` sounds until ``StopPlay``. Commands while the engine is away are refused
at once.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from telephony.asterisk import snapshot as snapshots
from telephony.asterisk import tunes
from telephony.asterisk.ari import AriAway, AriClient, AriError
from telephony.asterisk.commands import perform
from telephony.asterisk.gap import GapLog
from telephony.asterisk.hands import Hands
from telephony.asterisk.names import APP, PHONES_APP, is_helper, is_ours, leg_of
from telephony.asterisk.provisioning import Provisioning
from telephony.asterisk.translate import Translator
from telephony.asterisk.trim import Trimmer
from telephony.asterisk.trunk_watch import TrunkWatch
from telephony.asterisk.world import Seen, World
from telephony.port import (
    Command,
    CommandRefused,
    CommandUnanswered,
    EngineBack,
    EngineLost,
    Event,
    LegEnded,
    Provision,
    Snapshot,
    Withdraw,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from telephony.asterisk.ari import Json
    from telephony.asterisk.local import LocalAsterisk


class AsteriskEngine:
    """A phone engine driven through ARI."""

    def __init__(  # noqa: PLR0913 - each has a default that fits
        self,
        url: str,
        user: str,
        password: str,
        *,
        recordings_folder: Path | None = None,
        cel_path: Path | None = None,
        media_address: str = "",
        console_path: Path | None = None,
    ) -> None:
        """``url`` is ``http://host:port/ari``; ``recordings_folder`` is the engine's ``spool/recording``.

        Without ``cel_path`` nothing is known of what ended while we were away; ``media_address`` is where RTP of trunks
        and SIP phones is bound (empty: all addresses). Through ``console_path``, its control socket, an engine on this
        machine is asked for its registrations, and told to give memory back.
        """
        self._ari = AriClient(url, user, password, f"{APP},{PHONES_APP}")
        self._world = World()
        self._folder = recordings_folder
        self._translator = Translator(self._world, recordings_folder)
        self._hands = Hands(self._ari, self._world, Provisioning(self._ari, media_address))
        self._trunks = TrunkWatch(self._ari, self._hands.provisioning, console_path, lambda: self._is_there, self._tell)
        self._trimmer = Trimmer(console_path, lambda: len(self._world.legs)) if console_path else None
        self._log = GapLog(cel_path) if cel_path else None
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._is_there = False

    @classmethod
    def of(cls, local: LocalAsterisk) -> AsteriskEngine:
        """Return the engine that a local process serves."""
        return cls(
            local.ari_url,
            local.ari_user,
            local.ari_password,
            recordings_folder=local.recordings_folder,
            cel_path=local.cel_path,
            media_address=local.bind,
            console_path=local.console_path,
        )

    async def start(self) -> None:
        """Connect and keep reconnecting in the background."""
        await self._ari.start(self)
        self._trunks.start()
        if self._trimmer is not None:
            self._trimmer.start()

    async def close(self) -> None:
        """Disconnect without touching calls; the stream of events ends."""
        await self._trunks.close()
        if self._trimmer is not None:
            await self._trimmer.close()
        await asyncio.gather(*(own.hurry() for own in self._world.own_music.values()))
        await self._ari.close()
        if self._log:
            self._log.close()
        self._is_there = False
        for leg in list(self._world.legs):
            self._world.forget_leg(leg)
        self._events.put_nowait(None)

    async def events(self) -> AsyncIterator[Event]:
        """Return the one stream of events."""
        while (event := await self._events.get()) is not None:
            yield event

    async def perform(self, command: Command) -> None:
        """Carry out a command. Raises :class:`CommandRefused`."""
        if not self._is_there:
            raise CommandRefused(command, "the engine is away")
        try:
            await perform(command, self._hands)
        except AriAway as error:
            raise CommandUnanswered(command, str(error)) from error
        except AriError as error:
            raise CommandRefused(command, str(error)) from error
        for event in self._translator.consequences(command, datetime.now(UTC)):
            self._tell(event)
        self._tidy()
        if isinstance(command, Provision | Withdraw):
            self._trunks.ring()

    async def snapshot(self) -> Snapshot:
        """Return what exists in the engine now. Raises ``ConnectionError`` while it is away."""
        try:
            return (await self._look())[0]
        except (AriAway, AriError) as error:
            raise ConnectionError(str(error)) from error

    # ------------------------------------------------------------------------------------- what the connection tells us

    async def connected(self) -> None:
        """Push, look, and tell what there is."""
        await self._ari.tell_only(APP, self._translator.reads)
        await self._hands.provisioning.push_all()
        snapshot, seen = await self._look(connects=True)
        ended = self._log.ended_in_gap() if self._log else ()
        lost_playbacks = await self._lost_playbacks()
        self._world.agree_with(seen)
        self._world.online = set(snapshot.endpoints)
        lost_recordings = self._world.recordings - snapshot.recordings
        self._world.recordings |= snapshot.recordings
        self._is_there = True
        now = datetime.now(UTC)
        self._events.put_nowait(EngineBack(replace(snapshot, ended=ended), now))
        self._trunks.ring()  # nothing was told of them between the look and now
        for name in lost_playbacks:
            self._tell(self._translator.playback_over(name, now))
        for name in sorted(lost_recordings):
            self._tell(self._translator.recording_over(name, now))
        for stray in seen.strays:
            self._hands.remove("channels", stray)
        self._tidy()

    def happened(self, event: dict[str, Json]) -> None:
        """Translate one event."""
        if event["type"] == "PeerStatusChange" and self._trunks.is_trunk(event["endpoint"]["resource"]):
            self._trunks.ring()
            return
        if stray := self._stray(event):
            self._hands.remove("channels", stray)
            return
        playback = event.get("playback", {})
        plays = self._world.playbacks.get(leg_of(playback.get("id", "")))
        for told in self._translator.translate(event):
            self._events.put_nowait(told)
            tunes.noticed(told, plays.call if plays else "", self._hands)
            if isinstance(told, LegEnded):
                self._tidy()
                if self._log:
                    self._log.told(told)
        if event["type"] == "PlaybackFinished":
            tunes.over(playback, self._hands)
        microphone = event.get("recording", {}).get("target_uri", "").removeprefix("channel:")
        if is_helper(microphone) and event["type"] in {"RecordingFinished", "RecordingFailed"}:
            self._hands.remove("channels", microphone)

    def lost(self, reason: str) -> None:
        """Tell that the engine is away."""
        self._is_there = False
        self._events.put_nowait(EngineLost(reason, datetime.now(UTC)))

    def _stray(self, event: dict[str, Json]) -> str:
        """Return a channel of ours that rings or has answered for nobody: its request was given up unanswered."""
        channel = event.get("peer") if event["type"] == "Dial" else event.get("channel")
        lives = event["type"] == "StasisStart" or event.get("dialstatus") == "RINGING"
        if not lives or channel is None or not is_ours(channel["id"]):
            return ""
        return "" if leg_of(channel["id"]) in self._world.legs else str(channel["id"])

    def _tidy(self) -> None:
        """Remove the rooms beside calls that nobody is in any more, with what plays there."""
        for room, bridge in self._world.unused().items():
            for playback in self._world.playbacks_in(room) if room.side else ():
                self._tell(self._translator.playback_over(playback, datetime.now(UTC)))
            self._hands.remove("channels", self._world.spies.pop(room.supervisor, ""))
            self._hands.remove("bridges", bridge)

    def _tell(self, event: Event | None) -> None:
        if event is not None:
            self._events.put_nowait(event)

    async def _look(self, *, connects: bool = False) -> tuple[Snapshot, Seen]:
        seen, endpoints, recordings, began_at, trunks = await asyncio.gather(
            snapshots.look(self._ari, self._world, holds=connects),
            snapshots.phones(self._ari),
            snapshots.recordings(self._ari, self._world.recordings, self._folder),
            snapshots.began_at(self._ari),
            self._trunks.look(told=connects),
        )
        phones = frozenset(name for name in endpoints if not self._trunks.is_trunk(name))
        return Snapshot(seen.states, seen.calls, recordings, phones, trunks, began_at=began_at), seen

    async def _lost_playbacks(self) -> list[str]:
        names = list(self._world.playbacks)
        there = await asyncio.gather(*(self._hands.has_playback(name) for name in names))
        return [name for name, found in zip(names, there, strict=True) if not found]
