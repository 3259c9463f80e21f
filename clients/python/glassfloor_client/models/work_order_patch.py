from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.work_order_patch_priority_type_0 import WorkOrderPatchPriorityType0
from ..models.work_order_patch_severity_type_0 import WorkOrderPatchSeverityType0
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef
    from ..models.party_of import PartyOf
    from ..models.related_thing import RelatedThing
    from ..models.relationship import Relationship
    from ..models.work_order_patch_custom_type_0 import WorkOrderPatchCustomType0


T = TypeVar("T", bound="WorkOrderPatch")


@_attrs_define
class WorkOrderPatch:
    """A JSON merge-patch (RFC 7396): what is left out stays, null empties, ``custom`` merges, an array is replaced.

    Attributes:
        title (None | str | Unset):
        description (None | str | Unset):
        priority (None | Unset | WorkOrderPatchPriorityType0):
        severity (None | Unset | WorkOrderPatchSeverityType0):
        requested_resolution_at (datetime.datetime | None | Unset):
        expected_resolution_at (datetime.datetime | None | Unset):
        parties (list[PartyOf] | None | Unset):
        related (list[RelatedThing] | None | Unset):
        relationships (list[Relationship] | None | Unset):
        external_ref (list[ExternalRef] | None | Unset):
        custom (None | Unset | WorkOrderPatchCustomType0):
    """

    title: str | Unset | None = UNSET
    description: str | Unset | None = UNSET
    priority: Unset | WorkOrderPatchPriorityType0 | None = UNSET
    severity: Unset | WorkOrderPatchSeverityType0 | None = UNSET
    requested_resolution_at: datetime.datetime | Unset | None = UNSET
    expected_resolution_at: datetime.datetime | Unset | None = UNSET
    parties: list[PartyOf] | Unset | None = UNSET
    related: list[RelatedThing] | Unset | None = UNSET
    relationships: list[Relationship] | Unset | None = UNSET
    external_ref: list[ExternalRef] | Unset | None = UNSET
    custom: Unset | WorkOrderPatchCustomType0 | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.work_order_patch_custom_type_0 import WorkOrderPatchCustomType0  # noqa: PLC0415

        title: str | Unset | None
        if isinstance(self.title, Unset):
            title = UNSET
        else:
            title = self.title

        description: str | Unset | None
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        priority: str | Unset | None
        if isinstance(self.priority, Unset):
            priority = UNSET
        elif isinstance(self.priority, WorkOrderPatchPriorityType0):
            priority = self.priority.value
        else:
            priority = self.priority

        severity: str | Unset | None
        if isinstance(self.severity, Unset):
            severity = UNSET
        elif isinstance(self.severity, WorkOrderPatchSeverityType0):
            severity = self.severity.value
        else:
            severity = self.severity

        requested_resolution_at: str | Unset | None
        if isinstance(self.requested_resolution_at, Unset):
            requested_resolution_at = UNSET
        elif isinstance(self.requested_resolution_at, datetime.datetime):
            requested_resolution_at = self.requested_resolution_at.isoformat()
        else:
            requested_resolution_at = self.requested_resolution_at

        expected_resolution_at: str | Unset | None
        if isinstance(self.expected_resolution_at, Unset):
            expected_resolution_at = UNSET
        elif isinstance(self.expected_resolution_at, datetime.datetime):
            expected_resolution_at = self.expected_resolution_at.isoformat()
        else:
            expected_resolution_at = self.expected_resolution_at

        parties: list[dict[str, Any]] | Unset | None
        if isinstance(self.parties, Unset):
            parties = UNSET
        elif isinstance(self.parties, list):
            parties = []
            for parties_type_0_item_data in self.parties:
                parties_type_0_item = parties_type_0_item_data.to_dict()
                parties.append(parties_type_0_item)

        else:
            parties = self.parties

        related: list[dict[str, Any]] | Unset | None
        if isinstance(self.related, Unset):
            related = UNSET
        elif isinstance(self.related, list):
            related = []
            for related_type_0_item_data in self.related:
                related_type_0_item = related_type_0_item_data.to_dict()
                related.append(related_type_0_item)

        else:
            related = self.related

        relationships: list[dict[str, Any]] | Unset | None
        if isinstance(self.relationships, Unset):
            relationships = UNSET
        elif isinstance(self.relationships, list):
            relationships = []
            for relationships_type_0_item_data in self.relationships:
                relationships_type_0_item = relationships_type_0_item_data.to_dict()
                relationships.append(relationships_type_0_item)

        else:
            relationships = self.relationships

        external_ref: list[dict[str, Any]] | Unset | None
        if isinstance(self.external_ref, Unset):
            external_ref = UNSET
        elif isinstance(self.external_ref, list):
            external_ref = []
            for external_ref_type_0_item_data in self.external_ref:
                external_ref_type_0_item = external_ref_type_0_item_data.to_dict()
                external_ref.append(external_ref_type_0_item)

        else:
            external_ref = self.external_ref

        custom: dict[str, Any] | Unset | None
        if isinstance(self.custom, Unset):
            custom = UNSET
        elif isinstance(self.custom, WorkOrderPatchCustomType0):
            custom = self.custom.to_dict()
        else:
            custom = self.custom

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if title is not UNSET:
            field_dict["title"] = title
        if description is not UNSET:
            field_dict["description"] = description
        if priority is not UNSET:
            field_dict["priority"] = priority
        if severity is not UNSET:
            field_dict["severity"] = severity
        if requested_resolution_at is not UNSET:
            field_dict["requested_resolution_at"] = requested_resolution_at
        if expected_resolution_at is not UNSET:
            field_dict["expected_resolution_at"] = expected_resolution_at
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
        from ..models.party_of import PartyOf  # noqa: PLC0415
        from ..models.related_thing import RelatedThing  # noqa: PLC0415
        from ..models.relationship import Relationship  # noqa: PLC0415
        from ..models.work_order_patch_custom_type_0 import WorkOrderPatchCustomType0  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_title(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        title = _parse_title(d.pop("title", UNSET))

        def _parse_description(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        description = _parse_description(d.pop("description", UNSET))

        def _parse_priority(data: object) -> Unset | WorkOrderPatchPriorityType0 | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                priority_type_0 = WorkOrderPatchPriorityType0(data)

                return priority_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Unset | WorkOrderPatchPriorityType0", data)

        priority = _parse_priority(d.pop("priority", UNSET))

        def _parse_severity(data: object) -> Unset | WorkOrderPatchSeverityType0 | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                severity_type_0 = WorkOrderPatchSeverityType0(data)

                return severity_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Unset | WorkOrderPatchSeverityType0", data)

        severity = _parse_severity(d.pop("severity", UNSET))

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

        def _parse_expected_resolution_at(data: object) -> datetime.datetime | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                expected_resolution_at_type_0 = datetime.datetime.fromisoformat(data)

                return expected_resolution_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        expected_resolution_at = _parse_expected_resolution_at(d.pop("expected_resolution_at", UNSET))

        def _parse_parties(data: object) -> list[PartyOf] | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError
                parties_type_0 = []
                _parties_type_0 = data
                for parties_type_0_item_data in _parties_type_0:
                    parties_type_0_item = PartyOf.from_dict(parties_type_0_item_data)

                    parties_type_0.append(parties_type_0_item)

                return parties_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[PartyOf] | None | Unset", data)

        parties = _parse_parties(d.pop("parties", UNSET))

        def _parse_related(data: object) -> list[RelatedThing] | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError
                related_type_0 = []
                _related_type_0 = data
                for related_type_0_item_data in _related_type_0:
                    related_type_0_item = RelatedThing.from_dict(related_type_0_item_data)

                    related_type_0.append(related_type_0_item)

                return related_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[RelatedThing] | None | Unset", data)

        related = _parse_related(d.pop("related", UNSET))

        def _parse_relationships(data: object) -> list[Relationship] | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError
                relationships_type_0 = []
                _relationships_type_0 = data
                for relationships_type_0_item_data in _relationships_type_0:
                    relationships_type_0_item = Relationship.from_dict(relationships_type_0_item_data)

                    relationships_type_0.append(relationships_type_0_item)

                return relationships_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[Relationship] | None | Unset", data)

        relationships = _parse_relationships(d.pop("relationships", UNSET))

        def _parse_external_ref(data: object) -> list[ExternalRef] | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError
                external_ref_type_0 = []
                _external_ref_type_0 = data
                for external_ref_type_0_item_data in _external_ref_type_0:
                    external_ref_type_0_item = ExternalRef.from_dict(external_ref_type_0_item_data)

                    external_ref_type_0.append(external_ref_type_0_item)

                return external_ref_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[ExternalRef] | None | Unset", data)

        external_ref = _parse_external_ref(d.pop("external_ref", UNSET))

        def _parse_custom(data: object) -> Unset | WorkOrderPatchCustomType0 | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                custom_type_0 = WorkOrderPatchCustomType0.from_dict(data)

                return custom_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Unset | WorkOrderPatchCustomType0", data)

        custom = _parse_custom(d.pop("custom", UNSET))

        work_order_patch = cls(
            title=title,
            description=description,
            priority=priority,
            severity=severity,
            requested_resolution_at=requested_resolution_at,
            expected_resolution_at=expected_resolution_at,
            parties=parties,
            related=related,
            relationships=relationships,
            external_ref=external_ref,
            custom=custom,
        )

        return work_order_patch
