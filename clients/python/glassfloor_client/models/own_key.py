from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.own_key_type import OwnKeyType

if TYPE_CHECKING:
    from ..models.own_key_limits import OwnKeyLimits


T = TypeVar("T", bound="OwnKey")


@_attrs_define
class OwnKey:
    """What the credential of this request is.

    Attributes:
        id (str):
        type_ (OwnKeyType):
        client (str):
        connection (str):
        scopes (list[str]):
        networks (list[str]): From where alone it may be used; none: from anywhere.
        certificates (list[str]): SHA-256 fingerprints of the TLS client certificates that it needs one of.
        expires_at (datetime.datetime | None):
        limits (OwnKeyLimits):
    """

    id: str
    type_: OwnKeyType
    client: str
    connection: str
    scopes: list[str]
    networks: list[str]
    certificates: list[str]
    expires_at: datetime.datetime | None
    limits: OwnKeyLimits
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        type_ = self.type_.value

        client = self.client

        connection = self.connection

        scopes = self.scopes

        networks = self.networks

        certificates = self.certificates

        expires_at: str | None
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        limits = self.limits.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "type": type_,
                "client": client,
                "connection": connection,
                "scopes": scopes,
                "networks": networks,
                "certificates": certificates,
                "expires_at": expires_at,
                "limits": limits,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.own_key_limits import OwnKeyLimits  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        type_ = OwnKeyType(d.pop("type"))

        client = d.pop("client")

        connection = d.pop("connection")

        scopes = cast("list[str]", d.pop("scopes"))

        networks = cast("list[str]", d.pop("networks"))

        certificates = cast("list[str]", d.pop("certificates"))

        def _parse_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        limits = OwnKeyLimits.from_dict(d.pop("limits"))

        own_key = cls(
            id=id,
            type_=type_,
            client=client,
            connection=connection,
            scopes=scopes,
            networks=networks,
            certificates=certificates,
            expires_at=expires_at,
            limits=limits,
        )

        own_key.additional_properties = d
        return own_key

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
