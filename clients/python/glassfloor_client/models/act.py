from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Act")


@_attrs_define
class Act:
    """Something that a client changed for a time; what it is made of depends on ``act``.

    Attributes:
        id (UUID):
        act (str):
        scope (str):
        target (str):
        reason (str):
        name (str):
        role (str):
        begins_at (datetime.datetime):
        until (datetime.datetime | None):
        ended_at (datetime.datetime | None):
        ended_by (None | str):
        ended_why (None | str):
    """

    id: UUID
    act: str
    scope: str
    target: str
    reason: str
    name: str
    role: str
    begins_at: datetime.datetime
    until: datetime.datetime | None
    ended_at: datetime.datetime | None
    ended_by: str | None
    ended_why: str | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        act = self.act

        scope = self.scope

        target = self.target

        reason = self.reason

        name = self.name

        role = self.role

        begins_at = self.begins_at.isoformat()

        until: str | None
        if isinstance(self.until, datetime.datetime):
            until = self.until.isoformat()
        else:
            until = self.until

        ended_at: str | None
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        ended_by: str | None
        ended_by = self.ended_by

        ended_why: str | None
        ended_why = self.ended_why

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "act": act,
                "scope": scope,
                "target": target,
                "reason": reason,
                "name": name,
                "role": role,
                "begins_at": begins_at,
                "until": until,
                "ended_at": ended_at,
                "ended_by": ended_by,
                "ended_why": ended_why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        act = d.pop("act")

        scope = d.pop("scope")

        target = d.pop("target")

        reason = d.pop("reason")

        name = d.pop("name")

        role = d.pop("role")

        begins_at = datetime.datetime.fromisoformat(d.pop("begins_at"))

        def _parse_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                until_type_0 = datetime.datetime.fromisoformat(data)

                return until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        until = _parse_until(d.pop("until"))

        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                ended_at_type_0 = datetime.datetime.fromisoformat(data)

                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        ended_at = _parse_ended_at(d.pop("ended_at"))

        def _parse_ended_by(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        ended_by = _parse_ended_by(d.pop("ended_by"))

        def _parse_ended_why(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        ended_why = _parse_ended_why(d.pop("ended_why"))

        act = cls(
            id=id,
            act=act,
            scope=scope,
            target=target,
            reason=reason,
            name=name,
            role=role,
            begins_at=begins_at,
            until=until,
            ended_at=ended_at,
            ended_by=ended_by,
            ended_why=ended_why,
        )

        act.additional_properties = d
        return act

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
