"""How often the client's people knew of a call before they answered it: formula CD1 (docs/client-people.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

FORMULA = "CD1"


@dataclass(frozen=True, slots=True)
class Telling:
    """One telling: when it was sent, and when there was which evidence that it arrived; None: not."""

    sent_at: datetime
    carried: bool
    """Whether the call itself carried it (SIP headers); whether the other side looked at those is not known."""
    answered_at: datetime | None = None
    taken_at: datetime | None = None
    opened_at: datetime | None = None
    acknowledged_at: datetime | None = None

    @property
    def arrived_at(self) -> datetime | None:
        """Return the first evidence from the client's side: page opened, acknowledged, or its system took it."""
        known = [at for at in (self.taken_at, self.opened_at, self.acknowledged_at) if at is not None]
        return min(known, default=None)

    @property
    def in_time(self) -> bool | None:
        """Whether it had arrived when the person answered; None: nobody answered, so there is nothing to tell."""
        if self.answered_at is None:
            return None
        return self.arrived_at is not None and self.arrived_at <= self.answered_at


@dataclass(frozen=True, slots=True)
class Figure:
    """``in_time`` of ``answered`` tellings had arrived before the answer; ``carried`` went along in the call at least.

    ``sent``: all, also those whose person did not answer.
    """

    sent: int
    answered: int
    in_time: int
    carried: int

    @property
    def share_pct(self) -> float | None:
        """Return the share in per cent, rounded down to one tenth; None without an answered one."""
        return None if not self.answered else (1000 * self.in_time // self.answered) / 10


def figure(tellings: Iterable[Telling]) -> Figure:
    """Count tellings by formula CD1."""
    every = list(tellings)
    answered = [each for each in every if each.in_time is not None]
    return Figure(
        len(every), len(answered), sum(bool(each.in_time) for each in answered), sum(each.carried for each in answered)
    )
