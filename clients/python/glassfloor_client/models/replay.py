from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Replay")


@_attrs_define
class Replay:
    """Which events are sent again: by id, or by when they happened; only those that were given up, or all.

    Attributes:
        event_ids (list[UUID] | None | Unset):
        since (datetime.datetime | None | Unset):
        until (datetime.datetime | None | Unset):
        only_failed (bool | Unset):  Default: False.
    """

    event_ids: list[UUID] | Unset | None = UNSET
    since: datetime.datetime | Unset | None = UNSET
    until: datetime.datetime | Unset | None = UNSET
    only_failed: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        event_ids: list[str] | Unset | None
        if isinstance(self.event_ids, Unset):
            event_ids = UNSET
        elif isinstance(self.event_ids, list):
            event_ids = []
            for event_ids_type_0_item_data in self.event_ids:
                event_ids_type_0_item = str(event_ids_type_0_item_data)
                event_ids.append(event_ids_type_0_item)

        else:
            event_ids = self.event_ids

        since: str | Unset | None
        if isinstance(self.since, Unset):
            since = UNSET
        elif isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        until: str | Unset | None
        if isinstance(self.until, Unset):
            until = UNSET
        elif isinstance(self.until, datetime.datetime):
            until = self.until.isoformat()
        else:
            until = self.until

        only_failed = self.only_failed

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if event_ids is not UNSET:
            field_dict["event_ids"] = event_ids
        if since is not UNSET:
            field_dict["since"] = since
        if until is not UNSET:
            field_dict["until"] = until
        if only_failed is not UNSET:
            field_dict["only_failed"] = only_failed

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_event_ids(data: object) -> list[UUID] | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError
                event_ids_type_0 = []
                _event_ids_type_0 = data
                for event_ids_type_0_item_data in _event_ids_type_0:
                    event_ids_type_0_item = UUID(event_ids_type_0_item_data)

                    event_ids_type_0.append(event_ids_type_0_item)

                return event_ids_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[UUID] | None | Unset", data)

        event_ids = _parse_event_ids(d.pop("event_ids", UNSET))

        def _parse_since(data: object) -> datetime.datetime | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                since_type_0 = datetime.datetime.fromisoformat(data)

                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        since = _parse_since(d.pop("since", UNSET))

        def _parse_until(data: object) -> datetime.datetime | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                until_type_0 = datetime.datetime.fromisoformat(data)

                return until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        until = _parse_until(d.pop("until", UNSET))

        only_failed = d.pop("only_failed", UNSET)

        replay = cls(
            event_ids=event_ids,
            since=since,
            until=until,
            only_failed=only_failed,
        )

        return replay
