from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.step_taken import StepTaken


T = TypeVar("T", bound="InboundMessage")


@_attrs_define
class InboundMessage:
    """A message that came in, and what became of it.

    Attributes:
        id (UUID):
        message_id (str):
        external_id (None | str):
        state (str):
        needs (None | str): What the map does not name.
        error (None | str):
        attempts (int):
        received_at (datetime.datetime):
        processed_at (datetime.datetime | None):
        steps (list[StepTaken]):
    """

    id: UUID
    message_id: str
    external_id: str | None
    state: str
    needs: str | None
    error: str | None
    attempts: int
    received_at: datetime.datetime
    processed_at: datetime.datetime | None
    steps: list[StepTaken]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        message_id = self.message_id

        external_id: str | None
        external_id = self.external_id

        state = self.state

        needs: str | None
        needs = self.needs

        error: str | None
        error = self.error

        attempts = self.attempts

        received_at = self.received_at.isoformat()

        processed_at: str | None
        if isinstance(self.processed_at, datetime.datetime):
            processed_at = self.processed_at.isoformat()
        else:
            processed_at = self.processed_at

        steps = []
        for steps_item_data in self.steps:
            steps_item = steps_item_data.to_dict()
            steps.append(steps_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "message_id": message_id,
                "external_id": external_id,
                "state": state,
                "needs": needs,
                "error": error,
                "attempts": attempts,
                "received_at": received_at,
                "processed_at": processed_at,
                "steps": steps,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.step_taken import StepTaken  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        message_id = d.pop("message_id")

        def _parse_external_id(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        external_id = _parse_external_id(d.pop("external_id"))

        state = d.pop("state")

        def _parse_needs(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        needs = _parse_needs(d.pop("needs"))

        def _parse_error(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        error = _parse_error(d.pop("error"))

        attempts = d.pop("attempts")

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))

        def _parse_processed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                processed_at_type_0 = datetime.datetime.fromisoformat(data)

                return processed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        processed_at = _parse_processed_at(d.pop("processed_at"))

        steps = []
        _steps = d.pop("steps")
        for steps_item_data in _steps:
            steps_item = StepTaken.from_dict(steps_item_data)

            steps.append(steps_item)

        inbound_message = cls(
            id=id,
            message_id=message_id,
            external_id=external_id,
            state=state,
            needs=needs,
            error=error,
            attempts=attempts,
            received_at=received_at,
            processed_at=processed_at,
            steps=steps,
        )

        inbound_message.additional_properties = d
        return inbound_message

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
