"""What was asked for on the command line of the demo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Wish:
    """The options of ``glassfloor demo``."""

    folder: Path
    phones: str = "asterisk"
    port: int = 8000
    traffic: bool = True
    seed: int = 1

    @property
    def base(self) -> str:
        """Return the portal's address."""
        return f"http://127.0.0.1:{self.port}"
