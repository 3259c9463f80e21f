from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.shown_field_values_type_0 import ShownFieldValuesType0


T = TypeVar("T", bound="ShownField")


@_attrs_define
class ShownField:
    """Where one of our fields comes from.

    Attributes:
        to (str):
        path (str):
        constant (str):
        values (None | ShownFieldValuesType0):
    """

    to: str
    path: str
    constant: str
    values: ShownFieldValuesType0 | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.shown_field_values_type_0 import ShownFieldValuesType0  # noqa: PLC0415

        to = self.to

        path = self.path

        constant = self.constant

        values: dict[str, Any] | None
        if isinstance(self.values, ShownFieldValuesType0):
            values = self.values.to_dict()
        else:
            values = self.values

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "to": to,
                "path": path,
                "constant": constant,
                "values": values,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.shown_field_values_type_0 import ShownFieldValuesType0  # noqa: PLC0415

        d = dict(src_dict)
        to = d.pop("to")

        path = d.pop("path")

        constant = d.pop("constant")

        def _parse_values(data: object) -> ShownFieldValuesType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                values_type_0 = ShownFieldValuesType0.from_dict(data)

                return values_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | ShownFieldValuesType0", data)

        values = _parse_values(d.pop("values"))

        shown_field = cls(
            to=to,
            path=path,
            constant=constant,
            values=values,
        )

        shown_field.additional_properties = d
        return shown_field

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
