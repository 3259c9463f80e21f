from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ConnectionBrief")


@_attrs_define
class ConnectionBrief:
    """A connection, and where it stands.

    Attributes:
        connection (str):
        name (str):
        url (str): Where its webhooks go; empty: nowhere.
        state (str): invited, active, declined, suspended or revoked.
        state_side (str): Who brought it there; empty: it was agreed with the blueprint.
        state_reason (str):
        since (datetime.datetime | None):
    """

    connection: str
    name: str
    url: str
    state: str
    state_side: str
    state_reason: str
    since: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        connection = self.connection

        name = self.name

        url = self.url

        state = self.state

        state_side = self.state_side

        state_reason = self.state_reason

        since: str | None
        if isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "connection": connection,
                "name": name,
                "url": url,
                "state": state,
                "state_side": state_side,
                "state_reason": state_reason,
                "since": since,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        connection = d.pop("connection")

        name = d.pop("name")

        url = d.pop("url")

        state = d.pop("state")

        state_side = d.pop("state_side")

        state_reason = d.pop("state_reason")

        def _parse_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                since_type_0 = datetime.datetime.fromisoformat(data)

                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        since = _parse_since(d.pop("since"))

        connection_brief = cls(
            connection=connection,
            name=name,
            url=url,
            state=state,
            state_side=state_side,
            state_reason=state_reason,
            since=since,
        )

        connection_brief.additional_properties = d
        return connection_brief

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
