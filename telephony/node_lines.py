"""The line between two nodes: what is dialled there instead of a phone or a system of the other node. Pure.

What is dialled is the name of a phone, or ``TRUNK*NUMBER`` for a system that registered there (``from-node`` of the
engine's dialplan). A leg that goes over such a line is shown as what it reaches.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from telephony.port import Dial

if TYPE_CHECKING:
    from telephony.port import LegState, Ring, Snapshot

LINE = "n-"
"""Begins the name of the line to another node."""
_OVER = "*"
"""No name of a trunk or phone has it."""


def ring(command: Ring, node: str) -> Dial:
    """Return what rings a phone of another node."""
    return Dial(
        call=command.call, leg=command.leg, trunk=LINE + node, number=command.endpoint,
        caller_name=command.caller_name, caller_number=command.caller_number, timeout=command.timeout,
        headers=command.headers,
    )  # fmt: skip


def dial(command: Dial, node: str) -> Dial:
    """Return what calls a number behind a system that registered at another node."""
    return replace(command, trunk=LINE + node, number=f"{command.trunk}{_OVER}{command.number}")


def behind(number: str) -> tuple[str, str]:
    """Return the trunk and the number of what is dialled on such a line; of a phone an empty trunk and its name."""
    trunk, over, beyond = number.partition(_OVER)
    return (trunk, beyond) if over else ("", number)


def as_ours(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot in which a phone behind a line is that phone, and a system that system."""
    return replace(snapshot, legs=tuple(_leg(leg) for leg in snapshot.legs))


def _leg(leg: LegState) -> LegState:
    if not leg.dialled or not leg.trunk.startswith(LINE):
        return leg
    trunk, number = behind(leg.number)
    if trunk:
        return replace(leg, trunk=trunk, number=number)
    return replace(leg, endpoint=number, number="", trunk="", dialled=False)
