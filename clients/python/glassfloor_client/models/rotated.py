from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Rotated")


@_attrs_define
class Rotated:
    """A new secret, which is shown this once.

    Attributes:
        id (UUID):
        signature (str):
        public_key (None | str):
        secret (None | str):
        old_secret_until (datetime.datetime):
    """

    id: UUID
    signature: str
    public_key: str | None
    secret: str | None
    old_secret_until: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        signature = self.signature

        public_key: str | None
        public_key = self.public_key

        secret: str | None
        secret = self.secret

        old_secret_until = self.old_secret_until.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "signature": signature,
                "public_key": public_key,
                "secret": secret,
                "old_secret_until": old_secret_until,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        signature = d.pop("signature")

        def _parse_public_key(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        public_key = _parse_public_key(d.pop("public_key"))

        def _parse_secret(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        secret = _parse_secret(d.pop("secret"))

        old_secret_until = datetime.datetime.fromisoformat(d.pop("old_secret_until"))

        rotated = cls(
            id=id,
            signature=signature,
            public_key=public_key,
            secret=secret,
            old_secret_until=old_secret_until,
        )

        rotated.additional_properties = d
        return rotated

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
