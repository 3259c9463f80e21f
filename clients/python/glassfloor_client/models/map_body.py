from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.mapped_field import MappedField
    from ..models.mapped_status import MappedStatus


T = TypeVar("T", bound="MapBody")


@_attrs_define
class MapBody:
    """A connection's map; it is total, or refused (``map_not_total``).

    Attributes:
        status_map (list[MappedStatus]):
        field_map (list[MappedField]):
    """

    status_map: list[MappedStatus]
    field_map: list[MappedField]

    def to_dict(self) -> dict[str, Any]:
        status_map = []
        for status_map_item_data in self.status_map:
            status_map_item = status_map_item_data.to_dict()
            status_map.append(status_map_item)

        field_map = []
        for field_map_item_data in self.field_map:
            field_map_item = field_map_item_data.to_dict()
            field_map.append(field_map_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "status_map": status_map,
                "field_map": field_map,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.mapped_field import MappedField  # noqa: PLC0415
        from ..models.mapped_status import MappedStatus  # noqa: PLC0415

        d = dict(src_dict)
        status_map = []
        _status_map = d.pop("status_map")
        for status_map_item_data in _status_map:
            status_map_item = MappedStatus.from_dict(status_map_item_data)

            status_map.append(status_map_item)

        field_map = []
        _field_map = d.pop("field_map")
        for field_map_item_data in _field_map:
            field_map_item = MappedField.from_dict(field_map_item_data)

            field_map.append(field_map_item)

        map_body = cls(
            status_map=status_map,
            field_map=field_map,
        )

        return map_body
