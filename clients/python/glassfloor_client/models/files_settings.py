from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="FilesSettings")


@_attrs_define
class FilesSettings:
    """How a connection goes by files on an SFTP server, and how that goes.

    Attributes:
        sent_at (datetime.datetime | None): When a file was written last.
        round_at (datetime.datetime | None): When everything had been done last.
        error (None | str):
        in_use (bool): Whether it goes by files now.
        host (str):
        port (int):
        login (str):
        has_secret (bool): Whether there is a password or key; it is never told.
        host_key (str):
        out_folder (str):
        in_folder (str):
    """

    sent_at: datetime.datetime | None
    round_at: datetime.datetime | None
    error: str | None
    in_use: bool
    host: str
    port: int
    login: str
    has_secret: bool
    host_key: str
    out_folder: str
    in_folder: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        sent_at: str | None
        if isinstance(self.sent_at, datetime.datetime):
            sent_at = self.sent_at.isoformat()
        else:
            sent_at = self.sent_at

        round_at: str | None
        if isinstance(self.round_at, datetime.datetime):
            round_at = self.round_at.isoformat()
        else:
            round_at = self.round_at

        error: str | None
        error = self.error

        in_use = self.in_use

        host = self.host

        port = self.port

        login = self.login

        has_secret = self.has_secret

        host_key = self.host_key

        out_folder = self.out_folder

        in_folder = self.in_folder

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "sent_at": sent_at,
                "round_at": round_at,
                "error": error,
                "in_use": in_use,
                "host": host,
                "port": port,
                "login": login,
                "has_secret": has_secret,
                "host_key": host_key,
                "out_folder": out_folder,
                "in_folder": in_folder,
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

        def _parse_round_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                round_at_type_0 = datetime.datetime.fromisoformat(data)

                return round_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        round_at = _parse_round_at(d.pop("round_at"))

        def _parse_error(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        error = _parse_error(d.pop("error"))

        in_use = d.pop("in_use")

        host = d.pop("host")

        port = d.pop("port")

        login = d.pop("login")

        has_secret = d.pop("has_secret")

        host_key = d.pop("host_key")

        out_folder = d.pop("out_folder")

        in_folder = d.pop("in_folder")

        files_settings = cls(
            sent_at=sent_at,
            round_at=round_at,
            error=error,
            in_use=in_use,
            host=host,
            port=port,
            login=login,
            has_secret=has_secret,
            host_key=host_key,
            out_folder=out_folder,
            in_folder=in_folder,
        )

        files_settings.additional_properties = d
        return files_settings

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
