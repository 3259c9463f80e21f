from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.shown_field import ShownField
    from ..models.shown_status import ShownStatus
    from ..models.shown_word import ShownWord


T = TypeVar("T", bound="ConnectionMap")


@_attrs_define
class ConnectionMap:
    """The map that messages are read by, and the system is told by.

    Attributes:
        version (int):
        status_map (list[ShownStatus]):
        field_map (list[ShownField]):
        out_map (list[ShownWord] | None): Of a system that is told by its own API.
    """

    version: int
    status_map: list[ShownStatus]
    field_map: list[ShownField]
    out_map: list[ShownWord] | None
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

        out_map: list[dict[str, Any]] | None
        if isinstance(self.out_map, list):
            out_map = []
            for out_map_type_0_item_data in self.out_map:
                out_map_type_0_item = out_map_type_0_item_data.to_dict()
                out_map.append(out_map_type_0_item)

        else:
            out_map = self.out_map

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "status_map": status_map,
                "field_map": field_map,
                "out_map": out_map,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.shown_field import ShownField  # noqa: PLC0415
        from ..models.shown_status import ShownStatus  # noqa: PLC0415
        from ..models.shown_word import ShownWord  # noqa: PLC0415

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

        def _parse_out_map(data: object) -> list[ShownWord] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError
                out_map_type_0 = []
                _out_map_type_0 = data
                for out_map_type_0_item_data in _out_map_type_0:
                    out_map_type_0_item = ShownWord.from_dict(out_map_type_0_item_data)

                    out_map_type_0.append(out_map_type_0_item)

                return out_map_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[ShownWord] | None", data)

        out_map = _parse_out_map(d.pop("out_map"))

        connection_map = cls(
            version=version,
            status_map=status_map,
            field_map=field_map,
            out_map=out_map,
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
