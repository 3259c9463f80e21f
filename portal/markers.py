"""Where something of note happened on the recordings of a conversation: for the player's line and its list. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from journal.core.facts import Fact

GAP, HOLD = "gap", "hold"
MOMENTS = {
    "InteractionTransferred": "transfer", "InteractionTakenUp": "transfer", "PersonAnswered": "transfer",
    "VoiceNotRecorded": "missing", "DispositionChosen": "disposition",
    "HelpAsked": "help", "HelpAnswered": "help",
    "SupervisionStarted": "supervision", "SupervisionChanged": "supervision", "SupervisionEnded": "supervision",
    "InteractionTakenOver": "supervision", "InteractionForcedEnd": "supervision",
}  # fmt: skip
"""What is a moment on the line, and which mark it gets. What was left out is a mark too, and a hold is a stretch."""
_CHOSEN = "DispositionChosen"
"""An outcome is often chosen after the sound's end: its mark lies there then."""
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(slots=True)
class Mark:
    """``seq``: of its fact; ``at_ms`` to ``until_ms`` on the sound: the same for what is a moment.

    ``after``: when it really was, of what came after the sound's end and so lies there.
    """

    seq: int
    kind: str
    at_ms: int
    until_ms: int
    after: datetime | None = None


@dataclass(slots=True)
class _Track:
    """One recording under way."""

    began_at: datetime
    missing_ms: int = 0
    paused_at: datetime | None = None
    ended_at: datetime | None = None
    marks: list[Mark] = field(default_factory=list)

    def at_ms(self, at: datetime) -> int:
        """Return how far into the sound a moment is; of a moment in a pause, where the pause begins."""
        upto = min(each for each in (at, self.paused_at, self.ended_at) if each is not None)
        return max(0, (upto - self.began_at) // _MILLISECOND - self.missing_ms)

    def mark(self, fact: Fact, kind: str) -> None:
        at = self.at_ms(fact.at)
        late = self.ended_at is not None and fact.at > self.ended_at
        self.marks.append(Mark(fact.seq, kind, at, at, fact.at if late else None))

    def closes(self, at: datetime) -> None:
        """End a hold that goes on."""
        for mark in self.marks:
            if mark.kind == HOLD and mark.until_ms < 0:
                mark.until_ms = self.at_ms(at)


def marks(facts: Iterable[Fact]) -> dict[str, list[Mark]]:
    """Return the marks of each recording, by its id and in order; of a journal from before ``RecordingBegan``: "".

    What was left out while a recording was paused is no part of the sound, so it does not count.
    """
    found: dict[str, _Track] = {}
    now: _Track | None = None
    last: _Track | None = None
    for fact in facts:
        if fact.kind == "RecordingBegan":
            now = found[str(fact.data["recording_id"])] = _Track(fact.at)
        elif fact.kind == "InteractionConnected" and not found:
            now = found[""] = _Track(fact.at)
        elif now is not None:
            _take(now, fact)
            now, last = (None, now) if fact.kind == "RecordingStopped" else (now, now)
        elif last is not None and fact.kind == _CHOSEN:
            last.mark(fact, MOMENTS[_CHOSEN])
    if "" in found and len(found) > 1:  # it began with the connection, as ever since
        del found[""]
    for track in found.values():
        track.marks.sort(key=lambda mark: (mark.at_ms, mark.seq))
    return {name: track.marks for name, track in found.items()}


def places(facts: Iterable[Fact]) -> dict[int, tuple[str, int]]:
    """Return where on which recording each fact lies that happened while it was made, by its number in the journal.

    The recording is named as in :func:`marks`.
    """
    found: dict[int, tuple[str, int]] = {}
    track: _Track | None = None
    name = ""
    for fact in facts:
        if fact.kind == "RecordingBegan":
            name, track = str(fact.data["recording_id"]), _Track(fact.at)
        elif fact.kind == "InteractionConnected" and not found and track is None:
            track = _Track(fact.at)
        elif track is not None:
            _take(track, fact)
        if track is not None:
            found[fact.seq] = (name, track.at_ms(fact.at))
        if fact.kind in {"RecordingStopped", "InteractionEnded"}:
            track = None
    began = {where for where, _ in found.values()} - {""}
    return {seq: at for seq, at in found.items() if at[0] or not began}


def place_at(facts: Iterable[Fact], at: datetime) -> tuple[UUID, int] | None:
    """Return on which recording, and how far into it, a moment lies; None: it was not recorded, or paused, then."""
    name, track = "", None
    for fact in facts:
        if fact.at > at:
            break
        if fact.kind == "RecordingBegan":
            name, track = str(fact.data["recording_id"]), _Track(fact.at)
        elif fact.kind in {"RecordingStopped", "InteractionEnded"}:
            track = None
        elif track is not None:
            _take(track, fact)
    return None if track is None or track.paused_at is not None else (UUID(name), track.at_ms(at))


def _take(track: _Track, fact: Fact) -> None:
    if fact.kind == "RecordingPaused":
        track.paused_at = track.paused_at or fact.at
    elif fact.kind == "RecordingResumed" and track.paused_at is not None:
        track.mark(fact, GAP)
        track.missing_ms, track.paused_at = track.missing_ms + (fact.at - track.paused_at) // _MILLISECOND, None
    elif fact.kind == "HoldStarted":
        track.mark(fact, HOLD)
        track.marks[-1].until_ms = -1
    elif fact.kind in {"HoldEnded", "InteractionEnded", "RecordingStopped"}:
        track.closes(fact.at)
        track.ended_at = track.ended_at or (None if fact.kind == "HoldEnded" else fact.at)
    elif fact.kind in MOMENTS:
        track.mark(fact, MOMENTS[fact.kind])
