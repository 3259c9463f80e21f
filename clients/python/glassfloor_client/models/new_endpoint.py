from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.new_endpoint_format import NewEndpointFormat
from ..models.new_endpoint_signature import NewEndpointSignature
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewEndpoint")


@_attrs_define
class NewEndpoint:
    """An address of the client that events go to.

    Attributes:
        url (str):
        connection (None | str | Unset):
        types (list[str] | Unset):
        format_ (NewEndpointFormat | Unset):  Default: NewEndpointFormat.STANDARD.
        description (str | Unset):  Default: ''.
        signature (NewEndpointSignature | Unset):  Default: NewEndpointSignature.V1.
    """

    url: str
    connection: str | Unset | None = UNSET
    types: list[str] | Unset = UNSET
    format_: NewEndpointFormat | Unset = NewEndpointFormat.STANDARD
    description: str | Unset = ""
    signature: NewEndpointSignature | Unset = NewEndpointSignature.V1

    def to_dict(self) -> dict[str, Any]:
        url = self.url

        connection: str | Unset | None
        if isinstance(self.connection, Unset):
            connection = UNSET
        else:
            connection = self.connection

        types: list[str] | Unset = UNSET
        if not isinstance(self.types, Unset):
            types = self.types

        format_: str | Unset = UNSET
        if not isinstance(self.format_, Unset):
            format_ = self.format_.value

        description = self.description

        signature: str | Unset = UNSET
        if not isinstance(self.signature, Unset):
            signature = self.signature.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "url": url,
            }
        )
        if connection is not UNSET:
            field_dict["connection"] = connection
        if types is not UNSET:
            field_dict["types"] = types
        if format_ is not UNSET:
            field_dict["format"] = format_
        if description is not UNSET:
            field_dict["description"] = description
        if signature is not UNSET:
            field_dict["signature"] = signature

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        url = d.pop("url")

        def _parse_connection(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        connection = _parse_connection(d.pop("connection", UNSET))

        types = cast("list[str]", d.pop("types", UNSET))

        _format_ = d.pop("format", UNSET)
        format_: NewEndpointFormat | Unset
        if isinstance(_format_, Unset):
            format_ = UNSET
        else:
            format_ = NewEndpointFormat(_format_)

        description = d.pop("description", UNSET)

        _signature = d.pop("signature", UNSET)
        signature: NewEndpointSignature | Unset
        if isinstance(_signature, Unset):
            signature = UNSET
        else:
            signature = NewEndpointSignature(_signature)

        new_endpoint = cls(
            url=url,
            connection=connection,
            types=types,
            format_=format_,
            description=description,
            signature=signature,
        )

        return new_endpoint
