"""Which hang-ups the switchboard has heard of, kept in a small file beside the channel event log.

A new owner must know where its predecessor stopped listening, which may have been killed in the middle of it. The file
says until when hang-ups were told, and which legs were told just before: events come a little later than the log's
lines, so the last moments are compared leg by leg.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from io import FileIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

log = logging.getLogger(__name__)

OVERLAP = timedelta(seconds=2)
"""How far the events' order may differ from the log's."""


_MOST_LEGS = 200
"""More legs than this are thinned out to those of the last moments."""
_WORTH_REWRITING = 64 * 1024
"""A file of more bytes is written anew with the last moments only."""


class ToldHangUps:
    """The memory of hang-ups told, shared by one owner after the other: a line ``instant leg`` for each, appended.

    Appending costs a hang-up one small write, and a process killed in the middle of it tears at most the last line.
    """

    def __init__(self, path: Path) -> None:
        """``path`` may not exist yet: then nothing was ever told, and nothing that is in the log is news."""
        self._path = path
        self._legs: dict[str, datetime] = {}
        self._until: datetime | None = None
        self._size = 0
        self._kept = 0
        """So many were left when the older ones were forgotten last."""
        self._file: FileIO | None = None

    def load(self) -> None:
        """Read what the owner before us left."""
        self._legs, self._until = {}, None
        try:
            content = self._path.read_text(encoding="utf-8")
        except (FileNotFoundError, ValueError):
            return
        self._size = len(content)
        for line in content.splitlines():
            try:
                instant, _, leg = line.partition(" ")
                self._remember(datetime.fromisoformat(instant), [leg] if leg else [])
            except (ValueError, TypeError):
                continue  # torn by a kill

    def is_news(self, leg: str, at: datetime) -> bool:
        """Whether a hang-up in the log was never told."""
        return self._until is not None and at > self._until - OVERLAP and leg not in self._legs

    def add(self, until: datetime, *legs: str) -> None:
        """Remember that everything until then was told, and these legs' ends with it."""
        self._remember(until, legs)
        lines = [f"{until.isoformat()} {leg}\n" for leg in legs or ("",)]
        anew = self._size > _WORTH_REWRITING
        if anew:
            self.close()
            self._size, lines = 0, [f"{at.isoformat()} {leg}\n" for leg, at in self._legs.items()]
        try:
            if self._file is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = FileIO(self._path, "w" if anew else "a")
            self._size += self._file.write("".join(lines).encode())
        except OSError as error:
            log.warning("cannot keep which hang-ups were told: %s", error)

    def close(self) -> None:
        """Let go of the file until the next hang-up."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _remember(self, until: datetime, legs: Sequence[str]) -> None:
        self._until = max(until, self._until or until)
        self._legs |= dict.fromkeys(legs, until)
        if len(self._legs) > max(_MOST_LEGS, 2 * self._kept):
            self._legs = {leg: at for leg, at in self._legs.items() if at > self._until - 2 * OVERLAP}
            self._kept = len(self._legs)
