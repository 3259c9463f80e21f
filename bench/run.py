"""What every bench is given: where it may write, how thorough it should be, and how it reports."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measure import QUICK_ROUNDS, ROUNDS, Figure, Rounds


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one bench."""

    folder: Path
    quick: bool
    minutes: float = 10.0
    """For how long the soak goes on."""
    browser: bool = False
    """Whether the supervisor's command is measured from the page's button, in Chromium."""

    @property
    def rounds(self) -> int:
        """How often each side runs."""
        return QUICK_ROUNDS if self.quick else ROUNDS

    def count(self, thorough: int, quick: int) -> int:
        """Return how much to do."""
        return quick if self.quick else thorough

    def say(self, step: str) -> None:
        """Tell a person what is being done, beside the results."""
        print(f"  .. {step}", file=sys.stderr, flush=True)

    def tell(self, line: str) -> None:
        """Print a result."""
        print(line, flush=True)

    def figures(self, rounds: Rounds, *figures: Figure) -> None:
        """Print the lines of a comparison."""
        for figure in figures:
            self.tell(figure.line(rounds))


Bench = Callable[[Run], Coroutine[Any, Any, None]]
