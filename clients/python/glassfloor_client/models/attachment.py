from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.attachment_kind import AttachmentKind
from ..models.attachment_scan_state import AttachmentScanState
from ..models.attachment_visibility import AttachmentVisibility

if TYPE_CHECKING:
    from ..models.author import Author


T = TypeVar("T", bound="Attachment")


@_attrs_define
class Attachment:
    """A file with what its scan said (`kind` file), or a moment of a recording (`kind` recording_moment).

    Attributes:
        id (UUID):
        work_order_id (UUID):
        comment_id (None | UUID):
        kind (AttachmentKind):
        name (str):
        visibility (AttachmentVisibility):
        author (Author): Who wrote a comment.
        origin (str):
        created_at (datetime.datetime):
        scan_state (AttachmentScanState):
        href (None | str): Where it can be had; of a file only once it is clean.
    """

    id: UUID
    work_order_id: UUID
    comment_id: UUID | None
    kind: AttachmentKind
    name: str
    visibility: AttachmentVisibility
    author: Author
    origin: str
    created_at: datetime.datetime
    scan_state: AttachmentScanState
    href: str | None
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

        kind = AttachmentKind(d.pop("kind"))

        name = d.pop("name")

        visibility = AttachmentVisibility(d.pop("visibility"))

        author = Author.from_dict(d.pop("author"))

        origin = d.pop("origin")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        scan_state = AttachmentScanState(d.pop("scan_state"))

        def _parse_href(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        href = _parse_href(d.pop("href"))

        attachment = cls(
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
        )

        attachment.additional_properties = d
        return attachment

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
