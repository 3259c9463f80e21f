"""The bodies that come in: trouble tickets of version 4 and 5, and parts of them."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from kit.instants import Instant
from workorders.core.custom import storable
from workorders.fields import Line

MOST_BYTES: Final = 5 * 1024 * 1024
"""Of a file that comes inside a ticket; larger ones go to the work order's own attachments."""
MOST_BASE64: Final = -(-MOST_BYTES // 3) * 4

Word = Annotated[str, StringConstraints(max_length=200), AfterValidator(storable)]
Text = Annotated[str, StringConstraints(max_length=4000), AfterValidator(storable)]
Url = Annotated[str, StringConstraints(max_length=2000), AfterValidator(storable)]


class Typed(BaseModel):
    """An object of the standard: it may say its type, and what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)
    at_type: Word | None = Field(None, alias="@type")
    at_base_type: Word | None = Field(None, alias="@baseType")
    at_schema_location: Url | None = Field(None, alias="@schemaLocation")


class Reference(Typed):
    """Something that is kept elsewhere."""

    id: Line
    href: Url | None = None
    name: Line | None = None
    referred_type: Word | None = Field(None, alias="@referredType")


class Note(Typed):
    """A remark. Its author and date are those of the request that brings it, whatever it says."""

    id: Line | None = None
    author: Word | None = None
    date: Instant | None = None
    text: Annotated[Text, StringConstraints(min_length=1)]


class PartyV4(Reference):
    """Somebody whom the ticket is about."""

    role: Word | None = None


class PartyRef(Reference):
    """Whom a related party of version 5 refers to."""

    party_id: Line | None = None
    party_name: Line | None = None


class PartyV5(Typed):
    """Somebody whom the ticket is about, by its role."""

    role: Word
    party_or_party_role: PartyRef


class EntityV4(Reference):
    """Something that the ticket is about."""

    role: Word


class EntityV5(Typed):
    """Something that the ticket is about, by its role."""

    role: Word
    entity: Reference


class Relation(Reference):
    """Another ticket."""

    relationship_type: Word


class ExternalIdentifier(Typed):
    """What another system calls the ticket."""

    owner: Word | None = None
    external_identifier_type: Word | None = None
    id: Line


class Characteristic(Typed):
    """One of the client's own fields."""

    id: Line | None = None
    name: Line
    value_type: Word | None = None
    value: Any = None
    characteristic_relationship: tuple[Any, ...] = ()


class Attachment(Typed):
    """A file in base64, or the address of one that lies elsewhere. What it is, its own bytes say."""

    id: Line | None = None
    href: Url | None = None
    name: Word | None = None
    description: Text | None = None
    attachment_type: Word | None = None
    mime_type: Word | None = None
    content: Annotated[str, StringConstraints(max_length=MOST_BASE64)] | None = None
    url: Url | None = None
    size: Any = None
    valid_for: Any = None
    referred_type: Word | None = Field(None, alias="@referredType")


class _Body(Typed):
    """What both versions say in a body; in a change, absent is unchanged and null is empty."""

    name: Word | None = None
    description: Text | None = None
    severity: Word | None = None
    priority: Word | None = None
    ticket_type: Word | None = None
    ticket_status: Word | None = Field(None, alias="status")
    status_change_reason: Text | None = None
    pending_on: Word | None = None
    requested_resolution_date: Instant | None = None
    expected_resolution_date: Instant | None = None
    channel_ref: Reference | None = Field(None, alias="channel")
    relations: Annotated[tuple[Relation, ...], Field(max_length=20)] | None = Field(
        None, alias="troubleTicketRelationship"
    )
    notes: Annotated[tuple[Note, ...], Field(max_length=100)] | None = Field(None, alias="note")
    attachments: Annotated[tuple[Attachment, ...], Field(max_length=20)] | None = Field(None, alias="attachment")


class PatchV4(_Body):
    """A change of a ticket in version 4."""

    external_id: Line | None = None
    related_party: Annotated[tuple[PartyV4, ...], Field(max_length=10)] | None = None
    related_entity: Annotated[tuple[EntityV4, ...], Field(max_length=20)] | None = None


class PatchV5(_Body):
    """A change of a ticket in version 5."""

    external_identifier: Annotated[tuple[ExternalIdentifier, ...], Field(max_length=10)] | None = None
    related_party: Annotated[tuple[PartyV5, ...], Field(max_length=10)] | None = None
    related_entity: Annotated[tuple[EntityV5, ...], Field(max_length=20)] | None = None
    characteristics: Annotated[tuple[Characteristic, ...], Field(max_length=50)] | None = Field(
        None, alias="troubleTicketCharacteristic"
    )


class NewV4(PatchV4):
    """A ticket of version 4 that is made. The dates that the server keeps are taken, and not believed."""

    description: Text
    severity: Word
    ticket_type: Word
    creation_date: Instant | None = None
    last_update: Instant | None = None
    resolution_date: Instant | None = None
    status_change_date: Instant | None = None
    status_change: tuple[Any, ...] | None = None


class NewV5(PatchV5):
    """A ticket of version 5 that is made. The dates that the server keeps are taken, and not believed."""

    description: Text
    severity: Word
    ticket_type: Word
    resolution_date: Instant | None = None
    status_change_date: Instant | None = None


Patch = PatchV4 | PatchV5
New = NewV4 | NewV5


class Nothing(BaseModel):
    """The body of a request that has none."""
