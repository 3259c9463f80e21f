from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="MailState")


@_attrs_define
class MailState:
    """How mails go.

    Attributes:
        sent_at (datetime.datetime | None):
        error (None | str): Why they wait, while they do.
        bounces (int): In a row that came back for good.
        bounced_at (datetime.datetime | None):
        automatic_at (datetime.datetime | None): When a machine answered last.
    """

    sent_at: datetime.datetime | None
    error: str | None
    bounces: int
    bounced_at: datetime.datetime | None
    automatic_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        sent_at: str | None
        if isinstance(self.sent_at, datetime.datetime):
            sent_at = self.sent_at.isoformat()
        else:
            sent_at = self.sent_at

        error: str | None
        error = self.error

        bounces = self.bounces

        bounced_at: str | None
        if isinstance(self.bounced_at, datetime.datetime):
            bounced_at = self.bounced_at.isoformat()
        else:
            bounced_at = self.bounced_at

        automatic_at: str | None
        if isinstance(self.automatic_at, datetime.datetime):
            automatic_at = self.automatic_at.isoformat()
        else:
            automatic_at = self.automatic_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "sent_at": sent_at,
                "error": error,
                "bounces": bounces,
                "bounced_at": bounced_at,
                "automatic_at": automatic_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_sent_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                sent_at_type_0 = datetime.datetime.fromisoformat(data)

                return sent_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        sent_at = _parse_sent_at(d.pop("sent_at"))

        def _parse_error(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        error = _parse_error(d.pop("error"))

        bounces = d.pop("bounces")

        def _parse_bounced_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                bounced_at_type_0 = datetime.datetime.fromisoformat(data)

                return bounced_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        bounced_at = _parse_bounced_at(d.pop("bounced_at"))

        def _parse_automatic_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                automatic_at_type_0 = datetime.datetime.fromisoformat(data)

                return automatic_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        automatic_at = _parse_automatic_at(d.pop("automatic_at"))

        mail_state = cls(
            sent_at=sent_at,
            error=error,
            bounces=bounces,
            bounced_at=bounced_at,
            automatic_at=automatic_at,
        )

        mail_state.additional_properties = d
        return mail_state

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
