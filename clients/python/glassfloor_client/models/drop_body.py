from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="DropBody")


@_attrs_define
class DropBody:
    """How a connection goes by files: a folder of the client's SFTP server for each way.

    ``secret``: a password, or a private key in OpenSSH's or PEM's form; none keeps the one that is there.

        Attributes:
            host (str):
            login (str):
            host_key (str):
            port (int | Unset):  Default: 22.
            secret (None | str | Unset):
            out_folder (str | Unset):  Default: 'from-centre'.
            in_folder (str | Unset):  Default: 'to-centre'.
    """

    host: str
    login: str
    host_key: str
    port: int | Unset = 22
    secret: str | Unset | None = UNSET
    out_folder: str | Unset = "from-centre"
    in_folder: str | Unset = "to-centre"

    def to_dict(self) -> dict[str, Any]:
        host = self.host

        login = self.login

        host_key = self.host_key

        port = self.port

        secret: str | Unset | None
        if isinstance(self.secret, Unset):
            secret = UNSET
        else:
            secret = self.secret

        out_folder = self.out_folder

        in_folder = self.in_folder

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "host": host,
                "login": login,
                "host_key": host_key,
            }
        )
        if port is not UNSET:
            field_dict["port"] = port
        if secret is not UNSET:
            field_dict["secret"] = secret
        if out_folder is not UNSET:
            field_dict["out_folder"] = out_folder
        if in_folder is not UNSET:
            field_dict["in_folder"] = in_folder

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        host = d.pop("host")

        login = d.pop("login")

        host_key = d.pop("host_key")

        port = d.pop("port", UNSET)

        def _parse_secret(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        secret = _parse_secret(d.pop("secret", UNSET))

        out_folder = d.pop("out_folder", UNSET)

        in_folder = d.pop("in_folder", UNSET)

        drop_body = cls(
            host=host,
            login=login,
            host_key=host_key,
            port=port,
            secret=secret,
            out_folder=out_folder,
            in_folder=in_folder,
        )

        return drop_body
