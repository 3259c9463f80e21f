"""Token buckets: how often something may fail. Pure: the clock is an argument, in seconds and monotonic."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field


@dataclass(slots=True)
class Buckets:
    """One bucket for each name; ``size`` tokens, one comes back every ``refill_s`` seconds.

    Only the ``most`` names that were used last are kept, so that strangers cannot fill the memory.
    """

    size: int
    refill_s: float
    most: int = 10_000
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait_s(self, name: str, now: float) -> float:
        """Return how long to wait until the bucket has a token; 0: now."""
        return max(0.0, (1.0 - self._tokens(name, now)) * self.refill_s)

    def take(self, name: str, now: float) -> None:
        """Take a token; an empty bucket stays empty."""
        self._left[name] = (max(0.0, self._tokens(name, now) - 1.0), now)
        self._left.move_to_end(name)
        while len(self._left) > self.most:
            self._left.popitem(last=False)

    def give_back(self, name: str, now: float) -> None:
        """Put a token back."""
        if name in self._left:
            self._left[name] = (min(float(self.size), self._tokens(name, now) + 1.0), now)

    def _tokens(self, name: str, now: float) -> float:
        left, at = self._left.get(name, (float(self.size), now))
        return min(float(self.size), left + (now - at) / self.refill_s)
