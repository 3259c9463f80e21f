from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PriorityBounds")


@_attrs_define
class PriorityBounds:
    """How far a queue may be moved.

    Attributes:
        lowest_s (int):
        highest_s (int):
        step_s (int):
    """

    lowest_s: int
    highest_s: int
    step_s: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        lowest_s = self.lowest_s

        highest_s = self.highest_s

        step_s = self.step_s

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "lowest_s": lowest_s,
                "highest_s": highest_s,
                "step_s": step_s,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        lowest_s = d.pop("lowest_s")

        highest_s = d.pop("highest_s")

        step_s = d.pop("step_s")

        priority_bounds = cls(
            lowest_s=lowest_s,
            highest_s=highest_s,
            step_s=step_s,
        )

        priority_bounds.additional_properties = d
        return priority_bounds

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
