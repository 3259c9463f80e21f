"""The port to a kind of client's system. An adapter is pure: it reads, and says what to ask; others do the asking.

To add one: a module with a class that has these few members, and its line in :mod:`exchange.adapters.chosen`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from exchange.core.document import Document

Json = Mapping[str, Any]


class Adapter(Protocol):
    """What is special about one kind of system. Nothing here does I/O or knows a clock."""

    statuses: frozenset[str]
    """Statuses that it is known to have: a map must name each. Empty: not known beforehand."""

    def read(self, body: Json, /) -> Document:
        """Return what a signed message says. Raises :class:`NotAMessage`."""

    def hint(self, body: Json, /) -> str:
        """Return which thing an unsigned message is about: nothing else of it is believed. Raises as above."""

    def message_id(self, headers: Mapping[str, str]) -> str:
        """Return what an unsigned message is known by, the same on its retries; empty: its bytes are."""

    def asks(self, external_id: str) -> Sequence[str]:
        """Return the paths below the system's address that tell all about one thing, in the order of ``document``."""

    def credentials(self, secret: str) -> Mapping[str, str]:
        """Return the headers that let us in."""

    def document(self, answers: Sequence[Any]) -> Document:
        """Return what the system's answers say. Raises :class:`NotAMessage`."""
