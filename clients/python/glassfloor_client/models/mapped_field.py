from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.mapped_field_values_type_0 import MappedFieldValuesType0


T = TypeVar("T", bound="MappedField")


@_attrs_define
class MappedField:
    """Where one of our fields comes from: a path into theirs, with a table of values or without, or a constant.

    Attributes:
        to (str):
        path (str | Unset):  Default: ''.
        constant (str | Unset):  Default: ''.
        values (MappedFieldValuesType0 | None | Unset):
    """

    to: str
    path: str | Unset = ""
    constant: str | Unset = ""
    values: MappedFieldValuesType0 | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.mapped_field_values_type_0 import MappedFieldValuesType0  # noqa: PLC0415

        to = self.to

        path = self.path

        constant = self.constant

        values: dict[str, Any] | Unset | None
        if isinstance(self.values, Unset):
            values = UNSET
        elif isinstance(self.values, MappedFieldValuesType0):
            values = self.values.to_dict()
        else:
            values = self.values

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "to": to,
            }
        )
        if path is not UNSET:
            field_dict["path"] = path
        if constant is not UNSET:
            field_dict["constant"] = constant
        if values is not UNSET:
            field_dict["values"] = values

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.mapped_field_values_type_0 import MappedFieldValuesType0  # noqa: PLC0415

        d = dict(src_dict)
        to = d.pop("to")

        path = d.pop("path", UNSET)

        constant = d.pop("constant", UNSET)

        def _parse_values(data: object) -> MappedFieldValuesType0 | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                values_type_0 = MappedFieldValuesType0.from_dict(data)

                return values_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("MappedFieldValuesType0 | None | Unset", data)

        values = _parse_values(d.pop("values", UNSET))

        mapped_field = cls(
            to=to,
            path=path,
            constant=constant,
            values=values,
        )

        return mapped_field
