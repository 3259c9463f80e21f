from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.connector import Connector
    from ..models.files_state import FilesState
    from ..models.mail_state import MailState
    from ..models.way_in import WayIn
    from ..models.way_out import WayOut


T = TypeVar("T", bound="ConnectionHealth")


@_attrs_define
class ConnectionHealth:
    """How a connection is.

    Attributes:
        connection (str):
        name (str):
        url (str): Where its webhooks go; empty: nowhere.
        state (str): invited, active, declined, suspended or revoked.
        state_side (str): Who brought it there; empty: it was agreed with the blueprint.
        state_reason (str):
        since (datetime.datetime | None):
        possible (list[str]): What your side may do now.
        map_version (int):
        address (bool): Whether it has an address for messages.
        adapter (str):
        signed (bool):
        has_secret (bool): Whether there is a secret that signs; without it nothing gets in.
        networks (list[str]):
        certificates (list[str]):
        ask_url (None | str):
        connector (Connector | None):
        mail (MailState | None): While it goes by mail.
        files (FilesState | None): While it goes by files.
        in_ (WayIn): What comes in; counts are of the newest thousand messages.
        out (WayOut): What goes out.
    """

    connection: str
    name: str
    url: str
    state: str
    state_side: str
    state_reason: str
    since: datetime.datetime | None
    possible: list[str]
    map_version: int
    address: bool
    adapter: str
    signed: bool
    has_secret: bool
    networks: list[str]
    certificates: list[str]
    ask_url: str | None
    connector: Connector | None
    mail: MailState | None
    files: FilesState | None
    in_: WayIn
    out: WayOut
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.connector import Connector  # noqa: PLC0415
        from ..models.files_state import FilesState  # noqa: PLC0415
        from ..models.mail_state import MailState  # noqa: PLC0415

        connection = self.connection

        name = self.name

        url = self.url

        state = self.state

        state_side = self.state_side

        state_reason = self.state_reason

        since: str | None
        if isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        possible = self.possible

        map_version = self.map_version

        address = self.address

        adapter = self.adapter

        signed = self.signed

        has_secret = self.has_secret

        networks = self.networks

        certificates = self.certificates

        ask_url: str | None
        ask_url = self.ask_url

        connector: dict[str, Any] | None
        if isinstance(self.connector, Connector):
            connector = self.connector.to_dict()
        else:
            connector = self.connector

        mail: dict[str, Any] | None
        if isinstance(self.mail, MailState):
            mail = self.mail.to_dict()
        else:
            mail = self.mail

        files: dict[str, Any] | None
        if isinstance(self.files, FilesState):
            files = self.files.to_dict()
        else:
            files = self.files

        in_ = self.in_.to_dict()

        out = self.out.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "connection": connection,
                "name": name,
                "url": url,
                "state": state,
                "state_side": state_side,
                "state_reason": state_reason,
                "since": since,
                "possible": possible,
                "map_version": map_version,
                "address": address,
                "adapter": adapter,
                "signed": signed,
                "has_secret": has_secret,
                "networks": networks,
                "certificates": certificates,
                "ask_url": ask_url,
                "connector": connector,
                "mail": mail,
                "files": files,
                "in": in_,
                "out": out,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.connector import Connector  # noqa: PLC0415
        from ..models.files_state import FilesState  # noqa: PLC0415
        from ..models.mail_state import MailState  # noqa: PLC0415
        from ..models.way_in import WayIn  # noqa: PLC0415
        from ..models.way_out import WayOut  # noqa: PLC0415

        d = dict(src_dict)
        connection = d.pop("connection")

        name = d.pop("name")

        url = d.pop("url")

        state = d.pop("state")

        state_side = d.pop("state_side")

        state_reason = d.pop("state_reason")

        def _parse_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                since_type_0 = datetime.datetime.fromisoformat(data)

                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        since = _parse_since(d.pop("since"))

        possible = cast("list[str]", d.pop("possible"))

        map_version = d.pop("map_version")

        address = d.pop("address")

        adapter = d.pop("adapter")

        signed = d.pop("signed")

        has_secret = d.pop("has_secret")

        networks = cast("list[str]", d.pop("networks"))

        certificates = cast("list[str]", d.pop("certificates"))

        def _parse_ask_url(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        ask_url = _parse_ask_url(d.pop("ask_url"))

        def _parse_connector(data: object) -> Connector | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                connector_type_0 = Connector.from_dict(data)

                return connector_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("Connector | None", data)

        connector = _parse_connector(d.pop("connector"))

        def _parse_mail(data: object) -> MailState | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                mail_type_0 = MailState.from_dict(data)

                return mail_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("MailState | None", data)

        mail = _parse_mail(d.pop("mail"))

        def _parse_files(data: object) -> FilesState | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                files_type_0 = FilesState.from_dict(data)

                return files_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("FilesState | None", data)

        files = _parse_files(d.pop("files"))

        in_ = WayIn.from_dict(d.pop("in"))

        out = WayOut.from_dict(d.pop("out"))

        connection_health = cls(
            connection=connection,
            name=name,
            url=url,
            state=state,
            state_side=state_side,
            state_reason=state_reason,
            since=since,
            possible=possible,
            map_version=map_version,
            address=address,
            adapter=adapter,
            signed=signed,
            has_secret=has_secret,
            networks=networks,
            certificates=certificates,
            ask_url=ask_url,
            connector=connector,
            mail=mail,
            files=files,
            in_=in_,
            out=out,
        )

        connection_health.additional_properties = d
        return connection_health

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
