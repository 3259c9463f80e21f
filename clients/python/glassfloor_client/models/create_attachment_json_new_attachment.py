from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.create_attachment_json_new_attachment_kind import CreateAttachmentJsonNewAttachmentKind
from ..models.create_attachment_json_new_attachment_visibility_type_0 import (
    CreateAttachmentJsonNewAttachmentVisibilityType0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="CreateAttachmentJsonNewAttachment")


@_attrs_define
class CreateAttachmentJsonNewAttachment:
    """A file that is announced before its content comes, or (``recording_moment``) a place in a recording.

    Without ``visibility`` it is as visible as the comment that it goes with, and shared without one.

        Attributes:
            kind (CreateAttachmentJsonNewAttachmentKind | Unset):  Default: CreateAttachmentJsonNewAttachmentKind.FILE.
            name (str | Unset):  Default: ''.
            visibility (CreateAttachmentJsonNewAttachmentVisibilityType0 | None | Unset):
            comment_id (None | Unset | UUID):
            interaction_id (None | Unset | UUID):
            from_s (int | None | Unset):
            to_s (int | None | Unset):
    """

    kind: CreateAttachmentJsonNewAttachmentKind | Unset = CreateAttachmentJsonNewAttachmentKind.FILE
    name: str | Unset = ""
    visibility: CreateAttachmentJsonNewAttachmentVisibilityType0 | Unset | None = UNSET
    comment_id: Unset | UUID | None = UNSET
    interaction_id: Unset | UUID | None = UNSET
    from_s: int | Unset | None = UNSET
    to_s: int | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind.value

        name = self.name

        visibility: str | Unset | None
        if isinstance(self.visibility, Unset):
            visibility = UNSET
        elif isinstance(self.visibility, CreateAttachmentJsonNewAttachmentVisibilityType0):
            visibility = self.visibility.value
        else:
            visibility = self.visibility

        comment_id: str | Unset | None
        if isinstance(self.comment_id, Unset):
            comment_id = UNSET
        elif isinstance(self.comment_id, UUID):
            comment_id = str(self.comment_id)
        else:
            comment_id = self.comment_id

        interaction_id: str | Unset | None
        if isinstance(self.interaction_id, Unset):
            interaction_id = UNSET
        elif isinstance(self.interaction_id, UUID):
            interaction_id = str(self.interaction_id)
        else:
            interaction_id = self.interaction_id

        from_s: int | Unset | None
        if isinstance(self.from_s, Unset):
            from_s = UNSET
        else:
            from_s = self.from_s

        to_s: int | Unset | None
        if isinstance(self.to_s, Unset):
            to_s = UNSET
        else:
            to_s = self.to_s

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if kind is not UNSET:
            field_dict["kind"] = kind
        if name is not UNSET:
            field_dict["name"] = name
        if visibility is not UNSET:
            field_dict["visibility"] = visibility
        if comment_id is not UNSET:
            field_dict["comment_id"] = comment_id
        if interaction_id is not UNSET:
            field_dict["interaction_id"] = interaction_id
        if from_s is not UNSET:
            field_dict["from_s"] = from_s
        if to_s is not UNSET:
            field_dict["to_s"] = to_s

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        _kind = d.pop("kind", UNSET)
        kind: CreateAttachmentJsonNewAttachmentKind | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = CreateAttachmentJsonNewAttachmentKind(_kind)

        name = d.pop("name", UNSET)

        def _parse_visibility(data: object) -> CreateAttachmentJsonNewAttachmentVisibilityType0 | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                visibility_type_0 = CreateAttachmentJsonNewAttachmentVisibilityType0(data)

                return visibility_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("CreateAttachmentJsonNewAttachmentVisibilityType0 | None | Unset", data)

        visibility = _parse_visibility(d.pop("visibility", UNSET))

        def _parse_comment_id(data: object) -> Unset | UUID | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                comment_id_type_0 = UUID(data)

                return comment_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Unset | UUID", data)

        comment_id = _parse_comment_id(d.pop("comment_id", UNSET))

        def _parse_interaction_id(data: object) -> Unset | UUID | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                interaction_id_type_0 = UUID(data)

                return interaction_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Unset | UUID", data)

        interaction_id = _parse_interaction_id(d.pop("interaction_id", UNSET))

        def _parse_from_s(data: object) -> int | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        from_s = _parse_from_s(d.pop("from_s", UNSET))

        def _parse_to_s(data: object) -> int | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        to_s = _parse_to_s(d.pop("to_s", UNSET))

        create_attachment_json_new_attachment = cls(
            kind=kind,
            name=name,
            visibility=visibility,
            comment_id=comment_id,
            interaction_id=interaction_id,
            from_s=from_s,
            to_s=to_s,
        )

        return create_attachment_json_new_attachment
