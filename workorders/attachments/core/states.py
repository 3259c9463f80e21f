"""How far an attachment is, and to whom it exists."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from workorders.core.doer import Doer


class ScanState(StrEnum):
    """What the scan has said so far."""

    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"


FILE: Final = "file"
"""A file of its own."""
MOMENT: Final = "recording_moment"
"""A place in a recording that is kept elsewhere."""


def is_seen(row: Mapping[str, Any], doer: Doer) -> bool:
    """Say whether an attachment exists for the doer: not an internal one, and another side's once it was scanned."""
    if row["visibility"] == "internal" and not doer.sees_internal:
        return False
    return bool(row["scan_state"] != ScanState.PENDING or row["author_side"] == doer.side)


def is_own(row: Mapping[str, Any], doer: Doer) -> bool:
    """Say whether the doer's side may still take it away: the other side has not been told of it."""
    return bool(row["author_side"] == doer.side and row["announced_at"] is None)
