"""Where something of note happened on the recording of a conversation: for the list beside its player. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from journal.core.facts import Fact

KINDS = frozenset(
    {
        "HelpAsked", "HelpAnswered", "SupervisionStarted", "SupervisionChanged", "SupervisionEnded",
        "InteractionTakenOver", "InteractionForcedEnd",
    }
)  # fmt: skip
"""What the list shows; each says with ``offset_ms`` when it was, from the moment of the connection."""
_MILLISECOND = timedelta(milliseconds=1)


def markers(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """Return the places on the recording, in order: ``seq`` of the fact and ``at_ms`` on the sound.

    What was left out while the recording was paused is no part of the sound, so it does not count.
    """
    found: list[dict[str, Any]] = []
    left_out, paused_at = timedelta(), None
    for fact in facts:
        if fact.kind == "InteractionConnected":
            left_out, paused_at = timedelta(), None
        elif fact.kind == "RecordingPaused":
            paused_at = paused_at or fact.at
        elif fact.kind == "RecordingResumed" and paused_at is not None:
            left_out, paused_at = left_out + (fact.at - paused_at), None
        elif fact.kind in KINDS:
            gone = left_out + _since(paused_at, fact.at)
            found.append({"seq": fact.seq, "at_ms": max(0, int(fact.data["offset_ms"]) - gone // _MILLISECOND)})
    return found


def _since(paused_at: datetime | None, at: datetime) -> timedelta:
    return timedelta() if paused_at is None else at - paused_at
