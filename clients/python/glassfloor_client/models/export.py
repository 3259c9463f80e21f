from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.export_wants_item import ExportWantsItem

T = TypeVar("T", bound="Export")


@_attrs_define
class Export:
    """What a search found, to be taken along.

    Attributes:
        id (UUID):
        state (str): waiting, building, built, and how else it ended.
        wants (list[ExportWantsItem]):
        found (int | None):
        reason (str):
        asked_at (datetime.datetime):
        asked_name (str):
        done (int | None):
        total (int | None):
        percent (float | None):
        left_s (float | None):
        gone (Any):
        recordings (Any):
        files (Any):
        bytes_ (int | None):
        manifest_sha256 (None | str):
        error (None | str):
        built_at (datetime.datetime | None):
        expires_at (datetime.datetime | None):
        fetches (Any):
        filters (Any):
        zone (str):
        encrypted_to (Any):
        file (None | str): Where it lies once it is built.
    """

    id: UUID
    state: str
    wants: list[ExportWantsItem]
    found: int | None
    reason: str
    asked_at: datetime.datetime
    asked_name: str
    done: int | None
    total: int | None
    percent: float | None
    left_s: float | None
    gone: Any
    recordings: Any
    files: Any
    bytes_: int | None
    manifest_sha256: str | None
    error: str | None
    built_at: datetime.datetime | None
    expires_at: datetime.datetime | None
    fetches: Any
    filters: Any
    zone: str
    encrypted_to: Any
    file: str | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        state = self.state

        wants = []
        for wants_item_data in self.wants:
            wants_item = wants_item_data.value
            wants.append(wants_item)

        found: int | None
        found = self.found

        reason = self.reason

        asked_at = self.asked_at.isoformat()

        asked_name = self.asked_name

        done: int | None
        done = self.done

        total: int | None
        total = self.total

        percent: float | None
        percent = self.percent

        left_s: float | None
        left_s = self.left_s

        gone = self.gone

        recordings = self.recordings

        files = self.files

        bytes_: int | None
        bytes_ = self.bytes_

        manifest_sha256: str | None
        manifest_sha256 = self.manifest_sha256

        error: str | None
        error = self.error

        built_at: str | None
        if isinstance(self.built_at, datetime.datetime):
            built_at = self.built_at.isoformat()
        else:
            built_at = self.built_at

        expires_at: str | None
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        fetches = self.fetches

        filters = self.filters

        zone = self.zone

        encrypted_to = self.encrypted_to

        file: str | None
        file = self.file

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "state": state,
                "wants": wants,
                "found": found,
                "reason": reason,
                "asked_at": asked_at,
                "asked_name": asked_name,
                "done": done,
                "total": total,
                "percent": percent,
                "left_s": left_s,
                "gone": gone,
                "recordings": recordings,
                "files": files,
                "bytes": bytes_,
                "manifest_sha256": manifest_sha256,
                "error": error,
                "built_at": built_at,
                "expires_at": expires_at,
                "fetches": fetches,
                "filters": filters,
                "zone": zone,
                "encrypted_to": encrypted_to,
                "file": file,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        state = d.pop("state")

        wants = []
        _wants = d.pop("wants")
        for wants_item_data in _wants:
            wants_item = ExportWantsItem(wants_item_data)

            wants.append(wants_item)

        def _parse_found(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        found = _parse_found(d.pop("found"))

        reason = d.pop("reason")

        asked_at = datetime.datetime.fromisoformat(d.pop("asked_at"))

        asked_name = d.pop("asked_name")

        def _parse_done(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        done = _parse_done(d.pop("done"))

        def _parse_total(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        total = _parse_total(d.pop("total"))

        def _parse_percent(data: object) -> float | None:
            if data is None:
                return data
            return cast("float | None", data)

        percent = _parse_percent(d.pop("percent"))

        def _parse_left_s(data: object) -> float | None:
            if data is None:
                return data
            return cast("float | None", data)

        left_s = _parse_left_s(d.pop("left_s"))

        gone = d.pop("gone")

        recordings = d.pop("recordings")

        files = d.pop("files")

        def _parse_bytes_(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        bytes_ = _parse_bytes_(d.pop("bytes"))

        def _parse_manifest_sha256(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        manifest_sha256 = _parse_manifest_sha256(d.pop("manifest_sha256"))

        def _parse_error(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        error = _parse_error(d.pop("error"))

        def _parse_built_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                built_at_type_0 = datetime.datetime.fromisoformat(data)

                return built_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        built_at = _parse_built_at(d.pop("built_at"))

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

        fetches = d.pop("fetches")

        filters = d.pop("filters")

        zone = d.pop("zone")

        encrypted_to = d.pop("encrypted_to")

        def _parse_file(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        file = _parse_file(d.pop("file"))

        export = cls(
            id=id,
            state=state,
            wants=wants,
            found=found,
            reason=reason,
            asked_at=asked_at,
            asked_name=asked_name,
            done=done,
            total=total,
            percent=percent,
            left_s=left_s,
            gone=gone,
            recordings=recordings,
            files=files,
            bytes_=bytes_,
            manifest_sha256=manifest_sha256,
            error=error,
            built_at=built_at,
            expires_at=expires_at,
            fetches=fetches,
            filters=filters,
            zone=zone,
            encrypted_to=encrypted_to,
            file=file,
        )

        export.additional_properties = d
        return export

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
