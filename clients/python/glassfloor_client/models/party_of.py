from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="PartyOf")


@_attrs_define
class PartyOf:
    """Somebody whom the work order is about.

    Attributes:
        role (str):
        name (str):
        id (None | str | Unset):
    """

    role: str
    name: str
    id: str | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        role = self.role

        name = self.name

        id: str | Unset | None
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "role": role,
                "name": name,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        role = d.pop("role")

        name = d.pop("name")

        def _parse_id(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        id = _parse_id(d.pop("id", UNSET))

        party_of = cls(
            role=role,
            name=name,
            id=id,
        )

        return party_of
