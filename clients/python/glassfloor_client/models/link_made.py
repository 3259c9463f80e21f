from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="LinkMade")


@_attrs_define
class LinkMade:
    """A link with its passcode; nobody can read them again.

    Attributes:
        id (UUID):
        expires_at (datetime.datetime):
        address (str):
        passcode (None | str):
    """

    id: UUID
    expires_at: datetime.datetime
    address: str
    passcode: str | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        expires_at = self.expires_at.isoformat()

        address = self.address

        passcode: str | None
        passcode = self.passcode

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "expires_at": expires_at,
                "address": address,
                "passcode": passcode,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        address = d.pop("address")

        def _parse_passcode(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        passcode = _parse_passcode(d.pop("passcode"))

        link_made = cls(
            id=id,
            expires_at=expires_at,
            address=address,
            passcode=passcode,
        )

        link_made.additional_properties = d
        return link_made

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
