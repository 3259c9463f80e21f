from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.comment_visibility import CommentVisibility

if TYPE_CHECKING:
    from ..models.author import Author


T = TypeVar("T", bound="Comment")


@_attrs_define
class Comment:
    """A remark that both sides see.

    Attributes:
        id (UUID):
        work_order_id (UUID):
        body (str):
        format_ (Literal['text/plain']): No part of the body is markup.
        visibility (CommentVisibility):
        author (Author): Who wrote a comment.
        origin (str): Who caused it: `outsourcer`, `tenant`, `connection:<code>`.
        external_id (None | str): What the system of whoever wrote it calls it.
        attachments (list[UUID]): Files that go with it.
        created_at (datetime.datetime):
    """

    id: UUID
    work_order_id: UUID
    body: str
    format_: Literal["text/plain"]
    visibility: CommentVisibility
    author: Author
    origin: str
    external_id: str | None
    attachments: list[UUID]
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        work_order_id = str(self.work_order_id)

        body = self.body

        format_ = self.format_

        visibility = self.visibility.value

        author = self.author.to_dict()

        origin = self.origin

        external_id: str | None
        external_id = self.external_id

        attachments = []
        for attachments_item_data in self.attachments:
            attachments_item = str(attachments_item_data)
            attachments.append(attachments_item)

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "work_order_id": work_order_id,
                "body": body,
                "format": format_,
                "visibility": visibility,
                "author": author,
                "origin": origin,
                "external_id": external_id,
                "attachments": attachments,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.author import Author  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        work_order_id = UUID(d.pop("work_order_id"))

        body = d.pop("body")

        format_ = cast("Literal['text/plain']", d.pop("format"))
        if format_ != "text/plain":
            raise ValueError(f"format must match const 'text/plain', got '{format_}'")

        visibility = CommentVisibility(d.pop("visibility"))

        author = Author.from_dict(d.pop("author"))

        origin = d.pop("origin")

        def _parse_external_id(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        external_id = _parse_external_id(d.pop("external_id"))

        attachments = []
        _attachments = d.pop("attachments")
        for attachments_item_data in _attachments:
            attachments_item = UUID(attachments_item_data)

            attachments.append(attachments_item)

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        comment = cls(
            id=id,
            work_order_id=work_order_id,
            body=body,
            format_=format_,
            visibility=visibility,
            author=author,
            origin=origin,
            external_id=external_id,
            attachments=attachments,
            created_at=created_at,
        )

        comment.additional_properties = d
        return comment

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
