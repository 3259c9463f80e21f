from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.rotation_signature_type_0 import RotationSignatureType0
from ..types import UNSET, Unset

T = TypeVar("T", bound="Rotation")


@_attrs_define
class Rotation:
    """How it is signed from now on; nothing: as before.

    Attributes:
        signature (None | RotationSignatureType0 | Unset):
    """

    signature: RotationSignatureType0 | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        signature: str | Unset | None
        if isinstance(self.signature, Unset):
            signature = UNSET
        elif isinstance(self.signature, RotationSignatureType0):
            signature = self.signature.value
        else:
            signature = self.signature

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if signature is not UNSET:
            field_dict["signature"] = signature

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_signature(data: object) -> RotationSignatureType0 | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                signature_type_0 = RotationSignatureType0(data)

                return signature_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | RotationSignatureType0 | Unset", data)

        signature = _parse_signature(d.pop("signature", UNSET))

        rotation = cls(
            signature=signature,
        )

        return rotation
