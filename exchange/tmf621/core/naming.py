"""What the parts of a trouble ticket are called: in which version, and what a work order calls the same."""

from __future__ import annotations

from typing import Final

STATUSES: Final = frozenset(
    {"acknowledged", "rejected", "pending", "held", "inProgress", "cancelled", "closed", "resolved"}
)

_BOTH: Final = ("v4", "v5")
ATTRIBUTES: Final = {
    **dict.fromkeys(
        (
            "id", "href", "name", "description", "severity", "priority", "ticketType", "status", "statusChangeReason",
            "statusChangeDate", "pendingOn", "creationDate", "lastUpdate", "requestedResolutionDate",
            "expectedResolutionDate", "resolutionDate", "channel", "relatedParty", "relatedEntity",
            "troubleTicketRelationship", "note", "attachment", "@type", "@baseType", "@schemaLocation",
        ),
        _BOTH,
    ),
    **dict.fromkeys(("externalId", "statusChange"), ("v4",)),
    **dict.fromkeys(
        (
            "externalIdentifier", "statusChangeHistory", "troubleTicketCharacteristic", "troubleTicketSpecification",
        ),
        ("v5",),
    ),
}  # fmt: skip
"""Every attribute that the standard gives a ticket (and our ``pendingOn``), and the versions that have it."""

BESIDE: Final = frozenset({"note", "attachment", "statusChangeDate", "statusChange", "statusChangeHistory"})
"""What does not stand in a work order's own row: lists show it when ``fields`` names it."""

FILTERS: Final = {
    "id": "id", "name": "title", "description": "description", "severity": "severity", "priority": "priority",
    "ticketType": "type", "status": "status", "statusChangeReason": "status_reason", "pendingOn": "pending_on",
    "creationDate": "created_at", "lastUpdate": "updated_at", "resolutionDate": "resolved_at",
    "requestedResolutionDate": "requested_resolution_at", "expectedResolutionDate": "expected_resolution_at",
    "externalId": "external_ref", "channel.id": "channel", "relatedParty.id": "parties.id",
    "relatedParty.name": "parties.name", "relatedEntity.id": "related.id", "relatedEntity.name": "related.name",
    "troubleTicketRelationship.id": "relationships.id",
}  # fmt: skip
"""What tickets can be found by, and the filter of work orders that does it."""

FIELDS: Final = {
    "title": "name", "type": "ticketType", "requested_resolution_at": "requestedResolutionDate",
    "expected_resolution_at": "expectedResolutionDate", "parties": "relatedParty", "related": "relatedEntity",
    "relationships": "troubleTicketRelationship", "external_ref": "externalIdentifier",
    "custom": "troubleTicketCharacteristic", "to": "status", "reason": "statusChangeReason", "pending_on": "pendingOn",
    "body": "note",
}  # fmt: skip
"""What a field of ours is called in a refusal; the others have one name."""
