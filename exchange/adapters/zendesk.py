"""Zendesk Support, by its Ticketing API.

developer.zendesk.com/api-reference: ticketing (tickets, ticket comments, incremental exports), webhooks.

A webhook is a hint, and the ticket is asked for with its newest comments; private ones stay there. A ticket that we
make carries its work order as ``external_id``, by which tickets are listed. What changed is read by the cursor of the
incremental ticket export: ten requests a minute are allowed there, and an administrator's token is needed.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from exchange.adapters.port import Json
from exchange.adapters.reading import listed, reading
from exchange.core.document import Document, Link, Remark
from exchange.core.hubs import verify_stamped
from exchange.core.marks import correlation, is_ours, order_of
from exchange.core.outgoing import Call, Changed, Order, Page, Thing, Words
from exchange.errors import NotAMessage

_FIELDS = ("subject", "description", "priority", "type")
_NEWEST = 100
_AFTER: Final = "after "
"""What a cursor of theirs begins with in ours; the first one is an instant."""
_NOT_YET = timedelta(minutes=1)
"""What changed in the last minute is not exported yet, and may not be asked for."""
_PAGE = 100


class Zendesk:
    """Reads and writes tickets of a Zendesk."""

    statuses = frozenset({"new", "open", "pending", "hold", "solved", "closed"})
    looks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ("requester",)
    rewrites = False
    makes_secret = True
    words = Words(
        {
            "acknowledged": "open", "inProgress": "open", "pending": "pending", "held": "hold", "resolved": "solved",
            "rejected": "solved", "cancelled": "solved",
        },
        {"critical": "urgent", "high": "high", "medium": "normal", "low": "low"},
    )  # fmt: skip

    def read(self, _body: Json, /) -> Document:
        """Refuse: what it sends is a hint, however it is signed."""
        raise NotAMessage("messages of this system are hints: it is asked")

    def hint(self, body: Json) -> str:
        """Return the ticket's id: ``ticket.id`` of a trigger's body, ``detail.id`` of an event."""
        for part in ("ticket", "detail"):
            found = body.get(part)
            own = str(found.get("id")) if isinstance(found, Mapping) else ""
            if own.isascii() and own.isdigit() and len(own) <= 18:  # noqa: PLR2004 - a bigint
                return str(int(own))
        raise NotAMessage("it does not say which ticket it is about: ticket.id or detail.id")

    def message_id(self, headers: Mapping[str, str]) -> str:
        """Return the id of the invocation, which its retries have too."""
        return headers.get("x-zendesk-webhook-invocation-id", "")

    def verify(self, secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Verify its own signature, whose time it says beside it; its letters are the key, not what they encode."""
        signature, at = (headers.get(f"x-zendesk-webhook-signature{part}", "") for part in ("", "-timestamp"))
        verify_stamped(secret, signature, at, body, now)

    def asks(self, external_id: str) -> Sequence[str]:
        """Ask for the ticket, then for its newest comments."""
        number = int(external_id)
        asked = urlencode({"sort": "-created_at", "page[size]": _NEWEST})
        return f"api/v2/tickets/{number}.json", f"api/v2/tickets/{number}/comments.json?{asked}"

    def credentials(self, secret: str) -> Mapping[str, str]:
        """Show an API token, ``name@example.com/token:TOKEN``."""
        return {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}

    def document(self, answers: Sequence[Any]) -> Document:
        """Read a ticket and its comments."""
        with reading("a ticket with comments"):
            ticket, comments = answers[0]["ticket"], answers[1]["comments"]
            return Document(
                str(int(ticket["id"])), None, datetime.fromisoformat(ticket["updated_at"]),
                url=_thing(ticket).page, work_order_id=order_of(ticket.get("external_id")),
                fields={n: ticket[n] for n in _FIELDS if ticket.get(n) and not is_ours(str(ticket[n]))},
                status=str(ticket["status"]),
                comments=tuple(_remark(each) for each in reversed(comments) if _shared(each)),
            )  # fmt: skip

    def whoami(self) -> Call:
        """Ask for our own user."""
        return Call("GET", "api/v2/users/me.json")

    def seeks(self, order: UUID) -> Call:
        """Ask for tickets with the work order's ``external_id``."""
        return Call("GET", f"api/v2/tickets.json?{urlencode({'external_id': correlation(order)})}")

    def sought(self, answer: Any, /) -> Thing | None:  # noqa: ANN401 - any JSON value
        """Return the ticket."""
        with reading("a list of tickets"):
            return _thing(answer["tickets"][0]) if listed(answer["tickets"]) else None

    def creates(self, order: Order, text: str, words: Words) -> Call:
        """Make a ticket with its first comment; settings beside ``requester`` are fields of it."""
        ticket: dict[str, Any] = {name: value for name, value in words.settings.items() if name != "requester"}
        requester = words.settings["requester"]
        ticket |= {
            "subject": order.title, "external_id": correlation(order.id), "comment": {"body": text, "public": True},
            "requester": {"email": requester, "name": requester.partition("@")[0]}, **_priority(order, words),
        }  # fmt: skip
        return Call("POST", "api/v2/tickets.json", {"ticket": ticket})

    def created(self, answer: Any, /) -> Thing:  # noqa: ANN401 - as above
        """Return the ticket."""
        with reading("a ticket"):
            return _thing(answer["ticket"])

    def edits(self, external_id: str, order: Order, edited: frozenset[str], words: Words) -> Call | None:
        """Change subject and priority; a description is the first comment, which nobody changes."""
        ticket = {"subject": order.title} if "title" in edited else {}
        if "priority" in edited:
            ticket |= _priority(order, words)
        return _put(external_id, ticket) if ticket else None

    def ways(self, external_id: str) -> None:
        """Ask nothing: any status follows any other, but for closed, which stays."""

    def moves(self, external_id: str, _order: Order, to: str, _ways: Any, _words: Words, /) -> Call:  # noqa: ANN401 - as above
        """Set the status."""
        return _put(external_id, {"status": to})

    def says(self, external_id: str, text: str) -> Call:
        """Write a public comment."""
        return _put(external_id, {"comment": {"body": text, "public": True}})

    def page(self, cursor: str, now: datetime, _settings: Mapping[str, str], /) -> Call:
        """Ask the incremental export for what changed."""
        if cursor.startswith(_AFTER):
            asked: dict[str, Any] = {"cursor": cursor.removeprefix(_AFTER)}
        else:
            since = min(datetime.fromisoformat(cursor), now.astimezone(UTC) - 2 * _NOT_YET)
            asked = {"start_time": int(since.timestamp())}
        return Call("GET", f"api/v2/incremental/tickets/cursor.json?{urlencode({**asked, 'per_page': _PAGE})}")

    def paged(self, answer: Any, cursor: str, _now: datetime, /) -> Page:  # noqa: ANN401 - as above
        """Return their ids, and the export's own cursor."""
        with reading("an incremental export"):
            found = tuple(
                Changed(str(int(each["id"])), datetime.fromisoformat(each["updated_at"]))
                for each in listed(answer["tickets"])
            )
            after = answer["after_cursor"]
            return Page(found, f"{_AFTER}{after}" if after else cursor, more=not answer["end_of_stream"])

    def anew(self, cursor: str) -> str:
        """Go on there: its cursors do not expire."""
        return cursor


def _put(external_id: str, ticket: Mapping[str, Any]) -> Call:
    return Call("PUT", f"api/v2/tickets/{int(external_id)}.json", {"ticket": ticket})


def _thing(ticket: Json) -> Thing:
    number = int(ticket["id"])
    return Thing(str(number), f"agent/tickets/{number}")


def _priority(order: Order, words: Words) -> dict[str, str]:
    priority = words.priorities.get(order.priority)
    return {"priority": priority} if priority else {}


def _text(comment: Json) -> str:
    return str(comment.get("plain_body") or comment["body"]).replace("\0", "").strip()


def _shared(comment: Json) -> bool:
    text = _text(comment)
    return bool(comment["public"]) and bool(text or comment.get("attachments")) and not is_ours(text)


def _remark(comment: Json) -> Remark:
    files = tuple(Link(str(each["file_name"]), str(each["content_url"])) for each in comment.get("attachments") or ())
    return Remark(str(int(comment["id"])), _text(comment), files)
