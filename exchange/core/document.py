"""What a message says about one thing of the client's system, whatever system it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

LONGEST: Final = 4000
"""How much of a comment is kept."""
NEWEST: Final = 2**62
"""The highest version that a thing can have."""
_YEARS = range(2000, 2200)


@dataclass(frozen=True, slots=True)
class Link:
    """A file or page of the other system, by its place below the system's address."""

    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment of the other system, by the id that it has there, and the files that came with it."""

    id: str
    body: str
    files: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """What the other system says of one of its things; what it does not mention is left as it is.

    ``version`` and ``updated_at`` say how new it is, either or both; ``work_order_id``: which of our work orders it
    is about, as a system says that was told of it by us; ``event_id``: which of our own events it repeats; ``asks``:
    its status is a wish of this message, no state that the thing has there.
    """

    external_id: str
    version: int | None = None
    updated_at: datetime | None = None
    url: str | None = None
    work_order_id: UUID | None = None
    event_id: UUID | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    status: str | None = None
    reason: str | None = None
    pending_on: str | None = None
    resolution: Mapping[str, str] | None = None
    comments: tuple[Remark, ...] = ()
    asks: bool = False

    def __post_init__(self) -> None:
        """Refuse what could be neither compared nor kept, whatever system says it. Raises ``ValueError``."""
        for text in (self.url, self.status, self.reason, self.pending_on):
            if text is not None and (not isinstance(text, str) or "\0" in text):
                raise ValueError("an address, a status and a reason are texts")
        if self.version is not None and not 0 <= self.version <= NEWEST:
            raise ValueError("a version lies between 0 and 2^62")
        if self.updated_at is not None and (self.updated_at.tzinfo is None or self.updated_at.year not in _YEARS):
            raise ValueError("when it changed has a zone, and lies between the years 2000 and 2199")
        if self.resolution is not None and not isinstance(self.resolution, Mapping):
            raise ValueError("a resolution has a code and a summary")

    def at(self, address: str) -> Document:
        """Return it with its places below the system's address written out: files stand under their comments."""
        url = self.url if self.url is None or _is_whole(self.url) else _below(address, self.url)
        said = tuple(
            Remark(
                each.id, "\n".join((each.body, *(f"{file.name}: {_below(address, file.place)}" for file in each.files)))
            )
            for each in self.comments
        )
        return replace(self, url=url, comments=said)

    def is_older_than(self, version: int | None, updated_at: datetime | None) -> bool:
        """Say whether something newer was applied already: by version where both have one, else by time."""
        if self.version is not None and version is not None:
            return self.version < version
        return self.updated_at is not None and updated_at is not None and self.updated_at < updated_at


def _below(address: str, place: str) -> str:
    return place if _is_whole(place) else f"{address.rstrip('/')}/{place}"


def _is_whole(place: str) -> bool:
    return place.startswith(("https://", "http://"))
