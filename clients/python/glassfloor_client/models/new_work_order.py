from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.new_work_order_priority import NewWorkOrderPriority
from ..models.new_work_order_severity import NewWorkOrderSeverity
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef
    from ..models.new_work_order_custom import NewWorkOrderCustom
    from ..models.party_of import PartyOf
    from ..models.related_thing import RelatedThing
    from ..models.relationship import Relationship


T = TypeVar("T", bound="NewWorkOrder")


@_attrs_define
class NewWorkOrder:
    """What is asked of the other side.

    Attributes:
        type_ (str):
        title (None | str | Unset):
        description (str | Unset):  Default: ''.
        priority (NewWorkOrderPriority | Unset):  Default: NewWorkOrderPriority.MEDIUM.
        severity (NewWorkOrderSeverity | Unset):  Default: NewWorkOrderSeverity.MINOR.
        connection (None | str | Unset):
        requested_resolution_at (datetime.datetime | None | Unset):
        channel (None | str | Unset):
        parties (list[PartyOf] | Unset):
        related (list[RelatedThing] | Unset):
        relationships (list[Relationship] | Unset):
        external_ref (list[ExternalRef] | Unset):
        custom (NewWorkOrderCustom | Unset):
    """

    type_: str
    title: str | Unset | None = UNSET
    description: str | Unset = ""
    priority: NewWorkOrderPriority | Unset = NewWorkOrderPriority.MEDIUM
    severity: NewWorkOrderSeverity | Unset = NewWorkOrderSeverity.MINOR
    connection: str | Unset | None = UNSET
    requested_resolution_at: datetime.datetime | Unset | None = UNSET
    channel: str | Unset | None = UNSET
    parties: list[PartyOf] | Unset = UNSET
    related: list[RelatedThing] | Unset = UNSET
    relationships: list[Relationship] | Unset = UNSET
    external_ref: list[ExternalRef] | Unset = UNSET
    custom: NewWorkOrderCustom | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        title: str | Unset | None
        if isinstance(self.title, Unset):
            title = UNSET
        else:
            title = self.title

        description = self.description

        priority: str | Unset = UNSET
        if not isinstance(self.priority, Unset):
            priority = self.priority.value

        severity: str | Unset = UNSET
        if not isinstance(self.severity, Unset):
            severity = self.severity.value

        connection: str | Unset | None
        if isinstance(self.connection, Unset):
            connection = UNSET
        else:
            connection = self.connection

        requested_resolution_at: str | Unset | None
        if isinstance(self.requested_resolution_at, Unset):
            requested_resolution_at = UNSET
        elif isinstance(self.requested_resolution_at, datetime.datetime):
            requested_resolution_at = self.requested_resolution_at.isoformat()
        else:
            requested_resolution_at = self.requested_resolution_at

        channel: str | Unset | None
        if isinstance(self.channel, Unset):
            channel = UNSET
        else:
            channel = self.channel

        parties: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.parties, Unset):
            parties = []
            for parties_item_data in self.parties:
                parties_item = parties_item_data.to_dict()
                parties.append(parties_item)

        related: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.related, Unset):
            related = []
            for related_item_data in self.related:
                related_item = related_item_data.to_dict()
                related.append(related_item)

        relationships: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.relationships, Unset):
            relationships = []
            for relationships_item_data in self.relationships:
                relationships_item = relationships_item_data.to_dict()
                relationships.append(relationships_item)

        external_ref: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.external_ref, Unset):
            external_ref = []
            for external_ref_item_data in self.external_ref:
                external_ref_item = external_ref_item_data.to_dict()
                external_ref.append(external_ref_item)

        custom: dict[str, Any] | Unset = UNSET
        if not isinstance(self.custom, Unset):
            custom = self.custom.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
            }
        )
        if title is not UNSET:
            field_dict["title"] = title
        if description is not UNSET:
            field_dict["description"] = description
        if priority is not UNSET:
            field_dict["priority"] = priority
        if severity is not UNSET:
            field_dict["severity"] = severity
        if connection is not UNSET:
            field_dict["connection"] = connection
        if requested_resolution_at is not UNSET:
            field_dict["requested_resolution_at"] = requested_resolution_at
        if channel is not UNSET:
            field_dict["channel"] = channel
        if parties is not UNSET:
            field_dict["parties"] = parties
        if related is not UNSET:
            field_dict["related"] = related
        if relationships is not UNSET:
            field_dict["relationships"] = relationships
        if external_ref is not UNSET:
            field_dict["external_ref"] = external_ref
        if custom is not UNSET:
            field_dict["custom"] = custom

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415
        from ..models.new_work_order_custom import NewWorkOrderCustom  # noqa: PLC0415
        from ..models.party_of import PartyOf  # noqa: PLC0415
        from ..models.related_thing import RelatedThing  # noqa: PLC0415
        from ..models.relationship import Relationship  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        def _parse_title(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        title = _parse_title(d.pop("title", UNSET))

        description = d.pop("description", UNSET)

        _priority = d.pop("priority", UNSET)
        priority: NewWorkOrderPriority | Unset
        if isinstance(_priority, Unset):
            priority = UNSET
        else:
            priority = NewWorkOrderPriority(_priority)

        _severity = d.pop("severity", UNSET)
        severity: NewWorkOrderSeverity | Unset
        if isinstance(_severity, Unset):
            severity = UNSET
        else:
            severity = NewWorkOrderSeverity(_severity)

        def _parse_connection(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        connection = _parse_connection(d.pop("connection", UNSET))

        def _parse_requested_resolution_at(data: object) -> datetime.datetime | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                requested_resolution_at_type_0 = datetime.datetime.fromisoformat(data)

                return requested_resolution_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        requested_resolution_at = _parse_requested_resolution_at(d.pop("requested_resolution_at", UNSET))

        def _parse_channel(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        channel = _parse_channel(d.pop("channel", UNSET))

        _parties = d.pop("parties", UNSET)
        parties: list[PartyOf] | Unset = UNSET
        if _parties is not UNSET:
            parties = []
            for parties_item_data in _parties:
                parties_item = PartyOf.from_dict(parties_item_data)

                parties.append(parties_item)

        _related = d.pop("related", UNSET)
        related: list[RelatedThing] | Unset = UNSET
        if _related is not UNSET:
            related = []
            for related_item_data in _related:
                related_item = RelatedThing.from_dict(related_item_data)

                related.append(related_item)

        _relationships = d.pop("relationships", UNSET)
        relationships: list[Relationship] | Unset = UNSET
        if _relationships is not UNSET:
            relationships = []
            for relationships_item_data in _relationships:
                relationships_item = Relationship.from_dict(relationships_item_data)

                relationships.append(relationships_item)

        _external_ref = d.pop("external_ref", UNSET)
        external_ref: list[ExternalRef] | Unset = UNSET
        if _external_ref is not UNSET:
            external_ref = []
            for external_ref_item_data in _external_ref:
                external_ref_item = ExternalRef.from_dict(external_ref_item_data)

                external_ref.append(external_ref_item)

        _custom = d.pop("custom", UNSET)
        custom: NewWorkOrderCustom | Unset
        if isinstance(_custom, Unset):
            custom = UNSET
        else:
            custom = NewWorkOrderCustom.from_dict(_custom)

        new_work_order = cls(
            type_=type_,
            title=title,
            description=description,
            priority=priority,
            severity=severity,
            connection=connection,
            requested_resolution_at=requested_resolution_at,
            channel=channel,
            parties=parties,
            related=related,
            relationships=relationships,
            external_ref=external_ref,
            custom=custom,
        )

        return new_work_order
