from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.attempt import Attempt


T = TypeVar("T", bound="DeliveryWithTries")


@_attrs_define
class DeliveryWithTries:
    """A delivery and its attempts, newest first.

    Attributes:
        id (UUID):
        endpoint_id (UUID):
        event_id (UUID):
        type_ (str):
        subject (UUID):
        sequence (int):
        state (str): `waiting`, `delivered` or `dead`.
        attempts (int):
        due_at (datetime.datetime | None):
        delivered_at (datetime.datetime | None):
        last_status (int | None):
        last_error (None | str):
        created_at (datetime.datetime): When it happened.
        tries (list[Attempt]):
    """

    id: UUID
    endpoint_id: UUID
    event_id: UUID
    type_: str
    subject: UUID
    sequence: int
    state: str
    attempts: int
    due_at: datetime.datetime | None
    delivered_at: datetime.datetime | None
    last_status: int | None
    last_error: str | None
    created_at: datetime.datetime
    tries: list[Attempt]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        endpoint_id = str(self.endpoint_id)

        event_id = str(self.event_id)

        type_ = self.type_

        subject = str(self.subject)

        sequence = self.sequence

        state = self.state

        attempts = self.attempts

        due_at: str | None
        if isinstance(self.due_at, datetime.datetime):
            due_at = self.due_at.isoformat()
        else:
            due_at = self.due_at

        delivered_at: str | None
        if isinstance(self.delivered_at, datetime.datetime):
            delivered_at = self.delivered_at.isoformat()
        else:
            delivered_at = self.delivered_at

        last_status: int | None
        last_status = self.last_status

        last_error: str | None
        last_error = self.last_error

        created_at = self.created_at.isoformat()

        tries = []
        for tries_item_data in self.tries:
            tries_item = tries_item_data.to_dict()
            tries.append(tries_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "endpoint_id": endpoint_id,
                "event_id": event_id,
                "type": type_,
                "subject": subject,
                "sequence": sequence,
                "state": state,
                "attempts": attempts,
                "due_at": due_at,
                "delivered_at": delivered_at,
                "last_status": last_status,
                "last_error": last_error,
                "created_at": created_at,
                "tries": tries,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.attempt import Attempt  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        endpoint_id = UUID(d.pop("endpoint_id"))

        event_id = UUID(d.pop("event_id"))

        type_ = d.pop("type")

        subject = UUID(d.pop("subject"))

        sequence = d.pop("sequence")

        state = d.pop("state")

        attempts = d.pop("attempts")

        def _parse_due_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                due_at_type_0 = datetime.datetime.fromisoformat(data)

                return due_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        due_at = _parse_due_at(d.pop("due_at"))

        def _parse_delivered_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                delivered_at_type_0 = datetime.datetime.fromisoformat(data)

                return delivered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        delivered_at = _parse_delivered_at(d.pop("delivered_at"))

        def _parse_last_status(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        last_status = _parse_last_status(d.pop("last_status"))

        def _parse_last_error(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        last_error = _parse_last_error(d.pop("last_error"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        tries = []
        _tries = d.pop("tries")
        for tries_item_data in _tries:
            tries_item = Attempt.from_dict(tries_item_data)

            tries.append(tries_item)

        delivery_with_tries = cls(
            id=id,
            endpoint_id=endpoint_id,
            event_id=event_id,
            type_=type_,
            subject=subject,
            sequence=sequence,
            state=state,
            attempts=attempts,
            due_at=due_at,
            delivered_at=delivered_at,
            last_status=last_status,
            last_error=last_error,
            created_at=created_at,
            tries=tries,
        )

        delivery_with_tries.additional_properties = d
        return delivery_with_tries

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
