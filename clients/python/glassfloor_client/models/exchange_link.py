from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ExchangeLink")


@_attrs_define
class ExchangeLink:
    """A work order and the thing of the system that it is exchanged with.

    Attributes:
        work_order_id (UUID):
        external_id (None | str):
        external_url (None | str):
        external_status (None | str):
        exchange_state (str): queued, sent, acknowledged, failing or dead.
        last_in_at (datetime.datetime):
        taken (int):
        last_out_sequence (int | None):
    """

    work_order_id: UUID
    external_id: str | None
    external_url: str | None
    external_status: str | None
    exchange_state: str
    last_in_at: datetime.datetime
    taken: int
    last_out_sequence: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        work_order_id = str(self.work_order_id)

        external_id: str | None
        external_id = self.external_id

        external_url: str | None
        external_url = self.external_url

        external_status: str | None
        external_status = self.external_status

        exchange_state = self.exchange_state

        last_in_at = self.last_in_at.isoformat()

        taken = self.taken

        last_out_sequence: int | None
        last_out_sequence = self.last_out_sequence

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "work_order_id": work_order_id,
                "external_id": external_id,
                "external_url": external_url,
                "external_status": external_status,
                "exchange_state": exchange_state,
                "last_in_at": last_in_at,
                "taken": taken,
                "last_out_sequence": last_out_sequence,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        work_order_id = UUID(d.pop("work_order_id"))

        def _parse_external_id(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        external_id = _parse_external_id(d.pop("external_id"))

        def _parse_external_url(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        external_url = _parse_external_url(d.pop("external_url"))

        def _parse_external_status(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        external_status = _parse_external_status(d.pop("external_status"))

        exchange_state = d.pop("exchange_state")

        last_in_at = datetime.datetime.fromisoformat(d.pop("last_in_at"))

        taken = d.pop("taken")

        def _parse_last_out_sequence(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        last_out_sequence = _parse_last_out_sequence(d.pop("last_out_sequence"))

        exchange_link = cls(
            work_order_id=work_order_id,
            external_id=external_id,
            external_url=external_url,
            external_status=external_status,
            exchange_state=exchange_state,
            last_in_at=last_in_at,
            taken=taken,
            last_out_sequence=last_out_sequence,
        )

        exchange_link.additional_properties = d
        return exchange_link

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
