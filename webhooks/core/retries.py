"""When a delivery is tried again, and when it is given up (workorders.md, section 11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Final

SCHEDULE: Final = tuple(
    timedelta(seconds=s) for s in (0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)  # fmt: skip
"""How long before each attempt: ten attempts over 75 h 35 m 05 s."""
JITTER: Final = 0.2
"""Each wait is up to this share longer or shorter, so that receivers that failed together are not called together."""
TIMEOUT: Final = timedelta(seconds=20)
"""How long a receiver may take to answer."""
POISON_ATTEMPTS: Final = 3
"""A receiver that says so often that a message is wrong is believed."""
LONGEST_WAIT: Final = timedelta(hours=24)
"""The most that a receiver's Retry-After is honoured for."""
DISABLE_AFTER: Final = timedelta(days=5)
"""An endpoint that took nothing for so long is disabled."""

_OK = range(200, 300)
_CLIENT_ERRORS = range(400, 500)
_GONE = 410
_WORTH_RETRYING = frozenset({408, 409, 425, 429})
THROTTLING: Final = frozenset({429, 502, 504})
"""Statuses that say that the whole endpoint is busy, not that one message is wrong."""


class Verdict(Enum):
    """What becomes of a delivery after an attempt."""

    DELIVERED = "delivered"
    AGAIN = "again"
    DEAD = "dead"
    DISABLE = "disable"
    """The receiver says that it is gone for good (410): nothing is sent to it until somebody enables it."""


@dataclass(frozen=True, slots=True)
class Next:
    """The verdict, and for ``AGAIN`` how long to wait."""

    verdict: Verdict
    wait: timedelta = timedelta(0)
    throttle: bool = False
    """Leave the whole endpoint alone for ``wait``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt: a status, or None when there was no answer at all."""

    status: int | None
    retry_after: timedelta | None = None


def judge(answer: Answer, attempts: int, luck: float, schedule: tuple[timedelta, ...] = SCHEDULE) -> Next:
    """Decide after ``attempts`` attempts; ``luck`` is a random number from 0 to 1, for the jitter."""
    status = answer.status
    if status in _OK:
        return Next(Verdict.DELIVERED)
    if status == _GONE:
        return Next(Verdict.DISABLE)
    poison = status in _CLIENT_ERRORS and status not in _WORTH_RETRYING
    if attempts >= len(schedule) or (poison and attempts >= POISON_ATTEMPTS):
        return Next(Verdict.DEAD)
    wait = schedule[attempts] * (1 + JITTER * (2 * luck - 1))
    if answer.retry_after is not None:
        wait = max(wait, min(answer.retry_after, LONGEST_WAIT))
    return Next(Verdict.AGAIN, wait, throttle=status in THROTTLING)


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After, of whole seconds or a date (RFC 9110, 10.2.3); nonsense counts as none."""
    if header is None or not header.isascii():
        return None
    if header.isdigit():
        return min(timedelta(seconds=int(header[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(header)
    except (ValueError, OverflowError):  # a zone of more hours than a machine counts is the latter
        return None
    if until.tzinfo is None:  # "-0000", which HTTP does not have
        return None
    return min(max(until - now, timedelta(0)), LONGEST_WAIT)
