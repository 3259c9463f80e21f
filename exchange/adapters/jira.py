"""Jira Service Management, by the platform's REST API, version 2, whose texts are plain, and the service desk's own.

developer.atlassian.com/cloud/jira: platform/rest/v2 (issues, issue comments, issue search), service-desk/rest
(request), platform/webhooks, platform/rate-limiting.

A webhook is a hint, and the issue is asked for with its newest comments; internal ones (``jsdPublic`` false) stay
there, and those with a ``visibility``, for a role or a group, of which ``jsdPublic`` says true. A request that we make
carries its work order as a label, by which it is searched. The index of that search may be some seconds late, which is
less than a lease. Statuses are reached by transitions, which are asked for first.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final
from urllib.parse import quote, urlencode
from uuid import UUID

from exchange.adapters.port import Json
from exchange.adapters.reading import listed, reading
from exchange.core.document import Document, Link, Remark
from exchange.core.hubs import verify_hub
from exchange.core.marks import correlation, is_ours, order_of
from exchange.core.outgoing import Call, Changed, Order, Page, Thing, Words
from exchange.core.paging import OVERLAP, PAGE
from exchange.errors import NotAMessage

_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,49}-[1-9][0-9]{0,17}")
_ISSUE: Final = "rest/api/2/issue"
_SEARCH: Final = "rest/api/2/search/jql"
_ASKED = "summary,description,status,priority,issuetype,labels,updated,attachment,resolution"
_EMBEDDED = re.compile(r"\[\^([^\]|]+)\]|!([^!|\n]+?)(?:\|[^!\n]*)?!")
"""Files as a comment's text names them: ``[^bill.pdf]``, ``!screen.png|thumbnail!``."""
_NEWEST = 100
_OWN = frozenset({"project", "serviceDeskId", "requestTypeId"})


