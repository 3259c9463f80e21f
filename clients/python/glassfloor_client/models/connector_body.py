from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.connector_body_settings import ConnectorBodySettings


T = TypeVar("T", bound="ConnectorBody")


@_attrs_define
class ConnectorBody:
    """A client's system that is read and told by its own API.

    ``secret``: what lets us in; left out, the one that is there stays, at the same address only. ``settings``: what
    stands in everything that we make there, and where it is made.

        Attributes:
            adapter (str):
            url (str):
            secret (None | str | Unset):
            tells (bool | Unset):  Default: True.
            takes_new (bool | Unset):  Default: False.
            every_minutes (int | Unset):  Default: 5.
            settings (ConnectorBodySettings | Unset):
    """

    adapter: str
    url: str
    secret: str | Unset | None = UNSET
    tells: bool | Unset = True
    takes_new: bool | Unset = False
    every_minutes: int | Unset = 5
    settings: ConnectorBodySettings | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        adapter = self.adapter

        url = self.url

        secret: str | Unset | None
        if isinstance(self.secret, Unset):
            secret = UNSET
        else:
            secret = self.secret

        tells = self.tells

        takes_new = self.takes_new

        every_minutes = self.every_minutes

        settings: dict[str, Any] | Unset = UNSET
        if not isinstance(self.settings, Unset):
            settings = self.settings.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "adapter": adapter,
                "url": url,
            }
        )
        if secret is not UNSET:
            field_dict["secret"] = secret
        if tells is not UNSET:
            field_dict["tells"] = tells
        if takes_new is not UNSET:
            field_dict["takes_new"] = takes_new
        if every_minutes is not UNSET:
            field_dict["every_minutes"] = every_minutes
        if settings is not UNSET:
            field_dict["settings"] = settings

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.connector_body_settings import ConnectorBodySettings  # noqa: PLC0415

        d = dict(src_dict)
        adapter = d.pop("adapter")

        url = d.pop("url")

        def _parse_secret(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        secret = _parse_secret(d.pop("secret", UNSET))

        tells = d.pop("tells", UNSET)

        takes_new = d.pop("takes_new", UNSET)

        every_minutes = d.pop("every_minutes", UNSET)

        _settings = d.pop("settings", UNSET)
        settings: ConnectorBodySettings | Unset
        if isinstance(_settings, Unset):
            settings = UNSET
        else:
            settings = ConnectorBodySettings.from_dict(_settings)

        connector_body = cls(
            adapter=adapter,
            url=url,
            secret=secret,
            tells=tells,
            takes_new=takes_new,
            every_minutes=every_minutes,
            settings=settings,
        )

        return connector_body
