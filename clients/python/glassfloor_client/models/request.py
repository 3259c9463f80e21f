from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Request")


@_attrs_define
class Request:
    """What a request of the client's people or systems said of itself.

    Attributes:
        request_id (None | str):
        idempotency_key (None | str):
        address (None | str): Of a system; where a person was is told nowhere.
    """

    request_id: str | None
    idempotency_key: str | None
    address: str | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        request_id: str | None
        request_id = self.request_id

        idempotency_key: str | None
        idempotency_key = self.idempotency_key

        address: str | None
        address = self.address

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "request_id": request_id,
                "idempotency_key": idempotency_key,
                "address": address,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_request_id(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        request_id = _parse_request_id(d.pop("request_id"))

        def _parse_idempotency_key(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        idempotency_key = _parse_idempotency_key(d.pop("idempotency_key"))

        def _parse_address(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        address = _parse_address(d.pop("address"))

        request = cls(
            request_id=request_id,
            idempotency_key=idempotency_key,
            address=address,
        )

        request.additional_properties = d
        return request

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
