from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.endpoint_change_format_type_0 import EndpointChangeFormatType0
from ..types import UNSET, Unset

T = TypeVar("T", bound="EndpointChange")


@_attrs_define
class EndpointChange:
    """What of an endpoint is to be different; a new address has to be verified again.

    Attributes:
        url (None | str | Unset):
        types (list[str] | None | Unset):
        format_ (EndpointChangeFormatType0 | None | Unset):
        description (None | str | Unset):
    """

    url: str | Unset | None = UNSET
    types: list[str] | Unset | None = UNSET
    format_: EndpointChangeFormatType0 | Unset | None = UNSET
    description: str | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        url: str | Unset | None
        if isinstance(self.url, Unset):
            url = UNSET
        else:
            url = self.url

        types: list[str] | Unset | None
        if isinstance(self.types, Unset):
            types = UNSET
        elif isinstance(self.types, list):
            types = self.types

        else:
            types = self.types

        format_: str | Unset | None
        if isinstance(self.format_, Unset):
            format_ = UNSET
        elif isinstance(self.format_, EndpointChangeFormatType0):
            format_ = self.format_.value
        else:
            format_ = self.format_

        description: str | Unset | None
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if url is not UNSET:
            field_dict["url"] = url
        if types is not UNSET:
            field_dict["types"] = types
        if format_ is not UNSET:
            field_dict["format"] = format_
        if description is not UNSET:
            field_dict["description"] = description

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_url(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        url = _parse_url(d.pop("url", UNSET))

        def _parse_types(data: object) -> list[str] | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError
                types_type_0 = cast("list[str]", data)

                return types_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[str] | None | Unset", data)

        types = _parse_types(d.pop("types", UNSET))

        def _parse_format_(data: object) -> EndpointChangeFormatType0 | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                format_type_0 = EndpointChangeFormatType0(data)

                return format_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("EndpointChangeFormatType0 | None | Unset", data)

        format_ = _parse_format_(d.pop("format", UNSET))

        def _parse_description(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        description = _parse_description(d.pop("description", UNSET))

        endpoint_change = cls(
            url=url,
            types=types,
            format_=format_,
            description=description,
        )

        return endpoint_change
