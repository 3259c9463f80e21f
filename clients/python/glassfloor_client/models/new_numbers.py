from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewNumbers")


@_attrs_define
class NewNumbers:
    """Numbers that are not to be called, why, and until when (absent: for ever).

    Attributes:
        numbers (list[str]):
        why (str):
        expires_at (datetime.datetime | None | Unset):
    """

    numbers: list[str]
    why: str
    expires_at: datetime.datetime | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        numbers = self.numbers

        why = self.why

        expires_at: str | Unset | None
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "numbers": numbers,
                "why": why,
            }
        )
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        numbers = cast("list[str]", d.pop("numbers"))

        why = d.pop("why")

        def _parse_expires_at(data: object) -> datetime.datetime | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        new_numbers = cls(
            numbers=numbers,
            why=why,
            expires_at=expires_at,
        )

        return new_numbers
