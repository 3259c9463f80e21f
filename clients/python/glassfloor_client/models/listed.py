from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Listed")


@_attrs_define
class Listed:
    """A number on the do-not-call list.

    Attributes:
        id (UUID):
        contact (str): The number, masked.
        why (str):
        source (str):
        added_name (str):
        added_at (datetime.datetime):
        expires_at (datetime.datetime | None):
    """

    id: UUID
    contact: str
    why: str
    source: str
    added_name: str
    added_at: datetime.datetime
    expires_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        contact = self.contact

        why = self.why

        source = self.source

        added_name = self.added_name

        added_at = self.added_at.isoformat()

        expires_at: str | None
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "contact": contact,
                "why": why,
                "source": source,
                "added_name": added_name,
                "added_at": added_at,
                "expires_at": expires_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        contact = d.pop("contact")

        why = d.pop("why")

        source = d.pop("source")

        added_name = d.pop("added_name")

        added_at = datetime.datetime.fromisoformat(d.pop("added_at"))

        def _parse_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        listed = cls(
            id=id,
            contact=contact,
            why=why,
            source=source,
            added_name=added_name,
            added_at=added_at,
            expires_at=expires_at,
        )

        listed.additional_properties = d
        return listed

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
