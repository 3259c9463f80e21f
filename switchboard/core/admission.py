"""How many new calls are taken: token buckets, and a pace that gives way while the engine is slow (telephony.md 8).

Beyond its capacity an engine does not shed calls, it collapses: what it began is left undone. So we shed before the
answer, where a call costs least. The configured limit is an upper one. What the engine can really do shows in how long
its commands take: the later they are, the fewer new calls; when they are prompt again, all of the limit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

PROMPT, LATE = timedelta(milliseconds=20), timedelta(milliseconds=120)
"""While commands take up to ``PROMPT`` an engine gets all of its limit, from ``LATE`` on only :data:`LEAST`."""
LEAST = 1.0
"""So many calls a second an engine always gets: otherwise nobody would find out that it is well again."""
WEIGHT = 0.2
"""Of the newest command, in how long commands take."""
FORGOTTEN = timedelta(seconds=2)
"""An engine of which nothing was asked for so long is taken for a prompt one."""
BURST = timedelta(milliseconds=250)
"""A bucket holds what comes back in this time, and always room for :data:`FEW` calls."""
FEW = 5
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Tokens for new calls; ``tokens`` were there ``at`` that moment."""

    tokens: float
    at: datetime


def full(per_s: float, now: datetime) -> Bucket:
    """Return a bucket in which nothing was taken yet."""
    return Bucket(_size(per_s), now)


def refilled(bucket: Bucket, per_s: float, now: datetime) -> Bucket:
    """Return the bucket with what came back since."""
    back = max(timedelta(), now - bucket.at) / _SECOND * per_s
    return Bucket(min(_size(per_s), bucket.tokens + back), max(now, bucket.at))


def taken(bucket: Bucket) -> Bucket | None:
    """Take a token; ``None`` when there is none."""
    return replace(bucket, tokens=bucket.tokens - 1) if bucket.tokens >= 1 else None


def _size(per_s: float) -> float:
    return max(FEW, per_s * (BURST / _SECOND))


@dataclass(frozen=True, slots=True)
class Strain:
    """How long an engine takes for a command, the newest ones counting most."""

    latency: timedelta
    at: datetime


def noted(strain: Strain, took: timedelta, now: datetime) -> Strain:
    """Note how long a command took."""
    before = _of_now(strain, now)
    return Strain(before + (took - before) * WEIGHT, now)


def waited(strain: Strain, waits: timedelta, now: datetime) -> Strain:
    """Note for how long commands have been under way: it takes at least so long."""
    return Strain(max(_of_now(strain, now), waits), now)


def pace(limit: float, strain: Strain, now: datetime) -> float:
    """Return how many new calls a second an engine gets now: the later its commands, the fewer."""
    share = (LATE - _of_now(strain, now)) / (LATE - PROMPT)
    return min(limit, max(LEAST, limit * min(1.0, share)))


def _of_now(strain: Strain, now: datetime) -> timedelta:
    return strain.latency if now - strain.at < FORGOTTEN else timedelta()
