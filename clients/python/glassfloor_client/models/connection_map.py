from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.shown_field import ShownField
    from ..models.shown_status import ShownStatus


T = TypeVar("T", bound="ConnectionMap")


@_attrs_define
class ConnectionMap:
    """The map that messages are read by.

    Attributes:
        version (int):
        status_map (list[ShownStatus]):
        field_map (list[ShownField]):
    """

    version: int
    status_map: list[ShownStatus]
    field_map: list[ShownField]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        status_map = []
        for status_map_item_data in self.status_map:
            status_map_item = status_map_item_data.to_dict()
            status_map.append(status_map_item)

        field_map = []
        for field_map_item_data in self.field_map:
            field_map_item = field_map_item_data.to_dict()
            field_map.append(field_map_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "status_map": status_map,
                "field_map": field_map,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.shown_field import ShownField  # noqa: PLC0415
        from ..models.shown_status import ShownStatus  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        status_map = []
        _status_map = d.pop("status_map")
        for status_map_item_data in _status_map:
            status_map_item = ShownStatus.from_dict(status_map_item_data)

            status_map.append(status_map_item)

        field_map = []
        _field_map = d.pop("field_map")
        for field_map_item_data in _field_map:
            field_map_item = ShownField.from_dict(field_map_item_data)

            field_map.append(field_map_item)

        connection_map = cls(
            version=version,
            status_map=status_map,
            field_map=field_map,
        )

        connection_map.additional_properties = d
        return connection_map

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
