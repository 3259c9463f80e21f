from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import types
from ..models.create_attachment_files_body_visibility import CreateAttachmentFilesBodyVisibility
from ..types import UNSET, File, Unset

T = TypeVar("T", bound="CreateAttachmentFilesBody")


@_attrs_define
class CreateAttachmentFilesBody:
    """
    Attributes:
        file (File):
        visibility (CreateAttachmentFilesBodyVisibility | Unset):
        comment_id (UUID | Unset):
        name (str | Unset):
    """

    file: File
    visibility: CreateAttachmentFilesBodyVisibility | Unset = UNSET
    comment_id: UUID | Unset = UNSET
    name: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        file = self.file.to_tuple()

        visibility: str | Unset = UNSET
        if not isinstance(self.visibility, Unset):
            visibility = self.visibility.value

        comment_id: str | Unset = UNSET
        if not isinstance(self.comment_id, Unset):
            comment_id = str(self.comment_id)

        name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "file": file,
            }
        )
        if visibility is not UNSET:
            field_dict["visibility"] = visibility
        if comment_id is not UNSET:
            field_dict["comment_id"] = comment_id
        if name is not UNSET:
            field_dict["name"] = name

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        files.append(("file", self.file.to_tuple()))

        if not isinstance(self.visibility, Unset):
            files.append(("visibility", (None, str(self.visibility.value).encode(), "text/plain")))

        if not isinstance(self.comment_id, Unset):
            files.append(("comment_id", (None, str(self.comment_id), "text/plain")))

        if not isinstance(self.name, Unset):
            files.append(("name", (None, str(self.name).encode(), "text/plain")))

        for prop_name, prop in self.additional_properties.items():
            files.append((prop_name, (None, str(prop).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        file = File(payload=BytesIO(d.pop("file")))

        _visibility = d.pop("visibility", UNSET)
        visibility: CreateAttachmentFilesBodyVisibility | Unset
        if isinstance(_visibility, Unset):
            visibility = UNSET
        else:
            visibility = CreateAttachmentFilesBodyVisibility(_visibility)

        _comment_id = d.pop("comment_id", UNSET)
        comment_id: UUID | Unset
        if isinstance(_comment_id, Unset):
            comment_id = UNSET
        else:
            comment_id = UUID(_comment_id)

        name = d.pop("name", UNSET)

        create_attachment_files_body = cls(
            file=file,
            visibility=visibility,
            comment_id=comment_id,
            name=name,
        )

        create_attachment_files_body.additional_properties = d
        return create_attachment_files_body

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
