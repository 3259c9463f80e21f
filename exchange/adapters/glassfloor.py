"""Another installation of this product: its webhooks are messages to us, as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from exchange.adapters.port import Json
from exchange.core.document import Document, Remark
from exchange.core.maps import OUR_STATUSES, TARGETS
from exchange.errors import NotAMessage


class Glassfloor:
    """Reads our own events (``work_order.*``), the other side's work order being the thing that they are about."""

    statuses: frozenset[str] = frozenset(OUR_STATUSES)

    def read(self, body: Json) -> Document:
        """Return what an event says that is new, with its comment if it is about one. Raises :class:`NotAMessage`.

        The rest of its snapshot is as old as the event: it would take back what has changed here meanwhile.
        """
        try:
            data, about, kind = body["data"], str(UUID(body["subject"])), str(body["type"])
            said = data.get("comment") if kind == "work_order.comment.created" else None
            news = set(data) if kind == "work_order.created" else set(data["changes"])
            return Document(
                about, int(body["sequence"]), datetime.fromisoformat(body["timestamp"]),
                work_order_id=_named(data), event_id=UUID(body["id"]),
                fields={name: data[name] for name in TARGETS if name in news},
                status=str(data["status"]) if "status" in news else None, reason=data["status_reason"],
                pending_on=data["pending_on"], resolution=data["resolution"],
                comments=() if said is None else (Remark(str(said["id"]), str(said["body"])),),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NotAMessage("it is no event of a work order") from error

    def hint(self, _body: Json, /) -> str:
        """Refuse: our own events are always signed."""
        raise NotAMessage("events of an installation are signed")

    def message_id(self, headers: Mapping[str, str]) -> str:
        """Return its id."""
        return headers.get("webhook-id", "")

    def asks(self, external_id: str) -> Sequence[str]:
        """Ask for the work order."""
        return (f"v1/work-orders/{external_id}",)

    def credentials(self, secret: str) -> Mapping[str, str]:
        """Show the key that the other side has given us."""
        return {"Authorization": f"Bearer {secret}"}

    def document(self, answers: Sequence[Any]) -> Document:
        """Read a work order as the other side's API shows it."""
        try:
            data = answers[0]
            return Document(
                str(UUID(data["id"])), int(data["sequence"]), datetime.fromisoformat(data["updated_at"]),
                work_order_id=_named(data),
                fields={name: data[name] for name in TARGETS}, status=str(data["status"]), reason=data["status_reason"],
                pending_on=data["pending_on"], resolution=data["resolution"],
            )  # fmt: skip
        except (KeyError, TypeError, ValueError) as error:
            raise NotAMessage("the answer is no work order") from error


def _named(data: Json) -> UUID | None:
    """Return our own id of the work order, when it stands among the names that the other side knows it by."""
    for each in data["external_ref"]:
        try:
            return UUID(each["id"])
        except ValueError:
            continue
    return None
