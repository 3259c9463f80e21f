"""One outside party's side of one call: ``telephony.phones.Conversation`` on a channel of the second Asterisk.

The channel sits alone in a bridge of its own: what is played to a bare channel holds back every later command to it,
digits too, and what is played to a bridge does not.
"""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

from telephony import causes as network_causes
from telephony.asterisk import causes
from telephony.asterisk.ari import AriError
from telephony.asterisk.hearing import tones_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta
    from pathlib import Path

    from telephony.asterisk.ari import AriClient, Json
    from telephony.port import Cause

DIGIT_MS, PAUSE_MS = 120, 80
"""Length of a key press and of the pause after it: what a person's shortest press takes."""

LISTENING = "listening"
"""Stasis argument of the channel that listens in on a line."""
EAR = "-heard-"
"""Between a line's channel and a number: the name of a channel that listens in, and of its recording."""
EAR_TIMEOUT_S = 5.0
TOLD_WITHIN_S = 3.0
"""The engine refuses what is done on a channel that ends before it says so; from then on it says so at once."""


class Ear:
    """What is known of one listening."""

    def __init__(self) -> None:
        self.open, self.written = asyncio.Event(), asyncio.Event()


class Line:
    """One call, as the party at its outer end has it. What is done in a call that is over does no harm."""

    def __init__(self, ari: AriClient, channel: str, folder: Path, name: str = "", number: str = "") -> None:
        """``folder``: where recordings of what is heard are written; ``name`` and ``number``: what a phone shows."""
        self._ari, self.channel, self._folder = ari, channel, folder
        self.caller_name, self.caller_number = name, number
        self._bridge, self._has_bridge = f"{channel}-mouth", False
        self._answered = asyncio.Event()
        self._over: asyncio.Future[Cause] = asyncio.get_running_loop().create_future()
        self._cause = 0
        self._serial = itertools.count(1)
        self._tone: str | None = None
        self._ears: dict[str, Ear] = {}
        self._keys, self._key_arrived = "", asyncio.Event()

    def happened(self, event: dict[str, Json]) -> None:
        """Take note of an event of this channel."""
        match event["type"]:
            case "StasisStart" if event["args"] == [LISTENING]:
                self._ears[event["channel"]["id"]].open.set()
            case "RecordingFinished" | "RecordingFailed":
                self._ears[event["recording"]["name"]].written.set()
            case "StasisStart" if event["args"] == ["dialled"]:
                self._answered.set()
            case "ChannelDtmfReceived":
                self._keys += event["digit"]
                self._key_arrived.set()
            case "ChannelHangupRequest" if event["channel"]["id"] == self.channel and not self._cause:
                self._cause = event.get("cause", 0)
            case "StasisEnd" | "ChannelDestroyed" if event["channel"]["id"] == self.channel and not self._over.done():
                self._over.set_result(causes.from_q850(event.get("cause", 0) or self._cause))

    async def answer(self) -> None:
        """Answer a ringing call."""
        if await self._do("POST", "channels", self.channel, "answer"):
            self._answered.set()

    async def reject(self, cause: Cause) -> None:
        """Refuse a ringing call: busy is 486, rejected 403."""
        await self._do("DELETE", "channels", self.channel, query={"reason": causes.reason(cause)})

    async def refuse(self, status: int) -> None:
        """Refuse a ringing call with a SIP status."""
        query = {"reason_code": str(network_causes.from_sip(status)[1])}
        await self._do("DELETE", "channels", self.channel, query=query)

    async def answered(self, within: timedelta) -> None:
        """Wait until the far end answered; raises ``TimeoutError``."""
        async with asyncio.timeout(within.total_seconds()):
            await self._answered.wait()

    async def press(self, digits: str) -> None:
        """Press keys (RFC 4733 events); returns when the last is released."""
        query = {"dtmf": digits, "duration": str(DIGIT_MS), "between": str(PAUSE_MS)}
        if await self._do("POST", "channels", self.channel, "dtmf", query=query):
            await asyncio.sleep(len(digits) * (DIGIT_MS + PAUSE_MS) / 1000)

    async def keys(self, count: int, within: timedelta) -> str:
        """Return the keys that arrived so far, once there are ``count`` of them; raises ``TimeoutError``."""
        async with asyncio.timeout(within.total_seconds()):
            while len(self._keys) < count:
                self._key_arrived.clear()
                await self._key_arrived.wait()
        return self._keys

    async def hold(self) -> None:
        """Put the far end on hold."""
        await self._do("POST", "channels", self.channel, "hold")

    async def resume(self) -> None:
        """Take the far end back."""
        await self._do("DELETE", "channels", self.channel, "hold")

    async def play(self, hertz: int | None) -> None:
        """Speak as a steady tone from now on; ``None`` is silence."""
        if self._tone is not None:
            await self._ari.request_unless_gone("DELETE", ("playbacks", self._tone))
            self._tone = None
        if hertz is not None:
            self._tone = f"{self.channel}-tone-{next(self._serial)}"
            await self._open_mouth()
            await self._do("POST", "bridges", self._bridge, "play", self._tone, query={"media": f"tone:{hertz}"})

    async def _open_mouth(self) -> None:
        if not self._has_bridge:
            self._has_bridge = True
            await self._ari.request("POST", "bridges", {"type": "mixing", "bridgeId": self._bridge})
            await self._do("POST", "bridges", self._bridge, "addChannel", query={"channel": self.channel})

    async def _do(self, method: str, *what: str, query: Mapping[str, str] | None = None) -> bool:
        """Do something in the call; harmless when it has ended or ends in this moment: returns whether it was done."""
        try:
            await self._ari.request(method, what, query)
        except AriError:
            await asyncio.wait({self._over}, timeout=TOLD_WITHIN_S)
            if not self._over.done():
                raise
            return False
        return True

    async def hears(self, during: timedelta) -> frozenset[int]:
        """Listen for a while and return the known tones that arrived at this end."""
        name = f"{self.channel}{EAR}{next(self._serial)}"
        ear = self._ears[name] = Ear()
        query = {"app": self._ari.app, "spy": "in", "appArgs": LISTENING}
        await self._ari.request("POST", ("channels", self.channel, "snoop", name), query)
        async with asyncio.timeout(EAR_TIMEOUT_S):
            await ear.open.wait()
        record = {"name": name, "format": "wav", "ifExists": "overwrite"}
        await self._ari.request("POST", ("channels", name, "record"), record)
        await asyncio.sleep(during.total_seconds())
        await self._ari.request_unless_gone("POST", ("recordings", "live", name, "stop"))
        async with asyncio.timeout(EAR_TIMEOUT_S):
            await ear.written.wait()
        await self._ari.request_unless_gone("DELETE", ("channels", name))
        path = self._folder / f"{name}.wav"
        heard = await asyncio.to_thread(tones_in, path)
        path.unlink()
        return heard

    async def header(self, name: str) -> str:
        """Return a header of the INVITE that rang; empty when it had none."""
        variable = {"variable": f"PJSIP_HEADER(read,{name})"}
        return str((await self._ari.request("GET", ("channels", self.channel, "variable"), variable))["value"])

    async def hang_up(self) -> None:
        """End the call from this side; harmless when it has ended."""
        await self._ari.request_unless_gone("DELETE", ("channels", self.channel), {"reason": "normal"})

    async def ended(self, within: timedelta) -> Cause:
        """Wait until the call is over; raises ``TimeoutError``."""
        async with asyncio.timeout(within.total_seconds()):
            return await asyncio.shield(self._over)
