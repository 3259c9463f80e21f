from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Occupancy")


@_attrs_define
class Occupancy:
    """The parts of occupancy: at an instant ``t`` each side is its ``_ms`` + ``_now`` x ``t`` - ``_since``.

    Attributes:
        busy_ms (int): milliseconds
        busy_now (int):
        busy_since (int):
        ready_ms (int): milliseconds
        ready_now (int):
        ready_since (int):
    """

    busy_ms: int
    busy_now: int
    busy_since: int
    ready_ms: int
    ready_now: int
    ready_since: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        busy_ms = self.busy_ms

        busy_now = self.busy_now

        busy_since = self.busy_since

        ready_ms = self.ready_ms

        ready_now = self.ready_now

        ready_since = self.ready_since

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "busy_ms": busy_ms,
                "busy_now": busy_now,
                "busy_since": busy_since,
                "ready_ms": ready_ms,
                "ready_now": ready_now,
                "ready_since": ready_since,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        busy_ms = d.pop("busy_ms")

        busy_now = d.pop("busy_now")

        busy_since = d.pop("busy_since")

        ready_ms = d.pop("ready_ms")

        ready_now = d.pop("ready_now")

        ready_since = d.pop("ready_since")

        occupancy = cls(
            busy_ms=busy_ms,
            busy_now=busy_now,
            busy_since=busy_since,
            ready_ms=ready_ms,
            ready_now=ready_now,
            ready_since=ready_since,
        )

        occupancy.additional_properties = d
        return occupancy

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
