from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.seat_task import SeatTask


T = TypeVar("T", bound="WaitingSeatTasks")


@_attrs_define
class WaitingSeatTasks:
    """Seat tasks that are open or accepted, what is due first in front.

    Attributes:
        data (list[SeatTask]):
        has_more (bool):
        next_ (None | str): Give it back as `after`; null on the last page.
    """

    data: list[SeatTask]
    has_more: bool
    next_: str | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        has_more = self.has_more

        next_: str | None
        next_ = self.next_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "data": data,
                "has_more": has_more,
                "next": next_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.seat_task import SeatTask  # noqa: PLC0415

        d = dict(src_dict)
        data = []
        _data = d.pop("data")
        for data_item_data in _data:
            data_item = SeatTask.from_dict(data_item_data)

            data.append(data_item)

        has_more = d.pop("has_more")

        def _parse_next_(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        next_ = _parse_next_(d.pop("next"))

        waiting_seat_tasks = cls(
            data=data,
            has_more=has_more,
            next_=next_,
        )

        waiting_seat_tasks.additional_properties = d
        return waiting_seat_tasks

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
