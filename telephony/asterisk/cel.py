"""The engine's channel event log: who hung up, when and why, while nobody was connected to hear it.

One CSV line per event, as ``templates/centre/cel_custom.conf`` maps it: instant in seconds since the epoch, type,
channel id, details as JSON. Only ``HANGUP`` lines matter here.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FIRST_LOOK_BYTES = 1_000_000
"""How far back a new process looks: some thousand calls."""
COLUMNS = 4


@dataclass(frozen=True, slots=True)
class HangUpLine:
    """One hang-up. ``source`` names the channel whose party hung up; empty: a command or the network did."""

    channel: str
    at: datetime
    cause: int
    source: str


def parse(lines: Iterable[str]) -> list[HangUpLine]:
    """Return the hang-ups among the lines; a line that was cut, or is of another kind, is passed over."""
    found = []
    for row in csv.reader(lines):
        if len(row) != COLUMNS or row[1] != "HANGUP":
            continue
        try:
            details = json.loads(row[3])
            at = datetime.fromtimestamp(float(row[0]), UTC)
            found.append(HangUpLine(row[2], at, int(details["hangupcause"]), str(details["hangupsource"])))
        except (ValueError, KeyError, TypeError):
            continue
    return found


class CelReader:
    """Reads what was added since the last time."""

    def __init__(self, path: Path) -> None:
        """``path`` may not exist yet."""
        self._path = path
        self._position: int | None = None

    def read(self) -> list[HangUpLine]:
        """Return the hang-ups since the last call; the first call looks back :data:`FIRST_LOOK_BYTES`."""
        try:
            with self._path.open("rb") as file:
                size = file.seek(0, 2)
                start = max(0, size - FIRST_LOOK_BYTES) if self._position is None else self._position
                start = 0 if start > size else start  # rotated
                file.seek(start)
                content = file.read(size - start)
        except FileNotFoundError:
            return []
        complete = content[: content.rfind(b"\n") + 1]
        self._position = start + len(complete)
        return parse(complete.decode("utf-8", errors="replace").splitlines())
