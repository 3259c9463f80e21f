"""ServiceNow incidents, by the Table API.

servicenow.com/docs, API reference: Table API, Attachment API, Inbound REST API rate limiting.

Its outbound REST message is a hint, and the incident is asked for with its additional comments
(``sys_journal_field``, element ``comments``) and its attachments. Work notes stay there. An incident that we make
carries its work order as ``correlation_id``. States are told by their numbers, which no language changes; of the state
on hold (3) the reason belongs to it: ``3/1`` awaits the caller. A priority follows from impact and urgency: ``1/2``.
The user that we are let in by has the time zone GMT: instants in queries are read in it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from exchange.adapters.port import Json
from exchange.adapters.reading import listed, reading
from exchange.core.document import Document, Link, Remark
from exchange.core.hubs import same
from exchange.core.marks import correlation, is_ours, order_of
from exchange.core.outgoing import Call, Changed, Order, Page, Thing, Words
from exchange.core.paging import PAGE, page_of, place_of
from exchange.core.plain import from_html
from exchange.errors import NotAMessage
from webhooks.core.signature import verify as verify_standard

_TABLE: Final = "api/now/table/incident"
_ID = re.compile(r"[0-9a-f]{32}")
_FIELDS = ("number", "short_description", "description", "priority", "category", "impact", "urgency")
_ASKED = (*_FIELDS, "sys_id", "state", "hold_reason", "sys_updated_on", "correlation_id", "close_notes")
_CODE = re.compile(r"\[code\]((?:(?!\[/?code\]).)*)\[/code\]", re.DOTALL | re.IGNORECASE)
"""A part of a comment that is HTML: what its editors of rich text write. It ends before the next one."""
_ON_HOLD, _RESOLVED = "3", frozenset({"6", "7"})
_NEWEST = 100
"""So many comments and attachments are read, the newest."""


class ServiceNow:
    """Reads and writes incidents of a ServiceNow instance."""

    statuses = frozenset({"1", "2", "3", "3/1", "3/3", "3/4", "3/5", "6", "7", "8"})
    looks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ("close_code",)
    rewrites = True
    makes_secret = False
    words = Words(
        {
            "acknowledged": "2", "inProgress": "2", "pending": "3/1", "held": "3/3", "resolved": "6", "rejected": "8",
            "cancelled": "8",
        },
        {"critical": "1/1", "high": "1/2", "medium": "2/2", "low": "2/3"},
    )  # fmt: skip

    def read(self, _body: Json, /) -> Document:
        """Refuse: what it sends is a hint, however it is signed."""
        raise NotAMessage("messages of this system are hints: it is asked")

    def hint(self, body: Json) -> str:
        """Return the incident's ``sys_id``, as the REST message of its business rule says it."""
        return _id(body.get("sys_id"))

    def message_id(self, headers: Mapping[str, str]) -> str:
        """Return the id that a script of theirs gave it; its REST messages have none of their own."""
        return headers.get("webhook-id", "")

    def verify(self, secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Verify what a business rule sends: our own signature, if its script signs, else the bare secret.

        It has no signature of its own. The secret in a header says who sends, nothing about the body nor when.
        """
        if "webhook-signature" in headers:
            verify_standard(secret, headers, body, now=now)
        else:
            same(secret, headers.get("webhook-secret", ""))

    def asks(self, external_id: str) -> Sequence[str]:
        """Ask for the incident, its newest additional comments and its newest attachments."""
        own = _id(external_id)
        return (
            f"{_TABLE}/{own}?{urlencode({'sysparm_fields': ','.join(_ASKED)})}",
            _listed(
                "api/now/table/sys_journal_field", f"element_id={own}^element=comments^ORDERBYDESCsys_created_on",
                ("sys_id", "value"), _NEWEST,
            ),
            _listed(
                "api/now/attachment", f"table_name=incident^table_sys_id={own}^ORDERBYDESCsys_created_on",
                ("sys_id", "file_name"), _NEWEST,
            ),
        )  # fmt: skip

    def credentials(self, secret: str) -> Mapping[str, str]:
        """Show user and password, ``user:password``."""
        return {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}

    def document(self, answers: Sequence[Any]) -> Document:
        """Read an incident, its comments and its attachments."""
        with reading("an incident with comments and attachments"):
            incident, comments, files = (each["result"] for each in answers)
            own, notes = _id(incident["sys_id"]), str(incident.get("close_notes") or "")
            status = _status(incident)
            said = [_remark(each) for each in reversed(comments) if not is_ours(str(each["value"]))]
            named = [_file(each) for each in reversed(files)]
            return Document(
                own, None, _instant(incident["sys_updated_on"]), url=f"nav_to.do?uri=incident.do?sys_id={own}",
                work_order_id=order_of(incident.get("correlation_id")),
                fields={name: incident[name] for name in _FIELDS if incident.get(name)}, status=status,
                reason=notes or None if status in _RESOLVED else None, comments=(*said, *named),
            )  # fmt: skip

    def whoami(self) -> Call:
        """Ask for one incident: what lets us in must be allowed to read the table."""
        return Call("GET", _listed(_TABLE, "active=true", ("sys_id",), 1))

    def seeks(self, order: UUID) -> Call:
        """Ask for incidents with the work order's ``correlation_id``."""
        return Call("GET", _listed(_TABLE, f"correlation_id={correlation(order)}", ("sys_id",), 1))

    def sought(self, answer: Any, /) -> Thing | None:  # noqa: ANN401 - any JSON value
        """Return the incident."""
        with reading("a list of incidents"):
            return _thing(answer["result"][0]) if listed(answer["result"]) else None

    def creates(self, order: Order, text: str, words: Words) -> Call:
        """Make an incident; every setting but ``close_code`` is a field of it."""
        body = {name: value for name, value in words.settings.items() if name != "close_code"}
        body |= {
            "short_description": order.title, "description": text, "correlation_id": correlation(order.id),
            "correlation_display": order.number, **_priority(order, words),
        }  # fmt: skip
        return Call("POST", _TABLE, body)

    def created(self, answer: Any, /) -> Thing:  # noqa: ANN401 - as above
        """Return the incident."""
        with reading("an incident"):
            return _thing(answer["result"])

    def edits(self, external_id: str, order: Order, edited: frozenset[str], words: Words) -> Call | None:
        """Change the short description, the description, impact and urgency."""
        body = {"short_description": order.title} if "title" in edited else {}
        if "description" in edited:
            body["description"] = order.description
        if "priority" in edited:
            body |= _priority(order, words)
        return Call("PATCH", f"{_TABLE}/{_id(external_id)}", body) if body else None

    def ways(self, external_id: str) -> None:
        """Ask nothing: the Table API takes any state that its data policies allow."""

    def moves(self, external_id: str, order: Order, to: str, _ways: Any, words: Words, /) -> Call:  # noqa: ANN401 - as above
        """Set the state, with the reason of a hold, or the code and notes that closing needs."""
        state, _, reason = to.partition("/")
        body = {"state": state}
        if reason:
            body["hold_reason"] = reason
        if state in _RESOLVED:
            body |= {"close_code": words.settings["close_code"], "close_notes": order.resolution or order.number}
        return Call("PATCH", f"{_TABLE}/{_id(external_id)}", body)

    def says(self, external_id: str, text: str) -> Call:
        """Write an additional comment, which the caller may read."""
        return Call("PATCH", f"{_TABLE}/{_id(external_id)}", {"comments": text})

    def page(self, cursor: str, _now: datetime, _settings: Mapping[str, str], /) -> Call:
        """Ask for incidents by when they were changed, oldest first."""
        asked = place_of(cursor)
        since = asked.since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        query = f"sys_updated_on>={since}^ORDERBYsys_updated_on^ORDERBYsys_id"
        return Call("GET", _listed(_TABLE, query, ("sys_id", "sys_updated_on"), PAGE, asked.skip))

    def paged(self, answer: Any, cursor: str, _now: datetime, /) -> Page:  # noqa: ANN401 - as above
        """Return their ids."""
        with reading("a list of incidents"):
            found = tuple(
                Changed(_id(each["sys_id"]), _instant(each["sys_updated_on"])) for each in listed(answer["result"])
            )
            return page_of(found, place_of(cursor))

    def anew(self, cursor: str) -> str:
        """Go on there: an instant is always understood."""
        return cursor


def _listed(table: str, query: str, fields: Sequence[str], limit: int, offset: int = 0) -> str:
    asked = {
        "sysparm_query": query, "sysparm_fields": ",".join(fields), "sysparm_limit": limit, "sysparm_offset": offset,
    }  # fmt: skip
    return f"{table}?{urlencode(asked)}"


def _id(found: object) -> str:
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise NotAMessage("it does not say which incident it is about: sys_id")
    return found


def _thing(incident: Json) -> Thing:
    own = _id(incident["sys_id"])
    return Thing(own, f"nav_to.do?uri=incident.do?sys_id={own}")


def _status(incident: Json) -> str:
    state, reason = str(incident["state"]), str(incident.get("hold_reason") or "")
    return f"{state}/{reason}" if state == _ON_HOLD and reason else state


def _priority(order: Order, words: Words) -> dict[str, str]:
    impact, _, urgency = words.priorities.get(order.priority, "").partition("/")
    return {"impact": impact, "urgency": urgency} if urgency else {}


def _remark(entry: Json) -> Remark:
    return Remark(_id(entry["sys_id"]), _CODE.sub(lambda part: from_html(part[1]), str(entry["value"])).strip())


def _file(entry: Json) -> Remark:
    own = _id(entry["sys_id"])
    return Remark(own, str(entry["file_name"]), (Link(str(entry["file_name"]), f"api/now/attachment/{own}/file"),))


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
