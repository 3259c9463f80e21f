from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.cancellation_state import CancellationState

if TYPE_CHECKING:
    from ..models.created_by import CreatedBy


T = TypeVar("T", bound="Cancellation")


@_attrs_define
class Cancellation:
    """A request to cancel, and what the resolver said.

    Attributes:
        id (UUID):
        work_order_id (UUID):
        state (CancellationState):
        reason (str):
        requested_by (CreatedBy): Who handed it over; of the outsourcer's people the alias or the role.
        requested_at (datetime.datetime):
        error (None | str): Why it came to nothing, if it did.
        decision_reason (None | str):
        decided_by (CreatedBy | None):
        decided_at (datetime.datetime | None):
    """

    id: UUID
    work_order_id: UUID
    state: CancellationState
    reason: str
    requested_by: CreatedBy
    requested_at: datetime.datetime
    error: str | None
    decision_reason: str | None
    decided_by: CreatedBy | None
    decided_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.created_by import CreatedBy  # noqa: PLC0415

        id = str(self.id)

        work_order_id = str(self.work_order_id)

        state = self.state.value

        reason = self.reason

        requested_by = self.requested_by.to_dict()

        requested_at = self.requested_at.isoformat()

        error: str | None
        error = self.error

        decision_reason: str | None
        decision_reason = self.decision_reason

        decided_by: dict[str, Any] | None
        if isinstance(self.decided_by, CreatedBy):
            decided_by = self.decided_by.to_dict()
        else:
            decided_by = self.decided_by

        decided_at: str | None
        if isinstance(self.decided_at, datetime.datetime):
            decided_at = self.decided_at.isoformat()
        else:
            decided_at = self.decided_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "work_order_id": work_order_id,
                "state": state,
                "reason": reason,
                "requested_by": requested_by,
                "requested_at": requested_at,
                "error": error,
                "decision_reason": decision_reason,
                "decided_by": decided_by,
                "decided_at": decided_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.created_by import CreatedBy  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        work_order_id = UUID(d.pop("work_order_id"))

        state = CancellationState(d.pop("state"))

        reason = d.pop("reason")

        requested_by = CreatedBy.from_dict(d.pop("requested_by"))

        requested_at = datetime.datetime.fromisoformat(d.pop("requested_at"))

        def _parse_error(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        error = _parse_error(d.pop("error"))

        def _parse_decision_reason(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        decision_reason = _parse_decision_reason(d.pop("decision_reason"))

        def _parse_decided_by(data: object) -> CreatedBy | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                decided_by_type_0 = CreatedBy.from_dict(data)

                return decided_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("CreatedBy | None", data)

        decided_by = _parse_decided_by(d.pop("decided_by"))

        def _parse_decided_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                decided_at_type_0 = datetime.datetime.fromisoformat(data)

                return decided_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        decided_at = _parse_decided_at(d.pop("decided_at"))

        cancellation = cls(
            id=id,
            work_order_id=work_order_id,
            state=state,
            reason=reason,
            requested_by=requested_by,
            requested_at=requested_at,
            error=error,
            decision_reason=decision_reason,
            decided_by=decided_by,
            decided_at=decided_at,
        )

        cancellation.additional_properties = d
        return cancellation

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
