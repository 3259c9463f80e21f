"""As much SIP over UDP as a bench needs (RFC 3261): callers behind a carrier's address, and agents' phones.

Both live in one process, so that one clock sees a caller's INVITE leave and the agent's INVITE arrive. A caller is told
from the last digits of its number, which our switchboard shows to agents too (the rest is masked).
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

Address = tuple[str, int]

_HEADER = re.compile(r"^([A-Za-z-]+)\s*:\s*(.*)$")
_SHORT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length"}
_MEDIA = re.compile(rb"c=IN IP4 (\S+).*?m=audio (\d+) ", re.DOTALL)
_USER = re.compile(r"<?sips?:([^@>;]*)@")
_CHALLENGE = re.compile(r'(\w+)="?([^",]+)"?')
DIGITS = 4
"""So many last digits name a caller."""
AGAIN_S = 0.5
"""RFC 3261's T1: a request without any answer is sent again."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer."""

    start: str
    headers: dict[str, list[str]]
    body: bytes = b""

    @property
    def method(self) -> str:
        """The method of a request, empty for an answer."""
        return "" if self.start.startswith("SIP/2.0") else self.start.partition(" ")[0]

    @property
    def status(self) -> int:
        """The status of an answer."""
        return int(self.start.split(" ", 2)[1])

    def one(self, name: str) -> str:
        """Return a header."""
        return self.headers.get(name, [""])[0]


def parse(data: bytes) -> Message:
    """Read a message's start line and headers."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("utf-8", "replace").split("\r\n")
    headers: dict[str, list[str]] = {}
    for line in lines[1:]:
        found = _HEADER.match(line)
        if found is not None:
            name = found[1].lower()
            headers.setdefault(_SHORT.get(name, name), []).append(found[2])
    return Message(lines[0], headers, body)


def media_of(message: Message) -> Address | None:
    """Return where a message's SDP wants to have sound."""
    found = _MEDIA.search(message.body)
    return None if found is None else (found[1].decode(), int(found[2]))


def user_of(header: str) -> str:
    """Return the user part of an address header."""
    found = _USER.search(header)
    return found[1] if found else ""


def sdp(address: Address) -> str:
    """Offer or answer G.711 at an address."""
    ip, port = address
    return (
        f"v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP 0\r\n"
        "a=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n"
    )


def answer_to(request: Message, status: str, tag: str, contact: str = "", body: str = "") -> bytes:
    """Write an answer to a request."""
    lines = [f"SIP/2.0 {status}", *(f"Via: {via}" for via in request.headers.get("via", []))]
    to = request.one("to")
    lines += [f"From: {request.one('from')}", f"To: {to if 'tag=' in to else f'{to};tag={tag}'}"]
    lines += [f"Call-ID: {request.one('call-id')}", f"CSeq: {request.one('cseq')}"]
    return _finish(lines, contact, body)


def _finish(lines: list[str], contact: str, body: str) -> bytes:
    if contact:
        lines.append(f"Contact: <{contact}>")
    if body:
        lines.append("Content-Type: application/sdp")
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()


class Party(asyncio.DatagramProtocol):
    """A UDP socket that speaks SIP to one server."""

    def __init__(self, server: Address) -> None:
        """Speak to this server only."""
        self.server = server
        self.here: Address = ("", 0)
        self.media: Address = ("", 0)
        self._transport: Any = None
        self._branches = 0

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - asyncio's signature
        """Learn our own address."""
        self._transport = transport
        self.here = transport.get_extra_info("sockname")

    def send(self, data: bytes) -> None:
        """Send to the server."""
        self._transport.sendto(data, self.server)

    def close(self) -> None:
        """Go."""
        self._transport.close()

    def request(self, first: str, said: list[str], contact: str = "", body: str = "") -> bytes:
        """Write a request with a branch of its own."""
        self._branches += 1
        ip, port = self.here
        via = f"Via: SIP/2.0/UDP {ip}:{port};branch=z9hG4bK-{port}-{self._branches};rport"
        return _finish([f"{first} SIP/2.0", via, "Max-Forwards: 70", *said], contact, body)


