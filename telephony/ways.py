"""Ways over a trunk: one for each of its addresses. The first has the trunk's name, the second ends with ``#2``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from telephony.port import Trunk

_NUMBER = "#"


def ways(trunk: str, addresses: int) -> tuple[str, ...]:
    """Return the ways over a trunk with so many addresses, the first one first."""
    return (trunk, *(f"{trunk}{_NUMBER}{n}" for n in range(2, addresses + 1)))


def trunk_of(way: str) -> str:
    """Return the trunk over which a way leads."""
    return way.partition(_NUMBER)[0]


def place_of(way: str) -> int:
    """Return which of the trunk's addresses it is, from 1."""
    return int(way.partition(_NUMBER)[2] or 1)


def addresses(trunk: Trunk) -> dict[str, str]:
    """Return the address to which each way over a trunk leads; empty for one that registers with us."""
    known = (trunk.address, *trunk.others)
    return dict(zip(ways(trunk.name, len(known)), known, strict=True))
