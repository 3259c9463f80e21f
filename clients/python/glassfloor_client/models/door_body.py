from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="DoorBody")


@_attrs_define
class DoorBody:
    """How messages come in: signed as the system signs, or without (then from some networks or certificates only).

    ``certificates``: of TLS clients, as PEM or SHA-256 fingerprints; where networks are named too, both must fit.
    Unsigned ones, and those of systems that are called by their own API, are hints: the system is asked.

        Attributes:
            adapter (str | Unset):  Default: 'native'.
            signed (bool | Unset):  Default: True.
            networks (list[str] | Unset):
            certificates (list[str] | Unset):
            ask_url (None | str | Unset):
            ask_secret (None | str | Unset):
    """

    adapter: str | Unset = "native"
    signed: bool | Unset = True
    networks: list[str] | Unset = UNSET
    certificates: list[str] | Unset = UNSET
    ask_url: str | Unset | None = UNSET
    ask_secret: str | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        adapter = self.adapter

        signed = self.signed

        networks: list[str] | Unset = UNSET
        if not isinstance(self.networks, Unset):
            networks = self.networks

        certificates: list[str] | Unset = UNSET
        if not isinstance(self.certificates, Unset):
            certificates = self.certificates

        ask_url: str | Unset | None
        if isinstance(self.ask_url, Unset):
            ask_url = UNSET
        else:
            ask_url = self.ask_url

        ask_secret: str | Unset | None
        if isinstance(self.ask_secret, Unset):
            ask_secret = UNSET
        else:
            ask_secret = self.ask_secret

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if adapter is not UNSET:
            field_dict["adapter"] = adapter
        if signed is not UNSET:
            field_dict["signed"] = signed
        if networks is not UNSET:
            field_dict["networks"] = networks
        if certificates is not UNSET:
            field_dict["certificates"] = certificates
        if ask_url is not UNSET:
            field_dict["ask_url"] = ask_url
        if ask_secret is not UNSET:
            field_dict["ask_secret"] = ask_secret

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        adapter = d.pop("adapter", UNSET)

        signed = d.pop("signed", UNSET)

        networks = cast("list[str]", d.pop("networks", UNSET))

        certificates = cast("list[str]", d.pop("certificates", UNSET))

        def _parse_ask_url(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        ask_url = _parse_ask_url(d.pop("ask_url", UNSET))

        def _parse_ask_secret(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        ask_secret = _parse_ask_secret(d.pop("ask_secret", UNSET))

        door_body = cls(
            adapter=adapter,
            signed=signed,
            networks=networks,
            certificates=certificates,
            ask_url=ask_url,
            ask_secret=ask_secret,
        )

        return door_body