class Jira:
    """Reads and writes requests of a Jira Service Management project."""

    statuses = frozenset(
        {
            "Open", "Reopened", "Waiting for support", "Waiting for customer", "Pending", "In Progress",
            "Work in progress", "Escalated", "Waiting for approval", "Resolved", "Closed", "Done", "Completed",
            "Canceled", "Declined",
        }
    )  # fmt: skip
    looks: tuple[str, ...] = ("project",)
    needs: tuple[str, ...] = ("serviceDeskId", "requestTypeId")
    rewrites = True
    makes_secret = False
    words = Words(
        {
            "acknowledged": "", "inProgress": "In Progress|Work in progress|Waiting for support|Reopened|Open",
            "pending": "Waiting for customer|Pending", "held": "Pending", "resolved": "Resolved|Done|Completed",
            "rejected": "Canceled|Declined|Closed", "cancelled": "Canceled|Closed|Done",
        },
        {"critical": "Highest", "high": "High", "medium": "Medium", "low": "Low"},
    )  # fmt: skip

    def read(self, _body: Json, /) -> Document:
        """Refuse: what it sends is a hint, however it is signed."""
        raise NotAMessage("messages of this system are hints: it is asked")

    def hint(self, body: Json) -> str:
        """Return the issue's key."""
        found = body.get("issue")
        return _key(found.get("key") if isinstance(found, Mapping) else None)

    def message_id(self, headers: Mapping[str, str]) -> str:
        """Return the id of the webhook, which its retries have too."""
        return headers.get("x-atlassian-webhook-identifier", "")

    def verify(self, secret: str, headers: Mapping[str, str], body: bytes, _now: datetime) -> None:
        """Verify ``X-Hub-Signature: sha256=...``, which webhooks of its administrators have."""
        verify_hub("sha256", secret, headers, body)

    def asks(self, external_id: str) -> Sequence[str]:
        """Ask for the issue, then for its newest comments."""
        issue = f"{_ISSUE}/{_key(external_id)}"
        newest = urlencode({"orderBy": "-created", "maxResults": _NEWEST})
        return f"{issue}?{urlencode({'fields': _ASKED})}", f"{issue}/comment?{newest}"

    def credentials(self, secret: str) -> Mapping[str, str]:
        """Show an API token, ``name@example.com:TOKEN``."""
        return {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}

    def document(self, answers: Sequence[Any]) -> Document:
        """Read an issue and its comments."""
        with reading("an issue with comments"):
            issue, comments = answers[0], answers[1]["comments"]
            fields = issue["fields"]
            files = {str(each["filename"]): str(each["content"]) for each in fields.get("attachment") or ()}
            return Document(
                _key(issue["key"]), None, datetime.fromisoformat(fields["updated"]), url=_thing(issue["key"]).page,
                work_order_id=order_of(fields.get("labels") or []), fields=_plain(fields),
                status=str(fields["status"]["name"]),
                comments=tuple(_remark(each, files) for each in reversed(comments) if _shared(each)),
            )  # fmt: skip

    def whoami(self) -> Call:
        """Ask for our own user."""
        return Call("GET", "rest/api/2/myself")

    def seeks(self, order: UUID) -> Call:
        """Ask for issues with the work order's label."""
        return Call("GET", _searched(f'labels = "{correlation(order)}"', fields="key", maxResults=1))

    def sought(self, answer: Any, /) -> Thing | None:  # noqa: ANN401 - any JSON value
        """Return the issue."""
        with reading("a list of issues"):
            return _thing(answer["issues"][0]["key"]) if listed(answer["issues"]) else None

    def creates(self, order: Order, text: str, words: Words) -> Call:
        """Make a request; settings beside the three that are needed are fields of it."""
        values: dict[str, Any] = {name: value for name, value in words.settings.items() if name not in _OWN}
        values |= {"summary": order.title, "description": text, "labels": [correlation(order.id)]}
        if priority := words.priorities.get(order.priority):
            values["priority"] = {"name": priority}
        place = {name: words.settings[name] for name in ("serviceDeskId", "requestTypeId")}
        return Call("POST", "rest/servicedeskapi/request", {**place, "requestFieldValues": values})

    def created(self, answer: Any, /) -> Thing:  # noqa: ANN401 - as above
        """Return the request."""
        with reading("a request"):
            return _thing(answer["issueKey"])

    def edits(self, external_id: str, order: Order, edited: frozenset[str], words: Words) -> Call | None:
        """Change summary, description and priority."""
        fields: dict[str, Any] = {"summary": order.title} if "title" in edited else {}
        if "description" in edited:
            fields["description"] = order.description
        if "priority" in edited and (priority := words.priorities.get(order.priority)):
            fields["priority"] = {"name": priority}
        return Call("PUT", f"{_ISSUE}/{_key(external_id)}", {"fields": fields}) if fields else None

    def ways(self, external_id: str) -> Call:
        """Ask for the transitions that there are."""
        return Call("GET", f"{_ISSUE}/{_key(external_id)}/transitions")

    def moves(self, external_id: str, _order: Order, to: str, ways: Any, _words: Words, /) -> Call | None:  # noqa: ANN401 - as above
        """Take the transition that leads to a status."""
        with reading("a list of transitions"):
            leads = {str(each["to"]["name"]).casefold(): str(each["id"]) for each in ways["transitions"]}
        if to.casefold() not in leads:
            return None
        body = {"transition": {"id": leads[to.casefold()]}}
        return Call("POST", f"{_ISSUE}/{_key(external_id)}/transitions", body)

    def says(self, external_id: str, text: str) -> Call:
        """Write a comment that the customer may read."""
        where = f"rest/servicedeskapi/request/{_key(external_id)}/comment"
        return Call("POST", where, {"body": text, "public": True})

    def page(self, cursor: str, now: datetime, settings: Mapping[str, str], /) -> Call:
        """Ask for issues of the project by when they were changed, oldest first.

        JQL reads instants in the zone of whoever asks, so that minutes are counted back from now instead.
        """
        _since, minutes, token = _cursor(cursor, now)
        jql = f'project = "{settings["project"]}" AND updated >= "-{minutes}m" ORDER BY updated ASC, key ASC'
        more = {"nextPageToken": token} if token else {}
        return Call("GET", _searched(jql, fields="updated", maxResults=PAGE, **more))

    def paged(self, answer: Any, cursor: str, now: datetime, /) -> Page:  # noqa: ANN401 - as above
        """Return their keys; a page that is not the last has a token, which belongs to the same question."""
        since, minutes, _token = _cursor(cursor, now)
        with reading("a list of issues"):
            found = tuple(
                Changed(_key(each["key"]), datetime.fromisoformat(each["fields"]["updated"]))
                for each in listed(answer["issues"])
            )
            token = answer.get("nextPageToken")
        newest = max((each.at for each in found), default=None)
        if token:
            return Page(found, f"{(newest or since).isoformat()} {minutes} {token}", more=True)
        return Page(found, (newest - OVERLAP if newest else since).isoformat(), more=False)

    def anew(self, cursor: str) -> str:
        """Leave the token away: it is of one question only, of one project, and not for ever."""
        return cursor.partition(" ")[0]


def _cursor(cursor: str, now: datetime) -> tuple[datetime, int, str]:
    """Return since when, how many minutes that was ago when the round began, and the token of the next page."""
    since, _, rest = cursor.partition(" ")
    minutes, _, token = rest.partition(" ")
    at = datetime.fromisoformat(since)
    return at, int(minutes) if minutes else max(1, ceil((now - at) / timedelta(minutes=1)) + 1), token


def _searched(jql: str, **asked: str | int) -> str:
    return f"{_SEARCH}?{urlencode({'jql': jql, **asked}, quote_via=quote)}"


def _key(found: object) -> str:
    if not isinstance(found, str) or not _KEY.fullmatch(found):
        raise NotAMessage("it does not say which issue it is about: issue.key")
    return found


def _thing(key: object) -> Thing:
    return Thing(_key(key), f"browse/{_key(key)}")


def _plain(fields: Json) -> dict[str, Any]:
    named = {name: {"name": fields[name]["name"]} for name in ("priority", "issuetype") if fields.get(name)}
    return {**{name: fields[name] for name in ("summary", "description") if fields.get(name)}, **named}


def _shared(comment: Json) -> bool:
    everybody = comment["jsdPublic"] is True and not comment.get("visibility")
    return everybody and bool(str(comment["body"]).strip()) and not is_ours(str(comment["body"]))


def _remark(comment: Json, files: Mapping[str, str]) -> Remark:
    """Return a comment with those files of the issue that its text names: others may be for agents only."""
    body = str(comment["body"]).replace("\0", "").strip()
    named = dict.fromkeys(name for pair in _EMBEDDED.findall(body) for name in pair if name in files)
    return Remark(str(int(comment["id"])), body, tuple(Link(name, files[name]) for name in named))
