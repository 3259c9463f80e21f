from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="DeliveredOn")


@_attrs_define
class DeliveredOn:
    """The same of one day.

    Attributes:
        sent (int):
        answered (int):
        delivered_before_answer (int):
        carried_in_the_call (int):
        share_pct (float | None):
        on (datetime.date):
    """

    sent: int
    answered: int
    delivered_before_answer: int
    carried_in_the_call: int
    share_pct: float | None
    on: datetime.date
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        sent = self.sent

        answered = self.answered

        delivered_before_answer = self.delivered_before_answer

        carried_in_the_call = self.carried_in_the_call

        share_pct: float | None
        share_pct = self.share_pct

        on = self.on.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "sent": sent,
                "answered": answered,
                "delivered_before_answer": delivered_before_answer,
                "carried_in_the_call": carried_in_the_call,
                "share_pct": share_pct,
                "on": on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        sent = d.pop("sent")

        answered = d.pop("answered")

        delivered_before_answer = d.pop("delivered_before_answer")

        carried_in_the_call = d.pop("carried_in_the_call")

        def _parse_share_pct(data: object) -> float | None:
            if data is None:
                return data
            return cast("float | None", data)

        share_pct = _parse_share_pct(d.pop("share_pct"))

        on = datetime.date.fromisoformat(d.pop("on"))

        delivered_on = cls(
            sent=sent,
            answered=answered,
            delivered_before_answer=delivered_before_answer,
            carried_in_the_call=carried_in_the_call,
            share_pct=share_pct,
            on=on,
        )

        delivered_on.additional_properties = d
        return delivered_on

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
