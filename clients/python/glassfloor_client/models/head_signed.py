from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.head_signed_head_type_0 import HeadSignedHeadType0


T = TypeVar("T", bound="HeadSigned")


@_attrs_define
class HeadSigned:
    """The head of now; null while nothing has happened. ``sent``: to how many systems it goes.

    Attributes:
        head (HeadSignedHeadType0 | None):
        sent (int):
    """

    head: HeadSignedHeadType0 | None
    sent: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.head_signed_head_type_0 import HeadSignedHeadType0  # noqa: PLC0415

        head: dict[str, Any] | None
        if isinstance(self.head, HeadSignedHeadType0):
            head = self.head.to_dict()
        else:
            head = self.head

        sent = self.sent

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "head": head,
                "sent": sent,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.head_signed_head_type_0 import HeadSignedHeadType0  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_head(data: object) -> HeadSignedHeadType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                head_type_0 = HeadSignedHeadType0.from_dict(data)

                return head_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("HeadSignedHeadType0 | None", data)

        head = _parse_head(d.pop("head"))

        sent = d.pop("sent")

        head_signed = cls(
            head=head,
            sent=sent,
        )

        head_signed.additional_properties = d
        return head_signed

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
