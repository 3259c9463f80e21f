"""After how long something on a client's floor is an alert: a value per client, in its blueprint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class AlertLimits:
    """The key ``alerts`` of the section ``supervision``; all in seconds. ``again_s``: when nobody takes care of it."""

    help_s: int = 0
    wait_s: int = 120
    talk_s: int = 1800
    wrap_s: int = 300
    break_s: int = 3600
    phone_s: int = 20
    again_s: int = 180

    @classmethod
    def of(cls, section: Mapping[str, Any]) -> AlertLimits:
        """Read the section, of today or from before a key was there."""
        return cls(**{name: section[name] for name in cls.__slots__ if name in section})
