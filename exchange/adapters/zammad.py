"""Zammad: a trigger's webhook is a hint, and the ticket with its articles is asked for before anything is applied.

Zammad signs by HMAC-SHA1 (``X-Hub-Signature``), which is no Standard Webhooks signature: it counts as not signed. What
is read is Zammad's REST API, ``/api/v1/tickets/ID?expand=true`` and ``/api/v1/ticket_articles/by_ticket/ID``. Articles
marked ``internal`` stay there, and those of ``System`` too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from exchange.adapters.port import Json
from exchange.core.document import Document, Remark
from exchange.core.plain import from_html
from exchange.errors import NotAMessage

_FIELDS = ("title", "priority", "group", "number", "note", "type")
_LONGEST = 4000


class Zammad:
    """Reads tickets of a Zammad."""

    statuses = frozenset({"new", "open", "pending reminder", "pending close", "closed", "merged"})

    def read(self, _body: Json, /) -> Document:
        """Refuse: nothing that it sends is signed as we know it."""
        raise NotAMessage("messages of this system are hints: make its address one without a signature")

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

    def asks(self, external_id: str) -> Sequence[str]:
        """Ask for the ticket, then for its articles."""
        return (
            f"api/v1/tickets/{int(external_id)}?expand=true",
            f"api/v1/ticket_articles/by_ticket/{int(external_id)}?expand=true",
        )

    def credentials(self, secret: str) -> Mapping[str, str]:
        """Show an access token."""
        return {"Authorization": f"Token token={secret}"}

    def document(self, answers: Sequence[Any]) -> Document:
        """Read a ticket and its articles."""
        try:
            ticket, articles = answers
            return Document(
                str(int(ticket["id"])), None, datetime.fromisoformat(ticket["updated_at"]),
                fields={name: ticket[name] for name in _FIELDS if ticket.get(name) is not None},
                status=str(ticket["state"]),
                comments=tuple(_remark(each) for each in articles if _shared(each)),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NotAMessage("the answer is no ticket with articles") from error


def _shared(article: Json) -> bool:
    return not article["internal"] and article.get("sender") != "System" and bool(_plain(article).strip())


def _remark(article: Json) -> Remark:
    return Remark(str(int(article["id"])), _plain(article).strip()[:_LONGEST])


def _plain(article: Json) -> str:
    body = str(article["body"])
    if article.get("content_type") == "text/html":
        return from_html(body)
    return body.replace("\0", "")
