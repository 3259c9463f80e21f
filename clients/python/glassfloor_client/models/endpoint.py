from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Endpoint")


@_attrs_define
class Endpoint:
    """An address that events go to.

    Attributes:
        id (UUID):
        connection (str):
        url (str):
        types (list[str]): Exact types, or families as `work_order.*`; none: all.
        format_ (str): `standard`, `cloudevents`, `tmf621_v4`, `tmf621_v5`; `connector`: by its own API.
        description (str):
        signature (str): `v1` (HMAC by a shared secret) or `v1a` (Ed25519).
        public_key (None | str): `whpk_` and base64: verifies `v1a` signatures.
        state (str): `unverified`, `active` or `disabled`.
        state_reason (None | str): `gone`, `failing` or `by_hand`, when disabled.
        of_blueprint (bool): It follows the address of the connection.
        failing_since (datetime.datetime | None): It has taken nothing since.
        old_secret_until (datetime.datetime | None): The secret before the last rotation signs too.
        verified_at (datetime.datetime | None):
        created_at (datetime.datetime):
        waiting (int):
        dead (int):
    """

    id: UUID
    connection: str
    url: str
    types: list[str]
    format_: str
    description: str
    signature: str
    public_key: str | None
    state: str
    state_reason: str | None
    of_blueprint: bool
    failing_since: datetime.datetime | None
    old_secret_until: datetime.datetime | None
    verified_at: datetime.datetime | None
    created_at: datetime.datetime
    waiting: int
    dead: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        connection = self.connection

        url = self.url

        types = self.types

        format_ = self.format_

        description = self.description

        signature = self.signature

        public_key: str | None
        public_key = self.public_key

        state = self.state

        state_reason: str | None
        state_reason = self.state_reason

        of_blueprint = self.of_blueprint

        failing_since: str | None
        if isinstance(self.failing_since, datetime.datetime):
            failing_since = self.failing_since.isoformat()
        else:
            failing_since = self.failing_since

        old_secret_until: str | None
        if isinstance(self.old_secret_until, datetime.datetime):
            old_secret_until = self.old_secret_until.isoformat()
        else:
            old_secret_until = self.old_secret_until

        verified_at: str | None
        if isinstance(self.verified_at, datetime.datetime):
            verified_at = self.verified_at.isoformat()
        else:
            verified_at = self.verified_at

        created_at = self.created_at.isoformat()

        waiting = self.waiting

        dead = self.dead

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "connection": connection,
                "url": url,
                "types": types,
                "format": format_,
                "description": description,
                "signature": signature,
                "public_key": public_key,
                "state": state,
                "state_reason": state_reason,
                "of_blueprint": of_blueprint,
                "failing_since": failing_since,
                "old_secret_until": old_secret_until,
                "verified_at": verified_at,
                "created_at": created_at,
                "waiting": waiting,
                "dead": dead,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        connection = d.pop("connection")

        url = d.pop("url")

        types = cast("list[str]", d.pop("types"))

        format_ = d.pop("format")

        description = d.pop("description")

        signature = d.pop("signature")

        def _parse_public_key(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        public_key = _parse_public_key(d.pop("public_key"))

        state = d.pop("state")

        def _parse_state_reason(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        state_reason = _parse_state_reason(d.pop("state_reason"))

        of_blueprint = d.pop("of_blueprint")

        def _parse_failing_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                failing_since_type_0 = datetime.datetime.fromisoformat(data)

                return failing_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        failing_since = _parse_failing_since(d.pop("failing_since"))

        def _parse_old_secret_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                old_secret_until_type_0 = datetime.datetime.fromisoformat(data)

                return old_secret_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        old_secret_until = _parse_old_secret_until(d.pop("old_secret_until"))

        def _parse_verified_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                verified_at_type_0 = datetime.datetime.fromisoformat(data)

                return verified_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        verified_at = _parse_verified_at(d.pop("verified_at"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        waiting = d.pop("waiting")

        dead = d.pop("dead")

        endpoint = cls(
            id=id,
            connection=connection,
            url=url,
            types=types,
            format_=format_,
            description=description,
            signature=signature,
            public_key=public_key,
            state=state,
            state_reason=state_reason,
            of_blueprint=of_blueprint,
            failing_since=failing_since,
            old_secret_until=old_secret_until,
            verified_at=verified_at,
            created_at=created_at,
            waiting=waiting,
            dead=dead,
        )

        endpoint.additional_properties = d
        return endpoint

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
