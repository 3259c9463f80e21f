"""Which hang-ups the switchboard has heard of, kept in a small file beside the channel event log.

A new owner must know where its predecessor stopped listening, which may have been killed in the middle of it. The file
says until when hang-ups were told, and which legs were told just before: events come a little later than the log's
lines, so the last moments are compared leg by leg.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

OVERLAP = timedelta(seconds=2)
"""How far the events' order may differ from the log's."""


class ToldHangUps:
    """The memory of hang-ups told, shared by one owner after the other."""

    def __init__(self, path: Path) -> None:
        """``path`` may not exist yet: then nothing was ever told, and nothing that is in the log is news."""
        self._path = path
        self._legs: dict[str, datetime] = {}
        self._until: datetime | None = None

    def load(self) -> None:
        """Read what the owner before us left."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            self._legs = {leg: datetime.fromisoformat(at) for leg, at in kept["legs"].items()}
            self._until = datetime.fromisoformat(kept["until"])
        except (FileNotFoundError, ValueError, KeyError):
            self._legs, self._until = {}, None

    def is_news(self, leg: str, at: datetime) -> bool:
        """Whether a hang-up in the log was never told."""
        return self._until is not None and at > self._until - OVERLAP and leg not in self._legs

    def add(self, until: datetime, *legs: str) -> None:
        """Remember that everything until then was told, and these legs' ends with it."""
        self._until = max(until, self._until or until)
        self._legs |= dict.fromkeys(legs, until)
        self._legs = {leg: at for leg, at in self._legs.items() if at > self._until - 2 * OVERLAP}
        content = {"until": self._until.isoformat(), "legs": {leg: at.isoformat() for leg, at in self._legs.items()}}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(json.dumps(content), encoding="utf-8")
        except OSError as error:
            log.warning("cannot keep which hang-ups were told: %s", error)
