"""What is wrong with a blueprint, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Content: TypeAlias = Mapping[str, Any]
"""A blueprint, or a part of one, as JSON."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One wrong place of a blueprint."""

    pointer: str
    reason: str
