from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.new_comment_visibility import NewCommentVisibility
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewComment")


@_attrs_define
class NewComment:
    """A remark; ``internal`` ones stay with the outsourcer.

    Attributes:
        body (str):
        visibility (NewCommentVisibility | Unset):  Default: NewCommentVisibility.SHARED.
        attachments (list[UUID] | Unset):
        external_id (None | str | Unset):
    """

    body: str
    visibility: NewCommentVisibility | Unset = NewCommentVisibility.SHARED
    attachments: list[UUID] | Unset = UNSET
    external_id: str | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        body = self.body

        visibility: str | Unset = UNSET
        if not isinstance(self.visibility, Unset):
            visibility = self.visibility.value

        attachments: list[str] | Unset = UNSET
        if not isinstance(self.attachments, Unset):
            attachments = []
            for attachments_item_data in self.attachments:
                attachments_item = str(attachments_item_data)
                attachments.append(attachments_item)

        external_id: str | Unset | None
        if isinstance(self.external_id, Unset):
            external_id = UNSET
        else:
            external_id = self.external_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "body": body,
            }
        )
        if visibility is not UNSET:
            field_dict["visibility"] = visibility
        if attachments is not UNSET:
            field_dict["attachments"] = attachments
        if external_id is not UNSET:
            field_dict["external_id"] = external_id

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        body = d.pop("body")

        _visibility = d.pop("visibility", UNSET)
        visibility: NewCommentVisibility | Unset
        if isinstance(_visibility, Unset):
            visibility = UNSET
        else:
            visibility = NewCommentVisibility(_visibility)

        _attachments = d.pop("attachments", UNSET)
        attachments: list[UUID] | Unset = UNSET
        if _attachments is not UNSET:
            attachments = []
            for attachments_item_data in _attachments:
                attachments_item = UUID(attachments_item_data)

                attachments.append(attachments_item)

        def _parse_external_id(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        external_id = _parse_external_id(d.pop("external_id", UNSET))

        new_comment = cls(
            body=body,
            visibility=visibility,
            attachments=attachments,
            external_id=external_id,
        )

        return new_comment
