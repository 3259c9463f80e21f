from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.side import Side
from ..models.status import Status
from ..models.work_order_priority import WorkOrderPriority
from ..models.work_order_severity import WorkOrderSeverity
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.assignment import Assignment
    from ..models.clock import Clock
    from ..models.created_by import CreatedBy
    from ..models.party import Party
    from ..models.reference import Reference
    from ..models.related import Related
    from ..models.relation import Relation
    from ..models.resolved import Resolved
    from ..models.work_order_custom import WorkOrderCustom


T = TypeVar("T", bound="WorkOrder")


@_attrs_define
class WorkOrder:
    """A unit of work between a seat and the client, and where it stands.

    Attributes:
        id (UUID):
        number (str): What people call it.
        connection (str): The client's system that it is exchanged with.
        requester_side (Side): Who acts: the centre, or its client.
        type_ (str):
        title (str):
        description (str):
        priority (WorkOrderPriority):
        severity (WorkOrderSeverity):
        status (Status): Where a work order stands; the words of TMF621, and ``submitted`` before the resolver has
            acknowledged.
        status_reason (None | str):
        pending_on (None | str): Whose answer is waited for while it is pending.
        resolution (None | Resolved):
        requested_resolution_at (datetime.datetime | None): When the requester wants it done.
        expected_resolution_at (datetime.datetime | None): When the resolver expects to be done.
        channel (str): Where it was asked for.
        parties (list[Party]):
        related (list[Related]):
        relationships (list[Relation]):
        external_ref (list[Reference]): What your systems call it.
        custom (WorkOrderCustom): Your own fields.
        assignment (Assignment): Who on each side works on it; null: nobody yet.
        interaction_id (None | UUID): The conversation that it came out of.
        created_by (CreatedBy): Who handed it over; of the outsourcer's people the alias or the role.
        version (int): Raised by each change of its fields; the ETag names it.
        sequence (int): Raised by everything that happens to it, comments too.
        created_at (datetime.datetime):
        updated_at (datetime.datetime):
        acknowledged_at (datetime.datetime | None):
        started_at (datetime.datetime | None):
        resolved_at (datetime.datetime | None):
        auto_close_at (datetime.datetime | None): When a resolved one closes by itself.
        closed_at (datetime.datetime | None):
        sla (list[Clock] | None | Unset): The clocks of both sides; where one is read.
    """

    id: UUID
    number: str
    connection: str
    requester_side: Side
    type_: str
    title: str
    description: str
    priority: WorkOrderPriority
    severity: WorkOrderSeverity
    status: Status
    status_reason: str | None
    pending_on: str | None
    resolution: Resolved | None
    requested_resolution_at: datetime.datetime | None
    expected_resolution_at: datetime.datetime | None
    channel: str
    parties: list[Party]
    related: list[Related]
    relationships: list[Relation]
    external_ref: list[Reference]
    custom: WorkOrderCustom
    assignment: Assignment
    interaction_id: UUID | None
    created_by: CreatedBy
    version: int
    sequence: int
    created_at: datetime.datetime
    updated_at: datetime.datetime
    acknowledged_at: datetime.datetime | None
    started_at: datetime.datetime | None
    resolved_at: datetime.datetime | None
    auto_close_at: datetime.datetime | None
    closed_at: datetime.datetime | None
    sla: list[Clock] | Unset | None = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.resolved import Resolved  # noqa: PLC0415

        id = str(self.id)

        number = self.number

        connection = self.connection

        requester_side = self.requester_side.value

        type_ = self.type_

        title = self.title

        description = self.description

        priority = self.priority.value

        severity = self.severity.value

        status = self.status.value

        status_reason: str | None
        status_reason = self.status_reason

        pending_on: str | None
        pending_on = self.pending_on

        resolution: dict[str, Any] | None
        if isinstance(self.resolution, Resolved):
            resolution = self.resolution.to_dict()
        else:
            resolution = self.resolution

        requested_resolution_at: str | None
        if isinstance(self.requested_resolution_at, datetime.datetime):
            requested_resolution_at = self.requested_resolution_at.isoformat()
        else:
            requested_resolution_at = self.requested_resolution_at

        expected_resolution_at: str | None
        if isinstance(self.expected_resolution_at, datetime.datetime):
            expected_resolution_at = self.expected_resolution_at.isoformat()
        else:
            expected_resolution_at = self.expected_resolution_at

        channel = self.channel

        parties = []
        for parties_item_data in self.parties:
            parties_item = parties_item_data.to_dict()
            parties.append(parties_item)

        related = []
        for related_item_data in self.related:
            related_item = related_item_data.to_dict()
            related.append(related_item)

        relationships = []
        for relationships_item_data in self.relationships:
            relationships_item = relationships_item_data.to_dict()
            relationships.append(relationships_item)

        external_ref = []
        for external_ref_item_data in self.external_ref:
            external_ref_item = external_ref_item_data.to_dict()
            external_ref.append(external_ref_item)

        custom = self.custom.to_dict()

        assignment = self.assignment.to_dict()

        interaction_id: str | None
        if isinstance(self.interaction_id, UUID):
            interaction_id = str(self.interaction_id)
        else:
            interaction_id = self.interaction_id

        created_by = self.created_by.to_dict()

        version = self.version

        sequence = self.sequence

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        acknowledged_at: str | None
        if isinstance(self.acknowledged_at, datetime.datetime):
            acknowledged_at = self.acknowledged_at.isoformat()
        else:
            acknowledged_at = self.acknowledged_at

        started_at: str | None
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        resolved_at: str | None
        if isinstance(self.resolved_at, datetime.datetime):
            resolved_at = self.resolved_at.isoformat()
        else:
            resolved_at = self.resolved_at

        auto_close_at: str | None
        if isinstance(self.auto_close_at, datetime.datetime):
            auto_close_at = self.auto_close_at.isoformat()
        else:
            auto_close_at = self.auto_close_at

        closed_at: str | None
        if isinstance(self.closed_at, datetime.datetime):
            closed_at = self.closed_at.isoformat()
        else:
            closed_at = self.closed_at

        sla: list[dict[str, Any]] | Unset | None
        if isinstance(self.sla, Unset):
            sla = UNSET
        elif isinstance(self.sla, list):
            sla = []
            for sla_type_0_item_data in self.sla:
                sla_type_0_item = sla_type_0_item_data.to_dict()
                sla.append(sla_type_0_item)

        else:
            sla = self.sla

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "number": number,
                "connection": connection,
                "requester_side": requester_side,
                "type": type_,
                "title": title,
                "description": description,
                "priority": priority,
                "severity": severity,
                "status": status,
                "status_reason": status_reason,
                "pending_on": pending_on,
                "resolution": resolution,
                "requested_resolution_at": requested_resolution_at,
                "expected_resolution_at": expected_resolution_at,
                "channel": channel,
                "parties": parties,
                "related": related,
                "relationships": relationships,
                "external_ref": external_ref,
                "custom": custom,
                "assignment": assignment,
                "interaction_id": interaction_id,
                "created_by": created_by,
                "version": version,
                "sequence": sequence,
                "created_at": created_at,
                "updated_at": updated_at,
                "acknowledged_at": acknowledged_at,
                "started_at": started_at,
                "resolved_at": resolved_at,
                "auto_close_at": auto_close_at,
                "closed_at": closed_at,
            }
        )
        if sla is not UNSET:
            field_dict["sla"] = sla

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.assignment import Assignment  # noqa: PLC0415
        from ..models.clock import Clock  # noqa: PLC0415
        from ..models.created_by import CreatedBy  # noqa: PLC0415
        from ..models.party import Party  # noqa: PLC0415
        from ..models.reference import Reference  # noqa: PLC0415
        from ..models.related import Related  # noqa: PLC0415
        from ..models.relation import Relation  # noqa: PLC0415
        from ..models.resolved import Resolved  # noqa: PLC0415
        from ..models.work_order_custom import WorkOrderCustom  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        number = d.pop("number")

        connection = d.pop("connection")

        requester_side = Side(d.pop("requester_side"))

        type_ = d.pop("type")

        title = d.pop("title")

        description = d.pop("description")

        priority = WorkOrderPriority(d.pop("priority"))

        severity = WorkOrderSeverity(d.pop("severity"))

        status = Status(d.pop("status"))

        def _parse_status_reason(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        status_reason = _parse_status_reason(d.pop("status_reason"))

        def _parse_pending_on(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        pending_on = _parse_pending_on(d.pop("pending_on"))

        def _parse_resolution(data: object) -> Resolved | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                resolution_type_0 = Resolved.from_dict(data)

                return resolution_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Resolved", data)

        resolution = _parse_resolution(d.pop("resolution"))

        def _parse_requested_resolution_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                requested_resolution_at_type_0 = datetime.datetime.fromisoformat(data)

                return requested_resolution_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        requested_resolution_at = _parse_requested_resolution_at(d.pop("requested_resolution_at"))

        def _parse_expected_resolution_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                expected_resolution_at_type_0 = datetime.datetime.fromisoformat(data)

                return expected_resolution_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        expected_resolution_at = _parse_expected_resolution_at(d.pop("expected_resolution_at"))

        channel = d.pop("channel")

        parties = []
        _parties = d.pop("parties")
        for parties_item_data in _parties:
            parties_item = Party.from_dict(parties_item_data)

            parties.append(parties_item)

        related = []
        _related = d.pop("related")
        for related_item_data in _related:
            related_item = Related.from_dict(related_item_data)

            related.append(related_item)

        relationships = []
        _relationships = d.pop("relationships")
        for relationships_item_data in _relationships:
            relationships_item = Relation.from_dict(relationships_item_data)

            relationships.append(relationships_item)

        external_ref = []
        _external_ref = d.pop("external_ref")
        for external_ref_item_data in _external_ref:
            external_ref_item = Reference.from_dict(external_ref_item_data)

            external_ref.append(external_ref_item)

        custom = WorkOrderCustom.from_dict(d.pop("custom"))

        assignment = Assignment.from_dict(d.pop("assignment"))

        def _parse_interaction_id(data: object) -> UUID | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                interaction_id_type_0 = UUID(data)

                return interaction_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | UUID", data)

        interaction_id = _parse_interaction_id(d.pop("interaction_id"))

        created_by = CreatedBy.from_dict(d.pop("created_by"))

        version = d.pop("version")

        sequence = d.pop("sequence")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        def _parse_acknowledged_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                acknowledged_at_type_0 = datetime.datetime.fromisoformat(data)

                return acknowledged_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        acknowledged_at = _parse_acknowledged_at(d.pop("acknowledged_at"))

        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                started_at_type_0 = datetime.datetime.fromisoformat(data)

                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        started_at = _parse_started_at(d.pop("started_at"))

        def _parse_resolved_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                resolved_at_type_0 = datetime.datetime.fromisoformat(data)

                return resolved_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        resolved_at = _parse_resolved_at(d.pop("resolved_at"))

        def _parse_auto_close_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                auto_close_at_type_0 = datetime.datetime.fromisoformat(data)

                return auto_close_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        auto_close_at = _parse_auto_close_at(d.pop("auto_close_at"))

        def _parse_closed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                closed_at_type_0 = datetime.datetime.fromisoformat(data)

                return closed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        closed_at = _parse_closed_at(d.pop("closed_at"))

        def _parse_sla(data: object) -> list[Clock] | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError
                sla_type_0 = []
                _sla_type_0 = data
                for sla_type_0_item_data in _sla_type_0:
                    sla_type_0_item = Clock.from_dict(sla_type_0_item_data)

                    sla_type_0.append(sla_type_0_item)

                return sla_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[Clock] | None | Unset", data)

        sla = _parse_sla(d.pop("sla", UNSET))

        work_order = cls(
            id=id,
            number=number,
            connection=connection,
            requester_side=requester_side,
            type_=type_,
            title=title,
            description=description,
            priority=priority,
            severity=severity,
            status=status,
            status_reason=status_reason,
            pending_on=pending_on,
            resolution=resolution,
            requested_resolution_at=requested_resolution_at,
            expected_resolution_at=expected_resolution_at,
            channel=channel,
            parties=parties,
            related=related,
            relationships=relationships,
            external_ref=external_ref,
            custom=custom,
            assignment=assignment,
            interaction_id=interaction_id,
            created_by=created_by,
            version=version,
            sequence=sequence,
            created_at=created_at,
            updated_at=updated_at,
            acknowledged_at=acknowledged_at,
            started_at=started_at,
            resolved_at=resolved_at,
            auto_close_at=auto_close_at,
            closed_at=closed_at,
            sla=sla,
        )

        work_order.additional_properties = d
        return work_order

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