class Agents(Party):
    """All agents' phones: they register, ring and answer at once."""

    def __init__(self, server: Address) -> None:
        """Nobody is registered."""
        super().__init__(server)
        self.rang: dict[str, float] = {}
        """When the INVITE for a caller arrived, by the caller's digits."""
        self.media_of: dict[str, Address] = {}
        """Where the engine wants an agent's sound, by Call-ID."""
        self.answered = asyncio.Queue[str]()
        self._secrets: dict[str, str] = {}
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._answers: dict[str, bytes] = {}
        self._numbers: defaultdict[str, int] = defaultdict(lambda: -1)
        """Each phone's newest CSeq without credentials: odd; with them it is one more (RFC 3261 10.2)."""

    async def register(self, name: str, secret: str) -> None:
        """Register one phone, or anew: it is forgotten after five minutes. Raises ``TimeoutError``."""
        self._secrets[name] = secret
        done = self._waiting[name] = asyncio.get_running_loop().create_future()
        for _ in range(6):
            self._numbers[name] += 2
            self.send(self._register(name, self._numbers[name], ""))
            try:
                await asyncio.wait_for(asyncio.shield(done), 2)
            except TimeoutError:
                continue
            return
        raise TimeoutError(f"{name} was not registered")

    def datagram_received(self, data: bytes, _address: Any) -> None:  # noqa: ANN401 - asyncio's signature
        """Do what a phone does."""
        now = time.perf_counter()
        message = parse(data)
        if message.method == "INVITE":
            self._invited(message, now)
        elif message.method in {"BYE", "OPTIONS", "CANCEL", "NOTIFY"}:
            self.send(answer_to(message, "200 OK", "a"))
            self._answers.pop(message.one("call-id"), None)
            if message.method == "BYE":
                self.media_of.pop(message.one("call-id"), None)
        elif not message.method and "REGISTER" in message.one("cseq"):
            self._registered(message)

    def _invited(self, message: Message, now: float) -> None:
        call, agent = message.one("call-id"), user_of(message.start)
        if call not in self._answers:
            caller = user_of(message.one("from"))[-DIGITS:]
            self.rang.setdefault(caller, now)
            media = media_of(message)
            if media is not None:
                self.media_of[call] = media
            self.send(answer_to(message, "180 Ringing", "a"))
            self._answers[call] = answer_to(message, "200 OK", "a", self._contact(agent), sdp(self.media))
            self.answered.put_nowait(caller)
        self.send(self._answers[call])

    def _registered(self, message: Message) -> None:
        name = user_of(message.one("to"))
        number = int(message.one("cseq").partition(" ")[0])
        if message.status == 401 and number % 2:
            parts = dict(_CHALLENGE.findall(message.one("www-authenticate")))
            self.send(self._register(name, number + 1, self._digest(name, parts)))
        elif message.status == 200 and not self._waiting[name].done():
            self._waiting[name].set_result(None)

    def _register(self, name: str, number: int, credentials: str) -> bytes:
        ip, port = self.server
        said = [
            f"From: <sip:{name}@{ip}>;tag=r", f"To: <sip:{name}@{ip}>", f"Call-ID: reg-{name}-{self.here[1]}",
            f"CSeq: {number} REGISTER", "Expires: 300",
        ]  # fmt: skip
        extra = [f"Authorization: {credentials}"] if credentials else []
        return self.request(f"REGISTER sip:{ip}:{port}", said + extra, self._contact(name))

    def _digest(self, name: str, parts: dict[str, str]) -> str:
        uri = f"sip:{self.server[0]}:{self.server[1]}"
        first = _md5(f"{name}:{parts['realm']}:{self._secrets[name]}")
        second = _md5(f"REGISTER:{uri}")
        response = _md5(f"{first}:{parts['nonce']}:00000001:b:auth:{second}")
        opaque = f', opaque="{parts["opaque"]}"' if "opaque" in parts else ""
        return (
            f'Digest username="{name}", realm="{parts["realm"]}", nonce="{parts["nonce"]}", uri="{uri}",'
            f' response="{response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="b"{opaque}'
        )

    def _contact(self, name: str) -> str:
        return f"sip:{name}@{self.here[0]}:{self.here[1]}"


@dataclass
class Call:
    """One caller's call."""

    digits: str
    number: str
    sent_at: float
    invite: bytes
    to: str = ""
    remote: str = ""
    media: Address = ("127.0.0.1", 9)
    status: int = 0
    over: bool = False


class Callers(Party):
    """The carrier: it sends calls in and hangs them up."""

    def __init__(self, server: Address) -> None:
        """No calls yet."""
        super().__init__(server)
        self.calls: dict[str, Call] = {}

    def call(self, digits: str, number: str) -> None:
        """Call a number as the caller whose number ends in these digits."""
        said = [*self._between(digits, f"<sip:{number}@{self.server[0]}>"), "CSeq: 1 INVITE"]
        ip, port = self.server
        invite = self.request(f"INVITE sip:{number}@{ip}:{port}", said, self._contact(digits), sdp(self.media))
        self.calls[digits] = Call(digits, number, time.perf_counter(), invite)
        self.send(invite)
        asyncio.get_running_loop().call_later(AGAIN_S, self._again, digits)

    def hang_up(self, digits: str) -> None:
        """End a call that was answered."""
        call = self.calls.get(digits)
        if call is not None and call.status == 200 and not call.over:
            said = [*self._between(digits, call.to), "CSeq: 2 BYE"]
            self.send(self.request(f"BYE {call.remote}", said))

    def datagram_received(self, data: bytes, _address: Any) -> None:  # noqa: ANN401 - asyncio's signature
        """Do what a caller does."""
        message = parse(data)
        call = self.calls.get(message.one("call-id").partition("@")[0].rpartition("-")[2])
        if message.method in {"BYE", "OPTIONS"}:
            self.send(answer_to(message, "200 OK", "c"))
            if call is not None and message.method == "BYE":
                call.over = True
        elif message.method in {"INVITE", "UPDATE"} and call is not None:  # a session timer's refresh
            self.send(answer_to(message, "200 OK", "c", self._contact(call.digits), sdp(self.media)))
        elif call is None or message.method:
            return
        elif "BYE" in message.one("cseq"):
            call.over = True
        else:
            self._answered(call, message)

    def _answered(self, call: Call, message: Message) -> None:
        call.status = max(call.status, message.status)
        if message.status < 200:
            return
        call.to = message.one("to")
        call.media = media_of(message) or call.media
        found = re.search(r"<([^>]*)>", message.one("contact"))
        call.remote = found[1] if found else f"sip:{call.number}@{self.server[0]}:{self.server[1]}"
        said = [*self._between(call.digits, call.to), "CSeq: 1 ACK"]
        self.send(self.request(f"ACK {call.remote}", said))
        call.over = call.over or message.status >= 300

    def _again(self, digits: str) -> None:
        call = self.calls.get(digits)
        if call is not None and call.status == 0:
            self.send(call.invite)

    def _between(self, digits: str, to: str) -> list[str]:
        return [
            f"From: <sip:+861380000{digits}@{self.here[0]}>;tag=c{digits}", f"To: {to}",
            f"Call-ID: {self.here[1]}-{digits}@{self.here[0]}",
        ]  # fmt: skip

    def _contact(self, digits: str) -> str:
        return f"sip:c{digits}@{self.here[0]}:{self.here[1]}"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - RFC 2617's digest
