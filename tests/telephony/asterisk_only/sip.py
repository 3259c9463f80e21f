"""A caller that speaks SIP by hand, for what no phone would send."""

from __future__ import annotations

import asyncio
import re
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self, cast

from tests.telephony.asterisk_only.rtp import Media
from tests.telephony.world import SOON

OK = 200


class Refuser(asyncio.DatagramProtocol):
    """A carrier that is there and brings no call through: it answers OPTIONS, and every INVITE with one status.

    Whoever registers is welcome, without a word.
    """

    def __init__(self, status: int) -> None:
        self.status, self.invited = status, 0
        self.invites: list[str] = []
        """Each INVITE as it came, byte by byte."""
        self.registered: dict[str, bool] = {}
        """By address: whether it is registered, or has said goodbye."""
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        text = data.decode()
        method = text.split(" ", 1)[0]
        if method == "ACK" or self._transport is None:
            return
        if method == "INVITE":
            self.invited += 1
            self.invites.append(text)
        if method == "REGISTER":
            self.registered[str(addr[0])] = re.search(r"^Expires: 0\b|;expires=0\b", text, re.MULTILINE) is None
        kept = re.findall(r"^(?:Via|From|To|Call-ID|CSeq|Contact|Expires): .*$", text.replace("\r", ""), re.MULTILINE)
        told = [f"{line};tag=refuser" if line.startswith("To:") else line for line in kept]
        first = f"SIP/2.0 {self.status if method == 'INVITE' else OK} -"
        self._transport.sendto("\r\n".join([first, *told, "Content-Length: 0", "", ""]).encode(), addr)


@asynccontextmanager
async def refusing(address: str, status: int) -> AsyncIterator[tuple[str, Refuser]]:
    """Listen at a free port of an address; gives ``host:port`` and the carrier."""
    transport, made = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Refuser(status), local_addr=(address, 0)
    )
    host, port = transport.get_extra_info("sockname")[:2]
    try:
        yield f"{host}:{port}", made
    finally:
        transport.close()


class RawCaller:
    """One dialogue over UDP (RFC 3261)."""

    def __init__(
        self, address: str, target: tuple[str, int], media: Media | None = None, *, knows_events: bool = True
    ) -> None:
        """``media``: where sound goes; without it none is sent or taken. ``knows_events``: keys of RFC 4733."""
        self._media, self._knows_events = media, knows_events
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 0))
        self._socket.settimeout(SOON.total_seconds())
        self._target = target
        self._own = "{}:{}".format(*self._socket.getsockname())
        self._call, self._tag = secrets.token_hex(8), secrets.token_hex(4)
        self._number, self._to_tag, self._remote, self.answer = 1, "", "", ""
        self._uri = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def invite(self, number: str, headers: str = "", uri: str = "") -> int:
        """Call a number, acknowledge the answer, return its status. ``uri``: the request's, if it is not the number."""
        host, port = self._target
        self._remote = f"sip:{number}@{host}:{port}"
        self._uri = uri
        address = self._own.partition(":")[0]
        media = self._media.port if self._media else self._own.partition(":")[2]
        body = (
            f"v=0\r\no=- 1 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\n"
            f"m=audio {media} RTP/AVP 0{' 101' * self._knows_events}\r\na=rtpmap:0 PCMU/8000\r\n"
            + "a=rtpmap:101 telephone-event/8000\r\n"
            * self._knows_events
        )
        status = self.request("INVITE", f"{headers}Content-Type: application/sdp\r\n", body)
        self._send("ACK", "", "", self._number)
        where = re.search(r"^c=IN IP4 (\S+).*^m=audio (\d+)", self.answer, re.MULTILINE | re.DOTALL)
        if self._media is not None and where is not None:
            self._media.start((where[1], int(where[2])))
        return status

    def request(self, method: str, headers: str, body: str = "") -> int:
        """Send a request in the dialogue and return the status of its final response."""
        if method != "INVITE":
            self._number += 1
        self._send(method, headers, body, self._number)
        while True:
            answer = self._socket.recv(65536).decode()
            first = re.match(r"SIP/2.0 (\d+)", answer)
            if first is None:
                continue  # a request of the far end, or audio
            if f"CSeq: {self._number} {method}" in answer and int(first[1]) >= OK:
                tag = re.search(r"^To:.*;tag=(\S+)", answer, re.MULTILINE)
                self._to_tag = f";tag={tag[1]}" if tag else self._to_tag
                self.answer = answer
                return int(first[1])

    def _send(self, method: str, headers: str, body: str, number: int) -> None:
        text = (
            f"{method} {self._uri or self._remote} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {self._own};branch=z9hG4bK{secrets.token_hex(6)}\r\n"
            f"Max-Forwards: 70\r\n"
            f"From: <sip:caller@{self._own}>;tag={self._tag}\r\nTo: <{self._remote}>{self._to_tag}\r\n"
            f"Call-ID: {self._call}\r\nCSeq: {number} {method}\r\nContact: <sip:caller@{self._own}>\r\n"
            f"{headers}Content-Length: {len(body)}\r\n\r\n{body}"
        )
        self._socket.sendto(text.encode(), self._target)
