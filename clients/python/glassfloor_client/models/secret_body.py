from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SecretBody")


@_attrs_define
class SecretBody:
    """Another secret that signs messages to the address: told if the system makes it itself, else left out.

    Attributes:
        signing_secret (None | str | Unset):
    """

    signing_secret: str | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        signing_secret: str | Unset | None
        if isinstance(self.signing_secret, Unset):
            signing_secret = UNSET
        else:
            signing_secret = self.signing_secret

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if signing_secret is not UNSET:
            field_dict["signing_secret"] = signing_secret

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_signing_secret(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        signing_secret = _parse_signing_secret(d.pop("signing_secret", UNSET))

        secret_body = cls(
            signing_secret=signing_secret,
        )

        return secret_body
