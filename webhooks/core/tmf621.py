"""A work order as TM Forum's TMF621 writes a trouble ticket, in its versions 4 and 5, and the events about it.

Version 5 names the type of every object in ``@type`` and puts references one level deeper; else the two say the same.
What the standard has no word for is left out; ``pendingOn`` is ours (docs/tmf621.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

BASE: Final = "/tmf-api/troubleTicket"
FORMATS: Final[Mapping[str, Literal["tmf621_v4", "tmf621_v5"]]] = {"v4": "tmf621_v4", "v5": "tmf621_v5"}
"""The forms of endpoints, by version."""
OWNER: Final = "tmf621"
"""Whose an external id is that says no owner of its own: version 4 has no place for one."""
PARTY: Final = "Party"
RELATED: Final = "related"

_EVENTS: Final = {
    "work_order.created": "TroubleTicketCreateEvent",
    "work_order.updated": "TroubleTicketAttributeValueChangeEvent",
    "work_order.comment.created": "TroubleTicketAttributeValueChangeEvent",
    "work_order.attachment.added": "TroubleTicketAttributeValueChangeEvent",
    "work_order.status_changed": "TroubleTicketStatusChangeEvent",
    "work_order.reopened": "TroubleTicketStatusChangeEvent",
    "work_order.closed": "TroubleTicketStatusChangeEvent",
    "work_order.cancelled": "TroubleTicketStatusChangeEvent",
    "work_order.resolved": "TroubleTicketResolvedEvent",
    "work_order.info.requested": "TroubleTicketInformationRequiredEvent",
}
"""What TMF621 calls our events; the others have no name there. Nothing is ever deleted, so no delete event either."""
_ATTRIBUTES: Final = {
    "title": "name", "description": "description", "priority": "priority", "severity": "severity",
    "requested_resolution_at": "requestedResolutionDate", "expected_resolution_at": "expectedResolutionDate",
    "parties": "relatedParty", "related": "relatedEntity", "relationships": "troubleTicketRelationship",
    "external_ref": "externalId",
}  # fmt: skip
_CHARACTERISTICS: Final = {
    str: "StringCharacteristic", bool: "BooleanCharacteristic", int: "IntegerCharacteristic",
    dict: "ObjectCharacteristic",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edition:
    """Which version is written, and the installation's own address, which every ``href`` begins with."""

    version: str
    public_url: str = ""

    @property
    def is_v5(self) -> bool:
        """Say whether it is version 5."""
        return self.version == "v5"

    def href(self, ticket_id: str) -> str:
        """Return the address of a ticket."""
        return f"{self.public_url}{BASE}/{self.version}/troubleTicket/{ticket_id}"

    def typed(self, kind: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return an object without its empty members; version 5 says its type."""
        said = {name: value for name, value in document.items() if value is not None}
        return {**said, "@type": kind} if self.is_v5 else said


@dataclass(frozen=True, slots=True)
class Beside:
    """What a ticket shows beside the work order's own document; None: not shown."""

    comments: Sequence[Mapping[str, Any]] | None = None
    """Oldest first. Internal ones are never shown, whoever reads."""
    history: Sequence[Mapping[str, Any]] | None = None
    """Entries as the history of the work order has them, oldest first."""
    attachments: Sequence[Mapping[str, Any]] | None = None
    """Oldest first; internal ones are never shown."""


def status_of(native: str) -> str:
    """Return a status in the words of the standard, which knows no work that nobody has acknowledged."""
    return "acknowledged" if native == "submitted" else native


def event_types(names: Sequence[str] | None = None) -> list[str]:
    """Return our types of events that these of the standard stand for; None: all that it has.

    Raises ``KeyError`` for one that is not sent.
    """
    if names is None:
        return list(_EVENTS)
    for name in names:
        if name not in _EVENTS.values():
            raise KeyError(name)
    return [ours for ours, theirs in _EVENTS.items() if theirs in names]


def written(order: Mapping[str, Any], edition: Edition, beside: Beside | None = None) -> dict[str, Any]:
    """Return a work order's document as a trouble ticket."""
    beside = beside or Beside()
    made = {
        "id": order["id"],
        "href": edition.href(order["id"]),
        "name": order["title"],
        "description": order["description"],
        "severity": str(order["severity"]).capitalize(),
        "priority": str(order["priority"]).capitalize(),
        "ticketType": order["type"],
        "status": status_of(order["status"]),
        "statusChangeReason": order["status_reason"],
        "pendingOn": order["pending_on"],
        "creationDate": order["created_at"],
        "lastUpdate": order["updated_at"],
        "requestedResolutionDate": order["requested_resolution_at"],
        "expectedResolutionDate": order["expected_resolution_at"],
        "resolutionDate": order["resolved_at"],
        "channel": _channel(order["channel"], edition),
        "relatedParty": [_party(each, edition) for each in order["parties"]],
        "relatedEntity": [_entity(each, edition) for each in order["related"]],
        "troubleTicketRelationship": [_relation(each, edition) for each in order["relationships"]],
        **_external(order["external_ref"], edition),
        **_characteristics(order["custom"], edition),
        **_beside(beside, edition),
        "@type": "TroubleTicket",
    }
    return {name: value for name, value in made.items() if value is not None}


def event(native: Mapping[str, Any], edition: Edition) -> dict[str, Any] | None:
    """Return the body of an event (``webhooks.core.events``) as TMF621 writes it; None: it has no such event."""
    kind = _EVENTS.get(native["type"])
    if kind is None:
        return None
    data = native["data"]
    comments = [data["comment"]] if "comment" in data else None
    files = [data["attachment"]] if "attachment" in data else None
    payload: dict[str, Any] = {"troubleTicket": written(data, edition, Beside(comments, attachments=files))}
    changed, paths = "timeOccurred" if edition.is_v5 else "timeOcurred", _paths(native)
    if edition.is_v5 and "info_request" in data:
        payload["informationRequired"] = {"op": "add", "path": paths[0]}
    made = {
        "eventId": native["id"],
        "eventTime": native["timestamp"],
        changed: native["timestamp"],
        "eventType": kind,
        "correlationId": native["correlationid"],
        "domain": "troubleTicket",
        "title": kind,
        "fieldPath": ",".join(paths) if paths and not edition.is_v5 else None,
        "event": payload,
        "@baseType": "Event" if edition.is_v5 else None,
    }
    return edition.typed(kind, made)


def _paths(native: Mapping[str, Any]) -> list[str]:
    """Return what an event is about, as JSON pointers into the ticket."""
    data = native["data"]
    if "comment" in data:
        return ["/note"]
    if "attachment" in data:
        return ["/attachment"]
    if "info_request" in data:
        return [data["info_request"].get("path") or "/note"]
    if native["type"] != "work_order.updated":
        return []
    return [f"/{_ATTRIBUTES[name]}" for name in data["changes"] if name in _ATTRIBUTES]


def _channel(code: str | None, edition: Edition) -> dict[str, Any] | None:
    return None if code is None else edition.typed("ChannelRef", {"id": code, "name": code})


def _party(party: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    known = {"id": party["id"] or party["name"], "name": party["name"], "@referredType": PARTY}
    if not edition.is_v5:
        return {**known, "role": party["role"]}
    inner = edition.typed("PartyRef", known)
    return edition.typed("RelatedPartyRefOrPartyRoleRef", {"role": party["role"], "partyOrPartyRole": inner})


def _entity(thing: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    referred, _, role = thing["type"].partition(".")
    known = {"id": thing["id"], "name": thing["name"], "@referredType": referred}
    if not edition.is_v5:
        return edition.typed("RelatedEntity", {**known, "role": role or RELATED})
    inner = edition.typed("EntityRef", known)
    return edition.typed("RelatedEntity", {"role": role or RELATED, "entity": inner})


def _relation(relation: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    other = str(relation["id"])
    known = {"id": other, "href": edition.href(other), "relationshipType": relation["type"]}
    return edition.typed("TroubleTicketRelationship", known)


def _external(refs: Sequence[Mapping[str, Any]], edition: Edition) -> dict[str, Any]:
    if not edition.is_v5:
        own = [ref["id"] for ref in refs if ref["owner"] == OWNER] or [ref["id"] for ref in refs]
        return {"externalId": own[0] if own else None}
    shown = [{"owner": ref["owner"], "externalIdentifierType": ref["type"], "id": ref["id"]} for ref in refs]
    return {"externalIdentifier": [edition.typed("ExternalIdentifier", each) for each in shown]}


def _characteristics(custom: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    if not edition.is_v5:
        return {}
    shown = [
        edition.typed(_CHARACTERISTICS.get(type(value), "Characteristic"), {"name": name, "value": value})
        for name, value in custom.items()
    ]
    return {"troubleTicketCharacteristic": shown}


def _beside(beside: Beside, edition: Edition) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if beside.comments is not None:
        shown = [each for each in beside.comments if each["visibility"] == "shared"]
        made["note"] = [
            edition.typed("Note", {"id": c["id"], "author": c["author"]["name"], "date": c["created_at"],
                                   "text": c["body"]})
            for c in shown
        ]  # fmt: skip
    if beside.history is not None:
        steps = _steps(beside.history)
        made["statusChangeDate"] = steps[-1][0] if steps else None
        made["statusChangeHistory" if edition.is_v5 else "statusChange"] = [_step(s, edition) for s in steps]
    if beside.attachments is not None:
        made["attachment"] = [_attachment(a, edition) for a in beside.attachments if a["visibility"] == "shared"]
    return made


def _attachment(file: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    """Return an attachment; only a clean file, and a moment of the recording, has an address."""
    where = f"{edition.public_url}{file['href']}" if file.get("href") else None
    size = file.get("size")
    made = {
        "id": file["id"], "name": file["name"], "attachmentType": file["kind"], "mimeType": file.get("mime_type"),
        "size": None if size is None else {"amount": size, "units": "byte"}, "url": where,
    }  # fmt: skip
    return edition.typed("Attachment", made)


def _step(step: tuple[str, str | None, str], edition: Edition) -> dict[str, Any]:
    at, reason, status = step
    names = ("statusChangeDate", "statusChangeReason") if edition.is_v5 else ("changeDate", "changeReason")
    return edition.typed("StatusChange", {names[0]: at, names[1]: reason, "status": status})


def _steps(history: Sequence[Mapping[str, Any]]) -> list[tuple[str, str | None, str]]:
    """Return when the status changed, why, and to what; what reads the same as before is no change here."""
    steps: list[tuple[str, str | None, str]] = []
    reason: str | None = None
    for entry in history:
        changes = entry.get("changes", {})
        reason = changes["status_reason"][1] if "status_reason" in changes else reason
        if entry["kind"] != "WorkOrderCreated" and "status" not in changes:
            continue
        status = status_of(changes["status"][1] if "status" in changes else entry["status"])
        if not steps or steps[-1][2] != status:
            steps.append((entry["at"], reason, status))
    return steps
