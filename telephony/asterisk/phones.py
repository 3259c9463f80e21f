"""``telephony.phones.Phones`` by a second Asterisk, which speaks real SIP and RTP to the engine under test.

It plays the carrier, which sends from one loopback address and is known by it, and all agents' phones, which register
from another and are known by name and password. Digest authentication, RFC 4733 digits and audio are real; what a party
hears is recorded from the audio that arrives at its own end.
"""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

from telephony.asterisk.ari import AriAway, AriClient
from telephony.asterisk.conversation import EAR, Line
from telephony.asterisk.local import LocalAsterisk

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from telephony.asterisk.ari import Json

APP = "outside"
DYNAMIC = ("asterisk", "config", "dynamic", "res_pjsip")
REGISTER_TIMEOUT_S = 8.0
_AGAIN_EVERY = 60
FOREVER_S = 600


class RegistrationRefused(Exception):
    """The engine under test did not accept a phone."""


class RegisteredPhone:
    """``telephony.phones.Phone``."""

    def __init__(self, phones: AsteriskPhones, endpoint: str) -> None:
        """Made by :meth:`AsteriskPhones.register`."""
        self._phones, self._endpoint = phones, endpoint
        self.ringing: asyncio.Queue[Line] = asyncio.Queue()

    async def incoming(self, within: timedelta) -> Line:
        """Return the next call that rings here; raises ``TimeoutError``."""
        async with asyncio.timeout(within.total_seconds()):
            return await self.ringing.get()

    async def unregister(self) -> None:
        """Go away with a proper goodbye."""
        await self._phones.unregister(self._endpoint)


class Subscriber:
    """``telephony.phones.Phone`` for a number of the carrier's."""

    def __init__(self, phones: AsteriskPhones, number: str) -> None:
        """Made by :meth:`AsteriskPhones.outside`."""
        self._phones, self._number = phones, number
        self.ringing: asyncio.Queue[Line] = asyncio.Queue()

    async def incoming(self, within: timedelta) -> Line:
        """Return the next call that rings here; raises ``TimeoutError``."""
        async with asyncio.timeout(within.total_seconds()):
            return await self.ringing.get()

    async def unregister(self) -> None:
        """Leave the number; it is not in service any more."""
        self._phones.out_of_service(self._number)


