"""Servers by which browser phones find a path for their sound: STUN (RFC 8489) and TURN (RFC 8656).

A TURN server carries our packets, so it asks who one is. The credentials are its secret's word that somebody may use it
until a moment, which the server checks by itself (draft-uberti-behave-turn-rest-00, "TURN REST API"; coturn's
``use-auth-secret``): nobody keeps accounts, and what leaks is soon worth nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Ice:
    """The servers, as ``stun:host:port`` and ``turn:host:port?transport=udp`` (RFC 7064, 7065).

    ``secret``: what we share with the TURN servers. ``life``: how long one may use them; a call that is longer ends its
    path. ``relay_only``: browsers tell nobody their own addresses, and all sound goes through TURN.
    """

    stun: tuple[str, ...] = ()
    turn: tuple[str, ...] = ()
    secret: str = ""
    life: timedelta = timedelta(hours=12)
    relay_only: bool = False

    def for_browser(self, who: str, now: datetime) -> dict[str, Any]:
        """Return an ``RTCConfiguration`` (W3C WebRTC 4.2.1) for ``who``: an account, which the server may log."""
        servers: list[dict[str, Any]] = [{"urls": list(self.stun)}] if self.stun else []
        if self.turn and self.secret:
            username, password = credentials(self.secret, who, now + self.life)
            servers.append({"urls": list(self.turn), "username": username, "credential": password})
        return {"iceServers": servers, "iceTransportPolicy": "relay" if self.relay_only else "all"}


def credentials(secret: str, who: str, until: datetime) -> tuple[str, str]:
    """Return name and password that a TURN server with this secret takes until a moment."""
    username = f"{int(until.timestamp())}:{who}"
    signed = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()  # the draft's; HMAC is safe with it
    return username, base64.b64encode(signed).decode()
