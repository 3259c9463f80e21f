from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.figure_unit import FigureUnit
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.occupancy import Occupancy


T = TypeVar("T", bound="Figure")


@_attrs_define
class Figure:
    """A key figure. ``value`` null: not computable. ``num``, ``den``: what a share or mean is made of, exactly.

    Attributes:
        id (str):
        unit (FigureUnit):
        value (float | None):
        num (int | None | Unset):
        den (int | None | Unset):
        of (int | None | Unset):
        since (int | None | Unset):
        parts (None | Occupancy | Unset):
    """

    id: str
    unit: FigureUnit
    value: float | None
    num: int | Unset | None = UNSET
    den: int | Unset | None = UNSET
    of: int | Unset | None = UNSET
    since: int | Unset | None = UNSET
    parts: Occupancy | Unset | None = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.occupancy import Occupancy  # noqa: PLC0415

        id = self.id

        unit = self.unit.value

        value: float | None
        value = self.value

        num: int | Unset | None
        if isinstance(self.num, Unset):
            num = UNSET
        else:
            num = self.num

        den: int | Unset | None
        if isinstance(self.den, Unset):
            den = UNSET
        else:
            den = self.den

        of: int | Unset | None
        if isinstance(self.of, Unset):
            of = UNSET
        else:
            of = self.of

        since: int | Unset | None
        if isinstance(self.since, Unset):
            since = UNSET
        else:
            since = self.since

        parts: dict[str, Any] | Unset | None
        if isinstance(self.parts, Unset):
            parts = UNSET
        elif isinstance(self.parts, Occupancy):
            parts = self.parts.to_dict()
        else:
            parts = self.parts

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "unit": unit,
                "value": value,
            }
        )
        if num is not UNSET:
            field_dict["num"] = num
        if den is not UNSET:
            field_dict["den"] = den
        if of is not UNSET:
            field_dict["of"] = of
        if since is not UNSET:
            field_dict["since"] = since
        if parts is not UNSET:
            field_dict["parts"] = parts

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.occupancy import Occupancy  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        unit = FigureUnit(d.pop("unit"))

        def _parse_value(data: object) -> float | None:
            if data is None:
                return data
            return cast("float | None", data)

        value = _parse_value(d.pop("value"))

        def _parse_num(data: object) -> int | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        num = _parse_num(d.pop("num", UNSET))

        def _parse_den(data: object) -> int | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        den = _parse_den(d.pop("den", UNSET))

        def _parse_of(data: object) -> int | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        of = _parse_of(d.pop("of", UNSET))

        def _parse_since(data: object) -> int | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        since = _parse_since(d.pop("since", UNSET))

        def _parse_parts(data: object) -> Occupancy | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                parts_type_0 = Occupancy.from_dict(data)

                return parts_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Occupancy | Unset", data)

        parts = _parse_parts(d.pop("parts", UNSET))

        figure = cls(
            id=id,
            unit=unit,
            value=value,
            num=num,
            den=den,
            of=of,
            since=since,
            parts=parts,
        )

        figure.additional_properties = d
        return figure

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
