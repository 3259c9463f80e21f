from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ShownStatus")


@_attrs_define
class ShownStatus:
    """What one of the system's statuses means.

    Attributes:
        status (str):
        to (str):
        pending_on (None | str):
        resolution_code (None | str):
    """

    status: str
    to: str
    pending_on: str | None
    resolution_code: str | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status = self.status

        to = self.to

        pending_on: str | None
        pending_on = self.pending_on

        resolution_code: str | None
        resolution_code = self.resolution_code

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
                "to": to,
                "pending_on": pending_on,
                "resolution_code": resolution_code,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        status = d.pop("status")

        to = d.pop("to")

        def _parse_pending_on(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        pending_on = _parse_pending_on(d.pop("pending_on"))

        def _parse_resolution_code(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        resolution_code = _parse_resolution_code(d.pop("resolution_code"))

        shown_status = cls(
            status=status,
            to=to,
            pending_on=pending_on,
            resolution_code=resolution_code,
        )

        shown_status.additional_properties = d
        return shown_status

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
