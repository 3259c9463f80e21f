"""How our ids and the engine's are told apart and translated.

What we create carries the prefix ``gf-``: whatever has it in the engine is ours, also after a restart of the
switchboard. An arriving call keeps the id that the engine gave it. Recordings are files, whose names are ours alone.

A leg's call is where its channel is bridged. While it rings, or waits to be bridged, the engine knows no call for it:
the switchboard names legs ``<call>.<n>``, and the part before the first dot is taken for the call.
"""

from __future__ import annotations

from datetime import datetime

APP = "glassfloor"
PHONES_APP = "glassfloor-phones"
"""A second application on the same WebSocket: only registrations. In one application, subscribing to all endpoints
brings every channel event twice."""
PREFIX = "gf-"
RINGING = "ring"
"""First Stasis argument of a leg that we ring; the dialplan's ``inbound`` is that of an arriving one."""
INBOUND = "inbound"


def ours(name: str) -> str:
    """Return the engine's name for an id of ours."""
    return PREFIX + name


def is_ours(name: str) -> bool:
    """Whether the engine's object was made by us."""
    return name.startswith(PREFIX)


def leg_of(channel: str) -> str:
    """Return the leg of a channel."""
    return channel.removeprefix(PREFIX)


def call_in(leg: str) -> str:
    """Return the call that a leg's id names, or nothing."""
    call, dot, _ = leg.partition(".")
    return call if dot else ""


def endpoint_of(channel_name: str) -> str:
    """``o-8001`` of ``PJSIP/o-8001-0000002a``."""
    return channel_name.partition("/")[2].rpartition("-")[0]


def caller_of(number: str) -> str:
    """Return the caller's number; a withheld one is ``anonymous`` (RFC 3261 8.1.1.3) there and empty here."""
    return "" if number.lower() == "anonymous" else number


def instant(timestamp: str) -> datetime:
    """Return the engine's ISO 8601 with milliseconds and ``+0000``."""
    return datetime.strptime(timestamp, "%Y-%m-%dT%H:%M:%S.%f%z")
