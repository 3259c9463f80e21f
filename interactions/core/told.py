"""What a record needs of a fact, stored or new."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID


class Told(Protocol):
    """A fact, stored or new: what a record needs of it."""

    @property
    def kind(self) -> str:
        """The kind's name."""

    @property
    def subject(self) -> UUID:
        """What it is about."""

    @property
    def at(self) -> datetime:
        """When it happened."""

    @property
    def data(self) -> Mapping[str, Any]:
        """What it says."""
