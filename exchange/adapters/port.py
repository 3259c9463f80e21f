"""The port to a kind of client's system. An adapter is pure: it reads, and says what to ask; others do the asking.

To add one: a module with a class that has these few members, and its line in :mod:`exchange.adapters.chosen`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from exchange.core.document import Document
from exchange.core.outgoing import Call, Order, Page, Thing, Words

Json = Mapping[str, Any]


class Adapter(Protocol):
    """What is special about one kind of system. Nothing here does I/O or knows a clock."""

    statuses: frozenset[str]
    """Statuses that it is known to have: a map must name each. Empty: not known beforehand."""

    def read(self, body: Json, /) -> Document:
        """Return what a signed message says. Raises :class:`NotAMessage`."""

    def hint(self, body: Json, /) -> str:
        """Return which thing a hint is about: nothing else of it is believed. Raises as above."""

    def message_id(self, headers: Mapping[str, str]) -> str:
        """Return what a hint is known by, the same on its retries; empty: its bytes are."""

    def asks(self, external_id: str) -> Sequence[str]:
        """Return the paths below the system's address that tell all about one thing, in the order of ``document``."""

    def credentials(self, secret: str) -> Mapping[str, str]:
        """Return the headers that let us in."""

    def document(self, answers: Sequence[Any]) -> Document:
        """Return what the system's answers say. Raises :class:`NotAMessage`."""


class Connector(Adapter, Protocol):
    """A kind of system that is also told: things are made, changed and commented there, and listed by their changes.

    It says which requests do that, and reads their answers, which are what a 2xx brought. Anything that it cannot read
    raises :class:`NotAMessage`.
    """

    looks: tuple[str, ...]
    """Settings without which nothing can be looked for there."""
    needs: tuple[str, ...]
    """Settings without which nothing can be made there, beside those."""
    words: Words
    """What our words are called there before a client says otherwise; what it does not name is not told."""
    rewrites: bool
    """Whether the description of a thing can be changed; else a new one is said under it."""

    makes_secret: bool
    """Whether the secret that signs its webhooks is made there and told to us; else we make it."""

    def verify(self, secret: str, headers: Mapping[str, str], body: bytes, now: datetime, /) -> None:
        """Verify a webhook by its own kind of signature, from the bytes alone; ``headers`` have lower-case names.

        Its webhooks are hints all the same. Raises :class:`SignatureInvalid`.
        """

    def whoami(self) -> Call:
        """Ask who we are there: to try the address and what lets us in."""

    def seeks(self, order: UUID) -> Call:
        """Ask for the thing that was made for a work order."""

    def sought(self, answer: Any, /) -> Thing | None:  # noqa: ANN401 - any JSON value
        """Return the thing that was asked for, if there is one."""

    def creates(self, order: Order, text: str, words: Words) -> Call:
        """Make a thing for a work order, by which it can be found.

        ``text``: the description, marked as ours where it is the first comment (not ``rewrites``).
        """

    def created(self, answer: Any, /) -> Thing:  # noqa: ANN401 - as above
        """Return what was made."""

    def edits(self, external_id: str, order: Order, edited: frozenset[str], words: Words) -> Call | None:
        """Change fields; None: nothing of them has a place there."""

    def ways(self, external_id: str) -> Call | None:
        """Ask which statuses can be reached; None: any."""

    def moves(self, external_id: str, order: Order, to: str, ways: Any, words: Words, /) -> Call | None:  # noqa: ANN401
        """Change the status; None: it cannot be reached from where the thing stands. ``ways``: what was answered."""

    def says(self, external_id: str, text: str) -> Call:
        """Comment, so that everybody there may read it."""

    def page(self, cursor: str, now: datetime, settings: Mapping[str, str], /) -> Call:
        """Ask what changed since a cursor; the first cursor is an instant, RFC 3339."""

    def paged(self, answer: Any, cursor: str, now: datetime, /) -> Page:  # noqa: ANN401 - as above
        """Return a page of what changed."""

    def anew(self, cursor: str) -> str:
        """Return from where a round begins again whose next page was refused: what names a page may have expired."""
