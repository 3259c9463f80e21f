from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Telling")


@_attrs_define
class Telling:
    """Whom of the client's people was told of a call, how and when.

    Attributes:
        id (UUID):
        interaction_id (UUID):
        person (str):
        ways (list[str]):
        sent_at (datetime.datetime):
        expires_at (datetime.datetime):
        answered_at (datetime.datetime | None):
        taken_at (datetime.datetime | None):
        mailed_at (datetime.datetime | None):
        opened_at (datetime.datetime | None):
        acknowledged_at (datetime.datetime | None):
        acknowledged_by (None | str):
        revoked_at (datetime.datetime | None):
        in_time (bool | None):
    """

    id: UUID
    interaction_id: UUID
    person: str
    ways: list[str]
    sent_at: datetime.datetime
    expires_at: datetime.datetime
    answered_at: datetime.datetime | None
    taken_at: datetime.datetime | None
    mailed_at: datetime.datetime | None
    opened_at: datetime.datetime | None
    acknowledged_at: datetime.datetime | None
    acknowledged_by: str | None
    revoked_at: datetime.datetime | None
    in_time: bool | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        interaction_id = str(self.interaction_id)

        person = self.person

        ways = self.ways

        sent_at = self.sent_at.isoformat()

        expires_at = self.expires_at.isoformat()

        answered_at: str | None
        if isinstance(self.answered_at, datetime.datetime):
            answered_at = self.answered_at.isoformat()
        else:
            answered_at = self.answered_at

        taken_at: str | None
        if isinstance(self.taken_at, datetime.datetime):
            taken_at = self.taken_at.isoformat()
        else:
            taken_at = self.taken_at

        mailed_at: str | None
        if isinstance(self.mailed_at, datetime.datetime):
            mailed_at = self.mailed_at.isoformat()
        else:
            mailed_at = self.mailed_at

        opened_at: str | None
        if isinstance(self.opened_at, datetime.datetime):
            opened_at = self.opened_at.isoformat()
        else:
            opened_at = self.opened_at

        acknowledged_at: str | None
        if isinstance(self.acknowledged_at, datetime.datetime):
            acknowledged_at = self.acknowledged_at.isoformat()
        else:
            acknowledged_at = self.acknowledged_at

        acknowledged_by: str | None
        acknowledged_by = self.acknowledged_by

        revoked_at: str | None
        if isinstance(self.revoked_at, datetime.datetime):
            revoked_at = self.revoked_at.isoformat()
        else:
            revoked_at = self.revoked_at

        in_time: bool | None
        in_time = self.in_time

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "interaction_id": interaction_id,
                "person": person,
                "ways": ways,
                "sent_at": sent_at,
                "expires_at": expires_at,
                "answered_at": answered_at,
                "taken_at": taken_at,
                "mailed_at": mailed_at,
                "opened_at": opened_at,
                "acknowledged_at": acknowledged_at,
                "acknowledged_by": acknowledged_by,
                "revoked_at": revoked_at,
                "in_time": in_time,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        interaction_id = UUID(d.pop("interaction_id"))

        person = d.pop("person")

        ways = cast("list[str]", d.pop("ways"))

        sent_at = datetime.datetime.fromisoformat(d.pop("sent_at"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        def _parse_answered_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                answered_at_type_0 = datetime.datetime.fromisoformat(data)

                return answered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        answered_at = _parse_answered_at(d.pop("answered_at"))

        def _parse_taken_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                taken_at_type_0 = datetime.datetime.fromisoformat(data)

                return taken_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        taken_at = _parse_taken_at(d.pop("taken_at"))

        def _parse_mailed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                mailed_at_type_0 = datetime.datetime.fromisoformat(data)

                return mailed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        mailed_at = _parse_mailed_at(d.pop("mailed_at"))

        def _parse_opened_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                opened_at_type_0 = datetime.datetime.fromisoformat(data)

                return opened_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        opened_at = _parse_opened_at(d.pop("opened_at"))

        def _parse_acknowledged_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                acknowledged_at_type_0 = datetime.datetime.fromisoformat(data)

                return acknowledged_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        acknowledged_at = _parse_acknowledged_at(d.pop("acknowledged_at"))

        def _parse_acknowledged_by(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        acknowledged_by = _parse_acknowledged_by(d.pop("acknowledged_by"))

        def _parse_revoked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                revoked_at_type_0 = datetime.datetime.fromisoformat(data)

                return revoked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        revoked_at = _parse_revoked_at(d.pop("revoked_at"))

        def _parse_in_time(data: object) -> bool | None:
            if data is None:
                return data
            return cast("bool | None", data)

        in_time = _parse_in_time(d.pop("in_time"))

        telling = cls(
            id=id,
            interaction_id=interaction_id,
            person=person,
            ways=ways,
            sent_at=sent_at,
            expires_at=expires_at,
            answered_at=answered_at,
            taken_at=taken_at,
            mailed_at=mailed_at,
            opened_at=opened_at,
            acknowledged_at=acknowledged_at,
            acknowledged_by=acknowledged_by,
            revoked_at=revoked_at,
            in_time=in_time,
        )

        telling.additional_properties = d
        return telling

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
