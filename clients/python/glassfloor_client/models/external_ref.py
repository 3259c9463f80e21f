from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ExternalRef")


@_attrs_define
class ExternalRef:
    """What another system calls this work order; one such name belongs to one work order of a connection.

    Attributes:
        owner (str):
        id (str):
        type_ (None | str | Unset):
    """

    owner: str
    id: str
    type_: str | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        owner = self.owner

        id = self.id

        type_: str | Unset | None
        if isinstance(self.type_, Unset):
            type_ = UNSET
        else:
            type_ = self.type_

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "owner": owner,
                "id": id,
            }
        )
        if type_ is not UNSET:
            field_dict["type"] = type_

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        owner = d.pop("owner")

        id = d.pop("id")

        def _parse_type_(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        type_ = _parse_type_(d.pop("type", UNSET))

        external_ref = cls(
            owner=owner,
            id=id,
            type_=type_,
        )

        return external_ref
