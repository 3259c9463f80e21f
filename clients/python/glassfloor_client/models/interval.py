from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Interval")


@_attrs_define
class Interval:
    """A quarter hour of today, from ``at`` on, with the service level of those who were queued in it.

    Attributes:
        num (int):
        den (int):
        at (int): an instant: milliseconds since 1970-01-01T00:00:00Z by the server's clock
        offered (int):
    """

    num: int
    den: int
    at: int
    offered: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        num = self.num

        den = self.den

        at = self.at

        offered = self.offered

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "num": num,
                "den": den,
                "at": at,
                "offered": offered,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        num = d.pop("num")

        den = d.pop("den")

        at = d.pop("at")

        offered = d.pop("offered")

        interval = cls(
            num=num,
            den=den,
            at=at,
            offered=offered,
        )

        interval.additional_properties = d
        return interval

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
