"""Zammad, by its REST API (docs.zammad.org/en/latest/api: tickets, ticket articles, tags, users).

A trigger's webhook is a hint (signed by HMAC-SHA1, which is no Standard Webhooks signature: it counts as not signed),
and the ticket with its articles and tags is asked for before anything is applied. Articles marked ``internal`` stay
there, and those of ``System`` too. A ticket that we make carries its work order as a tag, which Zammad stores in the
transaction that makes it; searches are by ``condition``, so that they are answered from its database and not from an
index that comes later. A status that waits needs an instant there: the expected resolution, else a day from then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from exchange.adapters.port import Json
from exchange.adapters.reading import listed, reading
from exchange.core.document import Document, Link, Remark
from exchange.core.hubs import verify_hub
from exchange.core.marks import correlation, is_ours, order_of
from exchange.core.outgoing import Call, Changed, Order, Page, Thing, Words
from exchange.core.paging import PAGE, page_of, place_of
from exchange.core.plain import from_html
from exchange.errors import NotAMessage

_FIELDS = ("title", "priority", "group", "number", "note", "type")
_WAITING = "pending"
_JUST_BEFORE = timedelta(milliseconds=1)
"""It lists what is later than an instant, and writes instants in milliseconds."""


class Zammad:
    """Reads and writes tickets of a Zammad."""

    statuses = frozenset({"new", "open", "pending reminder", "pending close", "closed", "merged"})
    looks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ("group", "customer")
    rewrites = False
    makes_secret = False
    words = Words(
        {
            "acknowledged": "open", "inProgress": "open", "pending": "pending reminder", "held": "pending reminder",
            "resolved": "closed", "closed": "closed", "rejected": "closed", "cancelled": "closed",
        },
        {"critical": "3 high", "high": "3 high", "medium": "2 normal", "low": "1 low"},
    )  # fmt: skip

    def read(self, _body: Json, /) -> Document:
        """Refuse: what it sends is a hint, however it is signed."""
        raise NotAMessage("messages of this system are hints: it is asked")

    def hint(self, body: Json) -> str:
        """Return the ticket's id."""
        found = body.get("ticket")
        number = found.get("id") if isinstance(found, Mapping) else None
        if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**53:
            raise NotAMessage("it does not say which ticket it is about: ticket.id")
        return str(number)

    def message_id(self, headers: Mapping[str, str]) -> str:
        """Return the id of the delivery."""
        return headers.get("x-zammad-delivery", "")

    def verify(self, secret: str, headers: Mapping[str, str], body: bytes, _now: datetime) -> None:
        """Verify ``X-Hub-Signature: sha1=...``, by the webhook's HMAC SHA1 signature token."""
        verify_hub("sha1", secret, headers, body)

    def asks(self, external_id: str) -> Sequence[str]:
        """Ask for the ticket, for its articles and for its tags."""
        number = int(external_id)
        return (
            f"api/v1/tickets/{number}?expand=true",
            f"api/v1/ticket_articles/by_ticket/{number}?expand=true",
            f"api/v1/tags?object=Ticket&o_id={number}",
        )

    def credentials(self, secret: str) -> Mapping[str, str]:
        """Show an access token."""
        return {"Authorization": f"Token token={secret}"}

    def document(self, answers: Sequence[Any]) -> Document:
        """Read a ticket, its articles and its tags."""
        with reading("a ticket with articles and tags"):
            ticket, articles, tags = answers
            return Document(
                str(int(ticket["id"])), None, datetime.fromisoformat(ticket["updated_at"]),
                work_order_id=order_of(tags["tags"]),
                fields={name: ticket[name] for name in _FIELDS if ticket.get(name) is not None},
                status=str(ticket["state"]),
                comments=tuple(_remark(each) for each in articles if _shared(each)), url=_thing(ticket).page,
            )  # fmt: skip

    def whoami(self) -> Call:
        """Ask for our own user."""
        return Call("GET", "api/v1/users/me")

    def seeks(self, order: UUID) -> Call:
        """Ask for tickets with the work order's tag."""
        return Call("GET", _search(("ticket.tags", "contains all", correlation(order)), limit=1, page=1))

    def sought(self, answer: Any, /) -> Thing | None:  # noqa: ANN401 - any JSON value
        """Return the ticket."""
        with reading("a list of tickets"):
            return _thing(answer[0]) if listed(answer) else None

    def creates(self, order: Order, text: str, words: Words) -> Call:
        """Make a ticket with its first article."""
        body: dict[str, Any] = {
            "title": order.title, "group": words.settings["group"],
            "customer_id": f"guess:{words.settings['customer']}", "tags": correlation(order.id),
            "article": _article(text),
        }  # fmt: skip
        if priority := words.priorities.get(order.priority):
            body["priority"] = priority
        return Call("POST", "api/v1/tickets", body)

    def created(self, answer: Any, /) -> Thing:  # noqa: ANN401 - as above
        """Return the ticket."""
        with reading("a ticket"):
            return _thing(answer)

    def edits(self, external_id: str, order: Order, edited: frozenset[str], words: Words) -> Call | None:
        """Change title and priority; a description is an article, which nobody changes."""
        body = {"title": order.title} if "title" in edited else {}
        if "priority" in edited and (priority := words.priorities.get(order.priority)):
            body["priority"] = priority
        return Call("PUT", f"api/v1/tickets/{int(external_id)}", body) if body else None

    def ways(self, external_id: str) -> None:
        """Ask nothing: any state follows any other."""

    def moves(self, external_id: str, order: Order, to: str, _ways: Any, _words: Words, /) -> Call:  # noqa: ANN401 - as above
        """Set the state, and until when it waits."""
        body = {"state": to}
        if to.startswith(_WAITING):
            body["pending_time"] = order.expected_at or (order.at + timedelta(days=1)).isoformat()
        return Call("PUT", f"api/v1/tickets/{int(external_id)}", body)

    def says(self, external_id: str, text: str) -> Call:
        """Write an article that is not internal."""
        return Call("POST", "api/v1/ticket_articles", {"ticket_id": int(external_id), **_article(text)})

    def page(self, cursor: str, _now: datetime, _settings: Mapping[str, str], /) -> Call:
        """Ask for tickets by when they were changed, oldest first."""
        asked = place_of(cursor)
        since = (asked.since - _JUST_BEFORE).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        later = ("ticket.updated_at", "after (absolute)", since)
        return Call("GET", _search(later, limit=PAGE, page=1 + asked.skip // PAGE))

    def paged(self, answer: Any, cursor: str, _now: datetime, /) -> Page:  # noqa: ANN401 - as above
        """Return their ids."""
        with reading("a list of tickets"):
            found = tuple(
                Changed(str(int(each["id"])), datetime.fromisoformat(each["updated_at"])) for each in listed(answer)
            )  # fmt: skip
            return page_of(found, place_of(cursor))

    def anew(self, cursor: str) -> str:
        """Go on there: an instant is always understood."""
        return cursor


def _search(condition: tuple[str, str, str], *, limit: int, page: int) -> str:
    what, operator, value = condition
    asked = {
        f"condition[{what}][operator]": operator, f"condition[{what}][value]": value, "sort_by": "updated_at",
        "order_by": "asc", "per_page": limit, "page": page, "expand": "true",
    }  # fmt: skip
    return f"api/v1/tickets/search?{urlencode(asked)}"


def _article(text: str) -> dict[str, Any]:
    return {"body": text, "content_type": "text/plain", "type": "note", "internal": False}


def _thing(ticket: Json) -> Thing:
    number = int(ticket["id"])
    return Thing(str(number), f"#ticket/zoom/{number}")


def _shared(article: Json) -> bool:
    if article["internal"] or article.get("sender") == "System":
        return False
    text = _plain(article)
    return bool(text.strip()) and not is_ours(text)


def _remark(article: Json) -> Remark:
    number, ticket = int(article["id"]), int(article["ticket_id"])
    files = tuple(
        Link(str(each["filename"]), f"api/v1/ticket_attachment/{ticket}/{number}/{int(each['id'])}")
        for each in article.get("attachments") or ()
    )
    return Remark(str(number), _plain(article).strip(), files)


def _plain(article: Json) -> str:
    body = str(article["body"])
    if article.get("content_type") == "text/html":
        return from_html(body)
    return body.replace("\0", "")
