"""A registrar that says yes and can ring: enough SIP over WebSocket for the desk's phone, without a phone engine.

It answers REGISTER, sends one INVITE when asked, and keeps to the dialogue until somebody hangs up. The sound never
arrives: the offered media address is the discard port of this machine.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

HEADER = re.compile(r"^([A-Za-z-]+)\s*:\s*(.*)$", re.MULTILINE)
FINGERPRINT = ":".join(["7B"] * 32)
OFFER = "\r\n".join(
    [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 0",
        "c=IN IP4 127.0.0.1",
        "a=mid:0",
        "a=sendrecv",
        "a=rtcp-mux",
        "a=setup:actpass",
        "a=ice-ufrag:abcdefgh",
        "a=ice-pwd:abcdefghijklmnopqrstuvwx",
        f"a=fingerprint:sha-256 {FINGERPRINT}",
        "a=rtpmap:0 PCMU/8000",
        "a=candidate:1 1 UDP 2130706431 127.0.0.1 9 typ host",
        "",
    ]
)


class Phone:
    """One browser's connection: `receive` takes messages, `ring` and `hang_up` start ours; `log` keeps what came."""

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self.send = send
        self.contact = ""
        self.log: list[str] = []
        self.answered: dict[str, str] = {}

    async def receive(self, message: str) -> None:
        """Answer a request; note an answer."""
        first, _, rest = message.partition("\r\n")
        headers = {name.lower(): value.strip() for name, value in HEADER.findall(rest)}
        self.log.append(first)
        if first.startswith("SIP/2.0"):
            await self._answer(first, headers)
        elif not first.startswith("ACK"):
            if first.startswith("REGISTER"):
                self.contact = headers["contact"].partition(";")[0].strip("<>")
            await self.send(self._ok(headers))

    async def _answer(self, first: str, headers: dict[str, str]) -> None:
        if "INVITE" in headers.get("cseq", "") and first.startswith("SIP/2.0 200"):
            self.answered = headers
            await self.send(self._request("ACK", headers["to"], "1 ACK"))

    async def ring(self) -> None:
        """Offer a call, as the phone engine does when the switchboard has chosen this agent."""
        await self.send(self._request("INVITE", f"<{self.contact}>", "1 INVITE", OFFER))

    async def hang_up(self) -> None:
        """End the call from our side; the contact has left."""
        if self.answered:
            await self.send(self._request("BYE", self.answered["to"], "2 BYE"))
        else:
            await self.send(self._request("CANCEL", f"<{self.contact}>", "1 CANCEL"))

    def _request(self, method: str, to: str, cseq: str, body: str = "") -> str:
        branch = "z9hG4bKack" if method == "ACK" else "z9hG4bKbye" if method == "BYE" else "z9hG4bKinvite"
        lines = [
            f"{method} {self.contact} SIP/2.0",
            f"Via: SIP/2.0/WS 127.0.0.1;branch={branch}",
            "Max-Forwards: 70",
            'From: "galaxy" <sip:glassfloor@127.0.0.1>;tag=house',
            f"To: {to}",
            "Call-ID: ring-1",
            f"CSeq: {cseq}",
            "Contact: <sip:glassfloor@127.0.0.1;transport=ws>",
        ]
        kind = ["Content-Type: application/sdp"] if body else []
        return "\r\n".join([*lines, *kind, f"Content-Length: {len(body)}", "", body])

    @staticmethod
    def _ok(headers: dict[str, str]) -> str:
        to = headers["to"] if "tag=" in headers["to"] else f"{headers['to']};tag=house"
        lines = [
            "SIP/2.0 200 OK",
            f"Via: {headers['via']}",
            f"From: {headers['from']}",
            f"To: {to}",
            f"Call-ID: {headers['call-id']}",
            f"CSeq: {headers['cseq']}",
        ]
        contact = [f"Contact: {headers['contact']};expires=600"] if "contact" in headers else []
        return "\r\n".join([*lines, *contact, "Content-Length: 0", "", ""])
