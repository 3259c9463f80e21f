from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.day_marks_item import DayMarksItem
    from ..models.day_quarters_item import DayQuartersItem


T = TypeVar("T", bound="Day")


@_attrs_define
class Day:
    """A day in quarter hours, with what happened in it. Instants are milliseconds since 1970.

    Attributes:
        day (str):
        zone (str):
        quarters (list[DayQuartersItem]):
        marks (list[DayMarksItem]):
        more_marks (int):
    """

    day: str
    zone: str
    quarters: list[DayQuartersItem]
    marks: list[DayMarksItem]
    more_marks: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        day = self.day

        zone = self.zone

        quarters = []
        for quarters_item_data in self.quarters:
            quarters_item = quarters_item_data.to_dict()
            quarters.append(quarters_item)

        marks = []
        for marks_item_data in self.marks:
            marks_item = marks_item_data.to_dict()
            marks.append(marks_item)

        more_marks = self.more_marks

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "day": day,
                "zone": zone,
                "quarters": quarters,
                "marks": marks,
                "more_marks": more_marks,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.day_marks_item import DayMarksItem  # noqa: PLC0415
        from ..models.day_quarters_item import DayQuartersItem  # noqa: PLC0415

        d = dict(src_dict)
        day = d.pop("day")

        zone = d.pop("zone")

        quarters = []
        _quarters = d.pop("quarters")
        for quarters_item_data in _quarters:
            quarters_item = DayQuartersItem.from_dict(quarters_item_data)

            quarters.append(quarters_item)

        marks = []
        _marks = d.pop("marks")
        for marks_item_data in _marks:
            marks_item = DayMarksItem.from_dict(marks_item_data)

            marks.append(marks_item)

        more_marks = d.pop("more_marks")

        day = cls(
            day=day,
            zone=zone,
            quarters=quarters,
            marks=marks,
            more_marks=more_marks,
        )

        day.additional_properties = d
        return day

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
