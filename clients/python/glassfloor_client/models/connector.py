from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.connector_settings import ConnectorSettings


T = TypeVar("T", bound="Connector")


@_attrs_define
class Connector:
    """How the system is read and told by its own API, and how looking for what no message brought goes.

    Attributes:
        tells (bool): Whether work orders are made and changed there.
        takes_new (bool): Whether what is found there becomes a work order.
        every_minutes (int):
        settings (ConnectorSettings):
        due_at (datetime.datetime): When it is looked again.
        started_at (datetime.datetime | None):
        finished_at (datetime.datetime | None): When everything had been looked at.
        looked (int): Things seen in the last round.
        found (int): Of them new.
        error (None | str):
        quiet_until (datetime.datetime | None): Nothing is asked or told until then.
    """

    tells: bool
    takes_new: bool
    every_minutes: int
    settings: ConnectorSettings
    due_at: datetime.datetime
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    looked: int
    found: int
    error: str | None
    quiet_until: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        tells = self.tells

        takes_new = self.takes_new

        every_minutes = self.every_minutes

        settings = self.settings.to_dict()

        due_at = self.due_at.isoformat()

        started_at: str | None
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        finished_at: str | None
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        looked = self.looked

        found = self.found

        error: str | None
        error = self.error

        quiet_until: str | None
        if isinstance(self.quiet_until, datetime.datetime):
            quiet_until = self.quiet_until.isoformat()
        else:
            quiet_until = self.quiet_until

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "tells": tells,
                "takes_new": takes_new,
                "every_minutes": every_minutes,
                "settings": settings,
                "due_at": due_at,
                "started_at": started_at,
                "finished_at": finished_at,
                "looked": looked,
                "found": found,
                "error": error,
                "quiet_until": quiet_until,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.connector_settings import ConnectorSettings  # noqa: PLC0415

        d = dict(src_dict)
        tells = d.pop("tells")

        takes_new = d.pop("takes_new")

        every_minutes = d.pop("every_minutes")

        settings = ConnectorSettings.from_dict(d.pop("settings"))

        due_at = datetime.datetime.fromisoformat(d.pop("due_at"))

        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                started_at_type_0 = datetime.datetime.fromisoformat(data)

                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        started_at = _parse_started_at(d.pop("started_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        looked = d.pop("looked")

        found = d.pop("found")

        def _parse_error(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        error = _parse_error(d.pop("error"))

        def _parse_quiet_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                quiet_until_type_0 = datetime.datetime.fromisoformat(data)

                return quiet_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        quiet_until = _parse_quiet_until(d.pop("quiet_until"))

        connector = cls(
            tells=tells,
            takes_new=takes_new,
            every_minutes=every_minutes,
            settings=settings,
            due_at=due_at,
            started_at=started_at,
            finished_at=finished_at,
            looked=looked,
            found=found,
            error=error,
            quiet_until=quiet_until,
        )

        connector.additional_properties = d
        return connector

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