class AsteriskPhones:
    """The carrier (127.0.0.2) and the agents' phones (127.0.0.3)."""

    def __init__(  # noqa: PLR0913 - each has a default that fits
        self,
        home: Path,
        folder: Path,
        *,
        target: tuple[str, int],
        carrier_address: str = "127.0.0.2",
        phones_address: str = "127.0.0.3",
        codecs: tuple[str, str] = ("ulaw,alaw", "ulaw,alaw"),
        keys: str = "rfc4733",
    ) -> None:
        """``target``: SIP address and port of the engine under test; ``codecs``: of callers and of the called.

        ``keys``: how they press, as Asterisk names it (``dtmf_mode``): ``rfc4733``, or ``info`` (RFC 6086).
        """
        self._target = f"{target[0]}:{target[1]}"
        self._phones_address = phones_address
        values = {
            "carrier_address": carrier_address,
            "phones_address": phones_address,
            "carrier_codecs": codecs[0],
            "phone_codecs": codecs[1],
            "target_address": target[0],
            "target_port": str(target[1]),
            "keys": keys,
        }
        self.process = LocalAsterisk(home, folder, bind=carrier_address, profile="phones", values=values)
        self._ari: AriClient | None = None
        self._open = asyncio.Event()
        self._lines: dict[str, Line] = {}
        self._phones: dict[str, RegisteredPhone | Subscriber] = {}
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[Json]] = set()

    async def start(self) -> None:
        """Bring the outside world up."""
        await self.process.start()
        self._ari = AriClient(self.process.ari_url, self.process.ari_user, self.process.ari_password, APP)
        await self._ari.start(self)
        async with asyncio.timeout(REGISTER_TIMEOUT_S):
            await self._open.wait()

    async def close(self) -> None:
        """Hang everything up and leave no process behind."""
        if self._ari is not None:
            await asyncio.gather(*(line.hang_up() for line in self._lines.values()), return_exceptions=True)
            await self._ari.close()
            self._ari = None
        await self.process.stop()

    async def dial(self, number: str, caller: str) -> Line:
        """Call ``number`` from the carrier as ``caller`` (empty: withheld)."""
        return await self._call("carrier", number, caller)

    async def dial_as(self, login: tuple[str, str], number: str, caller: str) -> Line:
        """Call ``number`` from a telephone system that logs in: the name of its trunk, and its secret."""
        name, objects = f"as-{login[0]}", self._system(login)
        for kind, fields in objects.items():
            listed = [{"attribute": attribute, "value": value} for attribute, value in fields.items()]
            await self._require().request("PUT", (*DYNAMIC, kind, name), body={"fields": listed})
        return await self._call(name, number, caller)

    def _system(self, login: tuple[str, str]) -> dict[str, dict[str, str]]:
        """Return the objects of such a system."""
        name = f"as-{login[0]}"
        return {
            "aor": {"contact": f"sip:{self._target}"},
            "auth": {"auth_type": "userpass", "username": login[0], "password": login[1]},
            "endpoint": {
                "transport": "transport-phones", "outbound_auth": name, "aors": name, "context": "from-centre",
                "disallow": "all", "allow": "ulaw,alaw", "direct_media": "no", "dtmf_mode": "rfc4733",
                "media_address": self._phones_address, "bind_rtp_to_media_address": "yes",
            },
        }  # fmt: skip

    async def _call(self, over: str, number: str, caller: str) -> Line:
        ari = self._require()
        line = Line(ari, f"out-{next(self._numbers)}", self.process.recordings_folder)
        self._lines[line.channel] = line
        body: dict[str, Json] = {
            "endpoint": f"PJSIP/{number}@{over}",
            "app": APP,
            "appArgs": "dialled",
            "channelId": line.channel,
            "timeout": FOREVER_S,
            "callerId": f'"" <{caller}>',
            "variables": {} if caller else {"CALLERID(pres)": "prohib"},
        }
        await ari.request("POST", "channels", body=body)
        return line

    async def register(self, endpoint: str, secret: str) -> RegisteredPhone:
        """Register a phone; returns when the registration is accepted."""
        ari = self._require()
        auth = {"auth_type": "userpass", "username": endpoint, "password": secret}
        registration = {
            "server_uri": f"sip:{self._target}",
            "client_uri": f"sip:{endpoint}@{self._target}",
            "contact_user": endpoint,
            "outbound_auth": endpoint,
            "transport": "transport-phones",
            "expiration": str(FOREVER_S),
            "max_random_initial_delay": "0",
        }
        again = endpoint in self._phones
        phone = self._phones[endpoint] = RegisteredPhone(self, endpoint)
        for kind, fields in (("auth", auth), ("registration", registration)):
            listed = [{"attribute": attribute, "value": value} for attribute, value in fields.items()]
            await ari.request("PUT", (*DYNAMIC, kind, endpoint), body={"fields": listed})
        await self._wait_until(endpoint, "Registered", "register", told=not again)
        return phone

    async def unregister(self, endpoint: str) -> None:
        """Say goodbye for a phone and forget it."""
        ari = self._require()
        self._phones.pop(endpoint, None)
        await self._wait_until(endpoint, "Unregistered", "unregister")
        await ari.request_unless_gone("DELETE", (*DYNAMIC, "registration", endpoint))
        await self.process.console(f"pjsip show registration {endpoint}")  # its state stays until somebody misses it

    async def unregister_all(self) -> None:
        """Say goodbye for every phone, so that the engine under test does not take one for there that is gone."""
        for endpoint in [name for name, phone in self._phones.items() if isinstance(phone, RegisteredPhone)]:
            await self.unregister(endpoint)

    async def outside(self, number: str) -> Subscriber:
        """Return the subscriber whom the carrier rings for ``number``."""
        subscriber = self._phones[number] = Subscriber(self, number)
        return subscriber

    def out_of_service(self, number: str) -> None:
        """Forget a subscriber."""
        self._phones.pop(number, None)

    async def _wait_until(self, endpoint: str, state: str, command: str, *, told: bool = False) -> None:
        """ARI tells nothing of outbound registrations; the console does. A busy engine is told again.

        ``told``: a new registration is sent at once by itself. One sent beside it goes away first, and is dropped while
        that is under way, so that the phone stays away.
        """
        said = ""
        for turn in range(int(REGISTER_TIMEOUT_S / 0.03)):
            if turn % _AGAIN_EVERY == 0 and (turn or not told):
                await self.process.console(f"pjsip send {command} {endpoint}")
            said = await self.process.console(f"pjsip show registration {endpoint}")
            if f" {state} " in said:
                return
            if "Rejected" in said:
                break
            await asyncio.sleep(0.03)
        raise RegistrationRefused(f"{endpoint} is not {state.lower()}: {said.strip()}")

    def _require(self) -> AriClient:
        if self._ari is None:
            raise AriAway("the phones are not started")
        return self._ari

    # ------------------------------------------------------------------------------------- what the connection tells us

    async def connected(self) -> None:
        """Nothing to prepare."""
        self._open.set()

    def lost(self, reason: str) -> None:
        """Nothing to tell: the test sees it by what fails."""

    def happened(self, event: dict[str, Json]) -> None:
        """Pass an event to the line that it is about."""
        arguments = event.get("args", [])
        if arguments[:1] == ["incoming"]:
            self._ring(event["channel"], arguments[1])
        about = event["recording"]["name"] if "recording" in event else event.get("channel", {}).get("id", "")
        line = self._lines.get(about.partition(EAR)[0])
        if line is not None:
            line.happened(event)

    def _ring(self, channel: dict[str, Json], endpoint: str) -> None:
        """Let a phone ring, for which a call arrived; one that is not there (any more) refuses."""
        ari, phone = self._require(), self._phones.get(endpoint)
        if phone is None:
            self._later(ari.request_unless_gone("DELETE", ("channels", channel["id"]), {"reason": "unallocated"}))
            return
        caller = channel["caller"]
        line = Line(ari, channel["id"], self.process.recordings_folder, caller["name"], caller["number"])
        self._lines[line.channel] = line
        self._later(ari.request_unless_gone("POST", ("channels", line.channel, "ring")))
        phone.ringing.put_nowait(line)

    def _later(self, request: Json) -> None:
        task = asyncio.ensure_future(request)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
