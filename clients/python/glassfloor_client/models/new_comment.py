from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

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
    """

    body: str
    visibility: NewCommentVisibility | Unset = NewCommentVisibility.SHARED

    def to_dict(self) -> dict[str, Any]:
        body = self.body

        visibility: str | Unset = UNSET
        if not isinstance(self.visibility, Unset):
            visibility = self.visibility.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "body": body,
            }
        )
        if visibility is not UNSET:
            field_dict["visibility"] = visibility

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

        new_comment = cls(
            body=body,
            visibility=visibility,
        )

        return new_comment
