from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.moment_attachment_kind import MomentAttachmentKind
from ..models.moment_attachment_scan_state import MomentAttachmentScanState
from ..models.moment_attachment_visibility import MomentAttachmentVisibility

if TYPE_CHECKING:
    from ..models.author import Author


T = TypeVar("T", bound="MomentAttachment")


@_attrs_define
class MomentAttachment:
    """A moment of a recording.

    Attributes:
        id (UUID):
        work_order_id (UUID):
        comment_id (None | UUID):
        kind (MomentAttachmentKind):
        name (str):
        visibility (MomentAttachmentVisibility):
        author (Author): Who wrote a comment.
        origin (str):
        created_at (datetime.datetime):
        scan_state (MomentAttachmentScanState):
        href (None | str): Where it can be had; of a file only once it is clean.
        interaction_id (None | UUID):
        from_s (float):
        to_s (float | None):
    """

    id: UUID
    work_order_id: UUID
    comment_id: UUID | None
    kind: MomentAttachmentKind
    name: str
    visibility: MomentAttachmentVisibility
    author: Author
    origin: str
    created_at: datetime.datetime
    scan_state: MomentAttachmentScanState
    href: str | None
    interaction_id: UUID | None
    from_s: float
    to_s: float | None
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

        interaction_id: str | None
        if isinstance(self.interaction_id, UUID):
            interaction_id = str(self.interaction_id)
        else:
            interaction_id = self.interaction_id

        from_s = self.from_s

        to_s: float | None
        to_s = self.to_s

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
                "interaction_id": interaction_id,
                "from_s": from_s,
                "to_s": to_s,
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

        kind = MomentAttachmentKind(d.pop("kind"))

        name = d.pop("name")

        visibility = MomentAttachmentVisibility(d.pop("visibility"))

        author = Author.from_dict(d.pop("author"))

        origin = d.pop("origin")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        scan_state = MomentAttachmentScanState(d.pop("scan_state"))

        def _parse_href(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        href = _parse_href(d.pop("href"))

        def _parse_interaction_id(data: object) -> UUID | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                interaction_id_type_0 = UUID(data)

                return interaction_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | UUID", data)

        interaction_id = _parse_interaction_id(d.pop("interaction_id"))

        from_s = d.pop("from_s")

        def _parse_to_s(data: object) -> float | None:
            if data is None:
                return data
            return cast("float | None", data)

        to_s = _parse_to_s(d.pop("to_s"))

        moment_attachment = cls(
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
            interaction_id=interaction_id,
            from_s=from_s,
            to_s=to_s,
        )

        moment_attachment.additional_properties = d
        return moment_attachment

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
