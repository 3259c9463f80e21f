from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Version")


@_attrs_define
class Version:
    """One line of the history.

    Attributes:
        version (int):
        applied_at (datetime.datetime):
        by (str):
        why (str):
        summary (str):
        digest (str):
        reverted_to (int | None):
    """

    version: int
    applied_at: datetime.datetime
    by: str
    why: str
    summary: str
    digest: str
    reverted_to: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        applied_at = self.applied_at.isoformat()

        by = self.by

        why = self.why

        summary = self.summary

        digest = self.digest

        reverted_to: int | None
        reverted_to = self.reverted_to

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "applied_at": applied_at,
                "by": by,
                "why": why,
                "summary": summary,
                "digest": digest,
                "reverted_to": reverted_to,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        version = d.pop("version")

        applied_at = datetime.datetime.fromisoformat(d.pop("applied_at"))

        by = d.pop("by")

        why = d.pop("why")

        summary = d.pop("summary")

        digest = d.pop("digest")

        def _parse_reverted_to(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        reverted_to = _parse_reverted_to(d.pop("reverted_to"))

        version = cls(
            version=version,
            applied_at=applied_at,
            by=by,
            why=why,
            summary=summary,
            digest=digest,
            reverted_to=reverted_to,
        )

        version.additional_properties = d
        return version

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
