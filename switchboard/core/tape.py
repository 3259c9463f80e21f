"""The recording of a conversation: what the contact was told before, what is left out of it, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

_MILLISECOND = timedelta(milliseconds=1)


class Told(StrEnum):
    """Whether the contact knows that it may be recorded: hears so now, has heard it, refused, or could not be told."""

    NOT = "not"
    HEARS = "hears"
    KNOWS = "knows"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Consent:
    """How far telling the contact is. ``then``: what waits for it, a queue to enter or (None) a recording to begin.

    ``agent``: who asked for the recording; ``said_by``: the playback of the flow that tells it just now.
    """

    told: Told = Told.NOT
    then: Mapping[str, Any] | None = None
    agent: str | None = None
    tries: int = 0
    said_by: str = ""


NOT_TOLD = Consent()


@dataclass(frozen=True, slots=True)
class Tape:
    """A recording under way. ``missing_ms``: what is left out of it already; ``paused_at``: since when it is paused.

    ``why``: policy or agent; ``nothing``: nothing is recorded, and all the same nobody is to listen to the pause.
    ``apart``: each voice is recorded alone; ``voices``: by its leg, what the engine records of it now (empty: nothing,
    because it would not).
    """

    began_at: datetime
    why: str = "policy"
    missing_ms: int = 0
    paused_at: datetime | None = None
    reason: str = ""
    apart: bool = False
    voices: Mapping[str, str] = field(default_factory=dict)

    def offset_ms(self, at: datetime) -> int:
        """Return how far into the file a moment is; of a moment in a pause, where the pause begins."""
        upto = at if self.paused_at is None else min(at, self.paused_at)
        return max(0, (upto - self.began_at) // _MILLISECOND - self.missing_ms)

    def paused(self, at: datetime, reason: str) -> Tape:
        """Leave out what is said from now on."""
        return replace(self, paused_at=at, reason=reason)

    def resumed(self, at: datetime) -> Tape:
        """Go on."""
        return replace(self, paused_at=None, reason="", missing_ms=self.missing_ms + self.gap_ms(at))

    def gap_ms(self, at: datetime) -> int:
        """Return how long the pause has lasted, in milliseconds."""
        return 0 if self.paused_at is None else max(0, (at - self.paused_at) // _MILLISECOND)


def dump_tape(tape: Tape | None) -> dict[str, Any] | None:
    """Return it as plain JSON values."""
    if tape is None:
        return None
    return {
        "began_at": tape.began_at.isoformat(),
        "why": tape.why,
        "missing_ms": tape.missing_ms,
        "paused_at": None if tape.paused_at is None else tape.paused_at.isoformat(),
        "reason": tape.reason,
        "apart": tape.apart,
        "voices": dict(tape.voices),
    }


def load_tape(stored: Mapping[str, Any] | None) -> Tape | None:
    """Return what :func:`dump_tape` wrote."""
    if stored is None:
        return None
    paused = stored["paused_at"]
    return Tape(
        datetime.fromisoformat(stored["began_at"]), stored["why"], stored["missing_ms"],
        None if paused is None else datetime.fromisoformat(paused), stored["reason"],
        stored.get("apart", False), stored.get("voices", {}),
    )  # fmt: skip


def dump_consent(consent: Consent) -> dict[str, Any]:
    """Return it as plain JSON values."""
    then = None if consent.then is None else dict(consent.then)
    return {"told": consent.told.value, "then": then, "agent": consent.agent, "tries": consent.tries,
            "said_by": consent.said_by}  # fmt: skip


def load_consent(stored: Mapping[str, Any] | None) -> Consent:
    """Return what :func:`dump_consent` wrote; a call from before nobody was told."""
    if stored is None:
        return Consent()
    return Consent(Told(stored["told"]), stored["then"], stored["agent"], stored["tries"], stored["said_by"])
