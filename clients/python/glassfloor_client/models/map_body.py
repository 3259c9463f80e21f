from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.mapped_field import MappedField
    from ..models.mapped_status import MappedStatus
    from ..models.out_word import OutWord


T = TypeVar("T", bound="MapBody")


@_attrs_define
class MapBody:
    """A connection's map; it is total, or refused (``map_not_total``).

    Without ``out_map`` a system that is told is told in the words that its kind begins with.

        Attributes:
            status_map (list[MappedStatus]):
            field_map (list[MappedField]):
            out_map (list[OutWord] | None | Unset):
    """

    status_map: list[MappedStatus]
    field_map: list[MappedField]
    out_map: list[OutWord] | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        status_map = []
        for status_map_item_data in self.status_map:
            status_map_item = status_map_item_data.to_dict()
            status_map.append(status_map_item)

        field_map = []
        for field_map_item_data in self.field_map:
            field_map_item = field_map_item_data.to_dict()
            field_map.append(field_map_item)

        out_map: list[dict[str, Any]] | Unset | None
        if isinstance(self.out_map, Unset):
            out_map = UNSET
        elif isinstance(self.out_map, list):
            out_map = []
            for out_map_type_0_item_data in self.out_map:
                out_map_type_0_item = out_map_type_0_item_data.to_dict()
                out_map.append(out_map_type_0_item)

        else:
            out_map = self.out_map

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "status_map": status_map,
                "field_map": field_map,
            }
        )
        if out_map is not UNSET:
            field_dict["out_map"] = out_map

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.mapped_field import MappedField  # noqa: PLC0415
        from ..models.mapped_status import MappedStatus  # noqa: PLC0415
        from ..models.out_word import OutWord  # noqa: PLC0415

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

        def _parse_out_map(data: object) -> list[OutWord] | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError
                out_map_type_0 = []
                _out_map_type_0 = data
                for out_map_type_0_item_data in _out_map_type_0:
                    out_map_type_0_item = OutWord.from_dict(out_map_type_0_item_data)

                    out_map_type_0.append(out_map_type_0_item)

                return out_map_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[OutWord] | None | Unset", data)

        out_map = _parse_out_map(d.pop("out_map", UNSET))

        map_body = cls(
            status_map=status_map,
            field_map=field_map,
            out_map=out_map,
        )

        return map_body
