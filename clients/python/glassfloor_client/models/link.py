from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.link_audience import LinkAudience

T = TypeVar("T", bound="Link")


@_attrs_define
class Link:
    """A link to a recording, without its address.

    Attributes:
        id (UUID):
        recording_id (UUID):
        audience (LinkAudience):
        from_ms (int):
        until_ms (int | None):
        made_name (str):
        made_at (datetime.datetime):
        expires_at (datetime.datetime):
        openings (int):
        opened (int):
        opened_at (datetime.datetime | None):
        revoked_at (datetime.datetime | None):
        revoked_name (None | str):
        state (str):
    """

    id: UUID
    recording_id: UUID
    audience: LinkAudience
    from_ms: int
    until_ms: int | None
    made_name: str
    made_at: datetime.datetime
    expires_at: datetime.datetime
    openings: int
    opened: int
    opened_at: datetime.datetime | None
    revoked_at: datetime.datetime | None
    revoked_name: str | None
    state: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        recording_id = str(self.recording_id)

        audience = self.audience.value

        from_ms = self.from_ms

        until_ms: int | None
        until_ms = self.until_ms

        made_name = self.made_name

        made_at = self.made_at.isoformat()

        expires_at = self.expires_at.isoformat()

        openings = self.openings

        opened = self.opened

        opened_at: str | None
        if isinstance(self.opened_at, datetime.datetime):
            opened_at = self.opened_at.isoformat()
        else:
            opened_at = self.opened_at

        revoked_at: str | None
        if isinstance(self.revoked_at, datetime.datetime):
            revoked_at = self.revoked_at.isoformat()
        else:
            revoked_at = self.revoked_at

        revoked_name: str | None
        revoked_name = self.revoked_name

        state = self.state

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "recording_id": recording_id,
                "audience": audience,
                "from_ms": from_ms,
                "until_ms": until_ms,
                "made_name": made_name,
                "made_at": made_at,
                "expires_at": expires_at,
                "openings": openings,
                "opened": opened,
                "opened_at": opened_at,
                "revoked_at": revoked_at,
                "revoked_name": revoked_name,
                "state": state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        recording_id = UUID(d.pop("recording_id"))

        audience = LinkAudience(d.pop("audience"))

        from_ms = d.pop("from_ms")

        def _parse_until_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        until_ms = _parse_until_ms(d.pop("until_ms"))

        made_name = d.pop("made_name")

        made_at = datetime.datetime.fromisoformat(d.pop("made_at"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        openings = d.pop("openings")

        opened = d.pop("opened")

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

        def _parse_revoked_name(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        revoked_name = _parse_revoked_name(d.pop("revoked_name"))

        state = d.pop("state")

        link = cls(
            id=id,
            recording_id=recording_id,
            audience=audience,
            from_ms=from_ms,
            until_ms=until_ms,
            made_name=made_name,
            made_at=made_at,
            expires_at=expires_at,
            openings=openings,
            opened=opened,
            opened_at=opened_at,
            revoked_at=revoked_at,
            revoked_name=revoked_name,
            state=state,
        )

        link.additional_properties = d
        return link

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
