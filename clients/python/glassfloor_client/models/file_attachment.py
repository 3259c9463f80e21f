from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.file_attachment_kind import FileAttachmentKind
from ..models.file_attachment_scan_state import FileAttachmentScanState
from ..models.file_attachment_visibility import FileAttachmentVisibility

if TYPE_CHECKING:
    from ..models.author import Author


T = TypeVar("T", bound="FileAttachment")


@_attrs_define
class FileAttachment:
    """A file.

    Attributes:
        id (UUID):
        work_order_id (UUID):
        comment_id (None | UUID):
        kind (FileAttachmentKind):
        name (str):
        visibility (FileAttachmentVisibility):
        author (Author): Who wrote a comment.
        origin (str):
        created_at (datetime.datetime):
        scan_state (FileAttachmentScanState):
        href (None | str): Where it can be had; of a file only once it is clean.
        mime_type (None | str):
        size (int | None):
        sha256 (None | str):
        reason (None | str): Why it was refused.
        found (None | str):
        scanner (None | str): By which scanner it was found clean.
        stored_at (datetime.datetime | None):
        scanned_at (datetime.datetime | None):
    """

    id: UUID
    work_order_id: UUID
    comment_id: UUID | None
    kind: FileAttachmentKind
    name: str
    visibility: FileAttachmentVisibility
    author: Author
    origin: str
    created_at: datetime.datetime
    scan_state: FileAttachmentScanState
    href: str | None
    mime_type: str | None
    size: int | None
    sha256: str | None
    reason: str | None
    found: str | None
    scanner: str | None
    stored_at: datetime.datetime | None
    scanned_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        work_order_id = str(self.work_order_id)

        comment_id: str | None
        if isinstance(self.comment_id, UUID):
            comment_id = str(self.comment_id)
        else:
            comment_id = self.comment_id

        kind = self.kind.value

        name = self.name

        visibility = self.visibility.value

        author = self.author.to_dict()

        origin = self.origin

        created_at = self.created_at.isoformat()

        scan_state = self.scan_state.value

        href: str | None
        href = self.href

        mime_type: str | None
        mime_type = self.mime_type

        size: int | None
        size = self.size

        sha256: str | None
        sha256 = self.sha256

        reason: str | None
        reason = self.reason

        found: str | None
        found = self.found

        scanner: str | None
        scanner = self.scanner

        stored_at: str | None
        if isinstance(self.stored_at, datetime.datetime):
            stored_at = self.stored_at.isoformat()
        else:
            stored_at = self.stored_at

        scanned_at: str | None
        if isinstance(self.scanned_at, datetime.datetime):
            scanned_at = self.scanned_at.isoformat()
        else:
            scanned_at = self.scanned_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "work_order_id": work_order_id,
                "comment_id": comment_id,
                "kind": kind,
                "name": name,
                "visibility": visibility,
                "author": author,
                "origin": origin,
                "created_at": created_at,
                "scan_state": scan_state,
                "href": href,
                "mime_type": mime_type,
                "size": size,
                "sha256": sha256,
                "reason": reason,
                "found": found,
                "scanner": scanner,
                "stored_at": stored_at,
                "scanned_at": scanned_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.author import Author  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        work_order_id = UUID(d.pop("work_order_id"))

        def _parse_comment_id(data: object) -> UUID | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                comment_id_type_0 = UUID(data)

                return comment_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | UUID", data)

        comment_id = _parse_comment_id(d.pop("comment_id"))

        kind = FileAttachmentKind(d.pop("kind"))

        name = d.pop("name")

        visibility = FileAttachmentVisibility(d.pop("visibility"))

        author = Author.from_dict(d.pop("author"))

        origin = d.pop("origin")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        scan_state = FileAttachmentScanState(d.pop("scan_state"))

        def _parse_href(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        href = _parse_href(d.pop("href"))

        def _parse_mime_type(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        mime_type = _parse_mime_type(d.pop("mime_type"))

        def _parse_size(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        size = _parse_size(d.pop("size"))

        def _parse_sha256(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        sha256 = _parse_sha256(d.pop("sha256"))

        def _parse_reason(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        reason = _parse_reason(d.pop("reason"))

        def _parse_found(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        found = _parse_found(d.pop("found"))

        def _parse_scanner(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        scanner = _parse_scanner(d.pop("scanner"))

        def _parse_stored_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                stored_at_type_0 = datetime.datetime.fromisoformat(data)

                return stored_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        stored_at = _parse_stored_at(d.pop("stored_at"))

        def _parse_scanned_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                scanned_at_type_0 = datetime.datetime.fromisoformat(data)

                return scanned_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        scanned_at = _parse_scanned_at(d.pop("scanned_at"))

        file_attachment = cls(
            id=id,
            work_order_id=work_order_id,
            comment_id=comment_id,
            kind=kind,
            name=name,
            visibility=visibility,
            author=author,
            origin=origin,
            created_at=created_at,
            scan_state=scan_state,
            href=href,
            mime_type=mime_type,
            size=size,
            sha256=sha256,
            reason=reason,
            found=found,
            scanner=scanner,
            stored_at=stored_at,
            scanned_at=scanned_at,
        )

        file_attachment.additional_properties = d
        return file_attachment

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
