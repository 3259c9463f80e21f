"""Legs that ended while nobody listened, from the engine's channel event log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from telephony.asterisk import causes
from telephony.asterisk.cel import CelReader, HangUpLine
from telephony.asterisk.names import is_helper, leg_of
from telephony.asterisk.told import ToldHangUps
from telephony.port import EndedBy, LegEnded

if TYPE_CHECKING:
    from pathlib import Path


class GapLog:
    """What the log knows and we were not told."""

    def __init__(self, cel_path: Path) -> None:
        """``cel_path``: the log; beside it lies our note of what was told."""
        self._cel = CelReader(cel_path)
        self._told = ToldHangUps(cel_path.with_suffix(".told"))

    def ended_in_gap(self) -> tuple[LegEnded, ...]:
        """Return the hang-ups since our predecessor, or we, heard of the last one; each is returned once."""
        self._told.load()
        lines = (line for line in self._cel.read() if not is_helper(line.channel))
        news = [end for end in map(_ended, lines) if self._told.is_news(end.leg, end.at)]
        self._told.add(datetime.now(UTC) if not news else news[-1].at, *(end.leg for end in news))
        return tuple(news)

    def close(self) -> None:
        """Let go of our note."""
        self._told.close()

    def told(self, ended: LegEnded) -> None:
        """Remember an end that came as an event."""
        self._told.add(ended.at, ended.leg)


def _ended(line: HangUpLine) -> LegEnded:
    """Return a line as an event. No command of ours reached the engine: without a party it was the network."""
    by = EndedBy.PARTY if line.source else EndedBy.NETWORK
    return LegEnded(leg_of(line.channel), causes.from_q850(line.cause), by, line.at, line.cause)
