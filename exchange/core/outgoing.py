"""What a client's system is told of an event, in words that do not depend on what kind of system it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

EDITED: Final = ("title", "description", "priority")
"""Fields whose changes are told."""
ALTERNATIVES: Final = "|"
"""Between names in the map: the first one that their workflow leads to is taken."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a client's system: a path below its address, and a JSON body."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """What their system made or found: its id there, and the page (below the address) where people see it."""

    id: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A work order as it was when something happened to it."""

    id: UUID
    number: str
    title: str
    description: str
    priority: str
    status: str
    reason: str
    resolution: str
    expected_at: str | None
    """RFC 3339."""
    at: datetime
    """When it happened."""


@dataclass(frozen=True, slots=True)
class Say:
    """Something that is said under the thing: ``id`` is what it is known by when it comes back, or is sent again."""

    id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class News:
    """What an event tells: ``edited`` of :data:`EDITED`, whether it moved, and what is said."""

    event: UUID
    order: Order
    edited: frozenset[str]
    moved: bool
    says: tuple[Say, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What our words are in their system, and what stands in every thing that we make there.

    A status or priority that leads to nothing (``""``) is not told.
    """

    statuses: Mapping[str, str]
    priorities: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)

    def names(self, status: str) -> list[str]:
        """Return their names of a status, the first that there is being meant."""
        return [name.strip() for name in self.statuses.get(status, "").split(ALTERNATIVES) if name.strip()]


@dataclass(frozen=True, slots=True)
class Changed:
    """A thing of theirs that changed, and when."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A page of what changed, where the next one begins, and whether there is one already."""

    changed: tuple[Changed, ...]
    cursor: str
    more: bool


def news_of(event: Mapping[str, Any], address: str) -> News:
    """Return what an event tells. ``address``: of this installation, which links to files begin with."""
    data, kind = event["data"], str(event["type"])
    changes = data.get("changes") or {}
    moved = kind == "work_order.created" or "status" in changes
    says = _says(kind, data, UUID(event["id"]), address)
    order = _order(data, datetime.fromisoformat(event["timestamp"]))
    why = "\n\n".join(filter(None, (order.reason, order.resolution if order.status == "resolved" else "")))
    if "status" in changes and why:
        says = (Say(UUID(event["id"]), why), *says)
    return News(UUID(event["id"]), order, frozenset(changes) & frozenset(EDITED), moved, says)


def _order(data: Mapping[str, Any], at: datetime) -> Order:
    resolution = data["resolution"] or {}
    return Order(
        UUID(data["id"]), data["number"], data["title"], data["description"], data["priority"], data["status"],
        data["status_reason"] or "", resolution.get("summary") or "", data["expected_resolution_at"],
        at,
    )  # fmt: skip


def _says(kind: str, data: Mapping[str, Any], event: UUID, address: str) -> tuple[Say, ...]:
    if "comment" in data:
        said = data["comment"]
        return (Say(UUID(said["id"]), f"{said['body']}\n\n{said['author']['name']}"),)
    if "attachment" in data:
        file = data["attachment"]
        return (Say(UUID(file["id"]), f"{file['name']}\n{address}/work-orders/{data['id']}"),)
    if "info_request" in data:
        asked = data["info_request"]
        answer = asked.get("answer")
        return (Say(event, "\n\n".join(filter(None, (asked["question"], answer)))),)
    if "cancellation" in data:
        wish = data["cancellation"]
        reason = wish.get("decision_reason") if kind.endswith("decided") else wish.get("reason")
        return (Say(event, f"{kind.removeprefix('work_order.')} ({wish['state']}): {reason or ''}"),)
    return ()
