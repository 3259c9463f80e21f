"""What TMF621 says of its objects: facts of TM Forum's published swagger 4.0.0 and OpenAPI 5.0.1, and a check by them.

A type is ``string``, ``instant``, ``status``, ``any``, the name of an object, or such a name in brackets for an array.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

STATUSES = {"acknowledged", "rejected", "pending", "held", "inProgress", "cancelled", "closed", "resolved"}
OURS = {"pendingOn"}
"""An attribute of our own, which the standard allows."""


def _all(kind: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, kind)


_TYPES = _all("string", "@type", "@baseType", "@schemaLocation")
_REF = {**_TYPES, **_all("string", "id", "href", "name", "@referredType")}
_TICKET = {
    **_TYPES,
    **_all("string", "id", "href", "name", "description", "severity", "priority", "ticketType", "statusChangeReason"),
    **_all(
        "instant", "creationDate", "lastUpdate", "requestedResolutionDate", "expectedResolutionDate", "resolutionDate",
        "statusChangeDate",
    ),
    "status": "status", "channel": "ChannelRef", "note": "[Note]", "attachment": "[Attachment]",
    "relatedEntity": "[RelatedEntity]", "relatedParty": "[RelatedParty]",
    "troubleTicketRelationship": "[TroubleTicketRelationship]",
}  # fmt: skip
_NOTE = {**_TYPES, "id": "string", "author": "string", "date": "instant", "text": "string"}
_ATTACHMENT = {
    **_REF, **_all("string", "attachmentType", "content", "description", "mimeType", "url"), "size": "Quantity",
    "validFor": "any",
}  # fmt: skip
_QUANTITY = {"amount": "any", "units": "string"}
_RELATION = {**_REF, "relationshipType": "string"}
_EVENT = {
    **_all("string", "eventId", "eventType", "correlationId", "domain", "title", "description", "priority"),
    "eventTime": "instant", "event": "Payload",
}  # fmt: skip
_ERROR = {**_TYPES, **_all("string", "code", "reason", "message", "status", "referenceError")}

PROPERTIES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "v4": {
        "TroubleTicket": {**_TICKET, "externalId": "string", "statusChange": "[StatusChange]"},
        "ChannelRef": _REF,
        "Note": _NOTE,
        "Attachment": _ATTACHMENT,
        "Quantity": _QUANTITY,
        "RelatedEntity": {**_REF, "role": "string"},
        "RelatedParty": {**_REF, "role": "string"},
        "TroubleTicketRelationship": _RELATION,
        "StatusChange": {**_TYPES, "changeDate": "instant", "changeReason": "string", "status": "status"},
        "Event": {**_EVENT, "id": "string", "href": "string", "timeOcurred": "instant", "fieldPath": "string"},
        "Payload": {"troubleTicket": "TroubleTicket"},
        "Error": _ERROR,
        "Hub": _all("string", "id", "callback", "query"),
    },
    "v5": {
        "TroubleTicket": {
            **_TICKET, "externalIdentifier": "[ExternalIdentifier]", "statusChangeHistory": "[StatusChange]",
            "troubleTicketSpecification": "any", "troubleTicketCharacteristic": "[Characteristic]",
        },
        "ChannelRef": _REF,
        "Note": _NOTE,
        "Attachment": _ATTACHMENT,
        "Quantity": _QUANTITY,
        "RelatedEntity": {**_TYPES, "role": "string", "entity": "EntityRef"},
        "EntityRef": _REF,
        "RelatedParty": {**_TYPES, "role": "string", "partyOrPartyRole": "PartyRef"},
        "PartyRef": _REF,
        "TroubleTicketRelationship": _RELATION,
        "ExternalIdentifier": {**_TYPES, **_all("string", "owner", "externalIdentifierType", "id")},
        "Characteristic": {**_TYPES, "id": "string", "name": "string", "valueType": "string", "value": "any"},
        "StatusChange": {**_TYPES, "statusChangeDate": "instant", "statusChangeReason": "string", "status": "status"},
        "Event": {**_EVENT, **_TYPES, "id": "string", "href": "string", "timeOccurred": "instant"},
        "Payload": {"troubleTicket": "TroubleTicket", "informationRequired": "JsonPatch"},
        "JsonPatch": _all("string", "op", "path"),
        "Error": _ERROR,
        "Hub": {**_TYPES, **_all("string", "id", "callback", "query")},
    },
}  # fmt: skip
REQUIRED: Mapping[str, Mapping[str, set[str]]] = {
    "v4": {
        "ChannelRef": {"id"}, "RelatedEntity": {"id", "role", "@referredType"}, "RelatedParty": {"id", "@referredType"},
        "Error": {"code", "reason"}, "Hub": {"id", "callback"},
    },
    "v5": {
        **{name: {"@type"} for name in PROPERTIES["v5"] if name not in {"Payload", "JsonPatch", "Quantity"}},
        "TroubleTicket": {"@type", "id", "href"}, "ChannelRef": {"@type", "id"}, "EntityRef": {"@type", "id"},
        "PartyRef": {"@type", "id"}, "TroubleTicketRelationship": {"@type", "id"}, "Error": {"@type", "code", "reason"},
        "Hub": {"@type", "callback"},
    },
}  # fmt: skip
NEW = {"description", "severity", "ticketType"}
"""What a new ticket must say, in both versions."""
EVENTS = {
    f"TroubleTicket{name}Event"
    for name in ("Create", "AttributeValueChange", "StatusChange", "Delete", "Resolved", "InformationRequired")
}


def faults(version: str, kind: str, document: Any, where: str = "") -> Iterator[str]:
    """Yield where an object is not as the version says."""
    if kind.startswith("["):
        if not isinstance(document, list):
            yield f"{where}: no array"
            return
        for n, each in enumerate(document):
            yield from faults(version, kind[1:-1], each, f"{where}/{n}")
    elif kind in PROPERTIES[version]:
        known = PROPERTIES[version][kind]
        missing = REQUIRED[version].get(kind, set()) - set(document)
        yield from (f"{where}/{name}: missing" for name in sorted(missing))
        for name, value in document.items():
            if name in known:
                yield from faults(version, known[name], value, f"{where}/{name}")
            elif name not in OURS:
                yield f"{where}/{name}: unknown"
    elif not _fits(kind, document):
        yield f"{where}: {document!r} is no {kind}"


def _fits(kind: str, value: Any) -> bool:
    if kind == "any":
        return True
    if not isinstance(value, str):
        return False
    if kind == "instant":
        return datetime.fromisoformat(value).tzinfo is not None
    return kind == "string" or value in STATUSES
